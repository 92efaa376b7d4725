import { asRecord, asText, type LooseRecord, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { type Accessed, filesAt, tableAt } from "./access-graph.ts";
import type { RowTarget } from "./databricks-rows.ts";
import type { Row } from "./each-row.ts";
import { eventStamp } from "./event-stamp.ts";

/** A job of INFORMATION_SCHEMA.JOBS as far as lineage goes. */
export interface BigQueryJob {
  readonly reads: readonly Accessed[];
  /** Absent where the answer went to whoever asked. */
  readonly writes?: Accessed;
  readonly at: string | undefined;
  readonly user: string | undefined;
}

/** Undefined: it failed, or it is no row of a job. */
export function readJobRow(row: Row): BigQueryJob | undefined {
  const error = inner(row["error_result"]);
  if (asRecord(error) !== undefined && Object.keys(error as object).length > 0) return undefined;
  const writes = tableOf(inner(row["destination_table"]) ?? partsOf(row, "destination_table"));
  return {
    reads: recordsIn(inner(row["referenced_tables"])).flatMap((table) => tableOf(table) ?? []),
    ...(writes === undefined ? {} : { writes }),
    at:
      eventStamp(row["end_time"]) ??
      eventStamp(row["creation_time"]) ??
      eventStamp(row["start_time"]),
    user: asText(row["user_email"]),
  };
}

export function addJob(job: BigQueryJob, { graph, file }: RowTarget): void {
  const { reads, writes, at, user } = job;
  for (const from of reads) {
    graph.addRead(from, { file, at, user });
    if (writes !== undefined) graph.addEdge({ from, to: writes, at, file });
  }
  if (writes !== undefined) graph.addWrite(writes, { file });
}

/** Records are texts in CSV. */
function inner(value: unknown): unknown {
  const text = asText(value);
  if (text === undefined) return value === "" || value === null ? undefined : value;
  const parsed = parseJsonText("", text);
  return parsed.ok ? parsed.value : undefined;
}

/** `destination_table.project_id` and its likes, or `destination_table_project_id`. */
const partsOf = (row: Row, key: string): LooseRecord =>
  Object.fromEntries(
    ["project_id", "dataset_id", "table_id"].map((part) => [
      part,
      row[`${key}.${part}`] ?? row[`${key}_${part}`],
    ]),
  );

/** Undefined for the hidden tables that hold answers, which begin with `_`. */
function tableOf(value: unknown): Accessed | undefined {
  const record = asRecord(value);
  const part = (name: string, other: string) => asText(record?.[name]) ?? asText(record?.[other]);
  const project = part("project_id", "projectId");
  const dataset = part("dataset_id", "datasetId");
  // A day's shard or partition is the table.
  const table = part("table_id", "tableId")
    ?.replace(/\$.*$/, "")
    .replace(/_\d{8}$/, "_*");
  if (project === undefined || dataset === undefined || table === undefined) return undefined;
  return dataset.startsWith("_") ? undefined : tableAt("bigquery", [project, dataset, table]);
}

/** A link of Google's data lineage: two entities, and columns of them where it knows them. */
export function addLink(row: Row, { graph, file }: RowTarget): void {
  const from = entityOf(row["source"]);
  const to = entityOf(row["target"]);
  if (from === undefined || to === undefined) return;
  const at = eventStamp(row["endtime"]) ?? eventStamp(row["starttime"]);
  const [column] = from.fields;
  const [toColumn] = to.fields;
  graph.addEdge({ from: from.thing, column, to: to.thing, toColumn, at, file });
}

interface Entity {
  readonly thing: Accessed;
  readonly fields: readonly string[];
}

function entityOf(value: unknown): Entity | undefined {
  const record = asRecord(inner(value)) ?? {};
  const name = asText(record["fullyQualifiedName"]) ?? asText(record["fully_qualified_name"]);
  const [, scheme, rest] = /^([\w-]+):(.+)$/.exec(name ?? "") ?? [];
  if (scheme === undefined || rest === undefined) return undefined;
  const field = textsIn(record["field"]);
  const fields = field.length > 0 ? [field.join(".")] : [];
  const parts = namesIn(rest);
  if (scheme === "bigquery" && parts.length >= 3)
    return {
      thing: tableAt("bigquery", parts.slice(0, 3)),
      fields: parts[3] ? [parts[3]] : fields,
    };
  if (scheme === "gcs" && parts.length >= 2)
    return { thing: filesAt(`gs://${parts[0]}/${parts.slice(1).join("/")}`), fields };
  return { thing: { name: { namespace: scheme, name: rest.replaceAll("`", "") } }, fields };
}

/** Parts between dots; those with dots of their own stand in backquotes. */
const namesIn = (text: string): readonly string[] =>
  (text.match(/`[^`]*`|[^.]+/g) ?? []).map((part) => part.replace(/^`|`$/g, ""));
