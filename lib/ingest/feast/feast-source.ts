import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";

/** What a feature view reads: a table, a file, a topic, or a query over tables. */
export interface FeastSource {
  readonly name: AssetName;
  readonly path?: readonly string[];
  readonly kind: AssetKind;
  readonly query?: string;
  readonly dialect: string;
  /** Rows are joined to the asked-for moment by it. */
  readonly timestamp?: string;
  /** Column of the source to the feature's name, where they differ. */
  readonly fieldMapping: ReadonlyMap<string, string>;
}

const SYSTEMS: readonly (readonly [key: string, system: string, dialect: string])[] = [
  ["snowflakeOptions", "snowflake", "snowflake"],
  ["bigqueryOptions", "bigquery", "bigquery"],
  ["redshiftOptions", "redshift", "redshift"],
  ["sparkOptions", "spark", "spark"],
  ["trinoOptions", "trino", "trino"],
  ["athenaOptions", "awsathena", "trino"],
];

/** A data source of a registry; undefined where it brings no stored data (values that come with the request). */
export function readFeastSource(value: unknown): FeastSource | undefined {
  const source = asRecord(value);
  if (
    source === undefined ||
    asText(source["type"]) === "REQUEST_SOURCE" ||
    source["requestDataOptions"] !== undefined
  )
    return undefined;
  const common = {
    timestamp: asText(source["timestampField"]),
    fieldMapping: new Map(
      Object.entries(asRecord(source["fieldMapping"]) ?? {}).flatMap(([from, to]) =>
        typeof to === "string" ? [[from, to] as const] : [],
      ),
    ),
  };
  // A pushed or streamed source is stored in its batch source.
  const batch = readFeastSource(source["batchSource"]);
  if (batch !== undefined)
    return withoutUndefined({ ...batch, timestamp: common.timestamp ?? batch.timestamp });
  return withoutUndefined({ ...(place(source) ?? unknownPlace(source)), ...common });
}

type Place = Omit<FeastSource, "timestamp" | "fieldMapping">;

function place(source: LooseRecord): Place | undefined {
  const uri = asText(ownValue(asRecord(source["fileOptions"]), "uri"));
  if (uri !== undefined) return filePlace(uri);
  const topic = asText(ownValue(asRecord(source["kafkaOptions"]), "topic"));
  if (topic !== undefined)
    return { name: { namespace: "kafka", name: topic }, kind: "topic", dialect: "generic" };
  for (const [key, system, dialect] of SYSTEMS) {
    const options = asRecord(source[key]);
    if (options !== undefined)
      return tablePlace(options, { system, dialect, label: asText(source["name"]) ?? key });
  }
  return customPlace(source);
}

interface SystemName {
  readonly system: string;
  readonly dialect: string;
  readonly label: string;
}

function tablePlace(
  options: LooseRecord,
  { system, dialect, label }: SystemName,
): Place | undefined {
  const table = asText(options["table"]) ?? asText(options["tableRef"]);
  const query = asText(options["query"]);
  const file = asText(options["path"]);
  if (table === undefined && query === undefined)
    return file === undefined ? undefined : filePlace(file);
  const parts = [
    asText(options["database"]) ?? asText(options["catalog"]),
    asText(options["schema"]),
    ...(table ?? "").split(/[.:]/),
  ];
  const path = parts.filter((part) => part !== undefined && part !== "").map(String);
  if (table === undefined)
    return withoutUndefined({
      name: { namespace: system, name: label },
      kind: "view" as const,
      query,
      dialect,
    });
  return { name: { namespace: system, name: path.join(".") }, path, kind: "table", dialect };
}

/** PostgreSQL and other contributed stores hide their options in a JSON text, encoded in base64 by the JSON form of the registry. */
function customPlace(source: LooseRecord): Place | undefined {
  const text = asText(ownValue(asRecord(source["customOptions"]), "configuration"));
  if (text === undefined) return undefined;
  const options = jsonRecord(text) ?? jsonRecord(decodeBase64(text));
  const className = (asText(source["dataSourceClassType"]) ?? "").toLowerCase();
  const isPostgres = className.includes("postgres");
  return options === undefined
    ? undefined
    : tablePlace(options, {
        system: isPostgres ? "postgres" : "feast",
        dialect: isPostgres ? "postgres" : "generic",
        label: asText(source["name"]) ?? "source",
      });
}

function jsonRecord(text: string): LooseRecord | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}

/** `s3://lake/a/b.parquet` is `a/b.parquet` in `s3://lake`, as OpenLineage names it; a path is in `file`. */
function filePlace(uri: string): Place {
  const parts = /^([a-z0-9+.-]+:\/\/[^/]+)\/(.+)$/i.exec(uri);
  const name =
    parts?.[1] === undefined || parts[2] === undefined
      ? { namespace: "file", name: uri.replace(/^file:\/\//, "") }
      : { namespace: parts[1], name: parts[2] };
  return { name, kind: "file", dialect: "duckdb" };
}

const unknownPlace = (source: LooseRecord): Place => ({
  name: { namespace: "feast", name: asText(source["name"]) ?? "unnamed source" },
  kind: "table",
  dialect: "generic",
});

/** Columns of a list of `{name, valueType}`. */
export function readFields(
  value: unknown,
): readonly { readonly name: string; readonly type?: string }[] {
  return recordsIn(value).flatMap((field) => {
    const name = asText(field["name"]);
    return name === undefined ? [] : [withoutUndefined({ name, type: asText(field["valueType"]) })];
  });
}
