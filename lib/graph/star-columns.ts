import {
  IF_THERE,
  type PlanEdge,
  type PlanRelation,
  type QueryPlan,
} from "#lib/model/query-plan.ts";

/**
 * The outputs, in lower case, that a query has only because it selects all columns: nothing in it names them. Each relation
 * is looked at once, after those that it reads, so the time is linear in the plan's edges.
 */
export function starColumns(plan: QueryPlan | undefined): ReadonlySet<string> {
  const found: ReadonlySet<string>[] = [];
  for (const relation of plan?.relations ?? []) found.push(starsOf(relation, found));
  return new Set([...(found.at(-1) ?? [])].map((name) => name.toLowerCase()));
}

/** Columns that come of a star, or are handed on as such by a stage that does not name them either. */
function starsOf(
  relation: PlanRelation,
  found: readonly ReadonlySet<string>[],
): ReadonlySet<string> {
  const stars = new Set<number>();
  const named = new Set<number>();
  for (const edge of relation.edges) {
    if (edge.to === undefined || edge.use === "WINDOW") continue;
    if (isStar(edge, relation, found)) stars.add(edge.to);
    else named.add(edge.to);
  }
  const names = [...stars].flatMap((at) =>
    named.has(at) ? [] : (relation.columns[at]?.name ?? []),
  );
  return new Set(names);
}

function isStar(
  { use, detail, input, column }: PlanEdge,
  { inputs }: PlanRelation,
  found: readonly ReadonlySet<string>[],
): boolean {
  if (use === "STAR") return true;
  const read = inputs[input];
  if (use !== "IDENTITY" || column === undefined) return false;
  if (detail !== "carry" && detail?.endsWith(IF_THERE) !== true) return false;
  return read !== undefined && "relation" in read && found[read.relation]?.has(column) === true;
}
