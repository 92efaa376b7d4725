import type { AssetId } from "#lib/model/asset-id.ts";
import type { PlanEdge, PlanInput, QueryPlan } from "#lib/model/query-plan.ts";

/**
 * Whether the columns that a plan ends with are all there are: no star that reaches them over a table that may have more
 * columns, and nothing of it unknown but how a column is made. A star whose columns are picked by name further on lets nothing through.
 * `isComplete`: all columns of that table are known.
 */
export function givesNoMore(
  plan: QueryPlan | undefined,
  isComplete: (asset: AssetId) => boolean,
): boolean {
  const open: boolean[] = [];
  for (const { edges, inputs } of plan?.relations ?? []) {
    const isOpenInput = (input: PlanInput | undefined): boolean => {
      if (input === undefined) return false;
      return "asset" in input ? !isComplete(input.asset) : open[input.relation] === true;
    };
    open.push(edges.some((edge) => isOpenEdge(edge, isOpenInput(inputs[edge.input]))));
  }
  return open.at(-1) === false;
}

function isOpenEdge({ use, column, to }: PlanEdge, isFromOpen: boolean): boolean {
  if (use === "UNKNOWN") return to === undefined;
  const isMarker = column === undefined && to === undefined;
  return isMarker && (use === "STAR" || use === "POSITIONAL") && isFromOpen;
}
