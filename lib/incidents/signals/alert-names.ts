import { asText, type LooseRecord } from "#lib/ingest/loose-value.ts";
import { dbtNodeNames } from "./dbt-node-names.ts";

/** Keys under which tools say what an alert is about, the most exact first. */
const WHOLE = [
  "ref",
  "full_table_id",
  "fullTableId",
  "relation_name",
  "asset",
  "asset_name",
  "dataset",
  "dataset_name",
  "data_asset",
  "data_asset_name",
  "dashboard",
  "dashboard_url",
  "table",
  "table_name",
  // As exporters of PostgreSQL's statistics label it.
  "relname",
  "view",
  "topic",
  "model",
  "model_name",
  "dbt_model",
  "model_unique_id",
  "entity",
] as const;
const DATABASES = ["database", "database_name", "datname", "catalog", "project"] as const;
const SCHEMAS = ["schema", "schema_name", "schemaname", "nspname", "dataset_id"] as const;
const COLUMNS = ["column", "column_name", "field", "field_name"] as const;

/** Names of what an alert is about: with schema and database where they stand beside, then as they are. */
export function namesIn(record: LooseRecord): readonly string[] {
  const first = (keys: readonly string[]): string | undefined =>
    keys.flatMap((key) => asText(record[key]) ?? []).find((text) => text.trim() !== "");
  const database = first(DATABASES);
  const schema = first(SCHEMAS);
  const names = new Set<string>();
  for (const key of WHOLE) {
    const text = asText(record[key])?.trim();
    if (text === undefined || text === "") continue;
    for (const name of dbtNodeNames(text) ?? [plainName(text)]) {
      if (schema !== undefined && !name.includes(".")) {
        if (database !== undefined) names.add(`${database}.${schema}.${name}`);
        names.add(`${schema}.${name}`);
      }
      names.add(name);
    }
  }
  return [...names];
}

/** `db:schema.table`, `"db"."schema"."table"`: as people write it. */
function plainName(text: string): string {
  if (/^https?:\/\//i.test(text)) return text;
  return text.replaceAll(/["`[\]]/g, "").replace(/^([\w-]+):(?=[\w-]+\.[\w-]+$)/, "$1.");
}

export const columnIn = (record: LooseRecord): string | undefined =>
  COLUMNS.flatMap((key) => asText(record[key]) ?? []).find((text) => text.trim() !== "");
