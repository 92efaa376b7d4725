import type { Assessment, Verdict } from "#lib/impact/assessment.ts";
import type { AssetKind, Materialization, Tier } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Use } from "#lib/model/use.ts";

/** What the blast radius screen is given: the assessment, and the part of the graph that it speaks of. Nothing is cut. */
export interface BlastAnswer {
  readonly assessment: Assessment;
  readonly graph: BlastGraph;
  readonly coverage: Coverage;
  readonly asOf: AsOfStamp;
}

export interface AsOfStamp {
  readonly version: number;
  /** ISO 8601: when the version was written. */
  readonly at: string;
  /** Set where the store is not reachable and the answer comes from the last snapshot. */
  readonly staleBecause?: string;
}

/** How much of the lineage is known to the column. The parts add up: `edges = columnEdges + tableEdges`. */
export interface Coverage {
  readonly assets: number;
  readonly consumers: number;
  readonly domains: number;
  readonly columns: number;
  /** Pairs of assets of which one reads the other, known to the column, and known by table only. */
  readonly columnReads: number;
  readonly tableReads: number;
  readonly unresolved: number;
  readonly consumersWithoutLineage: number;
}

export interface BlastGraph {
  /** The changed assets and every asset with a verdict. */
  readonly nodes: readonly BlastNode[];
  /** Between those nodes; ephemeral models and inner relations contracted away. */
  readonly edges: readonly BlastEdge[];
}

export interface BlastNode {
  readonly id: AssetId;
  readonly shortName: string;
  readonly name: string;
  readonly namespace: string;
  readonly kind: AssetKind;
  readonly materialization?: Materialization;
  readonly domain: string;
  readonly owner?: string;
  readonly tier?: Tier;
  /** A changed asset itself has no verdict. */
  readonly verdict?: Verdict;
  readonly changed: boolean;
  readonly isConsumer: boolean;
  /** The dashboard that this chart stands on, where that is a node as well: an edge leads from the chart to it. */
  readonly partOf?: AssetId;
  /** The columns that the change touches here, in the asset's order, and how many others there are. */
  readonly touched: readonly TouchedColumn[];
  readonly otherColumns: number;
}

export interface TouchedColumn {
  readonly name: string;
  readonly type?: string;
  /** How this column is made from what it reads: `sum`, `as is`, `join on`. */
  readonly useWord?: string;
  readonly changed: boolean;
}

export interface BlastEdge {
  readonly from: { readonly asset: AssetId; readonly column?: string };
  readonly to: { readonly asset: AssetId; readonly column?: string };
  readonly use: Use;
  readonly expression?: string;
  /** `harms`: what flows here takes part in the reader's verdict; `carries`: passed on, harmless so far; `absorbed`: stops here; `idle`: not touched; `unknown`: table grain only. */
  readonly state: "harms" | "carries" | "absorbed" | "idle" | "unknown";
}
