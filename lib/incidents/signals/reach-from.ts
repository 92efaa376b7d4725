import type { Snapshot } from "#lib/graph/snapshot.ts";

/** 1 for each relation that reads an asset, directly or over others; for the asset itself as well. */
export function reachFrom(snapshot: Snapshot, start: number): Uint8Array {
  const reached = new Uint8Array(snapshot.relationCount);
  const queue = [start];
  reached[start] = 1;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const owner = snapshot.owner[next] ?? next;
    if (reached[owner] === 0) {
      reached[owner] = 1;
      queue.push(owner);
    }
    const end = snapshot.pairStart[next + 1] ?? 0;
    for (let at = snapshot.pairStart[next] ?? 0; at < end; at++) {
      const target = snapshot.pairTarget[at] ?? 0;
      if (reached[target] !== 0) continue;
      reached[target] = 1;
      queue.push(target);
    }
  }
  return reached;
}
