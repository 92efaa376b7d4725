import { randomBytes } from "node:crypto";
import {
  detectLifecycleChange,
  detectSchemaChange,
  type SchemaChange,
} from "#lib/ingest/openlineage/detect-schema-change.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, BatchRecord, SourceInfo } from "#lib/model/claim.ts";
import { traitsOf } from "#lib/model/source-kind.ts";

/** A table that is not what its source said before. */
export interface DetectedChange {
  /** Of its record in the collection `changes`; keys come in the order of time. */
  readonly key: string;
  /** ISO 8601. */
  readonly at: string;
  readonly source: string;
  readonly asset: AssetId;
  readonly changes: readonly SchemaChange[];
  /** The run or event that told of it. */
  readonly told?: string;
}

export const CHANGES_COLLECTION = "changes";

/** Events tell of what happened; a file that somebody wrote tells of what somebody means. */
export const tellsOfChanges = (source: SourceInfo, isComplete: boolean): boolean =>
  !isComplete || traitsOf(source.kind).looksAtTables === true;

/** What differs between what a source said of an asset and what it says now. The first that it says is no change. */
export function detectChanges({
  source,
  at,
  before,
  after,
}: {
  readonly source: SourceInfo;
  readonly at: string;
  readonly before: (asset: AssetId) => AssetClaim | undefined;
  readonly after: readonly AssetClaim[];
}): readonly DetectedChange[] {
  return after.flatMap((claim) => {
    const known = before(claim.asset);
    const changes = known ? changesBetween(known, claim) : [];
    if (changes.length === 0) return [];
    const { event } = claim.provenance;
    return [
      {
        key: newKey(at),
        at,
        source: source.id,
        asset: claim.asset,
        changes,
        ...(event === undefined ? {} : { told: event }),
      },
    ];
  });
}

/** Of a list that does not claim to be whole, a column may be missing for no reason. */
function changesBetween(before: AssetClaim, after: AssetClaim): readonly SchemaChange[] {
  const { namespace, name } = after;
  const asset = { namespace, name };
  const [had, has] = [saidColumns(before), saidColumns(after)];
  // What is said again as it was said is the very list that was stored.
  const mayDiffer = had !== undefined && has !== undefined && had !== has;
  const all = mayDiffer ? detectSchemaChange({ asset, before: had, after: has }) : [];
  const isWhole = before.columnsComplete && after.columnsComplete;
  const schema = isWhole ? all : all.filter(({ kind }) => OF_ONE_COLUMN.has(kind));
  const was = detectLifecycleChange({ name: asset, attributes: before.attributes });
  const is = detectLifecycleChange({ name: asset, attributes: after.attributes });
  return was === undefined && is !== undefined ? [...schema, is] : schema;
}

/** What is seen of a column that both lists have. */
const OF_ONE_COLUMN = new Set<SchemaChange["kind"]>([
  "type_changed",
  "nullable_to_required",
  "required_to_nullable",
  "became_mostly_null",
  "expression_changed",
]);

/** The source's own words; what follows from a query is no news of it. */
const saidColumns = ({ columns, origin }: AssetClaim): AssetClaim["columns"] =>
  origin?.columns === undefined ? columns : (origin.columns ?? undefined);

/** Tables that a source had at its last look and has no more. */
export function detectGone({
  source,
  at,
  before,
  after,
}: {
  readonly source: SourceInfo;
  readonly at: string;
  readonly before: readonly AssetClaim[];
  readonly after: readonly AssetClaim[];
}): readonly DetectedChange[] {
  const there = new Set(after.map(saidId));
  return before
    .filter((claim) => claim.placeholder !== true && !there.has(saidId(claim)))
    .map(({ asset, namespace, name }) => ({
      key: newKey(at),
      at,
      source: source.id,
      asset,
      changes: [{ kind: "table_dropped_or_renamed", asset: { namespace, name } }],
    }));
}

/** As the source calls it, which stays when its name is resolved to another. */
const saidId = ({ origin, namespace, name }: AssetClaim): string =>
  assetId(origin?.said?.namespace ?? namespace, origin?.said?.name ?? name);

/** Keys come in the order of time. */
const newKey = (at: string): string => `${at}-${randomBytes(4).toString("hex")}`;

export const changeRecord = ({ key, ...body }: DetectedChange): BatchRecord => ({
  collection: CHANGES_COLLECTION,
  key,
  body,
});
