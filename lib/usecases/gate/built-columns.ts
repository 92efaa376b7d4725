import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ColumnList } from "#lib/impact/diff-columns.ts";
import { givesNoMore } from "#lib/ingest/plan-outputs.ts";
import type { FactPair } from "./check-pairs.ts";

/**
 * The columns that an edited model will have, as its SQL says: a catalog tells of what was built before the edit, and what
 * is documented may be of a column that is gone. Undefined: the model is as it was, or its SQL does not say them all.
 */
export function builtColumns(
  { source, before, after }: FactPair,
  { head, graph }: { readonly head: MergedAsset; readonly graph: MergedGraph },
): ColumnList | undefined {
  const [query, second] = after?.queries ?? [];
  if (source.kind !== "dbt" || before === undefined || query === undefined || second)
    return undefined;
  if (before.queries.some(({ sql }) => sql === query.sql)) return undefined;
  if (head.attributes.materialization === "snapshot") return undefined;
  const plan = head.queries.find(({ name }) => name === query.name)?.plan;
  const isComplete = givesNoMore(plan, (id) => graph.assets.get(id)?.columnsComplete === true);
  const outputs = plan?.relations.at(-1)?.columns;
  if (!isComplete || outputs === undefined) return undefined;
  const known = new Map(head.columns.map((column) => [column.name.toLowerCase(), column]));
  const columns = outputs.map(
    ({ name, type }) =>
      known.get(name.toLowerCase()) ?? { name, ...(type === undefined ? {} : { type }) },
  );
  return { columns, complete: true };
}
