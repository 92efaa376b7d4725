import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import { asFound } from "#lib/incidents/finding.ts";
import type { ReportedSymptom } from "#lib/incidents/incident-action.ts";
import type { Observation } from "#lib/incidents/observation.ts";
import { readErrorText } from "#lib/incidents/read-error-text.ts";
import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { findMissingInputs } from "./find-missing-inputs.ts";
import { findObserved, type Observed } from "./triage-incident.ts";

/** The first of these names that the graph knows. */
function firstObserved(view: GraphView, refs: readonly string[]): Observed | undefined {
  for (const ref of refs) {
    const found = findObserved(view, ref);
    if (found.ok) return found.value;
  }
  return undefined;
}

/** What a signal is about, with the column where that has it. */
export function placeSignal(view: GraphView, signal: KeptSignal): Observation | undefined {
  const { shows, found, firstAt } = signal;
  const observed = firstObserved(view, signal.refs);
  if (observed === undefined) return undefined;
  const { asset, relation, column = columnOf(view, relation, signal.column) } = observed;
  const name = column === undefined ? undefined : view.snapshot.columnNames.at(column);
  return {
    ref: name === undefined ? asset.id : `${asset.id}.${name}`,
    relation,
    isBroken: true,
    shows,
    ...asFound(found),
    since: firstAt,
    ...(column === undefined ? {} : { column }),
  };
}

/** Of what nothing stands for: which things its name fits, where these are several. */
export function sayCandidates(view: GraphView, { refs }: KeptSignal): string | undefined {
  for (const ref of refs) {
    const found = findObserved(view, ref);
    if (found.ok || found.error.code !== "ambiguous-name") continue;
    const { candidates = [] } = found.error;
    const more = candidates.length > MOST_CANDIDATES ? ", …" : "";
    return `${ref} may be ${candidates.slice(0, MOST_CANDIDATES).join(", ")}${more}: give the alert a full name`;
  }
  return undefined;
}

const MOST_CANDIDATES = 5;

/** What a signal says that it is not: to be taken as healthy where nobody says otherwise. */
export const placeRuledOut = (
  view: GraphView,
  { rulesOut = [] }: KeptSignal,
): readonly Observation[] =>
  rulesOut.flatMap((refs): readonly Observation[] => {
    const observed = firstObserved(view, refs);
    return observed === undefined
      ? []
      : [{ ref: observed.asset.id, relation: observed.relation, isBroken: false }];
  });

/** What the message of a failed run says that it did not find, or could not read, of what it reads. */
export function placeMissing(
  { graph, snapshot }: GraphView,
  { relation }: Observation,
  { shows, seen, firstAt }: KeptSignal,
): readonly Observation[] {
  const id = snapshot.assetIds[relation];
  const failed = id === undefined ? undefined : graph.assets.get(id);
  const names = shows === "fails" ? readErrorText(seen) : undefined;
  if (failed === undefined || names === undefined) return [];
  return findMissingInputs(graph, failed, names).flatMap((one): readonly Observation[] => {
    const from = findAsset(snapshot, one.asset.id);
    const said = { isBroken: true, since: firstAt, shows: one.shows ?? "wrong" } as const;
    if (one.column === undefined) return [{ ref: one.asset.id, relation: from, ...said }];
    const column = findColumn(snapshot, from, one.column);
    return column < 0
      ? []
      : [{ ref: `${one.asset.id}.${one.column}`, relation: from, column, ...said }];
  });
}

/** Symptoms of which this graph knows neither the thing nor the words. */
export const listStrange = (
  view: GraphView,
  { symptoms }: { readonly symptoms: readonly Pick<ReportedSymptom, "ref">[] },
): readonly string[] =>
  symptoms.flatMap(({ ref }) => {
    const found = findObserved(view, ref);
    return found.ok || found.error.code !== "unknown-asset" ? [] : [ref];
  });

function columnOf(
  { snapshot }: GraphView,
  relation: number,
  name: string | undefined,
): number | undefined {
  const column = name === undefined ? -1 : findColumn(snapshot, relation, name);
  return column < 0 ? undefined : column;
}

export const symptomOf = (
  { ref, shows, found }: Pick<Observation, "ref" | "shows" | "found">,
  { seen, check, toldBy, firstAt, ...signal }: KeptSignal,
): ReportedSymptom => ({
  ref,
  shows: shows ?? signal.shows,
  ...asFound(found),
  seen: seen.includes(check) ? seen : `${check}: ${seen}`,
  since: firstAt,
  toldBy,
});
