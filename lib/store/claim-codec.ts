import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import type { Edge, EdgeEnd, Provenance, SaidName } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";

/**
 * The text that both stores keep of a claim: JSON, with the edges packed.
 *
 * `[form, claim without edges, texts, [count, lane, lane, …]]`: each lane holds one field of all edges as indices into
 * `texts` (0: absent), and is a single number where all edges have the same. Twenty edges of one table take 300 bytes
 * instead of 4,000, which is what writing and reading them costs. The same claim always gives the same text.
 */
const FORM = 1;

// `never` as soon as the model gains a field that is not listed: the packing must then learn it before this compiles.
type Covered<T, Known extends keyof T> = [Exclude<keyof T, Known>] extends [never] ? T : never;
type CoveredEdge = Covered<
  Edge,
  "from" | "to" | "use" | "cap" | "expression" | "via" | "query" | "said" | "provenance"
>;
type CoveredEnd = Covered<EdgeEnd, "asset" | "column">;
type CoveredProvenance = Covered<Provenance, "file" | "line" | "event">;

/** Lanes in the order in which they are stored. `line` holds plain numbers plus one, `said` points at JSON, the others at texts. */
const LANES = [
  "fromAsset",
  "fromColumn",
  "toAsset",
  "toColumn",
  "use",
  "cap",
  "expression",
  "via",
  "file",
  "line",
  "event",
  "query",
  "said",
] as const;

type LaneName = (typeof LANES)[number];
type Lane = number | readonly number[];
type Packed = readonly [form: number, head: AssetClaim, texts: readonly string[], edges: readonly Lane[]];

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
  readonly #values: number[] = [];
  #last: string | undefined;
  #lastIndex = 0;
  #constant = true;

  add(text: string | undefined, table: TextTable): void {
    if (text !== this.#last) {
      this.#last = text;
      this.#lastIndex = table.indexOf(text);
    }
    this.addNumber(this.#lastIndex);
  }

  addNumber(value: number): void {
    if (this.#values.length > 0 && value !== this.#values[0]) this.#constant = false;
    this.#values.push(value);
  }

  build(): Lane {
    return this.#constant ? (this.#values[0] ?? 0) : this.#values;
  }
}

export function encodeClaim(claim: AssetClaim): string {
  const table = new TextTable();
  const lanes = buildLanes();
  for (const edge of claim.edges) addEdge(edge, lanes, table);
  const packed: Packed = [
    FORM,
    { ...claim, edges: [] },
    table.texts,
    [claim.edges.length, ...LANES.map((name) => lanes[name].build())],
  ];
  return JSON.stringify(packed);
}

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
}

/** The claim that `encodeClaim` was given, or undefined where the text is not of that form. Ends and provenances are shared between edges. */
export function decodeClaim(text: string): AssetClaim | undefined {
  const packed = parsePacked(text);
  if (packed === undefined) return undefined;
  const [, head, texts, [count, ...lanes]] = packed;
  const edges = decodeEdges({ count: Number(count), lanes, texts });
  return { ...head, edges };
}

function parsePacked(text: string): Packed | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed[0] === FORM && parsed.length === 4
      ? (parsed as unknown as Packed)
      : undefined;
  } catch {
    return undefined;
  }
}

interface PackedEdges {
  readonly count: number;
  readonly lanes: readonly Lane[];
  readonly texts: readonly string[];
}

function decodeEdges(packed: PackedEdges): readonly Edge[] {
  const { texts } = packed;
  const lane = (name: LaneName): ((row: number) => number) => {
    const values = packed.lanes[LANES.indexOf(name)] ?? 0;
    return typeof values === "number" ? () => values : (row) => values[row] ?? 0;
  };
  const fromAsset = lane("fromAsset");
  const fromColumn = lane("fromColumn");
  const toAsset = lane("toAsset");
  const toColumn = lane("toColumn");
  const use = lane("use");
  const cap = lane("cap");
  const expression = lane("expression");
  const via = lane("via");
  const file = lane("file");
  const line = lane("line");
  const event = lane("event");
  const query = lane("query");
  const said = lane("said");
  const saidNames = new Map<number, SaidName>();
  const saidName = (index: number): SaidName | undefined => {
    if (index === 0) return undefined;
    const known = saidNames.get(index) ?? (JSON.parse(texts[index - 1] ?? "null") as SaidName);
    saidNames.set(index, known);
    return known;
  };
  const ends = new Map<number, EdgeEnd>();
  const end = (asset: number, column: number): EdgeEnd => {
    const key = asset * (texts.length + 1) + column;
    const known = ends.get(key);
    if (known !== undefined) return known;
    const made = buildEnd(texts[asset - 1] ?? "", column === 0 ? undefined : texts[column - 1]);
    ends.set(key, made);
    return made;
  };
  let provenance: Provenance = {};
  let provenanceOf = [0, 0, 0];
  const edges: Edge[] = [];
  for (let row = 0; row < packed.count; row++) {
    const place = [file(row), line(row), event(row)];
    if (place.some((value, at) => value !== provenanceOf[at])) {
      provenanceOf = place;
      provenance = buildProvenance(place, texts);
    }
    edges.push(
      buildEdge({
        from: end(fromAsset(row), fromColumn(row)),
        to: end(toAsset(row), toColumn(row)),
        use: texts[use(row) - 1] as Use,
        cap: texts[cap(row) - 1] as Edge["cap"],
        expression: texts[expression(row) - 1],
        via: texts[via(row) - 1] as AssetId | undefined,
        query: texts[query(row) - 1],
        said: saidName(said(row)),
        provenance,
      }),
    );
  }
  return edges;
}

const buildEnd = (asset: string, column: string | undefined): EdgeEnd =>
  column === undefined ? { asset: asset as AssetId } : { asset: asset as AssetId, column };

function buildProvenance(place: readonly number[], texts: readonly string[]): Provenance {
  const [file = 0, line = 0, event = 0] = place;
  return {
    ...(file === 0 ? {} : { file: texts[file - 1] ?? "" }),
    ...(line === 0 ? {} : { line: line - 1 }),
    ...(event === 0 ? {} : { event: texts[event - 1] ?? "" }),
  };
}

interface EdgeParts {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly use: Use;
  readonly cap: Edge["cap"] | undefined;
  readonly expression: string | undefined;
  readonly via: AssetId | undefined;
  readonly query: string | undefined;
  readonly said: SaidName | undefined;
  readonly provenance: Provenance;
}

function buildEdge({ from, to, use, provenance, ...rest }: EdgeParts): Edge {
  const { cap, expression, via, query, said } = rest;
  return {
    from,
    to,
    use,
    ...(cap === undefined ? NONE : { cap }),
    ...(expression === undefined ? NONE : { expression }),
    ...(via === undefined ? NONE : { via }),
    ...(query === undefined ? NONE : { query }),
    ...(said === undefined ? NONE : { said }),
    provenance,
  };
}

const NONE = {};
