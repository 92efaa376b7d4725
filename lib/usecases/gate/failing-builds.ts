import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { BecauseStep } from "#lib/impact/assessment.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { OwnFailure } from "#lib/review/finding.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import { NAMES_NOTHING } from "./check-whole.ts";
import type { ComparedStates } from "./compare-states.ts";

/** Edited assets whose own next build fails, whoever reads them. */
export function failingBuilds({
  changes,
  pairs,
  worlds,
}: Pick<ComparedStates, "changes" | "pairs" | "worlds">): readonly OwnFailure[] {
  const stopped = new Set<AssetId>();
  const kept = new Map<AssetId, KeptTable>();
  for (const pair of pairs) {
    const before = pair.before && worlds.base.assetOf(pair.before);
    const after = pair.after && worlds.head.assetOf(pair.after);
    const judged = worlds.judgedOf(pair);
    // Under its new name nothing is there yet.
    const table = pair.isMoved ? undefined : keptTable(before, after);
    if (judged && table !== undefined) kept.set(judged.id, table);
  }
  return changes.flatMap((change): readonly OwnFailure[] => {
    const id = assetId(change.asset.namespace, change.asset.name);
    const asset = worlds.judged.graph.assets.get(id);
    if (asset === undefined) return [];
    if (change.evidence === NAMES_NOTHING)
      return [{ asset: describeAsset(asset), change, certainty: "certain", because: [] }];
    const stop = stopOf(change, kept.get(id));
    // The build ends at the first of them.
    if (stop === undefined || stopped.has(id)) return [];
    stopped.add(id);
    const because = [stepAt(asset, change, stop)];
    return [{ asset: describeAsset(asset), change, certainty: "likely", because }];
  });
}

type SchemaMode = NonNullable<MergedAsset["attributes"]["onSchemaChange"]>;

/** A table that is there already, and that a run adds rows to. */
interface KeptTable {
  readonly mode: SchemaMode;
  /** dbt's adapter for DuckDB merges columns by their names: one that it lacks is left, one more finds no place. */
  readonly isMergedByName: boolean;
  /** What helps. */
  readonly remedy: string;
}

/** Undefined where the next build makes it anew, as it does where a view becomes a table. */
function keptTable(
  before: MergedAsset | undefined,
  after: MergedAsset | undefined,
): KeptTable | undefined {
  const isKept = KEPT.has(before?.attributes.materialization ?? "view");
  if (!isKept || after?.attributes.materialization !== "incremental") return undefined;
  const { onSchemaChange, dialect, extra } = after.attributes;
  return {
    mode: onSchemaChange ?? "ignore",
    isMergedByName: dialect === "duckdb" && extra?.["incrementalStrategy"] === "merge",
    remedy:
      extra?.["fullRefresh"] === false
        ? "its `full_refresh: false` keeps `--full-refresh` from helping: drop the table, or change it by hand"
        : "build it with `--full-refresh`",
  };
}

const KEPT: ReadonlySet<string> = new Set(["table", "incremental"]);

interface Stop {
  /** Of what an incremental table does with columns that differ. */
  readonly rule: string;
  readonly text: string;
}

const LESS: ReadonlySet<ChangeKind> = new Set(["drop_column", "rename_column"]);
const MORE: ReadonlySet<ChangeKind> = new Set(["add_nullable_column", "add_required_column"]);

function stopOf({ kind }: ReviewedChange, table: KeptTable | undefined): Stop | undefined {
  if (table === undefined) return undefined;
  const { mode, isMergedByName, remedy } = table;
  if (mode === "ignore" && isMergedByName && (MORE.has(kind) || kind === "rename_column"))
    return {
      rule: "FL-1303",
      text: `the incremental table does not have the column, and the merge of its next build finds no place for it; ${remedy}`,
    };
  if (mode === "ignore" && !isMergedByName && LESS.has(kind))
    return {
      rule: "FL-1303",
      text: `the incremental table still has the column, and the insert of its next build finds nothing to put there; ${remedy}`,
    };
  if (mode === "fail" && (LESS.has(kind) || MORE.has(kind)))
    return {
      rule: "FL-1302",
      text: `the incremental model fails when its columns change; ${remedy}`,
    };
  return undefined;
}

const stepAt = (
  { id, name }: MergedAsset,
  { column }: ReviewedChange,
  { rule, text }: Stop,
): BecauseStep => ({
  node: `run:${name}`,
  asset: id,
  ...(column === undefined ? {} : { column }),
  effect: "ERROR",
  certainty: "likely",
  rule,
  text,
});
