import { asText } from "#lib/ingest/loose-value.ts";
import type { ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { AccessGraph, tableAt } from "./access-graph.ts";
import type { Accessed } from "./accessed.ts";
import { addJob, addLink, readJobRow } from "./bigquery-rows.ts";
import { addLineageRow, type RowTarget } from "./databricks-rows.ts";
import { eachRow, type Row } from "./each-row.ts";
import { RowFaults } from "./row-faults.ts";
import { addAccessRow, addDependencyRow } from "./snowflake-rows.ts";
import { shapeOf } from "./statement-shape.ts";

/** The tables that a statement writes, as it names them. */
export type TargetsOf = (statement: {
  readonly sql: string;
  readonly dialect: string;
}) => readonly (readonly string[])[];

/**
 * What warehouses log of their own use, exported as rows: Databricks' `system.access.column_lineage` and `table_lineage`,
 * Snowflake's ACCESS_HISTORY, OBJECT_DEPENDENCIES and QUERY_HISTORY, BigQuery's INFORMATION_SCHEMA.JOBS and data lineage
 * links. They record what was read and written, and when; edges of a table to itself say nothing and are left out.
 */
export function readAccessHistory(files: readonly SourceFile[], targetsOf: TargetsOf): ReadResult {
  const graph = new AccessGraph();
  const problems: Problem[] = [];
  for (const file of files)
    for (const one of readFile(file, { graph, targetsOf })) problems.push(one);
  if (graph.selfEdges > 0) problems.push(selfEdges(graph.selfEdges, files[0]?.path ?? ""));
  return { facts: graph.facts(), problems };
}

interface Reading {
  readonly graph: AccessGraph;
  readonly targetsOf: TargetsOf;
}

function readFile(file: SourceFile, { graph, targetsOf }: Reading): readonly Problem[] {
  const faults = new RowFaults(file.path);
  const target: RowTarget = { graph, file: file.path, faults };
  let kind: RowKind | undefined;
  let isKnown = true;
  const statements = new Statements(target, targetsOf);
  const problems = eachRow(file, (row, line) => {
    faults.beginRow(line);
    if (kind === undefined && isKnown) {
      kind = kindOfRows(Object.keys(row));
      isKnown = kind !== undefined;
    }
    if (kind !== undefined) ROWS[kind](row, target, statements);
  });
  return [...problems, ...faults.problems(), ...(isKnown ? [] : [unknownRows(file)])];
}

const ROWS: Readonly<
  Record<RowKind, (row: Row, target: RowTarget, statements: Statements) => void>
> = {
  lineage: addLineageRow,
  access: addAccessRow,
  dependencies: addDependencyRow,
  links: addLink,
  jobs: (row, target, statements) => {
    const job = readJobRow(row, target.faults);
    if (job === undefined) return;
    addJob(job, target);
    const sql = asText(row["query"]);
    const { writes, at } = job;
    if (sql !== undefined && writes !== undefined)
      statements.addFor(writes, { sql, dialect: "bigquery", at });
  },
  queries: (row, { faults }, statements) => {
    const sql = faults.textOf(row, "query_text") ?? faults.textOf(row, "statement_text");
    const status = (asText(row["execution_status"]) ?? "SUCCESS").toUpperCase();
    if (sql === undefined || !/^(?:SUCCESS|FINISHED)$/.test(status)) return;
    const isDatabricks = asText(row["statement_text"]) !== undefined;
    statements.add({
      sql,
      dialect: isDatabricks ? "databricks" : "snowflake",
      at: faults.timeOf(row, "end_time", "start_time"),
      within: [row["database_name"], row["schema_name"]].flatMap((part) => asText(part) ?? []),
    });
  },
};

/** Statements that write, each shape of them once. */
class Statements {
  readonly #target: RowTarget;
  readonly #targetsOf: TargetsOf;
  /** By shape, what it writes: reading it again would give the same. */
  readonly #known = new Map<string, readonly (readonly string[])[]>();

  constructor(target: RowTarget, targetsOf: TargetsOf) {
    this.#target = target;
    this.#targetsOf = targetsOf;
  }

  addFor(
    thing: Accessed,
    {
      sql,
      dialect,
      at,
    }: { readonly sql: string; readonly dialect: string; readonly at: string | undefined },
  ): void {
    if (!MAY_WRITE.test(sql.slice(0, 2000)) && !/^\s*(?:select|with|\()/i.test(sql)) return;
    const defaultPath = thing.path?.slice(0, -1) ?? [];
    const statement = { sql, dialect, defaultPath, shape: shapeOf(sql), at };
    this.#target.graph.addStatement(thing, { file: this.#target.file, statement });
  }

  add({
    sql,
    dialect,
    at,
    within,
  }: {
    readonly sql: string;
    readonly dialect: string;
    readonly at: string | undefined;
    readonly within: readonly string[];
  }): void {
    if (!MAY_WRITE.test(sql.slice(0, 2000))) return;
    const shape = shapeOf(sql);
    const key = `${within.join(".")}\n${shape}`;
    let targets = this.#known.get(key);
    if (targets === undefined) {
      targets = this.#targetsOf({ sql, dialect });
      if (this.#known.size < MOST_SHAPES) this.#known.set(key, targets);
    }
    for (const path of targets) {
      const whole =
        path.length > within.length ? path : [...within.slice(0, 3 - path.length), ...path];
      const defaultPath = within.length > 0 ? within : whole.slice(0, -1);
      const statement = { sql, dialect, defaultPath, shape, at };
      this.#target.graph.addStatement(tableAt(dialect, whole), {
        file: this.#target.file,
        statement,
      });
    }
  }
}

const MOST_SHAPES = 100_000;
const MAY_WRITE = /\b(?:create|insert|merge|update|replace|copy)\b/i;

export type RowKind = "lineage" | "access" | "dependencies" | "queries" | "jobs" | "links";

const SIGNS: readonly (readonly [RowKind, readonly string[]])[] = [
  ["lineage", ["source_table_full_name", "target_table_full_name"]],
  ["access", ["direct_objects_accessed"]],
  ["access", ["objects_modified", "query_id"]],
  ["dependencies", ["referencing_object_name", "referenced_object_name"]],
  ["jobs", ["referenced_tables", "job_id"]],
  ["jobs", ["query", "job_id", "creation_time"]],
  ["queries", ["query_text", "query_id"]],
  ["queries", ["statement_text", "statement_id"]],
  ["links", ["source", "target", "name"]],
];

/** By the names of the columns; undefined: none of the tables that are known here. */
export function kindOfRows(columns: readonly string[]): RowKind | undefined {
  const names = new Set(columns.map((column) => column.toLowerCase()));
  return SIGNS.find(([, all]) => all.every((name) => names.has(name)))?.[0];
}

const unknownRows = ({ path }: SourceFile): Problem => ({
  code: "wrong-shape",
  message: "the columns are those of no access log that is read here",
  next: "Export the view with all its columns, under the names that the warehouse gives them.",
  file: path,
  severity: "error",
});

const selfEdges = (count: number, file: string): Problem => ({
  code: "self-loop",
  message: `${count} rows say that a table was read to write itself; they are left out`,
  file,
  severity: "info",
});
