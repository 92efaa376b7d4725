import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";
import type { LoggedChange } from "#lib/incidents/suspect.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import type { ObservedRef } from "#lib/usecases/incidents/triage-incident.ts";
import { shuffle } from "../random.ts";
import type { ExecutedAsset, ExecutedChange } from "../truth/executed-change.ts";

/** One night: what is seen, what the log says, and who did it. */
export interface TriageCase {
  readonly dag: string;
  readonly kind: string;
  readonly causes: readonly AssetId[];
  readonly symptoms: readonly ObservedRef[];
  readonly healthy: readonly ObservedRef[];
  readonly changes: readonly LoggedChange[];
  readonly isLogged: boolean;
  /** Share of the assets that are looked at. */
  readonly monitored: number;
  /** Share of the tables that somebody changed innocently. */
  readonly decoys: number;
  readonly faults: number;
}

export const NOW = "2026-01-15T06:00:00Z";
const CASES_OF_A_KIND = 50;
const MONITORED = [0.2, 0.4, 0.6, 0.8];
const DECOYS = [0, 0.05, 0.3];
const TWO_FAULTS = 0.25;
const LOG_MISSES = 0.2;
/** Checks on values do not see everything, and sometimes cry wolf. */
const SEES_OTHER_VALUES = 0.7;
const SEES_STALE = 0.5;
const FALSE_ALARM = 0.02;

/** Kinds that a change log can name; of the others it knows at most that something was deployed. */
const NAMED_IN_LOGS: ReadonlySet<string> = new Set([
  "drop_column",
  "rename_column",
  "type_changed",
  "type_incompatible",
  "add_nullable_column",
  "add_column_name_collision",
]);
const DECOY_KINDS: readonly ChangeKind[] = [
  "drop_column",
  "rename_column",
  "type_changed",
  "add_nullable_column",
  "description_only",
  "expression_changed",
];

/** Cases from changes that were really run; the same for the same seed, whether checks say their kinds or not. */
export function makeCases({
  dag,
  view,
  executed,
  random,
  randomKind,
}: {
  readonly dag: string;
  readonly view: GraphView;
  readonly executed: readonly ExecutedChange[];
  readonly random: () => number;
  /** Draws which kind of check failed, where several would have; absent: no check says its kind. */
  readonly randomKind?: (() => number) | undefined;
}): TriageCase[] {
  const byKind = new Map<string, ExecutedChange[]>();
  for (const change of executed.filter((one) => one.assets.some(isBad)))
    byKind.set(change.kind, [...(byKind.get(change.kind) ?? []), change]);
  const all = [...byKind.values()].flat();
  const cases: TriageCase[] = [];
  for (const [kind, changes] of [...byKind].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const change of shuffle(changes, random).slice(0, CASES_OF_A_KIND)) {
      const at = cases.length;
      const second = random() < TWO_FAULTS ? all[Math.floor(random() * all.length)] : undefined;
      const made = makeCase({
        dag,
        kind: second === undefined || second === change ? kind : "two at once",
        view,
        faults: second === undefined || second === change ? [change] : [change, second],
        monitored: MONITORED[at % MONITORED.length] ?? 1,
        decoys: DECOYS[at % DECOYS.length] ?? 0,
        random,
        randomKind,
      });
      if (made !== undefined) cases.push(made);
    }
  }
  return cases;
}

const BAD: ReadonlySet<ExecutedAsset["outcome"]> = new Set([
  "fails",
  "blocked",
  "different",
  "stale",
]);
const isBad = ({ outcome }: ExecutedAsset): boolean => BAD.has(outcome);

interface Making {
  readonly dag: string;
  readonly kind: string;
  readonly view: GraphView;
  readonly faults: readonly ExecutedChange[];
  readonly monitored: number;
  readonly decoys: number;
  readonly random: () => number;
  readonly randomKind: (() => number) | undefined;
}

/** Nothing when nobody would have noticed: a false alarm alone has no cause. */
function makeCase(making: Making): TriageCase | undefined {
  const { dag, kind, view, faults, monitored, random } = making;
  const symptoms: ObservedRef[] = [];
  const healthy: ObservedRef[] = [];
  let noticed = false;
  for (const [id, outcome] of outcomesOf(faults)) {
    if (random() >= monitored) continue;
    const shows = alarmOf(outcome, random);
    if (shows === undefined) healthy.push({ ref: id });
    else symptoms.push({ ref: id, shows, ...(shows === "wrong" ? foundAt(id, making) : {}) });
    noticed ||= shows !== undefined && BAD.has(outcome);
  }
  if (!noticed) return undefined;
  const causes = faults.flatMap(({ change }) => idOfChanged(view, change) ?? []);
  const logged = faults.filter(() => random() >= LOG_MISSES);
  return {
    dag,
    kind,
    causes,
    symptoms,
    healthy,
    changes: [...logged.map(({ change }) => logOf(change, random)), ...decoysOf(making)],
    isLogged: logged.length === faults.length,
    monitored,
    decoys: making.decoys,
    faults: faults.length,
  };
}

const WORST: readonly ExecutedAsset["outcome"][] = [
  "fails",
  "blocked",
  "different",
  "stale",
  "retyped",
  "relabelled",
  "same",
];

/** Of two faults at once, the worse outcome of each asset. */
function outcomesOf(faults: readonly ExecutedChange[]): Map<AssetId, ExecutedAsset["outcome"]> {
  const outcomes = new Map<AssetId, ExecutedAsset["outcome"]>();
  for (const { id, outcome } of faults.flatMap(({ assets }) => assets)) {
    const before = outcomes.get(id) ?? "same";
    outcomes.set(id, WORST.indexOf(outcome) < WORST.indexOf(before) ? outcome : before);
  }
  return outcomes;
}

/** What the check looks for that failed on an asset; nothing where none is known to have. */
function foundAt(id: AssetId, { faults, randomKind }: Making): Pick<ObservedRef, "found"> {
  if (randomKind === undefined) return {};
  const all = faults.flatMap(({ assets }) => assets.find((one) => one.id === id)?.fails ?? []);
  const kinds = [...new Set(all)].sort();
  const found = kinds[Math.floor(randomKind() * kinds.length)];
  return found === undefined ? {} : { found };
}

function alarmOf(
  outcome: ExecutedAsset["outcome"],
  random: () => number,
): ObservedRef["shows"] | undefined {
  const luck = random();
  if (outcome === "fails") return "fails";
  if (outcome === "different") return luck < SEES_OTHER_VALUES ? "wrong" : undefined;
  if (outcome === "blocked" || outcome === "stale") return luck < SEES_STALE ? "stale" : undefined;
  return luck < FALSE_ALARM ? "wrong" : undefined;
}

const idOfChanged = (view: GraphView, { asset }: ChangeInput): AssetId | undefined => {
  const found = findAssetByName(view.graph, asset);
  return found.ok ? found.value.id : undefined;
};

function logOf(change: ChangeInput, random: () => number): LoggedChange {
  const at = hoursAgo(0.5 + random() * 11.5);
  if (!NAMED_IN_LOGS.has(change.kind)) return { asset: change.asset, at };
  const { column } = change;
  return {
    asset: change.asset,
    at,
    change,
    ...(typeof column === "string" ? { column } : {}),
  };
}

/** Changes that others made in the last two days and that broke nothing. */
function decoysOf({ view, decoys, random }: Making): LoggedChange[] {
  const datasets = [...view.graph.assets.values()].filter(
    ({ kind, columns }) => DATASET_KINDS.has(kind) && columns.length > 0,
  );
  return datasets.flatMap((asset): LoggedChange[] => {
    if (random() >= decoys) return [];
    const at = hoursAgo(random() * 48);
    const named = { namespace: asset.namespace, name: asset.name };
    const column = asset.columns[Math.floor(random() * asset.columns.length)]?.name ?? "";
    const kind = DECOY_KINDS[Math.floor(random() * DECOY_KINDS.length)] ?? "description_only";
    if (random() < 0.4) return [{ asset: named, at }];
    // What breaks nothing is, more often than not, a column that nobody reads.
    const name = kind === "add_nullable_column" ? `${column}_2` : column;
    return [{ asset: named, at, column: name, change: { kind, asset: named, column: name } }];
  });
}

const hoursAgo = (hours: number): string =>
  new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
