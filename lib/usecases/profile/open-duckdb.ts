import { basename, extname } from "node:path";
import { joinRelationName } from "#lib/ingest/relation-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import {
  type OpenedReader,
  quoteName,
  quoteText,
  type ReadableTable,
  reasonOf,
} from "./table-reader.ts";

const DATABASE = /\.(?:duckdb|ddb|db)$/i;
const FILES: Readonly<Record<string, string>> = makeTable({
  ".csv": "read_csv",
  ".tsv": "read_csv",
  ".parquet": "read_parquet",
  ".pq": "read_parquet",
});

export const isForDuckdb = (path: string): boolean => DATABASE.test(path) || readerOf(path) !== "";

/** `data/orders.csv.gz` is read as `data/orders.csv` is. */
const readerOf = (path: string): string =>
  FILES[extname(path.replace(/\.gz$/i, "")).toLowerCase()] ?? "";

/** A connection to DuckDB, and how it is let go. */
export interface DuckdbConnection {
  /** The rows of an answer, each value as JSON has it. */
  rows(sql: string): Promise<unknown[][]>;
  close(): void;
}

/** Connects to a DuckDB database, to read only, or to an empty one for a file of Parquet or CSV. */
export async function connectDuckdb(path: string): Promise<Result<DuckdbConnection, Failure>> {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined);
  if (duckdb === undefined)
    return err({
      code: "missing-package",
      message: `${path}: DuckDB, Parquet and CSV are counted with the package @duckdb/node-api, which is not installed`,
      next: "npm install @duckdb/node-api",
    });
  try {
    const instance = await (DATABASE.test(path)
      ? duckdb.DuckDBInstance.create(path, { access_mode: "READ_ONLY" })
      : duckdb.DuckDBInstance.create());
    const connection = await instance.connect();
    return ok({
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
      close: () => {
        connection.closeSync();
        instance.closeSync();
      },
    });
  } catch (error) {
    return unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) =>
  err({ code: "unreadable-file" as const, message: `${path}: ${reasonOf(error)}` });

/** A DuckDB database, opened to be read only, or one file of Parquet or CSV. */
export async function openDuckdb(path: string): Promise<OpenedReader> {
  const opened = await connectDuckdb(path);
  if (!opened.ok) return opened;
  const connection = opened.value;
  try {
    const tables = DATABASE.test(path)
      ? await listTables(connection)
      : [await tableOf(connection, path)];
    return ok({
      tables,
      count: async (sql) => (await connection.rows(sql))[0] ?? [],
      close: async () => connection.close(),
    });
  } catch (error) {
    connection.close();
    return unreadable(path, error);
  }
}

async function tableOf(connection: DuckdbConnection, path: string): Promise<ReadableTable> {
  const from = `${readerOf(path)}(${quoteText(path)})`;
  const rows = await connection.rows(`describe select * from ${from}`);
  const columns = rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  const file = basename(path.replace(/\.gz$/i, ""));
  return { name: joinRelationName([file.slice(0, -extname(file).length)]), from, columns };
}

async function listTables(connection: DuckdbConnection): Promise<ReadableTable[]> {
  const rows = await connection.rows(
    `select table_catalog, table_schema, table_name, column_name, data_type
     from information_schema.columns
     where table_catalog = current_database()
     order by table_schema, table_name, ordinal_position`,
  );
  return gatherTables(rows.map((row) => row.map(String)));
}

/** Rows of `[database, schema, table, column, type]`, ordered, as tables. */
export function gatherTables(rows: readonly (readonly string[])[]): ReadableTable[] {
  const tables = new Map<string, ReadableTable & { columns: { name: string; type: string }[] }>();
  for (const [database = "", schema = "", table = "", name = "", type = ""] of rows) {
    const path = [database, schema, table];
    const key = joinRelationName(path);
    const known = tables.get(key) ?? {
      name: key,
      from: path.map(quoteName).join("."),
      columns: [],
    };
    tables.set(key, known);
    known.columns.push({ name, type });
  }
  return [...tables.values()];
}
