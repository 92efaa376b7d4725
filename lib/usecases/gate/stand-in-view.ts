import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import type { FactPair } from "./check-pairs.ts";

interface StandIn {
  readonly pair: FactPair;
  readonly head: MergedAsset;
  readonly graph: MergedGraph;
  readonly renames: readonly ConfirmedRename[];
}

/**
 * The columns of a view under a table's old name that are not that table's: undefined where the view is none that hands
 * every row of it on. The first step of expand and contract: the table gets its new name, and nobody has to notice.
 */
export function columnsOfStandIn({
  pair,
  head,
  graph,
  renames,
}: StandIn): readonly string[] | undefined {
  const standsFor = pair.after?.recipe?.standsFor;
  const [query, second] = head.queries;
  if (standsFor === undefined || query?.plan === undefined || second !== undefined)
    return undefined;
  const given = givenBy(query.plan);
  const table = given && graph.assets.get(given.asset);
  if (given === undefined || table === undefined || !endsIn(table, standsFor)) return undefined;
  const isSame = (name: string, from: string): boolean =>
    same(name, from) || renames.some((one) => same(one.from, name) && same(one.to, from));
  return given.columns.flatMap(({ name, from }) =>
    from !== undefined && isSame(name, from) ? [] : [name],
  );
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function endsIn({ name }: MergedAsset, path: readonly string[]): boolean {
  const own = splitRelationName(name);
  return path.every((part, at) => same(own[own.length - path.length + at] ?? "", part));
}

/** What a plan gives that takes each row of one table: its columns, each with the one that it hands on; else it is computed. */
function givenBy(plan: QueryPlan) {
  const [relation, second] = plan.relations;
  const [input, other] = relation?.inputs ?? [];
  if (!relation || second || !input || other || !("asset" in input) || input.rows !== "each")
    return undefined;
  const { edges } = relation;
  if (edges.some(({ use, column, to }) => to === undefined && !(use === "STAR" && !column)))
    return undefined;
  const columns = relation.columns.map(({ name }, at) => {
    const [edge, more] = edges.filter(({ to }) => to === at);
    const isPassed = more === undefined && (edge?.use === "IDENTITY" || edge?.use === "STAR");
    return { name, from: isPassed ? edge?.column : undefined };
  });
  return { asset: input.asset, columns };
}
