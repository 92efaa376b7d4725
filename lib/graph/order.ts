/** Who points at whom, packed: the targets of node `n` are `target[start[n]]` to `target[start[n + 1] - 1]`. */
export interface Adjacency {
  readonly start: Int32Array;
  readonly target: Int32Array;
}

export interface Order {
  /** Place of each node; a node stands after what points at it, cycles apart. */
  readonly rank: Int32Array;
  readonly byRank: Int32Array;
  /** 1 where the node lies on a cycle through other nodes. */
  readonly cyclic: Uint8Array;
}

/**
 * A topological order of the condensation: Tarjan's algorithm without recursion, O(V + E). Members of one cycle stand
 * side by side. Self-loops do not count as cycles.
 */
export function orderByReach({ start, target }: Adjacency): Order {
  const count = start.length - 1;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const next = new Int32Array(count);
  const stack = new Int32Array(count);
  const path = new Int32Array(count);
  const rank = new Int32Array(count);
  const byRank = new Int32Array(count);
  const cyclic = new Uint8Array(count);
  let stackSize = 0;
  let counter = 0;
  let place = count;

  const enter = (node: number): void => {
    index[node] = counter;
    low[node] = counter;
    counter++;
    next[node] = start[node] ?? 0;
    stack[stackSize++] = node;
    onStack[node] = 1;
  };
  const close = (node: number): void => {
    const several = stack[stackSize - 1] !== node;
    let member: number;
    do {
      member = stack[--stackSize] ?? 0;
      onStack[member] = 0;
      place--;
      rank[member] = place;
      byRank[place] = member;
      if (several) cyclic[member] = 1;
    } while (member !== node);
  };
  const walk = (root: number): void => {
    let depth = 0;
    path[0] = root;
    enter(root);
    while (depth >= 0) {
      const node = path[depth] ?? 0;
      const at = next[node] ?? 0;
      if (at < (start[node + 1] ?? 0)) {
        next[node] = at + 1;
        const to = target[at] ?? 0;
        if (index[to] === -1) {
          path[++depth] = to;
          enter(to);
        } else if (onStack[to] === 1) {
          low[node] = Math.min(low[node] ?? 0, index[to] ?? 0);
        }
        continue;
      }
      if (low[node] === index[node]) close(node);
      depth--;
      if (depth >= 0) {
        const above = path[depth] ?? 0;
        low[above] = Math.min(low[above] ?? 0, low[node] ?? 0);
      }
    }
  };
  // Roots from the end: among nodes that do not depend on each other the lower number then stands first.
  for (let node = count - 1; node >= 0; node--) if (index[node] === -1) walk(node);
  return { rank, byRank, cyclic };
}
