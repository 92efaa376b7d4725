/** Edges as they come, by index. */
export interface LooseEdges {
  readonly source: Int32Array;
  readonly count: number;
}

/** Counting sort by source: where each source's edges begin, and which edge stands at each place. Stable, O(V + E). */
export function packBySource(
  { source, count }: LooseEdges,
  nodes: number,
): { readonly start: Int32Array; readonly order: Int32Array } {
  const start = new Int32Array(nodes + 1);
  for (let edge = 0; edge < count; edge++) {
    const at = (source[edge] ?? 0) + 1;
    start[at] = (start[at] ?? 0) + 1;
  }
  for (let node = 0; node < nodes; node++)
    start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  const cursor = start.slice(0, nodes);
  const order = new Int32Array(count);
  for (let edge = 0; edge < count; edge++) {
    const node = source[edge] ?? 0;
    const at = cursor[node] ?? 0;
    order[at] = edge;
    cursor[node] = at + 1;
  }
  return { start, order };
}

export function pick32(values: Int32Array, order: Int32Array): Int32Array {
  const out = new Int32Array(order.length);
  for (let at = 0; at < order.length; at++) out[at] = values[order[at] ?? 0] ?? 0;
  return out;
}

export function pick16(values: Uint16Array, order: Int32Array): Uint16Array {
  const out = new Uint16Array(order.length);
  for (let at = 0; at < order.length; at++) out[at] = values[order[at] ?? 0] ?? 0;
  return out;
}

export function pick8(values: Uint8Array, order: Int32Array): Uint8Array {
  const out = new Uint8Array(order.length);
  for (let at = 0; at < order.length; at++) out[at] = values[order[at] ?? 0] ?? 0;
  return out;
}
