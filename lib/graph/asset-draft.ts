import type { AssetId } from "#lib/model/asset-id.ts";
import { ColumnNames } from "./column-names.ts";
import type { EdgeBook } from "./edge-book.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { type EdgeNote, type EdgeUse, type RowCode, rowCodeNumber } from "./snapshot.ts";

/** Numbers that are kept of an edge: relation and column of both ends (-1: the whole relation), use, note. */
export const EDGE_FIELDS = 6;
/** Of a pair: from, to, row code. */
export const PAIR_FIELDS = 3;
const WHOLE = -1;

/** The columns of another asset that this one names, as it names them. */
export interface WantedColumns {
  readonly names: readonly string[];
  /** By name: 1 where nothing says that the asset has it. */
  readonly expected: readonly number[];
  /** Where these stand among all the columns that the asset wants. */
  readonly start: number;
}

/**
 * What one asset adds to a snapshot, in numbers of its own: relation 0 is the asset, 1 and up are the inner relations of
 * its queries, `~n` is the n-th asset that it reads. It stays as it is for as long as the merged asset does and what it
 * reads looks the same, so that a new version of a large graph costs what has changed.
 */
export interface Contribution {
  readonly asset: MergedAsset;
  readonly traits: number;
  /** The asset's own, as far as it knows itself: what only its readers expect comes later. */
  readonly columns: ColumnNames;
  readonly inner: readonly InnerRelation[];
  readonly reads: readonly AssetId[];
  /** By number in `reads`. */
  readonly wanted: readonly WantedColumns[];
  readonly wantedCount: number;
  /** Numbers in `reads` of what is a part of this asset. */
  readonly parts: readonly number[];
  /** `EDGE_FIELDS` numbers each; a column of another asset is its place among all that is wanted. */
  readonly edges: Int32Array;
  /** `PAIR_FIELDS` numbers each. */
  readonly pairs: Int32Array;
  /** How many notes its edges have; they are made again when somebody asks, see `NoteList`. */
  readonly noteCount: number;
  /** It names an asset that the graph did not have. */
  readonly misses: boolean;
}

interface InnerRelation {
  readonly label: string;
  readonly traits: number;
  readonly columns: ColumnNames;
}

/** Stronger first: when one relation reads another in two ways, the stronger way decides about its rows. */
const ROW_STRENGTH: readonly RowCode[] = [
  "joined",
  "each",
  "sifted",
  "full",
  "outer_many",
  "outer_maybe",
  "outer",
  "outer_none",
  "limited",
  "distinct",
  "first",
  "grouped",
  "folded",
  "merge",
  "semi",
  "anti",
  "any",
  "not_any",
  "single",
  "exists",
  "none",
];

const STRENGTH_OF_CODE: readonly number[] = ROW_STRENGTH.reduce<number[]>((places, code, place) => {
  places[rowCodeNumber(code)] = place;
  return places;
}, []);

const FEW = 24;
/** More relations than any query has; two of these fit into one number. */
const SHIFT = 2 ** 25;

class Wanted {
  readonly names: string[] = [];
  readonly expected: number[] = [];
  #places: Map<string, number> | undefined;

  place(name: string, expected: boolean): number {
    const known = this.#find(name);
    if (known < 0) return this.#add(name, expected);
    if (!expected) this.expected[known] = 0;
    return known;
  }

  #find(name: string): number {
    return this.#places === undefined ? this.names.indexOf(name) : (this.#places.get(name) ?? -1);
  }

  #add(name: string, expected: boolean): number {
    const at = this.names.push(name) - 1;
    this.expected.push(expected ? 1 : 0);
    if (this.#places !== undefined) this.#places.set(name, at);
    else if (this.names.length > FEW) this.#places = new Map(this.names.map((n, i) => [n, i]));
    return at;
  }
}

/** Collects what one asset adds: its relations, columns and edges, in any order. */
export class AssetDraft {
  readonly #asset: MergedAsset;
  readonly #graph: MergedGraph;
  readonly #book: EdgeBook;
  /** Only what is said of the edges is asked for: how they are used need not be told. */
  readonly onlyNotes: boolean;
  #traits = 0;
  readonly #columns = new ColumnNames();
  readonly #inner: { label: string; traits: number; columns: ColumnNames }[] = [];
  readonly #reads: AssetId[] = [];
  readonly #wanted: Wanted[] = [];
  #readNumbers: Map<AssetId, number> | undefined;
  readonly #parts: number[] = [];
  readonly #edges: number[] = [];
  readonly #pairs: number[] = [];
  #pairPlaces: Map<number, number> | undefined;
  readonly #notes: EdgeNote[] = [];
  #misses = false;

  constructor(
    asset: MergedAsset,
    {
      graph,
      book,
      onlyNotes = false,
    }: { readonly graph: MergedGraph; readonly book: EdgeBook; readonly onlyNotes?: boolean },
  ) {
    this.#asset = asset;
    this.#graph = graph;
    this.#book = book;
    this.onlyNotes = onlyNotes;
  }

  typeNumber(type: string | undefined): number {
    return this.#book.typeNumber(type);
  }

  /** The number of an asset that this one reads (0: itself); undefined where the graph has none. */
  readOf(id: AssetId): number | undefined {
    if (id === this.#asset.id) return 0;
    const known =
      this.#readNumbers === undefined ? this.#reads.indexOf(id) : this.#readNumbers.get(id);
    if (known !== undefined && known >= 0) return ~known;
    if (!this.#graph.assets.has(id)) {
      this.#misses = true;
      return undefined;
    }
    const number = this.#reads.push(id) - 1;
    this.#wanted.push(new Wanted());
    if (this.#readNumbers !== undefined) this.#readNumbers.set(id, number);
    else if (number > FEW) this.#readNumbers = new Map(this.#reads.map((read, at) => [read, at]));
    return ~number;
  }

  addInner({ label, traits }: { readonly label: string; readonly traits: number }): number {
    return this.#inner.push({ label, traits, columns: new ColumnNames() });
  }

  /** Of the asset itself. */
  addTraits(traits: number): void {
    this.#traits |= traits;
  }

  markPart(read: number): void {
    this.#parts.push(~read);
  }

  /** Of the asset or of one of its inner relations. */
  columnsOf(relation: number): ColumnNames {
    const columns = relation === 0 ? this.#columns : this.#inner[relation - 1]?.columns;
    if (columns === undefined) throw new Error(`no relation ${relation}`);
    return columns;
  }

  /** The type that an asset of the graph lists for a column. */
  typeIn(asset: AssetId, column: string): string | undefined {
    const lower = column.toLowerCase();
    const columns = this.#graph.assets.get(asset)?.columns ?? [];
    return columns.find(({ name }) => name.toLowerCase() === lower)?.type;
  }

  /** A column by its name in any relation, also one that is read. */
  require({
    relation,
    name,
    expected,
  }: {
    readonly relation: number;
    readonly name: string;
    readonly expected: boolean;
  }): number {
    if (relation >= 0) return this.columnsOf(relation).require(name, expected);
    const wanted = this.#wanted[~relation];
    if (wanted === undefined) throw new Error(`no read ${relation}`);
    return wanted.place(name, expected);
  }

  addEdge(edge: {
    readonly from: number;
    readonly column: number | undefined;
    readonly to: number;
    readonly toColumn: number | undefined;
    readonly use: EdgeUse;
    readonly note?: EdgeNote;
  }): void {
    const { note } = edge;
    const isSaid =
      note !== undefined && (note.expression !== undefined || note.provenance !== undefined);
    this.#edges.push(
      edge.from,
      edge.column ?? WHOLE,
      edge.to,
      edge.toColumn ?? WHOLE,
      this.#book.useNumber(edge.use),
      isSaid ? this.#notes.push(note) - 1 : -1,
    );
  }

  addPair(from: number, to: number, rows: RowCode): void {
    const code = rowCodeNumber(rows);
    const at = this.#findPair(from, to);
    if (at < 0) {
      this.#pairs.push(from, to, code);
      this.#pairPlaces?.set(pairKey(from, to), this.#pairs.length - PAIR_FIELDS);
      return;
    }
    const known = this.#pairs[at + 2] ?? 0;
    if ((STRENGTH_OF_CODE[code] ?? 0) < (STRENGTH_OF_CODE[known] ?? 0)) this.#pairs[at + 2] = code;
  }

  hasPair(from: number, to: number): boolean {
    return this.#findPair(from, to) >= 0;
  }

  #findPair(from: number, to: number): number {
    const pairs = this.#pairs;
    if (pairs.length <= PAIR_FIELDS * FEW) {
      for (let at = 0; at < pairs.length; at += PAIR_FIELDS)
        if (pairs[at] === from && pairs[at + 1] === to) return at;
      return -1;
    }
    if (this.#pairPlaces === undefined) {
      this.#pairPlaces = new Map();
      for (let at = 0; at < pairs.length; at += PAIR_FIELDS)
        this.#pairPlaces.set(pairKey(pairs[at] ?? 0, pairs[at + 1] ?? 0), at);
    }
    return this.#pairPlaces.get(pairKey(from, to)) ?? -1;
  }

  /** Of the edges that were added, in their order. */
  get notes(): readonly EdgeNote[] {
    return this.#notes;
  }

  finish(): Contribution {
    let start = 0;
    const wanted = this.#wanted.map(({ names, expected }): WantedColumns => {
      start += names.length;
      // A copy has no room left over.
      return { names: names.slice(), expected: expected.slice(), start: start - names.length };
    });
    const edges = new Int32Array(this.#edges);
    for (let at = 0; at < edges.length; at += EDGE_FIELDS) {
      const from = edges[at] ?? 0;
      if (from < 0 && edges[at + 1] !== WHOLE)
        edges[at + 1] = (edges[at + 1] ?? 0) + (wanted[~from]?.start ?? 0);
    }
    this.#columns.forgetIndex();
    for (const { columns } of this.#inner) columns.forgetIndex();
    return {
      asset: this.#asset,
      traits: this.#traits,
      columns: this.#columns,
      inner: this.#inner,
      reads: this.#reads,
      wanted,
      wantedCount: start,
      parts: this.#parts,
      edges,
      pairs: new Int32Array(this.#pairs),
      noteCount: this.#notes.length,
      misses: this.#misses,
    };
  }
}

const pairKey = (from: number, to: number): number => (from + SHIFT) * (2 * SHIFT) + to;
