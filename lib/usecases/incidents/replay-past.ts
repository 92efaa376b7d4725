import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { CHANGE_WORDS } from "#lib/impact/change-words.ts";
import {
  columnsMentioned,
  guessKind,
  isDataKind,
  namesMentioned,
  saysNameGone,
} from "#lib/incidents/past/guess-cause.ts";
import type { PastIncident } from "#lib/incidents/past/past-incident.ts";
import type { Replayed } from "#lib/incidents/past/replay.ts";
import { counts, type GatePolicy, rulesFor } from "#lib/review/gate-policy.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { findObserved } from "./triage-incident.ts";

export interface ReplayInput {
  readonly view: GraphView;
  readonly policy: GatePolicy;
}

/**
 * Would the gate have stopped the change behind an old incident, and if not, why? It is asked of the graph as it is, with the
 * policy as if it blocked; what the export does not say is read out of its words, and marked as that.
 */
export function replayIncident(input: ReplayInput, past: PastIncident): Replayed {
  const guessed = guessKind(past);
  const place = findPlace(input.view, past, guessed);
  const kind = kindAt(past, { place, guessed });
  const isGuessed = past.cause?.kind === undefined || past.cause.asset === undefined;
  const told = {
    id: past.id,
    title: past.title,
    openedAt: past.openedAt,
    isGuessed,
    ...(kind === undefined ? {} : { kind }),
    ...(place?.asset === undefined ? {} : { asset: place.asset }),
    ...(place?.column === undefined ? {} : { column: place.column }),
  };
  if (kind === undefined)
    return { ...told, outcome: "unknown", why: "nothing in it says what happened to the data" };
  if (isDataKind(kind)) {
    const why = `${CHANGE_WORDS[kind]}: no file changes, so no pull request shows it; it is for the alerts`;
    return { ...told, outcome: "not_stopped", why };
  }
  if (place === undefined) {
    const said = past.cause?.asset;
    const why =
      said === undefined
        ? "nothing in it names a table or a column that the graph has"
        : `${said} is not in the graph`;
    return { ...told, outcome: "unknown", why };
  }
  if (place.column === undefined && kind !== "table_dropped_or_renamed")
    return { ...told, outcome: "unknown", why: `it does not say which column of ${place.name}` };
  return { ...told, ...judge(input, place, kind) };
}

/** A name that is gone is a table where the graph has a table of that name. */
function kindAt(
  past: PastIncident,
  {
    place,
    guessed,
  }: { readonly place: Place | undefined; readonly guessed: ChangeKind | undefined },
): ChangeKind | undefined {
  const isTable = place !== undefined && place.column === undefined;
  const isRead = past.cause?.kind === undefined && guessed === "drop_column";
  return isTable && isRead && saysNameGone(past) ? "table_dropped_or_renamed" : guessed;
}

interface Place {
  readonly asset: string;
  readonly name: string;
  readonly column?: string;
}

/** As the export says; else the first name in its words that the graph knows, a column before a table. */
function findPlace(
  view: GraphView,
  past: PastIncident,
  kind: ChangeKind | undefined,
): Place | undefined {
  const { asset, column } = past.cause ?? {};
  const said =
    asset === undefined ? [] : [column === undefined ? asset : `${asset}.${column}`, asset];
  const named = asset === undefined ? namesMentioned(past) : [];
  const wantsColumn = kind !== undefined && kind !== "table_dropped_or_renamed";
  let table: Place | undefined;
  for (const ref of [...said, ...named]) {
    const found = findObserved(view, ref);
    if (!found.ok) continue;
    const { id, name } = found.value.asset;
    const at = found.value.column;
    if (at !== undefined)
      return { asset: id, name, column: view.snapshot.columnNames.at(at) ?? "" };
    table ??= { asset: id, name };
    if (!wantsColumn) return table;
  }
  const columns = [...columnsMentioned(past), ...named];
  return table === undefined ? undefined : withColumn(view, table, columns);
}

/** `orders` in one place and `amount` in another. */
function withColumn(view: GraphView, table: Place, words: readonly string[]): Place {
  for (const word of words) {
    const found = findObserved(view, `${table.asset}.${word}`);
    const at = found.ok ? found.value.column : undefined;
    if (at !== undefined) return { ...table, column: view.snapshot.columnNames.at(at) ?? "" };
  }
  return table;
}

function judge(
  { view, policy }: ReplayInput,
  { asset, name, column }: Place,
  kind: ChangeKind,
): Pick<Replayed, "outcome" | "why"> {
  const answer = assessChanges({
    snapshot: view.snapshot,
    graph: view.graph,
    changes: [{ kind, asset, ...(column === undefined ? {} : { column }) }],
  });
  const where = column === undefined ? name : `${name}.${column}`;
  if (isChangeError(answer))
    return { outcome: "unknown", why: `${where}: ${answer.error.message}` };
  const harmed = answer.verdicts.filter(({ verdict }) => verdict !== "unaffected");
  const blocking = harmed.filter((verdict) => isCounted(policy, verdict));
  const [worst] = blocking;
  if (worst !== undefined) {
    const others = blocking.length - 1;
    const more = others === 0 ? "" : ` and ${others} more`;
    return { outcome: "stopped", why: `${where}: ${sayHarm(worst)}${more}` };
  }
  if (harmed.length === 0)
    return { outcome: "not_stopped", why: `nothing that the graph knows reads ${where}` };
  const [first] = harmed;
  const reason =
    first?.verdict === "unknown"
      ? "its lineage is too coarse to say what happens to it"
      : "which the policy does not count";
  return {
    outcome: "shown",
    why: `${where}: ${first === undefined ? "" : sayHarm(first)}, ${reason}`,
  };
}

const sayHarm = ({ asset, verdict }: AssetVerdict): string => `${asset.shortName} ${HARM[verdict]}`;

const HARM: Readonly<Record<AssetVerdict["verdict"], string>> = {
  breaks_loudly: "would fail",
  breaks_silently: "would be silently wrong",
  degraded: "would be late or relabelled",
  unknown: "may be harmed",
  unaffected: "stays as it is",
};

const isCounted = (
  policy: GatePolicy,
  { verdict, certainty, asset: { domain, tier } }: AssetVerdict,
): boolean => counts(rulesFor(policy, domain), { verdict, certainty, tier });
