/** A graph of small integers: `from[i] -> to[i]`. */
export interface Links {
  readonly nodes: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function followersOf({ nodes, from, to }: Links): readonly (readonly number[])[] {
  const followers: number[][] = Array.from({ length: nodes }, () => []);
  from.forEach((node, at) => {
    if (node !== to[at]) followers[node]?.push(at);
  });
  return followers;
}

/** The links that close a circle, found by one depth-first walk in the order of the nodes; self-links too. */
export function findBackLinks(links: Links): ReadonlySet<number> {
  const followers = followersOf(links);
  const back = new Set<number>(
    links.from.flatMap((node, at) => (node === links.to[at] ? [at] : [])),
  );
  const state = new Uint8Array(links.nodes); // 0 new, 1 on the way, 2 done
  for (let root = 0; root < links.nodes; root++) {
    if (state[root] !== 0) continue;
    const stack: { readonly node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = followers[top.node]?.[top.next++];
      if (link === undefined) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      const target = links.to[link] ?? 0;
      if (state[target] === 1) back.add(link);
      else if (state[target] === 0) {
        state[target] = 1;
        stack.push({ node: target, next: 0 });
      }
    }
  }
  return back;
}

/** Longest paths from the roots, over the links that are no back links. */
function followPaths(
  links: Links,
  followers: readonly (readonly number[])[],
  roots: readonly number[],
): number[] {
  const waiting = countInto(links, followers);
  const layers = new Array<number>(links.nodes).fill(0);
  const queue = [...roots];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] ?? 0;
    for (const link of followers[node] ?? []) {
      const target = links.to[link] ?? 0;
      const left = (waiting[target] ?? 0) - 1;
      waiting[target] = left;
      layers[target] = Math.max(layers[target] ?? 0, (layers[node] ?? 0) + 1);
      if (left === 0) queue.push(target);
    }
  }
  return layers;
}

function countInto(links: Links, followers: readonly (readonly number[])[]): Int32Array {
  const into = new Int32Array(links.nodes);
  for (const link of followers.flat()) {
    const target = links.to[link] ?? 0;
    into[target] = (into[target] ?? 0) + 1;
  }
  return into;
}

/**
 * The layer of each node: one more than the highest of what it reads. What reads nothing stands just before its first
 * reader, unless it is pinned to the first layer.
 */
export function assignLayers(links: Links, pinned: ReadonlySet<number>): readonly number[] {
  const back = findBackLinks(links);
  const followers = followersOf(links).map((list) => list.filter((link) => !back.has(link)));
  const into = countInto(links, followers);
  const roots = [...into.keys()].filter((node) => into[node] === 0);
  const layers = followPaths(links, followers, roots);
  for (const root of roots) {
    const readers = (followers[root] ?? []).map((link) => layers[links.to[link] ?? 0] ?? 0);
    if (!pinned.has(root) && readers.length > 0)
      layers[root] = Math.max(0, Math.min(...readers) - 1);
  }
  return layers;
}

export interface Placed {
  readonly layers: readonly number[];
  /** Links that close a circle. */
  readonly back: ReadonlySet<number>;
  /** Nodes that stay in their layer. */
  readonly fixed: ReadonlySet<number>;
}

/**
 * Moves each node up to its first reader, and what nothing reads beside the last of those: then a domain's cards stand
 * together, and the long lines run through the free room before them.
 */
export function pullRight(links: Links, { layers, back, fixed }: Placed): readonly number[] {
  const followers = followersOf(links);
  const moved = [...layers];
  const end = Math.max(0, ...layers);
  const order = [...layers.keys()].toSorted((a, b) => (layers[b] ?? 0) - (layers[a] ?? 0));
  for (const node of order) {
    if (fixed.has(node)) continue;
    const readers = (followers[node] ?? [])
      .filter((link) => !back.has(link))
      .map((link) => moved[links.to[link] ?? 0] ?? 0);
    const first = readers.length === 0 ? end : Math.min(...readers);
    moved[node] = Math.max(moved[node] ?? 0, first - 1);
  }
  return moved;
}
