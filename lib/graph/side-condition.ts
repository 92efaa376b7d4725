import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";
import type { PlanEdge, PlanRelation } from "#lib/model/query-plan.ts";
import type { EdgeUse, RowCode } from "./snapshot.ts";

/**
 * What a column does in a condition of an optional side beside its keys. `bounds`: partners are found by how a column of
 * the side compares with one of the row that asks, as in `e.at >= u.since`; whichever it is, others may be found, and more.
 * `asks`: it is what a row asks with, and lies between two bounds of a side that finds one partner at most (`at >=
 * c.valid_from and at < c.valid_to`): another value finds another partner, or none, and no second one. Both bounds are not
 * let in: where one range ends at what the next begins with, a value on the border has two partners.
 */
export function sideCondition(
  { use, to, column, expression, input }: PlanEdge,
  { relation, side }: { readonly relation: PlanRelation; readonly side: RowCode | undefined },
): Pick<EdgeUse, "inSide"> {
  if (side === undefined || use !== "FILTER" || to !== undefined) return {};
  if (column === undefined || expression === undefined) return {};
  const isOfRow = ({ input: from }: PlanEdge): boolean => relation.inputs[from]?.rows === "exists";
  const isAsked = relation.inputs[input]?.rows === "exists";
  const conditions = relation.edges.filter(
    (edge) => edge.to === undefined && edge.use === "FILTER",
  );
  const isTied = conditions.some(
    (edge) => edge.expression === expression && isOfRow(edge) !== isAsked,
  );
  if (!isTied) return {};
  if (!isAsked || side !== "outer") return { inSide: "bounds" };
  const asking = conditions.filter((edge) => edge.input === input && edge.column === column);
  const boundsOf = (direction: "above" | "below"): readonly Bound[] => {
    const asked = new Set(
      asking.flatMap(({ expression: text = "" }) =>
        directionOf(text, column) === direction ? [text] : [],
      ),
    );
    return conditions.flatMap((edge) =>
      !isOfRow(edge) && asked.has(edge.expression ?? "")
        ? [{ key: `${edge.input} ${edge.column}`, isLetIn: LETS_IN.test(edge.expression ?? "") }]
        : [],
    );
  };
  const [lower, upper] = [boundsOf("above"), boundsOf("below")];
  const isBetween = upper.some((bound) =>
    lower.some((other) => other.key !== bound.key && !(other.isLetIn && bound.isLetIn)),
  );
  return { inSide: isBetween ? "asks" : "bounds" };
}

interface Bound {
  /** Of which input it is which column. */
  readonly key: string;
  /** A value that is the same as the bound lies within. */
  readonly isLetIn: boolean;
}

const LETS_IN = /[<>]=/;

const named = keepByText(
  (column) => new RegExp(`(?<![\\w'])${escapePattern(column)}(?![\\w'])`, "i"),
);

/** Whether the condition wants the column to lie above something, or below it. Undefined: neither, or nobody can tell. */
function directionOf(condition: string, column: string): "above" | "below" | undefined {
  if (condition.includes("…")) return undefined;
  const [left = "", right, ...others] = condition
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/<>|!=|->>?/g, "~")
    .split(/(?=[<>]=?)/);
  if (right === undefined || others.length > 0) return undefined;
  const isLeft = named(column).test(left);
  if (isLeft === named(column).test(right)) return undefined;
  return right.startsWith(">") === isLeft ? "above" : "below";
}
