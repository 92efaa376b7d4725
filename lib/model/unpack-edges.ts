import type { AssetId } from "./asset-id.ts";
import type { Edge, EdgeEnd, Provenance, SaidName } from "./edge.ts";
import type { EdgeSaid, Lane } from "./edge-lanes.ts";
import type { EdgeSource } from "./edges-on-demand.ts";
import type { ListedEdges } from "./listed-edges.ts";
import { LANES, type LaneName, type PackedEdges, type PackedLane } from "./packed-edges.ts";
import { sameText } from "./same-values.ts";
import type { Use } from "./use.ts";

/** The edges that were packed, kept in little room. Ends and provenances are shared between those that are made together. */
export const unpackLater = (packed: PackedEdges): EdgeSource => new KeptEdges(shortenAll(packed));

/** The edges that were packed, made once. */
export const unpackEdges = ({ texts, lanes: [count, ...lanes] }: PackedEdges): readonly Edge[] =>
  decodeEdges({ count: Number(count), lanes, texts });

const shortenAll = ({ texts, lanes: [count, ...lanes] }: PackedEdges): Shortened => ({
  count: Number(count),
  lanes: lanes.map(shorten),
  texts: texts.map(sameText),
});

interface Shortened {
  readonly count: number;
  readonly lanes: readonly ShortLane[];
  readonly texts: readonly string[];
}

/** A lane in less room: its numbers as the codes of a text's characters, where they are small enough. */
type ShortLane = PackedLane | string;

const LARGEST_CODE = 0xffff;
/** More are not handed to one call. */
const MOST_CODES = 4096;

const shorten = (lane: PackedLane): ShortLane =>
  typeof lane === "number" ||
  lane.length > MOST_CODES ||
  lane.some((value) => value < 0 || value > LARGEST_CODE || !Number.isInteger(value))
    ? lane
    : String.fromCharCode(...lane);

class KeptEdges implements EdgeSource {
  readonly #packed: Shortened;

  constructor(packed: Shortened) {
    this.#packed = packed;
  }

  make(): readonly Edge[] {
    return decodeEdges(this.#packed);
  }

  list(): ListedEdges | undefined {
    return listEdges(this.#packed);
  }
}

/** The lanes of one claim, unpacked: a row's value in each, 0 where absent. */
class LaneReader {
  readonly texts: readonly string[];
  readonly #lanes: readonly ShortLane[];
  readonly #ends = new Map<number, EdgeEnd>();
  readonly #said = new Map<number, SaidName>();
  #place = [-1, -1, -1];
  #provenance: Provenance = {};

  constructor({ lanes, texts }: Shortened) {
    this.#lanes = lanes;
    this.texts = texts;
  }

  value(lane: number, row: number): number {
    const values = this.#lanes[lane] ?? 0;
    if (typeof values === "number") return values;
    return typeof values === "string" ? values.charCodeAt(row) || 0 : (values[row] ?? 0);
  }

  text(lane: number, row: number): string | undefined {
    const index = this.value(lane, row);
    return index === 0 ? undefined : this.texts[index - 1];
  }

  isEmpty(lane: number): boolean {
    return (this.#lanes[lane] ?? 0) === 0;
  }

  /** The same value in every row. */
  isUniform(lane: number): boolean {
    return typeof (this.#lanes[lane] ?? 0) === "number";
  }

  end(asset: number, column: number): EdgeEnd {
    const key = asset * (this.texts.length + 1) + column;
    let end = this.#ends.get(key);
    if (end === undefined) {
      end = buildEnd(
        this.texts[asset - 1] ?? "",
        column === 0 ? undefined : this.texts[column - 1],
      );
      this.#ends.set(key, end);
    }
    return end;
  }

  said(index: number): SaidName {
    let said = this.#said.get(index);
    if (said === undefined) {
      said = JSON.parse(this.texts[index - 1] ?? "null") as SaidName;
      this.#said.set(index, said);
    }
    return said;
  }

  /** Neighbouring edges mostly come from one place: it is built when it changes. */
  provenance(row: number): Provenance {
    const file = this.value(FILE, row);
    const line = this.value(LINE, row);
    const event = this.value(EVENT, row);
    const [lastFile, lastLine, lastEvent] = this.#place;
    if (file !== lastFile || line !== lastLine || event !== lastEvent) {
      this.#place = [file, line, event];
      this.#provenance = buildProvenance(this, { file, line, event });
    }
    return this.#provenance;
  }
}

const laneAt = (name: LaneName): number => LANES.indexOf(name);
const FROM_ASSET = laneAt("fromAsset");
const FROM_COLUMN = laneAt("fromColumn");
const TO_ASSET = laneAt("toAsset");
const TO_COLUMN = laneAt("toColumn");
const USE = laneAt("use");
const CAP = laneAt("cap");
const EXPRESSION = laneAt("expression");
const VIA = laneAt("via");
const FILE = laneAt("file");
const LINE = laneAt("line");
const EVENT = laneAt("event");
const QUERY = laneAt("query");
const SAID = laneAt("said");
const EXTRA = laneAt("extra");
const OPTIONAL = [CAP, EXPRESSION, VIA, QUERY, SAID, EXTRA];

function decodeEdges(packed: Shortened): readonly Edge[] {
  const reader = new LaneReader(packed);
  const isPlain = OPTIONAL.every((lane) => reader.isEmpty(lane));
  const edges: Edge[] = [];
  for (let row = 0; row < packed.count; row++) {
    const from = reader.end(reader.value(FROM_ASSET, row), reader.value(FROM_COLUMN, row));
    const to = reader.end(reader.value(TO_ASSET, row), reader.value(TO_COLUMN, row));
    const use = reader.text(USE, row) as Use;
    const provenance = reader.provenance(row);
    edges.push(
      isPlain
        ? { from, to, use, provenance }
        : { from, to, use, ...optionalFields(reader, row), provenance },
    );
  }
  return edges;
}

function listEdges(packed: Shortened): ListedEdges | undefined {
  const reader = new LaneReader(packed);
  if (!reader.isEmpty(QUERY) || !reader.isEmpty(EXTRA)) return undefined;
  const ends: ListedEdges["ends"][number][] = [];
  const numbers = new Map<number, number>();
  const firstPlace: Provenance[] = [];
  const end: number[] = [];
  const fromColumn: (string | undefined)[] = [];
  const toColumn: (string | undefined)[] = [];
  const said: EdgeSaid[] = [];
  const sayings = new Map<string, EdgeSaid>();
  const sayingAt = (row: number): EdgeSaid => {
    const key = `${reader.value(USE, row)} ${reader.value(CAP, row)} ${reader.value(EXPRESSION, row)}`;
    const known = sayings.get(key) ?? readSaying(reader, row);
    sayings.set(key, known);
    return known;
  };
  for (let row = 0; row < packed.count; row++) {
    const [asset, name] = [reader.value(FROM_ASSET, row), reader.value(SAID, row)];
    const key = asset * (reader.texts.length + 1) + name;
    let number = numbers.get(key);
    if (number === undefined) {
      const id = (reader.texts[asset - 1] ?? "") as AssetId;
      number = ends.push({ asset: id, said: name === 0 ? undefined : reader.said(name) }) - 1;
      numbers.set(key, number);
      firstPlace.push(reader.provenance(row));
    }
    end.push(number);
    fromColumn.push(reader.text(FROM_COLUMN, row));
    toColumn.push(reader.text(TO_COLUMN, row));
    said.push(sayingAt(row));
  }
  const lane = <T>(names: readonly number[], at: (row: number) => T): Lane<T> =>
    names.every((name) => reader.isUniform(name))
      ? { all: at(0) }
      : { each: end.map((_, row) => at(row)) };
  return {
    ends,
    firstPlace,
    end,
    fromColumn,
    toColumn,
    said,
    via: lane([VIA], (row) => reader.text(VIA, row) as AssetId | undefined),
    provenance: lane([FILE, LINE, EVENT], (row) => reader.provenance(row)),
  };
}

function readSaying(reader: LaneReader, row: number): EdgeSaid {
  const use = reader.text(USE, row) as Use;
  const cap = reader.text(CAP, row) as EdgeSaid["cap"];
  const expression = reader.text(EXPRESSION, row);
  return {
    use,
    ...(cap === undefined ? {} : { cap }),
    ...(expression === undefined ? {} : { expression }),
  };
}

type OptionalFields = Pick<Edge, "cap" | "expression" | "via" | "query" | "said" | "extra">;

function optionalFields(reader: LaneReader, row: number): OptionalFields {
  const fields: { -readonly [Name in keyof OptionalFields]: OptionalFields[Name] } = {};
  const cap = reader.text(CAP, row) as Edge["cap"];
  const expression = reader.text(EXPRESSION, row);
  const via = reader.text(VIA, row) as AssetId | undefined;
  const query = reader.text(QUERY, row);
  const said = reader.value(SAID, row);
  const extra = reader.text(EXTRA, row);
  if (cap !== undefined) fields.cap = cap;
  if (expression !== undefined) fields.expression = expression;
  if (via !== undefined) fields.via = via;
  if (query !== undefined) fields.query = query;
  if (said !== 0) fields.said = reader.said(said);
  if (extra !== undefined) fields.extra = JSON.parse(extra) as NonNullable<Edge["extra"]>;
  return fields;
}

const buildEnd = (asset: string, column: string | undefined): EdgeEnd =>
  column === undefined ? { asset: asset as AssetId } : { asset: asset as AssetId, column };

interface Place {
  readonly file: number;
  readonly line: number;
  readonly event: number;
}

function buildProvenance({ texts }: LaneReader, { file, line, event }: Place): Provenance {
  const provenance: { -readonly [Name in keyof Provenance]: Provenance[Name] } = {};
  if (file !== 0) provenance.file = texts[file - 1] ?? "";
  if (line !== 0) provenance.line = line - 1;
  if (event !== 0) provenance.event = texts[event - 1] ?? "";
  return provenance;
}
