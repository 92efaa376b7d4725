import { type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import { ANY_BOUNDARY } from "./boundary.ts";

/** What brings more than its columns' own states into play. */
const NOT_CALM = ANY_BOUNDARY | TRAIT.cyclic;

/**
 * By rank: 0 where a relation has to be looked at by itself; else the rank at which a stretch of relations ends that do not
 * read each other and are either all assets or all inner relations, so that their columns can be seen to in one go.
 * O(relations).
 */
export function calmStretches(snapshot: Snapshot): Int32Array {
  const { byRank, layerStart, relationCount } = snapshot;
  const until = new Int32Array(relationCount);
  for (let layer = layerStart.length - 2; layer >= 0; layer--) {
    let end = layerStart[layer + 1] ?? 0;
    for (let rank = end - 1; rank >= (layerStart[layer] ?? 0); rank--) {
      if (isAsset(snapshot, rank) !== isAsset(snapshot, end - 1)) end = rank + 1;
      if (isCalm(snapshot, byRank[rank] ?? 0)) until[rank] = end;
    }
  }
  return until;
}

const isAsset = ({ byRank, assetCount }: Snapshot, rank: number): boolean =>
  (byRank[rank] ?? 0) < assetCount;

const isCalm = ({ traits, readStart }: Snapshot, relation: number): boolean =>
  ((traits[relation] ?? 0) & NOT_CALM) === 0 && readStart[relation] === readStart[relation + 1];
