import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { BlastColumns } from "./blast-columns.ts";
import type { Words } from "./boundary.ts";
import type { Ignored } from "./ignored.ts";
import type { StateTable } from "./state-table.ts";

/** What is put into the graph at a change. */
export interface Seed {
  readonly relation: number;
  readonly slot: "col" | "rows" | "run";
  /** For slot `col`: a column's number, or the name of one that is not there yet. */
  readonly column?: number | string;
  readonly lane: number;
  /** 0: no effect, only where to start from. */
  readonly level: 0 | 1 | 2 | 3;
  /** Which of the assessed changes. */
  readonly change: number;
  /** It is no change of this relation: one of what it reads shows here first. */
  readonly below?: true;
}

/**
 * What propagation found, by reached relation in topological order. A copy: it stays right after the next question.
 * Columns numbered from the snapshot's `columnCount` on are new ones, named in `newColumns`.
 */
export interface Blast {
  readonly snapshot: Snapshot;
  /** What the numbers of states mean. */
  readonly states: StateTable;
  readonly seeds: readonly Seed[];
  readonly relations: Int32Array;
  /** Fewest assets between a change and this one, this one counted. */
  readonly hops: Int32Array;
  /** States of the row set, and of the run; empty where none has any. */
  readonly rows: Int32Array;
  readonly run: Int32Array;
  /** 1: the build fails for certain and keeps its old content, so what was computed is not published. */
  readonly masked: Uint8Array;
  /** 1: a change starts here; 2: and another way leads back to it. */
  readonly source: Uint8Array;
  readonly columns: BlastColumns;
  /** All columns of a place joined. */
  readonly joined: Int32Array;
  readonly newColumns: readonly NewColumn[];
  /** States before an asset's own policy (incremental, contract) changed them, by column number. */
  readonly beforeBoundary: ReadonlyMap<number, Words>;
  readonly materializeTable: boolean;
  /** What more is known of the changes than their effects. */
  readonly ignored: Ignored | undefined;
}

export interface NewColumn {
  readonly name: string;
  readonly relation: number;
  /** The new column upstream that it comes from; -1 at the change. */
  readonly from: number;
}
