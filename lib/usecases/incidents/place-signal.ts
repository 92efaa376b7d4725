import { findColumn } from "#lib/graph/snapshot.ts";
import type { ReportedSymptom } from "#lib/incidents/incident-action.ts";
import type { Observation } from "#lib/incidents/observation.ts";
import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { findObserved } from "./triage-incident.ts";

/** What a signal is about: the first of its names that the graph knows, with the column where it has that. */
export function placeSignal(view: GraphView, signal: KeptSignal): Observation | undefined {
  const { shows, firstAt } = signal;
  for (const ref of signal.refs) {
    const found = findObserved(view, ref);
    if (!found.ok) continue;
    const { asset, relation, column = columnOf(view, relation, signal.column) } = found.value;
    const name = column === undefined ? undefined : view.snapshot.columnNames[column];
    return {
      ref: name === undefined ? asset.id : `${asset.id}.${name}`,
      relation,
      isBroken: true,
      shows,
      since: firstAt,
      ...(column === undefined ? {} : { column }),
    };
  }
  return undefined;
}

function columnOf(
  { snapshot }: GraphView,
  relation: number,
  name: string | undefined,
): number | undefined {
  const column = name === undefined ? -1 : findColumn(snapshot, relation, name);
  return column < 0 ? undefined : column;
}

export const symptomOf = (
  ref: string,
  { shows, seen, check, toldBy, firstAt }: KeptSignal,
): ReportedSymptom => ({
  ref,
  shows,
  seen: seen.includes(check) ? seen : `${check}: ${seen}`,
  since: firstAt,
  toldBy,
});
