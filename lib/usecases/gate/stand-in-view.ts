import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import type { PlanEdge, QueryPlan } from "#lib/model/query-plan.ts";
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
  const sources = passedOn(query.plan);
  const table = sources && graph.assets.get(sources.asset);
  if (sources === undefined || table === undefined || !endsIn(table, standsFor)) return undefined;
  const isSame = (name: string, from: string): boolean =>
    same(name, from) || renames.some((one) => same(one.from, name) && same(one.to, from));
  return sources.columns.flatMap(({ name, from }) => (isSame(name, from) ? [] : [name]));
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function endsIn({ name }: MergedAsset, path: readonly string[]): boolean {
  const own = splitRelationName(name);
  return path.every((part, at) => same(own[own.length - path.length + at] ?? "", part));
}

/** A plan that takes each row of one table and does nothing with it but to pass columns on. */
function passedOn(plan: QueryPlan) {
  const [relation, second] = plan.relations;
  const [input, other] = relation?.inputs ?? [];
  if (!relation || second || !input || other || !("asset" in input) || input.rows !== "each")
    return undefined;
  const columns = relation.edges.flatMap(({ column, to }) => {
    const name = to === undefined ? undefined : relation.columns[to]?.name;
    return column === undefined || name === undefined ? [] : [{ name, from: column }];
  });
  const isPlain = relation.edges.every(isPassed) && columns.length === relation.columns.length;
  return isPlain ? { asset: input.asset, columns } : undefined;
}

const isPassed = ({ use, column, to }: PlanEdge): boolean =>
  use === "STAR"
    ? (column === undefined) === (to === undefined)
    : use === "IDENTITY" && to !== undefined;
