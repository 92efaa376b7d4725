import type { AssetId } from "#lib/model/asset-id.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import { ColumnNames } from "./column-names.ts";
import { markAdditive } from "./mark-additive.ts";
import {
  COLUMN_TRAIT,
  type EdgeNote,
  type EdgeUse,
  type RowCode,
  rowCodeNumber,
  type Snapshot,
} from "./snapshot.ts";

/** Stronger first: when one relation reads another in two ways, the stronger way decides about its rows. */
const ROW_STRENGTH: readonly RowCode[] = [
  "joined",
  "each",
  "full",
  "outer",
  "distinct",
  "grouped",
  "merge",
  "semi",
  "anti",
  "any",
  "not_any",
  "single",
  "exists",
  "none",
];

/** An end before columns have numbers: a relation, and a column's place within it. */
export interface DraftEnd {
  readonly relation: number;
  readonly column?: number;
}

interface DraftEdge {
  readonly from: DraftEnd;
  readonly to: DraftEnd;
  readonly use: number;
  readonly note: number;
}

/** Collects relations, columns and edges in any order; `finish` numbers and packs them. */
export class SnapshotDraft {
  readonly #assetIds: readonly AssetId[];
  readonly #labels: string[] = [];
  readonly #owner: number[] = [];
  readonly #traits: number[] = [];
  readonly #columns: ColumnNames[] = [];
  readonly #edges: DraftEdge[] = [];
  readonly #pairs = new Map<number, Map<number, RowCode>>();
  readonly #uses: EdgeUse[] = [];
  readonly #useNumbers = new Map<string, number>();
  readonly #notes: EdgeNote[] = [];
  readonly #types: string[] = [""];
  readonly #typeNumbers = new Map<string, number>([["", 0]]);

  constructor(assetIds: readonly AssetId[]) {
    this.#assetIds = assetIds;
    for (let asset = 0; asset < assetIds.length; asset++) this.#addRelation(asset, "");
  }

  #addRelation(owner: number, label: string): number {
    this.#owner.push(owner);
    this.#labels.push(label);
    this.#traits.push(0);
    this.#columns.push(new ColumnNames());
    return this.#owner.length - 1;
  }

  addInner({
    owner,
    label,
    traits,
  }: {
    readonly owner: number;
    readonly label: string;
    readonly traits: number;
  }): number {
    const relation = this.#addRelation(owner, label);
    this.addTraits(relation, traits);
    return relation;
  }

  addTraits(relation: number, traits: number): void {
    this.#traits[relation] = (this.#traits[relation] ?? 0) | traits;
  }

  columnsOf(relation: number): ColumnNames {
    const columns = this.#columns[relation];
    if (columns === undefined) throw new Error(`no relation ${relation}`);
    return columns;
  }

  addEdge(edge: {
    readonly from: DraftEnd;
    readonly to: DraftEnd;
    readonly use: EdgeUse;
    readonly note?: EdgeNote;
  }): void {
    this.#edges.push({
      from: edge.from,
      to: edge.to,
      use: this.#useNumber(edge.use),
      note: this.#noteNumber(edge.note),
    });
  }

  addPair(from: number, to: number, rows: RowCode): void {
    const targets = this.#pairs.get(from) ?? new Map<number, RowCode>();
    const known = targets.get(to);
    if (known === undefined || ROW_STRENGTH.indexOf(rows) < ROW_STRENGTH.indexOf(known))
      targets.set(to, rows);
    this.#pairs.set(from, targets);
  }

  hasPair(from: number, to: number): boolean {
    return this.#pairs.get(from)?.has(to) ?? false;
  }

  /** Different uses so far. */
  get useCount(): number {
    return this.#uses.length;
  }

  #useNumber(use: EdgeUse): number {
    const key = `${use.use}|${use.detail ?? ""}|${use.cap ?? ""}|${use.through ?? ""}|${use.reader ?? ""}|${use.whole ?? ""}|${use.castFirst ?? ""}|${use.coalesced ?? ""}|${use.additive ?? ""}|${use.literals ?? ""}`;
    const known = this.#useNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#uses.length;
    this.#uses.push(use);
    this.#useNumbers.set(key, number);
    return number;
  }

  #noteNumber(note: EdgeNote | undefined): number {
    if (note === undefined || (note.expression === undefined && note.provenance === undefined))
      return -1;
    return this.#notes.push(note) - 1;
  }

  #typeNumber(type: string | undefined): number {
    const text = type ?? "";
    const known = this.#typeNumbers.get(text);
    if (known !== undefined) return known;
    const number = Math.min(this.#types.length, 0xffff);
    if (number === this.#types.length) this.#types.push(text);
    this.#typeNumbers.set(text, number);
    return number;
  }

  finish(version: number): Snapshot {
    const relationCount = this.#owner.length;
    const columnStart = new Int32Array(relationCount + 1);
    for (let relation = 0; relation < relationCount; relation++) {
      columnStart[relation + 1] =
        (columnStart[relation] ?? 0) + (this.#columns[relation]?.size ?? 0);
    }
    const columnCount = columnStart[relationCount] ?? 0;
    const columnNames: string[] = [];
    const columnType = new Uint16Array(columnCount);
    const columnTraits = new Uint8Array(columnCount);
    for (const columns of this.#columns) {
      columns.names.forEach((name, index) => {
        columnType[columnNames.length] = this.#typeNumber(columns.types[index]);
        columnTraits[columnNames.length] =
          (columns.expected[index] === true ? COLUMN_TRAIT.expected : 0) |
          (columns.notNull[index] === true ? COLUMN_TRAIT.notNull : 0) |
          (columns.onlyNulls[index] === true ? COLUMN_TRAIT.onlyNulls : 0) |
          (columns.alwaysNull[index] === true ? COLUMN_TRAIT.alwaysNull : 0);
        columnNames.push(name);
      });
    }
    const endOf = ({ relation, column }: DraftEnd): number =>
      column === undefined ? ~relation : (columnStart[relation] ?? 0) + column;
    const flat = (edges: readonly DraftEdge[], source: (end: DraftEnd) => number) => ({
      source: Int32Array.from(edges, (edge) => source(edge.from)),
      target: Int32Array.from(edges, (edge) => endOf(edge.to)),
      use: Uint16Array.from(edges, (edge) => edge.use),
      note: Int32Array.from(edges, (edge) => edge.note),
    });
    const edges = flat(
      this.#edges.filter((edge) => edge.from.column !== undefined),
      endOf,
    );
    const reads = flat(
      this.#edges.filter((edge) => edge.from.column === undefined),
      (end) => end.relation,
    );
    markAdditive({
      edges,
      reads,
      columnCount,
      useOf: (number) => this.#uses[number],
      numberOf: (use) => this.#useNumber(use),
    });
    const pairs = [...this.#pairs].flatMap(([source, targets]) =>
      [...targets].map(([target, rows]) => ({ source, target, rows })),
    );
    return assembleSnapshot({
      version,
      assetIds: this.#assetIds,
      labels: this.#labels,
      columnNames,
      types: this.#types,
      uses: this.#uses,
      notes: this.#notes,
      owner: Int32Array.from(this.#owner),
      traits: Uint16Array.from(this.#traits),
      columnStart,
      columnType,
      columnTraits,
      edges,
      reads,
      pairs: {
        source: Int32Array.from(pairs, (pair) => pair.source),
        target: Int32Array.from(pairs, (pair) => pair.target),
        rows: Uint8Array.from(pairs, (pair) => rowCodeNumber(pair.rows)),
      },
    });
  }
}
