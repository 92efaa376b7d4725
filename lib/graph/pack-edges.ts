/** Counting sort: where each node's edges begin, given the node of each edge of all lists. O(V + E). */
export function startsOf(lists: readonly Int32Array[], nodes: number): Int32Array {
  const start = new Int32Array(nodes + 1);
  for (const list of lists) {
    for (let edge = 0; edge < list.length; edge++) {
      const at = (list[edge] ?? 0) + 1;
      start[at] = (start[at] ?? 0) + 1;
    }
  }
  for (let node = 0; node < nodes; node++)
    start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  return start;
}
