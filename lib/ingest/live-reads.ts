import type { LiveColumns } from "#lib/model/fact.ts";
import type { PlanEdge, PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";

/** Uses that take a column as it is: what a template writes for a column that it found. */
const TAKES: ReadonlySet<Use> = new Set(["IDENTITY", "STAR"]);

/**
 * The plan of SQL that a template wrote from the columns it found while compiling. As compiled, the SQL names columns
 * that the template would leave out, or write NULL for, once they are gone; the plan says what will happen instead:
 * - `fills`: a column of a table that is missing is NULL; in all other ways it is read as the text says;
 * - `lists`: a column that nobody wrote by hand is read as by a star, and columns that are added later come along.
 */
export function applyLiveColumns(plan: QueryPlan, live: LiveColumns): QueryPlan {
  const written = new Set(live.written);
  return {
    ...plan,
    relations: plan.relations.map((relation) =>
      live.mode === "fills" ? fillMissing(relation) : readAsStar(relation, written),
    ),
  };
}

function fillMissing(relation: PlanRelation): PlanRelation {
  const edges = relation.edges.map((edge): PlanEdge => {
    const input = relation.inputs[edge.input];
    const reads = input && "asset" in input && edge.column !== undefined && edge.to !== undefined;
    return reads && TAKES.has(edge.use) ? { ...edge, detail: "fills" } : edge;
  });
  return { ...relation, edges };
}

function readAsStar(relation: PlanRelation, written: ReadonlySet<string>): PlanRelation {
  const stars = new Set<number>();
  const marked = new Set<number>();
  const edges = relation.edges.map((edge): PlanEdge => {
    const output = edge.to === undefined ? undefined : relation.columns[edge.to]?.name;
    if (output === undefined) {
      if (edge.use === "STAR" && edge.column === undefined) marked.add(edge.input);
      return edge;
    }
    const column = edge.column?.toLowerCase();
    if (edge.use !== "IDENTITY" || column === undefined || column !== output.toLowerCase())
      return edge;
    if (written.has(column)) return edge;
    stars.add(edge.input);
    return { ...edge, use: "STAR" };
  });
  const markers = [...stars]
    .filter((input) => !marked.has(input))
    .map((input): PlanEdge => ({ input, use: "STAR" }));
  return { ...relation, edges: [...edges, ...markers] };
}
