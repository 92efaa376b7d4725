import { tableOfDays } from "#lib/ingest/date-shards.ts";
import { asText, type LooseRecord, textsIn } from "#lib/ingest/loose-value.ts";
import { filesAt, tableAt } from "./access-graph.ts";
import type { Accessed } from "./accessed.ts";
import type { RowTarget } from "./databricks-rows.ts";
import type { Row } from "./each-row.ts";
import type { RowFaults } from "./row-faults.ts";

/** A job of INFORMATION_SCHEMA.JOBS as far as lineage goes. */
export interface BigQueryJob {
  readonly reads: readonly Accessed[];
  /** Absent where the answer went to whoever asked. */
  readonly writes?: Accessed;
  readonly at: string | undefined;
  readonly user: string | undefined;
}

/** Undefined: it failed, or it is no row of a job. */
export function readJobRow(row: Row, faults: RowFaults): BigQueryJob | undefined {
  const error = faults.recordOf(row, "error_result");
  if (error !== undefined && Object.keys(error).length > 0) return undefined;
  const target = faults.recordOf(row, "destination_table");
  const writes = tableOf(target ?? partsOf(row, "destination_table"));
  if (target !== undefined && isNameless(target))
    faults.tell("destination_table has no whole name");
  return {
    reads: faults.listOf(row, "referenced_tables").flatMap((table) => {
      if (isNameless(table)) faults.tell("referenced_tables holds a table without a whole name");
      return tableOf(table) ?? [];
    }),
    ...(writes === undefined ? {} : { writes }),
    at: faults.timeOf(row, "end_time", "creation_time", "start_time"),
    user: asText(row["user_email"]),
  };
}

export function addJob(job: BigQueryJob, { graph, file }: RowTarget): void {
  const { reads, writes, at, user } = job;
  for (const from of reads) {
    graph.addRead(from, { file, at, user, isAsked: writes === undefined });
    if (writes !== undefined) graph.addEdge({ from, to: writes, at, file });
  }
  if (writes !== undefined) graph.addWrite(writes, { file });
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
function tableOf(value: LooseRecord): Accessed | undefined {
  const [project, dataset, name] = pathOf(value);
  if (project === undefined || dataset === undefined || name === undefined) return undefined;
  // A day's shard or partition is the table.
  const table = tableOfDays(name.replace(/\$.*$/, ""));
  return dataset.startsWith("_") ? undefined : tableAt("bigquery", [project, dataset, table]);
}

const pathOf = (record: LooseRecord): readonly (string | undefined)[] =>
  [
    ["project_id", "projectId"],
    ["dataset_id", "datasetId"],
    ["table_id", "tableId"],
  ].map(([name = "", other = ""]) => asText(record[name]) ?? asText(record[other]));

/** A record without any cells is how exports write that there is none. */
const isNameless = (record: LooseRecord): boolean =>
  Object.values(record).some((value) => value !== null) && pathOf(record).includes(undefined);

/** A link of Google's data lineage: two entities, and columns of them where it knows them. */
export function addLink(row: Row, { graph, file, faults }: RowTarget): void {
  const from = entityOf(faults.recordOf(row, "source"));
  const to = entityOf(faults.recordOf(row, "target"));
  if (from === undefined || to === undefined) {
    faults.tell(`${from === undefined ? "source" : "target"} has no name`);
    return;
  }
  const at = faults.timeOf(row, "endtime", "starttime");
  const [column] = from.fields;
  const [toColumn] = to.fields;
  graph.addEdge({ from: from.thing, column, to: to.thing, toColumn, at, file });
}

interface Entity {
  readonly thing: Accessed;
  readonly fields: readonly string[];
}

function entityOf(record: LooseRecord = {}): Entity | undefined {
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
