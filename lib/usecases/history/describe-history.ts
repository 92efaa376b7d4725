import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { shortNameOfAsset } from "#lib/graph/short-name.ts";
import type { AssessedChange } from "#lib/impact/assessment.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import type { SchemaChange } from "#lib/ingest/openlineage/detect-schema-change.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Column } from "#lib/model/asset.ts";
import { shortNameOf } from "#lib/model/asset-id.ts";
import type { AssetClaim, StoredClaim } from "#lib/model/claim.ts";
import { refilledColumns } from "#lib/model/refilled-columns.ts";
import { toldRenames } from "#lib/model/told-renames.ts";
import type { LineageStore, StoreVersion } from "#lib/store/lineage-store.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import type { ChangesAnswer } from "./judge-detected.ts";
import { sayRefilled } from "./say-refilled.ts";

/** Reading the claims of one more version costs about as much as the graph itself, so large meshes look less far back. */
const CLAIMS_TO_READ = 200_000;
const MAX_VERSIONS = 60;

/**
 * What changed in the mesh, newest first: columns that came, went or changed, assets that came or were no longer
 * mentioned. The first that a source ever says is no change.
 */
export async function describeHistory(
  store: LineageStore,
  size: { readonly claims: number },
): Promise<Result<readonly HistoryEntry[], Failure>> {
  const versions = await store.versions();
  if (!versions.ok) return err(failureOfStore(versions.error));
  const affordable = Math.floor(CLAIMS_TO_READ / Math.max(1, size.claims));
  const looked = versions.value.slice(-Math.min(MAX_VERSIONS, Math.max(2, affordable)));
  const [first] = looked;
  if (!first) return ok([]);
  const before = await store.claims({ version: first.version - 1 });
  if (!before.ok) return err(failureOfStore(before.error));
  let known = byKey(before.value);
  const entries: HistoryEntry[] = [];
  for (const version of looked) {
    const claims = await store.claims({ version: version.version });
    if (!claims.ok) return err(failureOfStore(claims.error));
    for (const one of diffVersion({ version, known, claims: claims.value })) entries.push(one);
    known = byKey(claims.value);
  }
  return ok(entries.reverse());
}

/**
 * The history with what events told of: a store that takes events makes a version every few moments, so that the last
 * versions reach back only minutes.
 */
export function addDetected(
  history: readonly HistoryEntry[],
  { detected, graph }: { readonly detected: ChangesAnswer["changes"]; readonly graph: MergedGraph },
): readonly HistoryEntry[] {
  const known = new Set(history.map(entryKey));
  const added = detected.flatMap((one) =>
    entriesOf(one, graph.assets.get(one.asset)).filter((entry) => !known.has(entryKey(entry))),
  );
  return [...history, ...added].sort((a, b) => b.version - a.version);
}

const entryKey = ({ version, asset, column, change }: HistoryEntry): string =>
  [version, asset, column ?? "", change?.kind ?? ""].join("\n");

function entriesOf(
  { at, version, asset, changes }: ChangesAnswer["changes"][number],
  known: MergedAsset | undefined,
): readonly HistoryEntry[] {
  const domain = known?.attributes.domain;
  return changes.map((change) => ({
    at,
    version,
    asset,
    shortName: known?.shortName ?? shortNameOf(change.asset.name),
    ...(domain === undefined ? {} : { domain }),
    ...(change.column === undefined ? {} : { column: change.column }),
    what: sayDetected(change),
    change: { ...change, classifiedAs: change.kind },
  }));
}

function sayDetected(change: SchemaChange): string {
  switch (change.kind) {
    case "drop_column":
      return "was removed";
    case "rename_column":
      return `seems to be called ${change.to} now`;
    case "type_changed":
      return `changed its type from ${change.fromType} to ${change.toType}`;
    case "nullable_to_required":
      return "must not be null now";
    case "required_to_nullable":
      return "may be null now";
    case "add_nullable_column":
    case "add_required_column":
      return "was added";
    case "column_order_changed":
      return "has its columns in another order";
    case "enum_value_added":
      return `may hold ${change.value} now`;
    case "enum_value_removed_or_renamed":
      return change.to === undefined
        ? `holds ${change.value} no more`
        : `holds ${change.to} where it held ${change.value}`;
    case "uniqueness_lost":
      return "is no longer unique";
    case "became_mostly_null":
      return sayRefilled("nulls");
    case "expression_changed":
      return sayRefilled("another column");
    case "description_only":
      return "is described differently";
    case "table_dropped_or_renamed":
      return "was dropped or renamed";
  }
}

const keyOf = (stored: StoredClaim): string => `${stored.source.id}\n${stored.claim.asset}`;

const byKey = (claims: readonly StoredClaim[]): ReadonlyMap<string, StoredClaim> =>
  new Map(claims.map((stored) => [keyOf(stored), stored]));

/** Entries of one version, in the order of asset and column. */
export function diffVersion({
  version,
  known,
  claims,
}: {
  readonly version: StoreVersion;
  readonly known: ReadonlyMap<string, StoredClaim>;
  readonly claims: readonly StoredClaim[];
}): readonly HistoryEntry[] {
  const knownSources = new Set([...known.values()].map((stored) => stored.source.id));
  return claims.flatMap((stored) => {
    const previous = known.get(keyOf(stored));
    if (stored.claim.placeholder) return [];
    if (!previous) return knownSources.has(stored.source.id) ? [cameUp(stored, version)] : [];
    if (previous.staleSince === undefined && stored.staleSince !== undefined) {
      return [wentAway(stored, version)];
    }
    if (previous.version === stored.version) return [];
    return diffColumns({ before: previous.claim, after: stored.claim, version });
  });
}

const entryOf = (
  claim: AssetClaim,
  version: StoreVersion,
  said: { readonly what: string; readonly column?: string; readonly change?: AssessedChange },
): HistoryEntry => ({
  at: version.at,
  version: version.version,
  asset: claim.asset,
  shortName: shortNameOfAsset(claim),
  ...(claim.attributes.domain === undefined ? {} : { domain: claim.attributes.domain }),
  ...said,
});

const cameUp = ({ claim }: StoredClaim, version: StoreVersion): HistoryEntry =>
  entryOf(claim, version, { what: "is new" });

const wentAway = ({ claim, source }: StoredClaim, version: StoreVersion): HistoryEntry =>
  entryOf(claim, version, {
    what: `is no longer mentioned by ${source.label}`,
    change: changeOf(claim, "table_dropped_or_renamed", {}),
  });

function changeOf(
  claim: AssetClaim,
  kind: ChangeKind,
  details: Readonly<Record<string, unknown>>,
): AssessedChange {
  const asset = { namespace: claim.namespace, name: claim.name };
  return { kind, classifiedAs: kind, asset, ...details };
}

function diffColumns({
  before,
  after,
  version,
}: {
  readonly before: AssetClaim;
  readonly after: AssetClaim;
  readonly version: StoreVersion;
}): readonly HistoryEntry[] {
  if (!before.columns || !after.columns) return [];
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Map(after.columns.map((column) => [column.name, column]));
  const say = (column: string, what: string, change: AssessedChange): HistoryEntry =>
    entryOf(after, version, { column, what, change });
  const told = toldRenames(before.columns, after.columns);
  const arrived = new Set(told.values());
  const renamed = [...told].map(([from, to]) =>
    say(from, `is called ${to} now`, changeOf(after, "rename_column", { column: from, to })),
  );
  const removed = before.columns
    .filter((column) => !now.has(column.name) && !told.has(column.name))
    .map(({ name }) => say(name, "was removed", changeOf(after, "drop_column", { column: name })));
  const others = after.columns.flatMap((column) => {
    const previous = old.get(column.name);
    if (!previous && arrived.has(column.name)) return [];
    if (!previous) return [say(column.name, "was added", addedChange(after, column))];
    return columnChanges(after, previous, column).map(({ what, change }) =>
      say(column.name, what, change),
    );
  });
  const refilled = refilledColumns(before.columns, after.columns).map(({ column: { name }, by }) =>
    say(
      name,
      sayRefilled(by),
      changeOf(after, by === "nulls" ? "became_mostly_null" : "expression_changed", {
        column: name,
      }),
    ),
  );
  return [...renamed, ...removed, ...others, ...refilled];
}

function addedChange(claim: AssetClaim, column: Column): AssessedChange {
  const kind = column.nullable === false ? "add_required_column" : "add_nullable_column";
  return changeOf(claim, kind, {
    column: column.name,
    ...(column.type === undefined ? {} : { type: column.type }),
  });
}

const MOSTLY_NULL = 0.9;

function columnChanges(
  claim: AssetClaim,
  before: Column,
  after: Column,
): readonly { readonly what: string; readonly change: AssessedChange }[] {
  const column = after.name;
  const changes: { what: string; change: AssessedChange }[] = [];
  if (before.type !== undefined && after.type !== undefined && before.type !== after.type) {
    const types = { column, fromType: before.type, toType: after.type };
    changes.push({
      what: `changed its type from ${before.type} to ${after.type}`,
      change: changeOf(claim, "type_changed", types),
    });
  }
  if (
    before.nullable !== undefined &&
    after.nullable !== undefined &&
    before.nullable !== after.nullable
  ) {
    changes.push({
      what: after.nullable ? "may be null now" : "must not be null now",
      change: changeOf(claim, after.nullable ? "required_to_nullable" : "nullable_to_required", {
        column,
      }),
    });
  }
  const oldShare = before.profile?.nullShare ?? 0;
  const newShare = after.profile?.nullShare ?? 0;
  if (newShare >= MOSTLY_NULL && oldShare < MOSTLY_NULL) {
    changes.push({
      what: `became ${Math.round(newShare * 100)}% null (was ${Math.round(oldShare * 100)}%)`,
      change: changeOf(claim, "became_mostly_null", { column, nullShare: newShare }),
    });
  }
  if (before.unique === true && after.unique === false) {
    changes.push({
      what: "is no longer unique",
      change: changeOf(claim, "uniqueness_lost", { column }),
    });
  }
  return changes;
}
