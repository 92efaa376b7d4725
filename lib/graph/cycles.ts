import type { AssetId } from "#lib/model/asset-id.ts";
import { hasTrait, type Snapshot, TRAIT } from "./snapshot.ts";

/** Groups of assets that read each other in a circle, each ordered by id; the groups by their first id. */
export function findCycles(snapshot: Snapshot): AssetId[][] {
  const groups: AssetId[][] = [];
  const group = new Map<number, number>();
  for (let place = 0; place < snapshot.relationCount; place++) {
    const relation = snapshot.byRank[place] ?? 0;
    if (!hasTrait(snapshot, relation, TRAIT.cyclic)) continue;
    group.set(relation, groupOf(snapshot, relation, group) ?? group.size);
  }
  const members = new Map<number, Set<AssetId>>();
  for (const [relation, number] of group) {
    const id = snapshot.assetIds[snapshot.owner[relation] ?? 0];
    if (id !== undefined) members.set(number, (members.get(number) ?? new Set()).add(id));
  }
  for (const set of members.values()) if (set.size > 1) groups.push([...set].sort());
  return groups.sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

/** Members of one cycle stand side by side, so a neighbour before this one that it reads or is read by shares its group. */
function groupOf(
  snapshot: Snapshot,
  relation: number,
  group: ReadonlyMap<number, number>,
): number | undefined {
  const before = snapshot.byRank[(snapshot.rank[relation] ?? 0) - 1];
  if (before === undefined || !group.has(before)) return undefined;
  return reachesWithin(snapshot, relation, before) ? group.get(before) : undefined;
}

function reachesWithin(snapshot: Snapshot, from: number, to: number): boolean {
  const seen = new Set([from]);
  const queue = [from];
  for (let relation = queue.pop(); relation !== undefined; relation = queue.pop()) {
    if (relation === to) return true;
    for (
      let at = snapshot.pairStart[relation] ?? 0;
      at < (snapshot.pairStart[relation + 1] ?? 0);
      at++
    ) {
      const next = snapshot.pairTarget[at] ?? 0;
      if (seen.has(next) || !hasTrait(snapshot, next, TRAIT.cyclic)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return false;
}
