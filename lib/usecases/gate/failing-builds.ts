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
  const modes = new Map<AssetId, SchemaMode>();
  for (const pair of pairs) {
    const before = pair.before && worlds.base.assetOf(pair.before);
    const after = pair.after && worlds.head.assetOf(pair.after);
    const judged = worlds.judgedOf(pair);
    // Under its new name nothing is there yet.
    const mode = pair.isMoved ? undefined : keptMode(before, after);
    if (judged && mode !== undefined) modes.set(judged.id, mode);
  }
  return changes.flatMap((change): readonly OwnFailure[] => {
    const id = assetId(change.asset.namespace, change.asset.name);
    const asset = worlds.judged.graph.assets.get(id);
    if (asset === undefined) return [];
    if (change.evidence === NAMES_NOTHING)
      return [{ asset: describeAsset(asset), change, certainty: "certain", because: [] }];
    const stop = stopOf(change, modes.get(id));
    // The build ends at the first of them.
    if (stop === undefined || stopped.has(id)) return [];
    stopped.add(id);
    const because = [stepAt(asset, change, stop)];
    return [{ asset: describeAsset(asset), change, certainty: "likely", because }];
  });
}

type SchemaMode = NonNullable<MergedAsset["attributes"]["onSchemaChange"]>;

/** Of a table that is there already and that a run adds rows to; a view is made anew as a table. */
function keptMode(
  before: MergedAsset | undefined,
  after: MergedAsset | undefined,
): SchemaMode | undefined {
  const isKept = KEPT.has(before?.attributes.materialization ?? "view");
  if (!isKept || after?.attributes.materialization !== "incremental") return undefined;
  return after.attributes.onSchemaChange ?? "ignore";
}

const KEPT: ReadonlySet<string> = new Set(["table", "incremental"]);

interface Stop {
  /** Of what an incremental table does with columns that differ. */
  readonly rule: string;
  readonly text: string;
}

const LESS: ReadonlySet<ChangeKind> = new Set(["drop_column", "rename_column"]);
const MORE: ReadonlySet<ChangeKind> = new Set(["add_nullable_column", "add_required_column"]);

function stopOf({ kind }: ReviewedChange, mode: SchemaMode | undefined): Stop | undefined {
  if (mode === "ignore" && LESS.has(kind))
    return {
      rule: "FL-1303",
      text: "the incremental table still has the column, and the insert of its next build finds nothing to put there; build it with `--full-refresh`",
    };
  if (mode === "fail" && (LESS.has(kind) || MORE.has(kind)))
    return {
      rule: "FL-1302",
      text: "the incremental model fails when its columns change; build it with `--full-refresh`",
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
