import { keepByVersion } from "#lib/graph/keep-by-version.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { PatchedMap } from "#lib/graph/patched-map.ts";
import { readsOf } from "#lib/graph/reads-of.ts";
import { compareText } from "#lib/kit/compare-text.ts";
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

/** Who reads each asset, and which dashboard a chart is part of; twice where both say so. */
const readersOf = keepByVersion<ReadonlyMap<AssetId, readonly AssetId[]>>({
  build: (graph) => {
    const readers = new Map<AssetId, AssetId[]>();
    for (const asset of graph.assets.values()) {
      for (const [from, to] of readingsOf(asset)) {
        const list = readers.get(from);
        if (list === undefined) readers.set(from, [to]);
        else list.push(to);
      }
    }
    return readers;
  },
  goOn: ({ graph: earlier, made }, { graph, changed }) => {
    const patch = new Map<AssetId, readonly AssetId[] | undefined>();
    const idsOf = (id: AssetId): readonly AssetId[] =>
      (patch.has(id) ? patch.get(id) : made.get(id)) ?? [];
    for (const id of changed) {
      const [old, now] = [earlier.assets.get(id), graph.assets.get(id)];
      for (const [from, to] of readingsOf(old)) {
        const ids = idsOf(from);
        const rest = ids.toSpliced(ids.indexOf(to), 1);
        patch.set(from, rest.length === 0 ? undefined : rest);
      }
      for (const [from, to] of readingsOf(now)) patch.set(from, [...idsOf(from), to]);
    }
    return PatchedMap.of(made, patch);
  },
});

function readingsOf(asset: MergedAsset | undefined): readonly (readonly [AssetId, AssetId])[] {
  if (asset === undefined) return [];
  const reads = readsOf(asset).map((read) => [read, asset.id] as const);
  const { partOf } = asset.attributes;
  return partOf === undefined ? reads : [...reads, [asset.id, partOf]];
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
