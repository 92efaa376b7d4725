import type { AssetId } from "#lib/model/asset-id.ts";
import { changedSince, placeOf } from "./graph-changes.ts";
import type { MergedGraph } from "./merged-graph.ts";

interface Kept<T> {
  readonly graph: MergedGraph;
  readonly made: T;
}

interface Making<T> {
  readonly build: (graph: MergedGraph) => T;
  /** The same from what was made of an earlier version, given the assets that came, went or changed since. */
  readonly goOn: (before: Kept<T>, now: Change) => T;
}

interface Change {
  readonly graph: MergedGraph;
  readonly changed: ReadonlySet<AssetId>;
}

/**
 * Something that is made of a whole graph, once for each version: where the graph tells what changed since the version
 * that it was last made of, from that.
 */
export function keepByVersion<T>({ build, goOn }: Making<T>): (graph: MergedGraph) => T {
  const known = new WeakMap<MergedGraph, T>();
  /** By the log of a graph's changes. */
  const latest = new WeakMap<object, Kept<T>>();
  return (graph) => {
    const ready = known.get(graph);
    if (ready !== undefined) return ready;
    const { log } = placeOf(graph);
    const before = latest.get(log);
    const changed = before && changedSince(placeOf(before.graph), graph);
    const made =
      before === undefined || changed === undefined
        ? build(graph)
        : goOn(before, { graph, changed });
    known.set(graph, made);
    latest.set(log, { graph, made });
    return made;
  };
}
