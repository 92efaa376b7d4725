import type { DuckDBConnection } from "@duckdb/node-api";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { quoteName, reasonOf } from "../profile/table-reader.ts";

export interface BoundColumn {
  readonly name: string;
  readonly type: string;
}

/** What an engine says of a statement that was bound to tables without rows. */
export type Bound =
  | { readonly outcome: "binds"; readonly columns: readonly BoundColumn[] }
  | { readonly outcome: "fails"; readonly message: string };

/** A table as a statement names it, with the columns that it has. */
export interface NamedTable {
  /** Outermost first, as written. */
  readonly path: readonly string[];
  readonly columns: readonly BoundColumn[];
}

/** Binds statements: the names and the types are checked by the engine itself, and not a row is read. */
export interface Binder {
  bind(sql: string, tables: readonly NamedTable[]): Promise<Bound>;
  close(): void;
}

/** DuckDB in memory. */
export async function openDuckdbBinder(): Promise<Result<Binder, Failure>> {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined);
  if (duckdb === undefined)
    return err({
      code: "missing-package",
      message: "statements are bound with the package @duckdb/node-api, which is not installed",
      next: "npm install @duckdb/node-api",
    });
  const instance = await duckdb.DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  // No statement of anybody's reaches a file or the network from here.
  await connection.run("SET enable_external_access = false");
  const binder = new DuckdbBinder(connection);
  return ok({
    bind: (sql, tables) => binder.bind(sql, tables),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  });
}

class DuckdbBinder {
  readonly #connection: DuckDBConnection;
  /** What stands under a path now: a table that is as it has to be is not made again. */
  readonly #made = new Map<string, string>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async bind(sql: string, tables: readonly NamedTable[]): Promise<Bound> {
    for (const table of tables) {
      const problem = await this.#make(table);
      if (problem !== undefined) return { outcome: "fails", message: problem };
    }
    try {
      const described = await this.#connection.runAndReadAll(`DESCRIBE ${withoutEnd(sql)}`);
      const columns = described.getRowsJson().map(([name, type]) => ({
        name: String(name),
        type: String(type),
      }));
      return { outcome: "binds", columns };
    } catch (error) {
      return { outcome: "fails", message: reasonOf(error) };
    }
  }

  async #make({ path, columns }: NamedTable): Promise<string | undefined> {
    const name = path.map(quoteName).join(".");
    const shape = JSON.stringify(columns);
    if (this.#made.get(name) === shape) return undefined;
    const body = columns.map((column) => `${quoteName(column.name)} ${column.type}`).join(", ");
    const [database, schema] = path.length > 2 ? path : [undefined, path.at(-2)];
    try {
      if (database !== undefined)
        await this.#connection.run(`ATTACH IF NOT EXISTS ':memory:' AS ${quoteName(database)}`);
      if (path.length > 1 && schema !== undefined)
        await this.#connection.run(
          `CREATE SCHEMA IF NOT EXISTS ${path.slice(0, -1).map(quoteName).join(".")}`,
        );
      await this.#connection.run(`CREATE OR REPLACE TABLE ${name} (${body})`);
      this.#made.set(name, shape);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

const withoutEnd = (sql: string): string => sql.replace(/[\s;]+$/, "");
