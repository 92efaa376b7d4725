import type { Edge, EdgeEnd, Provenance } from "./edge.ts";
import { type EdgeSaid, laneAt, type ResolvedLanes } from "./edge-lanes.ts";
import {
  type EdgeNumbers,
  LANES,
  type LaneName,
  type PackedEdges,
  type PackedLane,
} from "./packed-edges.ts";

// `never` as soon as the model gains a field that is not listed: the packing must then learn it before this compiles.
type Covered<T, Known extends keyof T> = [Exclude<keyof T, Known>] extends [never] ? T : never;
type CoveredEdge = Covered<
  Edge,
  "from" | "to" | "use" | "cap" | "expression" | "via" | "query" | "said" | "extra" | "provenance"
>;
type CoveredEnd = Covered<EdgeEnd, "asset" | "column">;
type CoveredProvenance = Covered<Provenance, "file" | "line" | "event">;

/** Gives each distinct text a number from 1; remembers the last one of each lane, which is mostly the same again. */
class TextTable {
  readonly texts: string[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(text: string | undefined): number {
    if (text === undefined) return 0;
    const known = this.#indices.get(text);
    if (known !== undefined) return known;
    this.texts.push(text);
    this.#indices.set(text, this.texts.length);
    return this.texts.length;
  }
}

class LaneBuilder {
  /** All alike so far: most lanes stay so, and then need no list. */
  #count = 0;
  #first = 0;
  #values: number[] | undefined;
  #last: string | undefined;
  #lastIndex = 0;

  add(text: string | undefined, table: TextTable): void {
    if (text !== this.#last) {
      this.#last = text;
      this.#lastIndex = table.indexOf(text);
    }
    this.addNumber(this.#lastIndex);
  }

  /** The text that was added last. */
  again(): void {
    this.addNumber(this.#lastIndex);
  }

  addNumber(value: number): void {
    if (this.#values !== undefined) this.#values.push(value);
    else if (this.#count === 0) this.#first = value;
    else if (value !== this.#first) {
      this.#values = new Array<number>(this.#count).fill(this.#first);
      this.#values.push(value);
    }
    this.#count++;
  }

  build(): PackedLane {
    return this.#values ?? this.#first;
  }
}

export const NO_PACKED_EDGES: PackedEdges = { texts: [], lanes: [0, ...LANES.map(() => 0)] };

export function packEdges(edges: readonly Edge[]): PackedEdges {
  const table = new TextTable();
  const lanes = buildLanes();
  for (const edge of edges) addEdge(edge, lanes, table);
  return { texts: table.texts, lanes: numbersOf(lanes, edges.length) };
}

/** The same as `packEdges` makes of the edges that the lists are of. */
export function packLanes(resolved: ResolvedLanes): PackedEdges {
  const table = new TextTable();
  const lanes = buildLanes();
  addLanes(resolved, lanes, table);
  return { texts: table.texts, lanes: numbersOf(lanes, resolved.lanes.end.length) };
}

const numbersOf = (lanes: Record<LaneName, LaneBuilder>, count: number): EdgeNumbers => [
  count,
  ...LANES.map((name) => lanes[name].build()),
];

const buildLanes = (): Record<LaneName, LaneBuilder> => ({
  fromAsset: new LaneBuilder(),
  fromColumn: new LaneBuilder(),
  toAsset: new LaneBuilder(),
  toColumn: new LaneBuilder(),
  use: new LaneBuilder(),
  cap: new LaneBuilder(),
  expression: new LaneBuilder(),
  via: new LaneBuilder(),
  file: new LaneBuilder(),
  line: new LaneBuilder(),
  event: new LaneBuilder(),
  query: new LaneBuilder(),
  said: new LaneBuilder(),
  extra: new LaneBuilder(),
});

function addEdge(edge: CoveredEdge, lanes: Record<LaneName, LaneBuilder>, table: TextTable): void {
  const from: CoveredEnd = edge.from;
  const to: CoveredEnd = edge.to;
  const provenance: CoveredProvenance = edge.provenance;
  lanes.fromAsset.add(from.asset, table);
  lanes.fromColumn.add(from.column, table);
  lanes.toAsset.add(to.asset, table);
  lanes.toColumn.add(to.column, table);
  lanes.use.add(edge.use, table);
  lanes.cap.add(edge.cap, table);
  lanes.expression.add(edge.expression, table);
  lanes.via.add(edge.via, table);
  lanes.file.add(provenance.file, table);
  lanes.line.addNumber(provenance.line === undefined ? 0 : provenance.line + 1);
  lanes.event.add(provenance.event, table);
  lanes.query.add(edge.query, table);
  lanes.said.add(edge.said && JSON.stringify(edge.said), table);
  lanes.extra.add(edge.extra && JSON.stringify(edge.extra), table);
}

/** The same as `addEdge` of each of the edges, in the same order. */
function addLanes(
  { lanes: edges, ends, vias, head }: ResolvedLanes,
  lanes: Record<LaneName, LaneBuilder>,
  table: TextTable,
): void {
  const saidTexts = ends.map(({ said }) => said && JSON.stringify(said));
  // What is the same for all edges stands in their lanes once, with the first of them.
  const hasOneVia = "all" in edges.via;
  const hasOnePlace = "all" in edges.provenance;
  const hasSaid = saidTexts.some((text) => text !== undefined);
  let lastSaid: EdgeSaid | undefined;
  for (let at = 0; at < edges.end.length; at++) {
    const end = edges.end[at] ?? 0;
    const said = edges.said[at];
    lanes.fromAsset.add(ends[end]?.asset, table);
    lanes.fromColumn.add(edges.fromColumn[at], table);
    if (at === 0) lanes.toAsset.add(head.asset, table);
    lanes.toColumn.add(edges.toColumn[at], table);
    if (at > 0 && said === lastSaid) {
      lanes.use.again();
      lanes.cap.again();
      lanes.expression.again();
    } else {
      lanes.use.add(said?.use, table);
      lanes.cap.add(said?.cap, table);
      lanes.expression.add(said?.expression, table);
    }
    lastSaid = said;
    if (at === 0 || !hasOneVia) {
      const via = laneAt(edges.via, at);
      lanes.via.add(via === undefined ? undefined : vias.get(via), table);
    }
    if (at === 0 || !hasOnePlace)
      addPlace(laneAt(edges.provenance, at) ?? head.provenance, lanes, table);
    if (at === 0 || hasSaid) lanes.said.add(saidTexts[end], table);
  }
}

function addPlace(
  { file, line, event }: Provenance,
  lanes: Record<LaneName, LaneBuilder>,
  table: TextTable,
): void {
  lanes.file.add(file, table);
  lanes.line.addNumber(line === undefined ? 0 : line + 1);
  lanes.event.add(event, table);
}
