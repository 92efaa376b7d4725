import type { GraphView } from "./graph-view.ts";

/** Versions of before that were asked for: so many stay, and of large graphs only the last one. */
const KEPT = { views: 3, assets: 30_000 };

/** Lets go of those that were asked for first: each holds a graph of its own. The last one always stays. */
export function letGoOfOldest(past: Map<string, GraphView>, kept = KEPT): void {
  let assets = [...past.values()].reduce((sum, { graph }) => sum + graph.assets.size, 0);
  for (const [at, { graph }] of past) {
    const isLittle = past.size <= kept.views && assets <= kept.assets;
    if (isLittle || past.size === 1) return;
    past.delete(at);
    assets -= graph.assets.size;
  }
}
