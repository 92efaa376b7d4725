import type { PlanEdge, QueryPlan } from "#lib/model/query-plan.ts";
import type { MergedAsset } from "./merged-graph.ts";

/** A table that a run does not build anew: what it holds stays, but for the rows that the run brings. */
export const keepsRows = ({ attributes }: MergedAsset): boolean =>
  attributes.materialization === "incremental" || attributes.materialization === "snapshot";

/**
 * The columns by which a run knows a row again, in lower case: the unique key of an incremental model; of a snapshot also
 * the columns that it checks. A row in which one of them is another goes in beside the old one. `all`: every column.
 */
export function mergeKeysOf(asset: MergedAsset): ReadonlySet<string> | "all" {
  if (!keepsRows(asset)) return new Set();
  const { uniqueKey, checkedColumns } = asset.attributes.extra ?? {};
  if (checkedColumns === "all") return "all";
  return new Set(
    [uniqueKey, checkedColumns].flatMap((names) =>
      Array.isArray(names) ? names.map((name) => String(name).toLowerCase()) : [],
    ),
  );
}

/** The detail of the edges that `readMergeKeys` adds: rows of other keys are kept beside these. */
const KEPT_BESIDE = "kept";

/** The plan of a query whose rows are put into a table by keys: what makes a key decides about the table's rows as well. */
export function readMergeKeys(plan: QueryPlan, keys: ReadonlySet<string> | "all"): QueryPlan {
  const result = plan.relations.at(-1);
  if (result === undefined || (keys !== "all" && keys.size === 0)) return plan;
  const isKey = ({ to }: PlanEdge): boolean =>
    to !== undefined && (keys === "all" || keys.has(result.columns[to]?.name.toLowerCase() ?? ""));
  const added = result.edges
    .filter((edge) => edge.column !== undefined && isKey(edge))
    .map(({ to: _to, keeps: _keeps, ...edge }): PlanEdge => {
      return { ...edge, use: "KEY_MERGE", detail: KEPT_BESIDE };
    });
  if (added.length === 0) return plan;
  const last = { ...result, edges: [...result.edges, ...added] };
  return { relations: [...plan.relations.slice(0, -1), last] };
}
