import type { PlanEdge, PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";

/** The outputs, in lower case, that a query has only because it selects all columns: nothing in it names them. */
export function starColumns(plan: QueryPlan | undefined): ReadonlySet<string> {
  const last = plan?.relations.at(-1);
  if (plan === undefined || last === undefined) return new Set();
  const found = last.columns.filter((_, index) => isStar(plan, last, index));
  return new Set(found.map(({ name }) => name.toLowerCase()));
}

interface Place {
  readonly relation: PlanRelation;
  readonly index: number;
}

/** Whether a column comes of a star, perhaps handed on by later stages that do not name it either. */
function isStar(plan: QueryPlan, relation: PlanRelation, index: number): boolean {
  let at: Place | undefined = { relation, index };
  for (let step = 0; at !== undefined && step <= plan.relations.length; step++) {
    const edge = onlySource(at);
    if (edge?.use === "STAR") return true;
    if (edge?.use !== "IDENTITY" || edge.detail !== "carry") return false;
    at = placeBelow(plan, at.relation, edge);
  }
  return false;
}

function onlySource({ relation, index }: Place): PlanEdge | undefined {
  const into = relation.edges.filter((edge) => edge.to === index && edge.use !== "WINDOW");
  return into.length === 1 ? into[0] : undefined;
}

function placeBelow(
  plan: QueryPlan,
  relation: PlanRelation,
  { input, column }: PlanEdge,
): Place | undefined {
  const read = relation.inputs[input];
  const below =
    read !== undefined && "relation" in read ? plan.relations[read.relation] : undefined;
  const index = below?.columns.findIndex(({ name }) => name === column) ?? -1;
  return below === undefined || index < 0 ? undefined : { relation: below, index };
}
