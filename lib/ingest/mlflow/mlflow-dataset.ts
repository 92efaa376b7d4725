import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Column } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";

/** A dataset that a run logged as its input. */
export interface LoggedDataset {
  readonly name: AssetName;
  readonly path?: readonly string[];
  readonly columns: readonly Column[];
  readonly rows?: number;
  /** `training`, `validation`, … */
  readonly context?: string;
  readonly dbtUniqueId?: string;
  readonly targets: readonly string[];
  /** The run says where the data is; otherwise only a label of it is known. */
  readonly isPlaced: boolean;
}

/** An entry of `inputs.dataset_inputs`: MLflow keeps source, schema and profile as JSON inside of texts. */
export function readLoggedDataset(entry: LooseRecord): LoggedDataset | undefined {
  const dataset = asRecord(entry["dataset"]);
  const label = asText(dataset?.["name"]);
  if (dataset === undefined || label === undefined) return undefined;
  const tags = readTags(entry["tags"]);
  const source = innerRecord(dataset["source"]);
  const schema = innerRecord(dataset["schema"]);
  const place =
    placeOf(source, asText(dataset["source_type"]) ?? "") ?? placeOf({ table: label }, "");
  return withoutUndefined({
    name: place?.name ?? { namespace: "mlflow", name: `dataset.${label}` },
    path: place?.path ?? (isTableName(label) ? label.split(".") : undefined),
    columns: readColspec(ownValue(schema, "mlflow_colspec")),
    rows: asNumber(ownValue(innerRecord(dataset["profile"]), "num_rows")),
    context: tags.get("mlflow.data.context"),
    dbtUniqueId: dbtIdOf(tags.get("dbt")),
    targets: [
      asText(ownValue(source, "targets")),
      asText(ownValue(schema, "mlflow_targets")),
      tags.get("target"),
      tags.get("targets"),
    ].filter((target) => target !== undefined),
    isPlaced: place !== undefined,
  });
}

interface Place {
  readonly name: AssetName;
  readonly path?: readonly string[];
}

function placeOf(source: LooseRecord | undefined, type: string): Place | undefined {
  const table =
    asText(ownValue(source, "table")) ??
    asText(ownValue(source, "table_name")) ??
    asText(ownValue(source, "delta_table_name"));
  if (table !== undefined)
    return isTableName(table)
      ? { name: { namespace: type || "mlflow", name: table }, path: table.split(".") }
      : undefined;
  const uri =
    asText(ownValue(source, "uri")) ??
    asText(ownValue(source, "path")) ??
    asText(ownValue(source, "url"));
  if (uri === undefined) return undefined;
  const parts = /^([a-z0-9+.-]+:\/\/[^/]+)\/(.+)$/i.exec(uri);
  if (parts?.[1] !== undefined && parts[2] !== undefined)
    return { name: { namespace: parts[1], name: parts[2] } };
  return { name: { namespace: "file", name: uri.replace(/^file:\/\//, "") } };
}

const isTableName = (text: string): boolean => /^\w+(?:\.\w+){1,3}$/.test(text);

const dbtIdOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[a-z_]+\.\w+\./.test(text) ? text : undefined;

export function innerRecord(value: unknown): LooseRecord | undefined {
  const text = asText(value);
  if (text === undefined) return asRecord(value);
  const parsed = parseJsonText("", text);
  return parsed.ok ? asRecord(parsed.value) : undefined;
}

/** Columns of a signature or a dataset: a list, or the text of one. Tensors without a name are no columns. */
export function readColspec(value: unknown): readonly Column[] {
  const text = asText(value);
  const parsed = text === undefined ? undefined : parseJsonText("", text);
  const list = parsed?.ok ? parsed.value : value;
  return recordsIn(list).flatMap((column) => {
    const name = asText(column["name"]);
    return name === undefined ? [] : [withoutUndefined({ name, type: asText(column["type"]) })];
  });
}

/** MLflow's client prints tags as an object, its REST interface as a list of keys and values. */
export function readTags(value: unknown): ReadonlyMap<string, string> {
  const record = asRecord(value);
  const pairs =
    record === undefined
      ? recordsIn(value).map((tag) => [tag["key"], tag["value"]] as const)
      : Object.entries(record);
  return new Map(
    pairs.flatMap(([key, text]) =>
      typeof key === "string" && typeof text === "string" ? [[key, text] as const] : [],
    ),
  );
}
