import { keepByVersion } from "#lib/graph/keep-by-version.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { PatchedMap } from "#lib/graph/patched-map.ts";
import type { SuspectedTwin } from "#lib/impact/assessment.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { traitsOf } from "#lib/model/source-kind.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";
import { neighboursOf } from "../graph/graph-neighbours.ts";
import { definingSources } from "./defining-sources.ts";
import {
  areTold,
  derivedIn,
  groupKeyOf,
  MOST_ALIKE,
  pairKey,
  weigh,
} from "./suggest-identities.ts";

/** As sure as names, columns and a definition that is missing together make it: more than a shared name alone. */
const SURE = 0.9;
/** Of a very large answer those that are nearest to the change. */
const MOST_ASKED = 500;

const groupsOf = keepByVersion<ReadonlyMap<string, readonly AssetId[]>>({
  build: (graph) => {
    const groups = new Map<string, AssetId[]>();
    for (const asset of graph.assets.values()) {
      if (!DATASET_KINDS.has(asset.kind)) continue;
      const key = groupKeyOf(asset);
      const group = groups.get(key);
      if (group) group.push(asset.id);
      else groups.set(key, [asset.id]);
    }
    return groups;
  },
  goOn: ({ graph: earlier, made }, { graph, changed }) => {
    const patch = new Map<string, readonly AssetId[] | undefined>();
    const idsOf = (key: string): readonly AssetId[] =>
      (patch.has(key) ? patch.get(key) : made.get(key)) ?? [];
    for (const id of changed) {
      const [old, now] = [earlier.assets.get(id), graph.assets.get(id)];
      const before = old && DATASET_KINDS.has(old.kind) ? groupKeyOf(old) : undefined;
      const after = now && DATASET_KINDS.has(now.kind) ? groupKeyOf(now) : undefined;
      if (before === after) continue;
      if (before !== undefined)
        patch.set(
          before,
          idsOf(before).filter((each) => each !== id),
        );
      if (after !== undefined) patch.set(after, [...idsOf(after), id]);
    }
    return PatchedMap.of(made, patch);
  },
});

/**
 * What is most likely one with assets of an answer and is not in it, though something reads it: the readers would be
 * missed. Nothing that somebody has said to be apart, nor what two looks at real tables found on two systems.
 */
export function findTwins(
  graph: MergedGraph,
  {
    reached,
    answered,
    decisions,
  }: {
    /** What changes, and what is hit by it, nearest first. */
    readonly reached: readonly AssetId[];
    /** All that the answer speaks of, what stays as it is included. */
    readonly answered: readonly AssetId[];
    readonly decisions: readonly IdentityDecision[];
  },
): readonly SuspectedTwin[] {
  if (reached.length === 0) return [];
  const inAnswer = new Set([...reached, ...answered]);
  const decided = new Set(decisions.map(({ a, b }) => pairKey(a, b)));
  const isDerived = derivedIn(graph);
  const groups = groupsOf(graph);
  const found = new Map<AssetId, SuspectedTwin>();
  for (const id of reached.slice(0, MOST_ASKED)) {
    const asset = graph.assets.get(id);
    if (!asset || !DATASET_KINDS.has(asset.kind)) continue;
    const group = groups.get(groupKeyOf(asset)) ?? [];
    if (group.length > MOST_ALIKE) continue;
    for (const other of group) {
      if (inAnswer.has(other) || found.has(other)) continue;
      const twin = graph.assets.get(other);
      if (twin === undefined || twin.staleSince !== undefined) continue;
      const readers = [...neighboursOf(graph, { id: other, direction: "downstream" })];
      const missed = readers.filter((reader) => !inAnswer.has(reader)).length;
      if (missed === 0 || decided.has(pairKey(asset, twin)) || areApart(graph, asset, twin))
        continue;
      const { confidence } = weigh(asset, twin);
      if (confidence < SURE || isDerived(asset, twin)) continue;
      const { namespace, name } = asset;
      found.set(other, {
        asset: { id, namespace, name },
        twin: describeAsset(twin),
        confidence,
        readers: missed,
      });
    }
  }
  return [...found.values()].sort(
    (a, b) => b.confidence - a.confidence || (a.twin.id < b.twin.id ? -1 : 1),
  );
}

function areApart(graph: MergedGraph, a: MergedAsset, b: MergedAsset): boolean {
  const isLookedAt = (asset: MergedAsset): boolean =>
    definingSources(graph, asset).some(({ kind }) => traitsOf(kind).looksAtTables === true);
  return areTold(graph, a, b) || (isLookedAt(a) && isLookedAt(b));
}
