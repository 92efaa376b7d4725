import type { TableFileText } from "#lib/ingest/table-files/read-table-files.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { connectDuckdb, type DuckdbConnection } from "../profile/open-duckdb.ts";
import { reasonOf } from "../profile/table-reader.ts";

type Described = TableFileText["tableFile"]["tables"][number];

const COLUMNS = `
  select database_name, schema_name, table_name, column_name, data_type, is_nullable
  from duckdb_columns() where database_name = current_database() and not internal
  order by schema_name, table_name, column_index`;
const KEYS = `
  select schema_name, table_name, constraint_column_names
  from duckdb_constraints()
  where database_name = current_database() and constraint_type in ('PRIMARY KEY', 'UNIQUE')
  order by schema_name, table_name, constraint_index`;
const VIEWS = `
  select schema_name, view_name, sql from duckdb_views()
  where database_name = current_database() and not internal`;
const MACROS = `
  select schema_name, function_name, macro_definition from duckdb_functions()
  where database_name = current_database() and not internal and macro_definition is not null`;

/** The tables and views of a DuckDB database: columns, keys, what views select, and what their macros stand for. */
export async function describeDuckdb(path: string): Promise<Result<TableFileText, string>> {
  const opened = await connectDuckdb(path);
  if (!opened.ok) return err(opened.error.message);
  try {
    return ok({ tableFile: { format: "duckdb", ...(await readCatalog(opened.value)) } });
  } catch (error) {
    return err(`${path}: ${reasonOf(error)}`);
  } finally {
    opened.value.close();
  }
}

async function readCatalog(
  connection: DuckdbConnection,
): Promise<Pick<TableFileText["tableFile"], "tables" | "macros">> {
  const keys = new Map<string, string[][]>();
  for (const [schema, table, columns] of await connection.rows(KEYS)) {
    const key = JSON.stringify([schema, table]);
    keys.set(key, [...(keys.get(key) ?? []), (columns as unknown[]).map(String)]);
  }
  const views = new Map(
    (await connection.rows(VIEWS)).map(([schema, view, sql]) => [
      JSON.stringify([schema, view]),
      String(sql),
    ]),
  );
  const tables = new Map<
    string,
    Described & { readonly columns: Described["columns"][number][] }
  >();
  for (const [database, schema, table, name, type, nullable] of await connection.rows(COLUMNS)) {
    const key = JSON.stringify([schema, table]);
    const definition = views.get(key);
    const known = tables.get(key) ?? {
      path: [database, schema, table].map(String),
      columns: [],
      uniqueKeys: keys.get(key) ?? [],
      ...(definition === undefined ? {} : { definition }),
    };
    tables.set(key, known);
    known.columns.push({
      name: String(name),
      type: String(type),
      // What a view gives may be null whatever the engine says of it.
      ...(nullable === false && definition === undefined ? { nullable: false } : {}),
    });
  }
  const macros = (await connection.rows(MACROS)).map(([schema, name, definition]) => ({
    schema: String(schema),
    name: String(name),
    definition: String(definition),
  }));
  return { tables: [...tables.values()], macros };
}
