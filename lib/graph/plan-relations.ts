import { type Snapshot, TRAIT } from "./snapshot.ts";

/**
 * The relation of the snapshot that a relation of an asset's plan became; undefined where the asset consists of several
 * queries, which are walked apart. Inner relations follow each other in the order of the plan, and the last one is the
 * asset itself.
 */
export function findPlanRelation(
  snapshot: Snapshot,
  {
    asset,
    place,
    count,
  }: { readonly asset: number; readonly place: number; readonly count: number },
): number | undefined {
  if (place === count - 1) return asset;
  const first = firstInner(snapshot, asset);
  if (first === undefined || ((snapshot.traits[first] ?? 0) & TRAIT.query) !== 0) return undefined;
  const relation = first + place;
  return snapshot.owner[relation] === asset ? relation : undefined;
}

const firsts = new WeakMap<Snapshot, ReadonlyMap<number, number>>();

function firstInner(snapshot: Snapshot, asset: number): number | undefined {
  let known = firsts.get(snapshot);
  if (known === undefined) {
    const found = new Map<number, number>();
    for (let relation = snapshot.assetCount; relation < snapshot.relationCount; relation++) {
      const owner = snapshot.owner[relation] ?? -1;
      if (!found.has(owner)) found.set(owner, relation);
    }
    firsts.set(snapshot, found);
    known = found;
  }
  return known.get(asset);
}
