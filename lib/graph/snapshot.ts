import type { ReaderMode } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { RowUse, Use } from "#lib/model/use.ts";

/**
 * The graph at one version as typed arrays, immutable: what every walk runs on.
 *
 * Nodes. A *relation* is an asset or an inner relation of an asset's query. Relations 0 to `assetCount - 1` are the
 * assets, ordered by id; inner relations follow. Each relation has a row set and a run, and its columns are the numbers
 * `columnStart[r]` to `columnStart[r + 1] - 1`. So `col:`, `rows:` and `run:` nodes need no numbers of their own.
 *
 * Edges. An end is one number: a column `c >= 0`, or a relation as `~r < 0`.
 * - column edges: from the column at walk place `p`, the entries `edgeStart[p]` to `edgeStart[p + 1] - 1` of `edgeTo` (the
 *   target's walk place, or `~r`), `edgeRank` (the rank of the target's relation: one far look-up less) and `edgeUse`;
 *   `edgesFrom` and `edgeEnd` give them in numbers of columns;
 * - reads: from a whole relation (count(*), `select *` of what is yet to come, table grain), the same with `readStart`;
 * - pairs: which relation reads which, once, and how row sets follow (`pairRows`); a run depends on the runs it reads.
 * Walk places number the columns as a walk comes to them: relations by rank, the columns of each in their order, the first
 * at `walkStart[r]`. Numbers of columns follow the ids of assets, which an update keeps; edges, and what a walk notes of
 * columns, lie in the order of places, so that it goes through memory from front to back. (On ten million edges with
 * assets numbered by domain, plain reach over arrays laid so took 37 ms, and 81 ms in the order of ids.)
 * `edgeUse` is an index into `uses`, `pairRows` into `ROW_CODES`, a note (-1: none) into `notes`.
 */
export interface Snapshot {
  readonly version: number;
  readonly assetCount: number;
  readonly relationCount: number;
  readonly columnCount: number;
  readonly assetIds: readonly AssetId[];
  readonly columnNames: TextsByNumber;
  /** Words for inner relations, by relation; empty for assets. */
  readonly labels: readonly string[];
  readonly types: readonly string[];
  readonly uses: readonly EdgeUse[];
  readonly notes: Notes;

  /** The asset that an inner relation belongs to; an asset is its own owner. */
  readonly owner: Int32Array;
  /** Bits of `TRAIT`. */
  readonly traits: Uint32Array;
  /** Place in an order in which every relation stands after what it reads (cycles apart), and its inverse. */
  readonly rank: Int32Array;
  readonly byRank: Int32Array;
  /** The rank of the first relation of each layer, and the count of relations: within a layer none reads another, cycles apart. */
  readonly layerStart: Int32Array;
  readonly columnStart: Int32Array;
  readonly columnRelation: Int32Array;
  readonly walkStart: Int32Array;
  /** Index into `types`; 0 is unknown. */
  readonly columnType: Uint16Array;
  /** Bits of `COLUMN_TRAIT`. */
  readonly columnTraits: Uint8Array;

  readonly edgeStart: Int32Array;
  readonly edgeTo: Int32Array;
  readonly edgeRank: Int32Array;
  readonly edgeUse: Uint16Array;
  readonly readStart: Int32Array;
  readonly readTarget: Int32Array;
  readonly readUse: Uint16Array;
  readonly readNote: Int32Array;
  readonly pairStart: Int32Array;
  readonly pairTarget: Int32Array;
  readonly pairRows: Uint8Array;

  /** Reverse: ends are columns 0 to `columnCount - 1`, then relations. Sources are columns `c >= 0` or relations `~r`. */
  readonly backStart: Int32Array;
  readonly backSource: Int32Array;
  readonly backUse: Uint16Array;
  readonly backNote: Int32Array;
  readonly backPairStart: Int32Array;
  readonly backPairSource: Int32Array;
  readonly backPairRows: Uint8Array;
}

/** How one end uses the other: interned, so that an edge holds a small number. */
export interface EdgeUse {
  readonly use: Use;
  /** What the expression does with the value: see PlanEdge. */
  readonly detail?: string;
  /** The producer was coarse: at most this certainty. */
  readonly cap?: "likely" | "possible";
  /** Inside a query plan, how the input's rows are read; absent on edges between assets. */
  readonly through?: RowUse;
  /** A condition or calculation that puts a constant in the place of nulls first. */
  readonly coalesced?: true;
  /** A condition beside it keeps no row in which the column is null. */
  readonly filled?: true;
  /** The rows are put together by it: by it alone, so that each stands there once, or by others too. */
  readonly groupKey?: "only" | "one";
  /** The column is one of a side that may be missing, so that it does hold nulls. */
  readonly missing?: true;
  /** Handed on in the rows alone that a condition lets pass. */
  readonly sifted?: true;
  /** Used in some rows alone: one branch of a CASE, an aggregate with a FILTER. */
  readonly partly?: true;
  /** A condition on rows of which another part is enough: rows that pass by that one stay. */
  readonly either?: true;
  /** The engine refuses the statement where the column gets another kind of type. */
  readonly strict?: true;
  /** The engine converts values by itself, and makes a null of what it cannot convert: Spark. */
  readonly converts?: true;
  /** A cast to a number or a truth value, or a read of JSON, where the engine takes any number for it: DuckDB. */
  readonly lax?: true;
  /** A view whose database follows what it reads by more than the name: another name changes nothing. */
  readonly bound?: true;
  /**
   * What the engine takes there and nothing wider. `days`: a date, to which whole days are added; `span` and `spans`: a
   * date, of which another is taken, and what comes out is calculated with; `small`: whole numbers of 32 bits; `whole`: whole
   * numbers; `form`: a value that is spelled so and not otherwise.
   */
  readonly takes?: "days" | "span" | "spans" | "small" | "whole" | "form";
  /** How sure that is; absent: certain. */
  readonly takesAt?: "likely" | "possible";
  /**
   * A set operation of an engine that makes texts of numbers, dates and texts, instead of refusing them together. `text`:
   * another part makes the column a text, whatever this one is.
   */
  readonly mixes?: "any" | "text";
  /** In a condition of the optional side of a join: what is asked with between two bounds, or either of what is compared. */
  readonly inSide?: "asks" | "bounds";
  /** What the expression cannot read becomes null in it. */
  readonly tried?: true;
  /** The column goes into nothing but functions that count time or number a part of it: a day is as good as its midnight. */
  readonly countsTime?: true;
  /** The column is cast before anything else happens to it: the type that it is cast to. */
  readonly castFirst?: string;
  /** Without the column, the name means one of a query around this one: in what it makes, or in which rows it keeps. */
  readonly caught?: "value" | "rows";
  /** The reader's way with a schema that differs, where the edge reads an asset. */
  readonly reader?: ReaderMode;
  /** A condition compares the column with these texts alone, a line each, in lower case. */
  readonly literals?: string;
  /** Parts of a union whose rows a condition beside this edge leaves out, as `LeftOut[]` in JSON. */
  readonly leftOut?: string;
  /** Adds up a figure that is itself added up: over other groups the total is the same. */
  readonly additive?: true;
  /** From a whole asset: all its columns or its row set. */
  readonly whole?: true;
}

/** A long list of texts, wherever they are kept; undefined for a number that is none of it. */
export interface TextsByNumber {
  readonly length: number;
  readonly at: (number: number) => string | undefined;
}

/** The notes of all assets, one asset after the other. */
export interface Notes {
  readonly length: number;
  /** The first note of an asset, by its number. */
  readonly startOf: (asset: number) => number;
  readonly at: (note: number) => EdgeNote | undefined;
}

export interface EdgeNote {
  readonly expression?: string;
  readonly provenance?: Provenance;
}

/**
 * How a reader's rows follow from the rows that it reads. `semi` and `anti`: exists and not_exists by a key; `any` and
 * `not_any`: the same, asked once for all rows; `joined`: row by row, beside rows of other inputs; `outer`: an optional side that finds one
 * partner at most, `outer_many`: one that may find several, `outer_maybe`: one whose key only looks unique; `folded`: grouped,
 * as far as edges between assets tell, without a query that names the keys; `outer_none`: an optional side of which a
 * condition asks that there is no partner; `sifted`: row by row, as far as a condition lets them pass;
 * `limited`: as many as a LIMIT lets through.
 */
export const ROW_CODES = [
  "none",
  "each",
  "outer",
  "full",
  "grouped",
  "single",
  "distinct",
  "exists",
  "semi",
  "anti",
  "merge",
  "any",
  "not_any",
  "joined",
  "outer_many",
  "outer_maybe",
  "first",
  "folded",
  "outer_none",
  "limited",
  "sifted",
] as const;

export type RowCode = (typeof ROW_CODES)[number];

export const rowCodeNumber = (code: RowCode): number => ROW_CODES.indexOf(code);

export const TRAIT = {
  /** An inner relation of a query: it fails with its owner. */
  inner: 1,
  /** The result of one of a consumer's queries: it keeps what it last showed when it fails. */
  query: 2,
  /** A view or ephemeral model: keeps no data, so its error is its reader's. */
  view: 4,
  /** Consists of queries or parts that are each judged: a failing one hides nothing of the others. */
  composed: 8,
  /** Reads itself through others. */
  cyclic: 16,
  /** A chart of a dashboard and the like: its error is the whole's. */
  part: 32,
  /** What an incremental model does when the schema changes. */
  incrementalIgnore: 64,
  incrementalFail: 128,
  incrementalAppend: 256,
  /** The build stops when the columns differ from the contract. */
  contractEnforced: 512,
  /** Observed without a row. */
  empty: 1024,
  /** Has columns that held only nulls when they were observed. */
  onlyNulls: 2048,
  /** Has columns in which its query writes NULL, whatever it reads. */
  alwaysNull: 4096,
  /** Has columns that the database lets hold no null. */
  required: 8192,
  /** A run puts rows into it, and leaves the others as they are. */
  keepsRows: 16384,
  /** What is put into it has to be of the types that it has. */
  keepsTypes: 32768,
  /** Its columns are given the types of what is put into it, and what they hold is converted. */
  alignsTypes: 65536,
} as const;

export const COLUMN_TRAIT = {
  /** Named by a reader only: the asset has no such column today, and it would matter if it got one. */
  expected: 1,
  /** Declared not null. */
  notNull: 2,
  /** Observed, and held only nulls. */
  onlyNulls: 4,
  /** The query writes NULL there, whatever it reads. */
  alwaysNull: 8,
  /** The database lets it hold no null. */
  required: 16,
} as const;

export const hasTrait = (snapshot: Snapshot, relation: number, trait: number): boolean =>
  ((snapshot.traits[relation] ?? 0) & trait) !== 0;

/** The number of an asset, by binary search; -1 where there is none. */
export function findAsset(snapshot: Snapshot, id: AssetId): number {
  let low = 0;
  let high = snapshot.assetCount - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = snapshot.assetIds[middle] ?? "";
    if (at === id) return middle;
    if (at < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** A relation's column by name: as written, else the only one that differs in letter case; -1 where there is none. */
export function findColumn(snapshot: Snapshot, relation: number, name: string): number {
  const start = snapshot.columnStart[relation] ?? 0;
  const end = snapshot.columnStart[relation + 1] ?? start;
  const folded = name.toLowerCase();
  let loose = -1;
  let several = false;
  for (let column = start; column < end; column++) {
    const has = snapshot.columnNames.at(column) ?? "";
    if (has === name) return column;
    if (has.length === name.length && has.toLowerCase() === folded) {
      several = loose >= 0;
      loose = column;
    }
  }
  return several ? -1 : loose;
}

/** The walk place of a column. */
export function walkPlace(snapshot: Snapshot, column: number): number {
  const relation = snapshot.columnRelation[column] ?? 0;
  return column + walkShift(snapshot, relation);
}

/** What to add to the number of a relation's column to have its walk place. */
export const walkShift = ({ walkStart, columnStart }: Snapshot, relation: number): number =>
  (walkStart[relation] ?? 0) - (columnStart[relation] ?? 0);

/** The column edges from a column: their entries, from the first to before the second. */
export function edgesFrom(snapshot: Snapshot, column: number): readonly [number, number] {
  const place = walkPlace(snapshot, column);
  return [snapshot.edgeStart[place] ?? 0, snapshot.edgeStart[place + 1] ?? 0];
}

/** Where a column edge ends: a column, or `~relation`. */
export function edgeEnd(snapshot: Snapshot, edge: number): number {
  const to = snapshot.edgeTo[edge] ?? 0;
  return to < 0 ? to : to - walkShift(snapshot, edgeRelation(snapshot, edge));
}

/** The relation in which a column edge ends. */
export const edgeRelation = ({ byRank, edgeRank }: Snapshot, edge: number): number =>
  byRank[edgeRank[edge] ?? 0] ?? 0;

export const relationOfEnd = (snapshot: Snapshot, end: number): number =>
  end < 0 ? ~end : (snapshot.columnRelation[end] ?? 0);
