import { makeTable } from "#lib/kit/make-table.ts";
import {
  ASSET_KINDS,
  type AssetAttributes,
  type AssetKind,
  type Column,
  DATASET_KINDS,
  type Materialization,
  type Profile,
} from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { isUse, type Use } from "#lib/model/use.ts";
import { splitRelationName } from "../relation-name.ts";
import { type GraphAsset, type GraphProfile, graphColumnSchema } from "./graph-schema.ts";

/** Where an entry stands, for provenance and problems. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

const KINDS = new Set<string>(ASSET_KINDS);
const MATERIALIZATIONS: ReadonlySet<string> = new Set([
  "table",
  "view",
  "incremental",
  "ephemeral",
  "snapshot",
  "seed",
]);
export const ROLE_USES: Readonly<Record<string, Use>> = makeTable({
  dimension: "DIMENSION",
  measure: "MEASURE",
  filter: "BI_FILTER",
  feature: "ML_FEATURE",
  label: "ML_LABEL",
  key: "JOIN_INNER",
});
const MODELLED: ReadonlySet<string> = new Set([
  ...[
    "id",
    "namespace",
    "kind",
    "domain",
    "owner",
    "tier",
    "tierGuessed",
    "materialization",
    "columns",
    "columnsComplete",
    "staleSince",
    "followsRenames",
    "dbtUniqueId",
    "lastRun",
    "sla",
    "usage",
    "contract",
  ],
  ...["url", "description", "tags", "dialect", "readerMode", "onSchemaChange", "partOf", "queries"],
]);

const COLUMN_KEYS: ReadonlySet<string> = new Set([
  "name",
  "type",
  "nullable",
  "unique",
  "description",
  "allowedValues",
  "profile",
]);

/** What an entry says beside the keys that are modelled, if anything. */
export function extraOf(
  entry: Readonly<Record<string, unknown>>,
  modelled: ReadonlySet<string>,
): { readonly extra?: Readonly<Record<string, unknown>> } {
  const others = Object.entries(entry).filter(([key]) => !modelled.has(key));
  return others.length > 0 ? { extra: Object.fromEntries(others) } : {};
}

/** One entry of `assets` as a fact without its edges. */
export function assetToFact(
  asset: GraphAsset,
  context: { readonly place: Place; readonly namespace: string; readonly problems: Problem[] },
): AssetFact {
  const { place, problems } = context;
  const namespace = asset.namespace ?? context.namespace;
  const kind = readKind(asset, place, problems);
  const columns = asset.columns && readColumns(asset.columns, { asset: asset.id, place, problems });
  const path = tablePath(asset.id, kind);
  return {
    name: { namespace, name: asset.id },
    ...(path ? { path } : {}),
    kind,
    attributes: readAttributes(asset, { namespace, place, problems }),
    ...(columns ? { columns, columnsComplete: asset.columnsComplete !== false } : {}),
    edges: [],
    queries: readQueries(asset, place, problems),
    provenance: place,
  };
}

/** The id of a table is its relation path, dotted or not: what queries and other sources may call it too. A file's dots are no parts. */
export function tablePath(id: string, kind: AssetKind): readonly string[] | undefined {
  if (kind === "file" && id.includes("/")) return [id];
  const path = DATASET_KINDS.has(kind) && kind !== "feature_view" ? splitRelationName(id) : [];
  return path.length > 0 ? path : undefined;
}

function readKind(asset: GraphAsset, place: Place, problems: Problem[]): AssetKind {
  if (KINDS.has(asset.kind)) return asset.kind as AssetKind;
  problems.push({
    code: "unknown-kind",
    message:
      asset.kind === ""
        ? `${asset.id} has no kind; it is kept as a table`
        : `${asset.id} has the kind ${JSON.stringify(asset.kind)}, which is not known; it is kept as a table`,
    next: `Use one of: ${ASSET_KINDS.join(", ")}.`,
    ...place,
    severity: "error",
  });
  return "table";
}

function readAttributes(
  asset: GraphAsset,
  context: { readonly namespace: string; readonly place: Place; readonly problems: Problem[] },
): AssetAttributes {
  const { materialization } = asset;
  if (materialization && !MATERIALIZATIONS.has(materialization)) {
    context.problems.push({
      code: "wrong-shape",
      message: `${asset.id} has the materialization ${JSON.stringify(materialization)}, which is not known; it is left out`,
      next: `Use one of: ${[...MATERIALIZATIONS].join(", ")}.`,
      ...context.place,
      severity: "warning",
    });
  }
  const known =
    materialization && MATERIALIZATIONS.has(materialization)
      ? (materialization as Materialization)
      : undefined;
  const entries: [keyof AssetAttributes, unknown][] = [
    ["domain", asset.domain],
    ["owner", asset.owner],
    ["tier", asset.tier],
    ["tierGuessed", asset.tier ? asset.tierGuessed : undefined],
    ["followsRenames", asset.followsRenames],
    ["dbtUniqueId", asset.dbtUniqueId],
    ["lastRun", asset.lastRun],
    ["materialization", known],
    ["description", asset.description],
    ["url", asset.url],
    ["tags", asset.tags],
    ["sla", asset.sla],
    ["usage", asset.usage],
    ["contract", asset.contract],
    ["readerMode", asset.readerMode],
    ["onSchemaChange", asset.onSchemaChange],
    ["dialect", asset.dialect],
    ["partOf", asset.partOf ? assetId(context.namespace, asset.partOf) : undefined],
    ["extra", extraWithEnd(asset)],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** When it was last said to be there is kept as events keep it. */
function extraWithEnd(asset: GraphAsset): Readonly<Record<string, unknown>> | undefined {
  const { extra } = extraOf(asset, MODELLED);
  if (!asset.staleSince || extra?.["lifecycle"] !== undefined) return extra;
  return { ...extra, lifecycle: { state: "UNSAID", at: asset.staleSince } };
}

function readColumns(
  columns: NonNullable<GraphAsset["columns"]>,
  context: { readonly asset: string; readonly place: Place; readonly problems: Problem[] },
): Column[] {
  const { asset, place, problems } = context;
  const byName = new Map<string, Column>();
  const folded = new Map<string, string>();
  for (const entry of columns) {
    const parsed = graphColumnSchema.safeParse(typeof entry === "string" ? { name: entry } : entry);
    const name = parsed.success ? parsed.data.name : typeof entry === "string" ? entry : entry.name;
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      problems.push({
        code: "wrong-shape",
        message: `${asset}.${name}: ${issue?.path.join(".")}: ${issue?.message}; only the column's name is kept`,
        ...place,
        severity: "error",
      });
    }
    if (byName.has(name)) {
      problems.push({
        code: "wrong-shape",
        message: `${asset} lists the column ${name} twice; the first is kept`,
        ...place,
        severity: "warning",
      });
      continue;
    }
    const twin = folded.get(name.toLowerCase());
    if (twin !== undefined) {
      problems.push({
        code: "case-clash",
        message: `${asset} has the columns ${twin} and ${name}, which differ in letter case only; both are kept`,
        next: "Queries that write the name without quotes may mean either.",
        ...place,
        severity: "warning",
      });
    }
    folded.set(name.toLowerCase(), name);
    byName.set(name, parsed.success ? toColumn(parsed.data) : { name });
  }
  return [...byName.values()];
}

function toColumn(column: typeof graphColumnSchema._output): Column {
  return {
    name: column.name,
    ...(column.type ? { type: column.type } : {}),
    ...(typeof column.nullable === "boolean" ? { nullable: column.nullable } : {}),
    ...(column.unique ? { unique: true } : {}),
    ...(column.description ? { description: column.description } : {}),
    ...(column.allowedValues ? { allowedValues: column.allowedValues.map(String) } : {}),
    ...(column.profile ? { profile: toProfile(column.profile) } : {}),
    ...extraOf(column, COLUMN_KEYS),
  };
}

export function toProfile(profile: GraphProfile): Profile {
  const { nullShare, distinct, rows, min, max, observedAt } = profile;
  const entries = Object.entries({ nullShare, distinct, rows, min, max, observedAt });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readQueries(asset: GraphAsset, place: Place, problems: Problem[]): QueryFact[] {
  return (asset.queries ?? []).map((query, index) => {
    const roles = (query.roles ?? []).flatMap(({ column, role }) => {
      const use = ROLE_USES[role] ?? (isUse(role) ? role : undefined);
      if (use) return [{ column, use }];
      problems.push({
        code: "unknown-use",
        message: `${asset.id}: the role ${JSON.stringify(role)} of ${column} is not known; it is left out`,
        next: `Use one of: ${Object.keys(ROLE_USES).join(", ")}.`,
        ...place,
        severity: "error",
      });
      return [];
    });
    return {
      name: query.name ?? `query ${index + 1}`,
      sql: query.sql,
      dialect: query.dialect ?? asset.dialect ?? "generic",
      ...(query.defaultPath ? { defaultPath: query.defaultPath } : {}),
      ...(roles.length > 0 ? { roles } : {}),
      ...(query.live ? { live: query.live } : {}),
      provenance: place,
    };
  });
}
