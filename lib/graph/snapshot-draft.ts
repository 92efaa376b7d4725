import type { AssetId } from "#lib/model/asset-id.ts";
import type { Use } from "#lib/model/use.ts";
import { assembleSnapshot, type FlatPairs } from "./assemble-snapshot.ts";
import { ColumnNames } from "./column-names.ts";
import { DraftEdges, type DraftEnd } from "./draft-edges.ts";
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

/** Nothing is said but the use itself, as of most edges between assets. */
function isBare(use: EdgeUse): boolean {
  for (const key in use) if (key !== "use") return false;
  return true;
}

/** Collects relations, columns and edges in any order; `finish` numbers and packs them. */
export class SnapshotDraft {
  readonly #assetIds: readonly AssetId[];
  readonly #labels: string[] = [];
  readonly #owner: number[] = [];
  readonly #traits: number[] = [];
  readonly #columns: ColumnNames[] = [];
  readonly #edges = new DraftEdges();
  readonly #pairs = new Map<number, Map<number, RowCode>>();
  readonly #uses: EdgeUse[] = [];
  readonly #useNumbers = new Map<string, number>();
  readonly #bareUses = new Map<Use, number>();
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
    this.#edges.add({
      from: edge.from,
      to: edge.to,
      use: this.#useNumber(edge.use),
      note: this.#noteNumber(edge.note),
    });
  }

  addPair(from: number, to: number, rows: RowCode): void {
    const targets = this.#pairs.get(from);
    if (targets === undefined) {
      this.#pairs.set(from, new Map([[to, rows]]));
      return;
    }
    const known = targets.get(to);
    if (known === undefined || ROW_STRENGTH.indexOf(rows) < ROW_STRENGTH.indexOf(known))
      targets.set(to, rows);
  }

  hasPair(from: number, to: number): boolean {
    return this.#pairs.get(from)?.has(to) ?? false;
  }

  /** Different uses so far. */
  get useCount(): number {
    return this.#uses.length;
  }

  #useNumber(use: EdgeUse): number {
    if (!isBare(use)) return this.#keyedUseNumber(use);
    const known = this.#bareUses.get(use.use);
    if (known !== undefined) return known;
    const number = this.#keyedUseNumber(use);
    this.#bareUses.set(use.use, number);
    return number;
  }

  #keyedUseNumber(use: EdgeUse): number {
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
    const { edges, reads } = this.#edges.pack(columnStart);
    markAdditive({
      edges,
      reads,
      columnCount,
      useOf: (number) => this.#uses[number],
      numberOf: (use) => this.#useNumber(use),
    });
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
      pairs: this.#packPairs(),
    });
  }

  #packPairs(): FlatPairs {
    let count = 0;
    for (const targets of this.#pairs.values()) count += targets.size;
    const packed = {
      source: new Int32Array(count),
      target: new Int32Array(count),
      rows: new Uint8Array(count),
    };
    let at = 0;
    for (const [source, targets] of this.#pairs) {
      for (const [target, rows] of targets) {
        packed.source[at] = source;
        packed.target[at] = target;
        packed.rows[at++] = rowCodeNumber(rows);
      }
    }
    return packed;
  }
}
