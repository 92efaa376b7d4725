import type { AssetId } from "#lib/model/asset-id.ts";
import { LazyAssets, TEXTS_OF_ASSET, writeAsset } from "./lazy-assets.ts";
import type { MergedGraph } from "./merged-graph.ts";
import { NoteList } from "./note-list.ts";
import type { EdgeUse, Snapshot, TextsByNumber } from "./snapshot.ts";

/** One version as a file keeps it: the graph, the engine's arrays, and when the version was made (ISO 8601). */
export interface KeptVersion {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly at: string;
}

const FORMAT = 12;
/** Sections begin at multiples of this, in bytes: what processors read at once. */
const ALIGNMENT = 64;
/** Pieces are about this long. */
const PIECE = 256 * 1024;

const ARRAYS = {
  owner: Int32Array,
  traits: Uint32Array,
  rank: Int32Array,
  byRank: Int32Array,
  layerStart: Int32Array,
  columnStart: Int32Array,
  columnRelation: Int32Array,
  walkStart: Int32Array,
  columnType: Uint16Array,
  columnTraits: Uint8Array,
  edgeStart: Int32Array,
  edgeTo: Int32Array,
  edgeRank: Int32Array,
  edgeUse: Uint16Array,
  readStart: Int32Array,
  readTarget: Int32Array,
  readUse: Uint16Array,
  readNote: Int32Array,
  pairStart: Int32Array,
  pairTarget: Int32Array,
  pairRows: Uint8Array,
  backStart: Int32Array,
  backSource: Int32Array,
  backUse: Uint16Array,
  backNote: Int32Array,
  backPairStart: Int32Array,
  backPairSource: Int32Array,
  backPairRows: Uint8Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
const ARRAY_NAMES = Object.keys(ARRAYS) as ArrayName[];

/** Where a section stands: bytes from the beginning of the body. */
type Section = readonly [offset: number, length: number];

/** The end of the body: what is where. */
interface Table {
  readonly format: number;
  readonly version: number;
  readonly at: string;
  readonly sections: Readonly<Record<string, Section>>;
  readonly types: readonly string[];
  readonly uses: readonly EdgeUse[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The body of a file, piece by piece; the last piece is its table. Bytes are in the order of the machine, as typed arrays
 * have them: the file is a convenience of one machine.
 */
export function* encodeVersion({ graph, snapshot, at }: KeptVersion): Generator<Uint8Array> {
  let offset = 0;
  const sections: Record<string, Section> = {};
  const put = function* (name: string, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    const start = offset;
    for (const piece of pieces) {
      yield piece;
      offset += piece.length;
    }
    sections[name] = [start, offset - start];
    const rest = offset % ALIGNMENT;
    if (rest === 0) return;
    yield new Uint8Array(ALIGNMENT - rest);
    offset += ALIGNMENT - rest;
  };
  for (const name of ARRAY_NAMES) yield* put(name, piecesOf(snapshot[name]));
  const starts = new Float64Array(TEXTS_OF_ASSET * graph.assets.size + 1);
  yield* put("assets", assetTexts(graph, starts));
  yield* put("assetStart", piecesOf(starts));
  const noteStart = noteStarts(graph, snapshot);
  yield* put("noteStart", piecesOf(noteStart));
  yield* put("ids", textPieces([...graph.assets.keys()]));
  yield* put("assetIds", textPieces(snapshot.assetIds));
  yield* put("columnNames", textPieces(textsIn(snapshot.columnNames)));
  yield* put("labels", textPieces(snapshot.labels));
  const { types, uses } = snapshot;
  const table: Table = { format: FORMAT, version: graph.version, at, sections, types, uses };
  yield encoder.encode(JSON.stringify(table));
}

function* piecesOf(array: ArrayBufferView): Generator<Uint8Array> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

const textsIn = (list: TextsByNumber): readonly string[] =>
  Array.from({ length: list.length }, (_, number) => list.at(number) ?? "");

const TEXTS_AT_ONCE = 10_000;

/** Lists of texts, a list of some thousand a line. */
function* textPieces(texts: readonly string[]): Generator<Uint8Array> {
  for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE)
    yield encoder.encode(`${JSON.stringify(texts.slice(at, at + TEXTS_AT_ONCE))}\n`);
}

function* assetTexts(graph: MergedGraph, starts: Float64Array): Generator<Uint8Array> {
  const buffer = { bytes: new Uint8Array(2 * PIECE), used: 0 };
  let number = 0;
  let offset = 0;
  for (const asset of graph.assets.values()) {
    for (const text of writeAsset(asset)) {
      starts[number++] = offset;
      const encoded = encoder.encode(text);
      offset += encoded.length;
      if (buffer.used + encoded.length > buffer.bytes.length) {
        yield buffer.bytes.slice(0, buffer.used);
        buffer.used = 0;
      }
      if (encoded.length > buffer.bytes.length) yield encoded;
      else {
        buffer.bytes.set(encoded, buffer.used);
        buffer.used += encoded.length;
      }
    }
  }
  starts[number] = offset;
  yield buffer.bytes.slice(0, buffer.used);
}

/** By asset number: its first note. Notes themselves are made again from the asset when somebody asks. */
function noteStarts({ assets }: MergedGraph, { assetIds, notes }: Snapshot): Int32Array {
  const start = new Int32Array(assetIds.length + 1);
  assetIds.forEach((id, number) => {
    start[number] = assets.has(id) ? notes.startOf(number) : 0;
  });
  start[assetIds.length] = notes.length;
  return start;
}

/** The version that a body holds; undefined for another format, or where something does not fit together. */
export function decodeVersion(body: Uint8Array, tableStart: number): KeptVersion | undefined {
  const table = readTable(body.subarray(tableStart));
  if (table === undefined || !fits(table, tableStart)) return undefined;
  const bytesOf = (name: string): Uint8Array => {
    const [offset, length] = table.sections[name] ?? [0, 0];
    return body.subarray(offset, offset + length);
  };
  const textsOf = (name: string): string[] =>
    decoder
      .decode(bytesOf(name))
      .split("\n")
      .flatMap((line) => (line === "" ? [] : (JSON.parse(line) as string[])));
  const assetStart = bytesOf("assetStart");
  const start = new Float64Array(
    assetStart.buffer as ArrayBuffer,
    assetStart.byteOffset,
    assetStart.length / 8,
  );
  const ids = textsOf("ids") as AssetId[];
  const graph: MergedGraph = {
    version: table.version,
    assets: new LazyAssets(ids, { bytes: bytesOf("assets"), start }),
  };
  const arrays = Object.fromEntries(
    ARRAY_NAMES.map((name) => {
      const bytes = bytesOf(name);
      const type = ARRAYS[name];
      return [
        name,
        new type(
          bytes.buffer as ArrayBuffer,
          bytes.byteOffset,
          bytes.length / type.BYTES_PER_ELEMENT,
        ),
      ];
    }),
  ) as Pick<Snapshot, ArrayName>;
  const assetIds = textsOf("assetIds") as AssetId[];
  const noteBytes = bytesOf("noteStart");
  const noteStart = new Int32Array(
    noteBytes.buffer as ArrayBuffer,
    noteBytes.byteOffset,
    noteBytes.length / 4,
  );
  const names = textsOf("columnNames");
  const snapshot: Snapshot = {
    ...arrays,
    version: table.version,
    assetCount: assetIds.length,
    relationCount: arrays.owner.length,
    columnCount: arrays.columnRelation.length,
    assetIds,
    columnNames: { length: names.length, at: (column) => names[column] },
    labels: textsOf("labels"),
    types: table.types,
    uses: table.uses,
    notes: new NoteList(graph, { assetIds, start: noteStart }),
  };
  const isWhole =
    start.length === TEXTS_OF_ASSET * ids.length + 1 && noteStart.length === assetIds.length + 1;
  return isWhole && isSound(snapshot) ? { graph, snapshot, at: table.at } : undefined;
}

function readTable(bytes: Uint8Array): Table | undefined {
  try {
    const table = JSON.parse(decoder.decode(bytes)) as Partial<Table> | null;
    return table?.format === FORMAT ? (table as Table) : undefined;
  } catch {
    return undefined;
  }
}

/** Every section lies before the table, at its place, and is whole. */
function fits({ sections }: Table, end: number): boolean {
  const isThere = (name: string, size: number): boolean => {
    const section = sections[name];
    if (section === undefined) return false;
    const [offset, length] = section;
    return offset % ALIGNMENT === 0 && length % size === 0 && offset >= 0 && offset + length <= end;
  };
  return (
    ARRAY_NAMES.every((name) => isThere(name, ARRAYS[name].BYTES_PER_ELEMENT)) &&
    isThere("assetStart", 8) &&
    isThere("noteStart", 4) &&
    ["assets", "ids", "assetIds", "columnNames", "labels"].every((name) => isThere(name, 1))
  );
}

/** Whether lists and numbers fit together: a walk over the arrays stays inside them. */
function isSound(snapshot: Snapshot): boolean {
  const { relationCount, columnCount, columnStart, columnNames, labels } = snapshot;
  const isPacked = (start: Int32Array, nodes: number, targets: Int32Array): boolean =>
    start.length === nodes + 1 && start[nodes] === targets.length;
  const isWalkStart = (place: number, relation: number): boolean =>
    place >= 0 &&
    place + (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0) <= columnCount;
  const isRelation = (relation: number): boolean => relation >= 0 && relation < relationCount;
  const isEnd = (end: number): boolean => (end < 0 ? ~end < relationCount : end < columnCount);
  return (
    labels.length === relationCount &&
    columnNames.length === columnCount &&
    snapshot.columnStart[relationCount] === columnCount &&
    snapshot.walkStart.length === relationCount &&
    snapshot.walkStart.every(isWalkStart) &&
    isAscending(snapshot.layerStart, relationCount) &&
    isPacked(snapshot.edgeStart, columnCount, snapshot.edgeTo) &&
    isPacked(snapshot.readStart, relationCount, snapshot.readTarget) &&
    isPacked(snapshot.pairStart, relationCount, snapshot.pairTarget) &&
    isPacked(snapshot.backStart, columnCount + relationCount, snapshot.backSource) &&
    isPacked(snapshot.backPairStart, relationCount, snapshot.backPairSource) &&
    snapshot.edgeTo.every(isEnd) &&
    snapshot.edgeRank.every(isRelation) &&
    snapshot.byRank.every(isRelation) &&
    snapshot.readTarget.every(isEnd) &&
    snapshot.backSource.every(isEnd) &&
    snapshot.pairTarget.every(isRelation)
  );
}

/** From 0 to `last`. */
const isAscending = (starts: Int32Array, last: number): boolean =>
  starts[0] === 0 &&
  starts.at(-1) === last &&
  starts.every((start, at) => at === 0 || start >= (starts[at - 1] ?? 0));
