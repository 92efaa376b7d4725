import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetAttributes, Materialization, Tier } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { DESCRIBED_AT } from "../described-at.ts";
import { readName } from "./check-event.ts";
import { datasetKindOf, dbtConfigOf, dialectOf } from "./dataset-name.ts";
import type { DatasetState } from "./gather-events.ts";
import type { Assertions } from "./read-schema.ts";

const MATERIALIZATIONS = new Set<string>([
  "table",
  "view",
  "incremental",
  "ephemeral",
  "snapshot",
  "seed",
]);
const OWNER_RANK: Readonly<Record<string, number>> = makeTable({
  OWNER: 0,
  MAINTAINER: 1,
  STEWARD: 2,
  TEAM: 3,
});

/**
 * The facets that speak for a dataset: its writers' before its readers'. Asked for by each edge that names the dataset;
 * states are complete by then.
 */
export function facetsOf({ found, seen, own }: DatasetState): LooseRecord {
  if (found.facets === undefined) {
    const merged = new Map<string, unknown>();
    for (const [name, { value }] of seen) merged.set(name, value);
    for (const [name, { value }] of own) merged.set(name, value);
    found.facets = Object.fromEntries(merged);
  }
  return found.facets;
}

export interface DatasetFindings {
  readonly facets: LooseRecord;
  readonly rows: number | undefined;
  readonly assertions: Assertions;
  readonly dbtUniqueId: string | undefined;
}

export function datasetAttributes(state: DatasetState, found: DatasetFindings): AssetAttributes {
  const { facets } = found;
  const tags = readTags(ownValue(facets, "tags"));
  const owners = readOwners(ownValue(facets, "ownership"));
  const config = dbtConfigOf(facets);
  return withoutUndefined({
    ...tags.attributes,
    owner: owners[0] ?? tags.attributes.owner,
    materialization: materializationOf(config, datasetKindOf(state.name, facets)),
    onSchemaChange: onSchemaChangeOf(config),
    description: descriptionOf(facets),
    dialect: dialectOf(state.name.namespace),
    dbtUniqueId: found.dbtUniqueId,
    lastRun: state.lastRun,
    rows: found.rows ?? rowsWritten(facets),
    extra: nonEmpty({
      owners: owners.length > 1 ? owners : undefined,
      columnTags: tags.columnTags,
      lifecycle: readLifecycle(facets),
      [DESCRIBED_AT]: state.describedAt,
      storage: bare(ownValue(facets, "storage")),
      catalog: bare(ownValue(facets, "catalog")),
      version: asText(ownValue(asRecord(ownValue(facets, "version")), "datasetVersion")),
      dbt: config,
      tests: found.assertions.checked.length > 0 ? found.assertions.checked : undefined,
      failedTests: found.assertions.failed.length > 0 ? found.assertions.failed : undefined,
    }),
  });
}

export function descriptionOf(facets: LooseRecord): string | undefined {
  return asText(ownValue(asRecord(ownValue(facets, "documentation")), "description"));
}

const NOBODY: readonly string[] = [];

/** Owners by the weight of their role, as named: `team:finance`. */
export function readOwners(facet: unknown): readonly string[] {
  if (facet === undefined) return NOBODY;
  const owners = recordsIn(ownValue(asRecord(facet), "owners")).flatMap((owner) => {
    const name = asText(owner["name"]);
    return name === undefined
      ? []
      : [{ name, rank: OWNER_RANK[asText(owner["type"])?.toUpperCase() ?? ""] ?? 9 }];
  });
  return [
    ...new Set(
      owners
        .sort((a, b) => a.rank - b.rank || compareText(a.name, b.name))
        .map((owner) => owner.name),
    ),
  ];
}

interface Tags {
  readonly attributes: Pick<AssetAttributes, "tags" | "domain" | "tier" | "owner">;
  /** By column: its tags. */
  readonly columnTags: Readonly<Record<string, readonly string[]>> | undefined;
}

const NO_TAGS: Tags = { attributes: {}, columnTags: undefined };

/** Tags of a dataset, a job or a run; `domain`, `tier` and `owner` say what they are called after. */
export function readTags(facet: unknown): Tags {
  if (facet === undefined) return NO_TAGS;
  const tags = recordsIn(ownValue(asRecord(facet), "tags")).flatMap((tag) => readTag(tag) ?? []);
  const whole = tags.filter((tag) => tag.field === undefined);
  const said = new Map(
    whole.filter((tag) => tag.speaks).map((tag) => [tag.key.toLowerCase(), tag.value]),
  );
  const plain = whole.filter((tag) => !tag.speaks && !tag.key.startsWith("openlineage_client"));
  const byColumn = new Map<string, string[]>();
  for (const { field, label } of tags) {
    if (field !== undefined) byColumn.set(field, [...(byColumn.get(field) ?? []), label]);
  }
  return {
    attributes: withoutUndefined({
      tags:
        plain.length === 0
          ? undefined
          : [...new Set(plain.map((tag) => tag.label))].sort(compareText),
      domain: said.get("domain"),
      owner: said.get("owner") ?? said.get("team"),
      tier: tierOf(said.get("tier")),
    }),
    columnTags: byColumn.size === 0 ? undefined : Object.fromEntries(byColumn),
  };
}

interface Tag {
  readonly key: string;
  readonly value: string | undefined;
  readonly field: string | undefined;
  readonly label: string;
  /** Its key names an attribute of ours. */
  readonly speaks: boolean;
}

function readTag(tag: LooseRecord): Tag | undefined {
  const key = asText(tag["key"]);
  if (key === undefined) return undefined;
  const value = asText(tag["value"]);
  return {
    key,
    value,
    field: asText(tag["field"]),
    label: value === undefined || value === "true" ? key : `${key}:${value}`,
    speaks: SPEAKING_TAGS.has(key.toLowerCase()) && value !== undefined,
  };
}

const SPEAKING_TAGS = new Set(["domain", "owner", "team", "tier"]);

function tierOf(text: string | undefined): Tier | undefined {
  const digit = /^(?:tier)?[\s_-]*([1-4])$/i.exec(text ?? "")?.[1];
  return digit === undefined ? undefined : (Number(digit) as Tier);
}

function materializationOf(
  config: LooseRecord | undefined,
  kind: string,
): Materialization | undefined {
  const said = asText(config?.["materialized"]);
  if (said !== undefined && MATERIALIZATIONS.has(said)) return said as Materialization;
  return kind === "view" ? "view" : undefined;
}

const ON_SCHEMA_CHANGE = new Set<string>([
  "ignore",
  "fail",
  "append_new_columns",
  "sync_all_columns",
]);

function onSchemaChangeOf(config: LooseRecord | undefined): AssetAttributes["onSchemaChange"] {
  const said = asText(
    ownValue(asRecord(config?.["incremental"]), "on_schema_change") ?? config?.["on_schema_change"],
  );
  return said !== undefined && ON_SCHEMA_CHANGE.has(said)
    ? (said as AssetAttributes["onSchemaChange"])
    : undefined;
}

/** Rows that the last run wrote, where it wrote all of them. */
function rowsWritten(facets: LooseRecord): number | undefined {
  const change = readLifecycle(facets)?.state;
  if (change !== "OVERWRITE" && change !== "CREATE") return undefined;
  return asNumber(ownValue(asRecord(ownValue(facets, "outputStatistics")), "rowCount"));
}

export interface Lifecycle {
  readonly state: string;
  /** The name before a rename. */
  readonly previous?: AssetName;
  /** The name after one, at the old name. */
  readonly renamedTo?: AssetName;
  /** When it was dropped or renamed away. */
  readonly at?: string;
}

/** What last happened to the dataset as a whole: created, altered, renamed (from what), dropped. */
export function readLifecycle(facets: LooseRecord): Lifecycle | undefined {
  const facet = asRecord(ownValue(facets, "lifecycleStateChange"));
  const state = asText(facet?.["lifecycleStateChange"])?.toUpperCase();
  if (state === undefined) return undefined;
  const previous = readName(asRecord(facet?.["previousIdentifier"]));
  const renamedTo = readName(asRecord(facet?.["renamedTo"]));
  return withoutUndefined({ state, previous, renamedTo, at: asText(facet?.["at"]) });
}

/** A facet without the keys that only say who sent it. */
function bare(facet: unknown): LooseRecord | undefined {
  const record = asRecord(facet);
  return record === undefined
    ? undefined
    : nonEmpty(Object.fromEntries(Object.entries(record).filter(([key]) => !key.startsWith("_"))));
}

export function nonEmpty(record: LooseRecord): LooseRecord | undefined {
  const kept = withoutUndefined(record);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
