import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { classifyType } from "#lib/impact/classify-type.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { ComparedStates } from "./compare-states.ts";

/**
 * Whether what is deployed has the change already: the column is gone there as well, the query is the new one. The branch
 * that a change is compared with may lag behind.
 */
export function isDeployedIn(
  deployed: MergedGraph,
  { change, compared }: { readonly change: ReviewedChange; readonly compared: ComparedStates },
): boolean {
  const { namespace, name } = change.asset;
  const id = assetId(namespace, name);
  const asset = deployed.assets.get(id);
  if (change.kind === "table_dropped_or_renamed") return asset === undefined;
  if (asset === undefined) return false;
  const column = asset.columns.find(
    (one) => one.name.toLowerCase() === change.column?.toLowerCase(),
  );
  switch (change.kind) {
    case "drop_column":
    case "rename_column":
      return asset.columnsComplete && column === undefined;
    case "add_nullable_column":
    case "add_required_column":
      return column !== undefined;
    case "type_changed":
      return (
        column?.type !== undefined &&
        change.toType !== undefined &&
        classifyType(column.type, change.toType) === "same"
      );
    case "expression_changed":
    case "filter_changed":
    case "grain_changed":
    case "join_changed":
      return hasNewQueries(
        asset.queries,
        compared.worlds.judged.graph.assets.get(id)?.queries ?? [],
      );
    default:
      return false;
  }
}

const hasNewQueries = (
  deployed: readonly { readonly sql: string }[],
  head: readonly { readonly sql: string }[],
): boolean => {
  const known = new Set(deployed.map(({ sql }) => sql));
  return head.length > 0 && head.every(({ sql }) => known.has(sql));
};
