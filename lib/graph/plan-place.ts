import type { ReaderMode } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { PlanEdge, PlanInput, QueryPlan } from "#lib/model/query-plan.ts";
import type { AssetDraft } from "./asset-draft.ts";
import type { BranchMark } from "./branch-marks.ts";
import type { RowCode } from "./snapshot.ts";

export interface PlanToAdd {
  readonly plan: QueryPlan;
  /** The relation that the plan's last relation becomes. */
  readonly result: number;
  readonly reader: ReaderMode | undefined;
  readonly provenance: Provenance;
  readonly dialect: string | undefined;
  readonly isOpen: (asset: AssetId) => boolean;
  /** The database keeps hold of what the view reads, whatever it is called later. */
  readonly bound: boolean;
  /** Whether an optional side of a join, a relation of the plan, multiplies rows. */
  readonly sideOf: (side: number) => RowCode;
  /** What is known of columns that tell the parts of unions apart, by asset and by relation of the plan. */
  readonly marks: PlanMarks;
}

export interface PlanMarks {
  readonly ofAsset: (asset: AssetId) => readonly BranchMark[];
  readonly ofRelation: (relation: number) => readonly BranchMark[];
}

/** One relation of a plan that is being added. */
export interface PlanPlace extends PlanToAdd {
  readonly relation: number;
  readonly relations: readonly number[];
  /** Where the plan's columns stand in the relation. */
  readonly columns: readonly number[];
  /** Columns of which a condition keeps no null: `keyOf` the edges that ask. */
  readonly kept: ReadonlySet<string>;
  /** Where the relation is the optional side of a join: whether it multiplies rows. */
  readonly side: RowCode | undefined;
  /** A condition keeps some of the rows. */
  readonly sifts: boolean;
  /** `keyOf` what the relation's rows are put together by, if by columns as they are. */
  readonly keys: ReadonlySet<string>;
}

/** What tells apart the columns that a relation reads. */
export const keyOf = ({ input, column }: PlanEdge): string => `${input} ${column}`;

/** What the statement says of one input counts before what is said of the whole reader. */
export const readerOf = (input: PlanInput, here: PlanPlace): ReaderMode | undefined =>
  "asset" in input ? (input.reader ?? here.reader) : undefined;

export const inputNumber = (
  draft: AssetDraft,
  input: PlanInput,
  here: PlanPlace,
): number | undefined =>
  "asset" in input ? draft.readOf(input.asset) : here.relations[input.relation];
