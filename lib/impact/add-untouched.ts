import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { readsOf } from "#lib/graph/reads-of.ts";
import { type AssetId, assetId, assetNameOf, shortNameOf } from "#lib/model/asset-id.ts";
import type { AssessedChange, Assessment, AssetVerdict } from "./assessment.ts";
import { describeAsset } from "./describe-asset.ts";

/**
 * Adds what plain reachability would flag and the change never touches: assets that read a changed asset, directly or
 * over others, and none of what changed. They stand last, each with its reason, so that "not in the list" and "nobody
 * looked" are two things. Linear in the reads below the changed assets.
 */
export function addUntouched(assessment: Assessment, graph: MergedGraph): Assessment {
  const known = new Set(assessment.verdicts.map(({ asset }) => asset.id));
  const changed = new Map<AssetId, readonly string[]>();
  for (const change of assessment.changes) {
    const id = assetId(change.asset.namespace, change.asset.name);
    changed.set(id, [...(changed.get(id) ?? []), ...columnOf(change)]);
  }
  const untouched: AssetVerdict[] = [];
  for (const { id, hops, from } of readersBelow(graph, [...changed.keys()])) {
    const asset = graph.assets.get(id);
    if (asset !== undefined && !known.has(id) && !changed.has(id)) {
      untouched.push(untouchedVerdict({ asset, hops, from, columns: changed.get(from) }));
    }
  }
  if (untouched.length === 0) return assessment;
  untouched.sort(
    (a, b) =>
      a.hops - b.hops ||
      compareText(a.asset.name, b.asset.name) ||
      compareText(a.asset.id, b.asset.id),
  );
  return { ...assessment, verdicts: [...assessment.verdicts, ...untouched] };
}

const columnOf = ({ column }: AssessedChange): readonly string[] =>
  typeof column === "string" ? [column] : [];

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Reader {
  readonly id: AssetId;
  readonly hops: number;
  /** What it reads on the way back to the change, nearest to it. */
  readonly from: AssetId;
}

function readersBelow(graph: MergedGraph, starts: readonly AssetId[]): readonly Reader[] {
  const readers = readersOf(graph);
  const seen = new Set<AssetId>(starts);
  const queue: Reader[] = starts.map((id) => ({ id, hops: 0, from: id }));
  for (let at = 0; at < queue.length; at++) {
    const here = queue[at];
    if (here === undefined) break;
    for (const id of readers.get(here.id) ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      queue.push({ id, hops: here.hops + 1, from: here.id });
    }
  }
  return queue.slice(starts.length);
}

const indexes = new WeakMap<MergedGraph, ReadonlyMap<AssetId, readonly AssetId[]>>();

/** Who reads each asset, and which dashboard a chart is part of. Made once for a graph. */
function readersOf(graph: MergedGraph): ReadonlyMap<AssetId, readonly AssetId[]> {
  const known = indexes.get(graph);
  if (known !== undefined) return known;
  const readers = new Map<AssetId, Set<AssetId>>();
  const put = (from: AssetId, to: AssetId): void => {
    const set = readers.get(from);
    if (set === undefined) readers.set(from, new Set([to]));
    else set.add(to);
  };
  for (const asset of graph.assets.values()) {
    for (const read of readsOf(asset)) put(read, asset.id);
    if (asset.attributes.partOf !== undefined) put(asset.id, asset.attributes.partOf);
  }
  const made = new Map([...readers].map(([id, set]) => [id, [...set]] as const));
  indexes.set(graph, made);
  return made;
}

function untouchedVerdict({
  asset,
  hops,
  from,
  columns,
}: {
  readonly asset: MergedAsset;
  readonly hops: number;
  readonly from: AssetId;
  readonly columns: readonly string[] | undefined;
}): AssetVerdict {
  const source = shortNameOf(assetNameOf(from).name);
  const why =
    columns === undefined || columns.length === 0
      ? `what it reads of ${source} stays the same`
      : `it reads other columns of ${source} than ${columns.join(" and ")}`;
  return {
    asset: describeAsset(asset),
    verdict: "unaffected",
    certainty: null,
    points: 0,
    terms: {},
    severity: null,
    run: "ok",
    rows: [],
    columns: [],
    because: [],
    also: [],
    hops,
    absorbedBy: [{ node: `rows:${asset.name}`, use: "NOT_USED", why }],
  };
}
