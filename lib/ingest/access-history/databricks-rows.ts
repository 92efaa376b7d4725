import { asText } from "#lib/ingest/loose-value.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { type AccessGraph, filesAt, tableAt } from "./access-graph.ts";
import type { Accessed } from "./accessed.ts";
import type { Row } from "./each-row.ts";
import type { RowFaults } from "./row-faults.ts";

/** Where a row goes. */
export interface RowTarget {
  readonly graph: AccessGraph;
  readonly file: string;
  readonly faults: RowFaults;
}

/**
 * A row of `system.access.column_lineage` or `table_lineage`. With both sides it is an edge; with a source alone something
 * read it, which is a consumer where the row says which notebook, job or dashboard it was.
 */
export function addLineageRow(row: Row, { graph, file, faults }: RowTarget): void {
  const at = faults.timeOf(row, "event_time", "event_date");
  const from = sideOf(row, "source", faults);
  const to = sideOf(row, "target", faults);
  const column = faults.textOf(row, "source_column_name");
  const toColumn = faults.textOf(row, "target_column_name");
  const isOfColumns = "source_column_name" in row || "target_column_name" in row;
  const reader = to ?? readerOf(row, faults);
  const user = asText(row["created_by"]);
  if (from !== undefined && !isOfColumns)
    graph.addRead(from, { file, at, user, isAsked: reader === undefined });
  if (from !== undefined && column !== undefined && reader === undefined)
    graph.addAsked(from, { file, at, user, column });
  if (from !== undefined && reader !== undefined) {
    graph.addEdge({ from, column, to: reader, toColumn: to && toColumn, at, file });
  } else if (to !== undefined) {
    graph.addWrite(to, { file, columns: toColumn === undefined ? [] : [toColumn] });
  }
}

type Side = "source" | "target";

const KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  VIEW: "view",
  MATERIALIZED_VIEW: "view",
  METRIC_VIEW: "view",
});

function sideOf(row: Row, side: Side, faults: RowFaults): Accessed | undefined {
  const kind = KINDS[(asText(row[`${side}_type`]) ?? "").toUpperCase()];
  const parts = ["catalog", "schema", "name"].map((part) =>
    faults.textOf(row, `${side}_table_${part}`),
  );
  const whole = parts.filter((part) => part !== undefined);
  const name = faults.textOf(row, `${side}_table_full_name`);
  if (whole.length === 3) return tableAt("databricks", whole, kind);
  if (name !== undefined) return tableAt("databricks", splitRelationName(name), kind);
  const path = faults.textOf(row, `${side}_path`);
  return path === undefined ? undefined : filesAt(path);
}

const READERS: Readonly<Record<string, AssetKind>> = makeTable({
  DASHBOARD: "dashboard",
  DASHBOARD_V3: "dashboard",
  DBSQL_DASHBOARD: "dashboard",
  NOTEBOOK: "report",
  DBSQL_QUERY: "report",
  JOB: "job",
  PIPELINE: "job",
});

/** What reads and writes no table: `databricks` and `dashboard 01ef…`. */
function readerOf(row: Row, faults: RowFaults): Accessed | undefined {
  const type = (asText(row["entity_type"]) ?? "").toUpperCase();
  const id =
    idOf(row["entity_id"]) ??
    idOf(faults.recordOf(row, "entity_metadata")?.[`${type.toLowerCase()}_id`]);
  const kind = READERS[type];
  if (kind === undefined || id === undefined) return undefined;
  const word = type
    .toLowerCase()
    .replace(/_v\d+$/, "")
    .replace(/^dbsql_/, "");
  return { name: { namespace: "databricks", name: `${word} ${id}` }, kind };
}

const idOf = (value: unknown): string | undefined =>
  typeof value === "number" ? String(value) : asText(value);
