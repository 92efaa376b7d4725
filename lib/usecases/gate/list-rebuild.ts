import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { ComparedStates } from "./compare-states.ts";

/** Changed models, and those whose stored content would differ; dbt calls a model by the end of its unique id. */
export function listRebuild(
  { changes, edited, worlds }: ComparedStates,
  assessment: Assessment,
): readonly string[] {
  const { graph } = worlds.judged;
  const changed = changes.map(({ asset }) => assetId(asset.namespace, asset.name));
  const harmed = assessment.verdicts.flatMap(({ asset, verdict, rows, columns, run }) => {
    const isSame =
      verdict === "unaffected" && rows.length === 0 && columns.length === 0 && run === "ok";
    return isSame ? [] : [asset.id];
  });
  const names = [
    ...changed,
    ...(changes.length > 0 ? edited.map(({ id }) => id) : []),
    ...harmed,
  ].flatMap((id) => {
    const selector = selectorOf(graph, id);
    return selector === undefined ? [] : [selector];
  });
  return [...new Set(names)].sort();
}

function selectorOf(graph: MergedGraph, id: AssetId): string | undefined {
  const unique = graph.assets.get(id)?.attributes.dbtUniqueId;
  const parts = unique?.split(".") ?? [];
  return parts[0] === "model" || parts[0] === "snapshot" || parts[0] === "seed"
    ? parts.slice(2).join(".")
    : undefined;
}
