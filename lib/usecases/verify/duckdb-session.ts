import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { quoteName, quoteText, reasonOf } from "../profile/table-reader.ts";
import { answersTo } from "./answers-to.ts";
import type { Attempt, BoundColumn, NamedTable, Session } from "./session.ts";

const READERS: Readonly<Record<string, string>> = {
  ".csv": "read_csv",
  ".tsv": "read_csv",
  ".parquet": "read_parquet",
  ".pq": "read_parquet",
};

/** Rows of one sample, at most. */
const MAX_ROWS = 100_000;
const MAX_SAMPLES = 2_000;
const TIMEOUT_MS = 30_000;

/** DuckDB in memory; `samples`: a folder of `orders.csv`, `shop.orders.parquet`, `shop/orders.csv`. */
export async function openDuckdbSession(samples?: string): Promise<Result<Session, Failure>> {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined);
  if (duckdb === undefined)
    return err({
      code: "missing-package",
      message: "statements are tried with the package @duckdb/node-api, which is not installed",
      next: "npm install @duckdb/node-api",
    });
  if (samples !== undefined && !existsSync(samples))
    return err({
      code: "unreadable-file",
      message: `${samples}: there is no such folder`,
      next: "give a folder with a file of rows for each source: orders.csv, shop.orders.parquet",
    });
  const instance = await duckdb.DuckDBInstance.create(":memory:");
  const session = new DuckdbSession({
    connection: await instance.connect(),
    end: () => instance.closeSync(),
    holdsRows: samples !== undefined,
  });
  const loaded = samples === undefined ? ok(undefined) : await session.load(samples);
  if (!loaded.ok) {
    await session.close();
    return loaded;
  }
  await session.shutOut();
  return ok(session);
}

class DuckdbSession implements Session {
  readonly engine = "duckdb";
  readonly holdsRows: boolean;
  readonly dialects: ReadonlySet<string> = new Set(["duckdb"]);
  readonly #connection: DuckDBConnection;
  readonly #end: () => void;
  /** Tables of samples by the names of their files. */
  readonly #samples = new Map<string, string>();
  /** Which table stands under a name now: what is as it has to be is not made again. */
  readonly #placed = new Map<string, string>();

  constructor({
    connection,
    end,
    holdsRows,
  }: {
    readonly connection: DuckDBConnection;
    readonly end: () => void;
    readonly holdsRows: boolean;
  }) {
    this.#connection = connection;
    this.#end = end;
    this.holdsRows = holdsRows;
  }

  async load(folder: string): Promise<Result<undefined, Failure>> {
    const files = await findSamples(folder);
    for (const [at, file] of files.entries()) {
      const reader = READERS[extname(file).toLowerCase()] ?? "read_csv";
      const name = relative(folder, file).slice(0, -extname(file).length);
      const select = `SELECT * FROM ${reader}(${quoteText(file)}) LIMIT ${MAX_ROWS}`;
      const made = await this.make(`sample_${at}`, select);
      if (!made.ok) return err({ code: "unreadable-file", message: `${file}: ${made.error}` });
      this.#samples.set(name.replaceAll(/[\\/]/g, "."), made.value);
    }
    return ok(undefined);
  }

  /** No statement of anybody's reaches a file or the network from here. */
  async shutOut(): Promise<void> {
    await this.#connection.run("SET enable_external_access = false");
  }

  async rows(sql: string): Promise<Attempt<readonly (readonly unknown[])[]>> {
    const timer = setTimeout(() => this.#connection.interrupt(), TIMEOUT_MS);
    try {
      return ok((await this.#connection.runAndReadAll(sql)).getRowsJson());
    } catch (error) {
      return err(reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async describe(select: string): Promise<Attempt<readonly BoundColumn[]>> {
    const described = await this.rows(`DESCRIBE ${select}`);
    if (!described.ok) return described;
    return ok(described.value.map(([name, type]) => ({ name: String(name), type: String(type) })));
  }

  async place(sql: string, tables: readonly NamedTable[]): Promise<Attempt<string>> {
    for (const { path, table } of tables) {
      const name = path.map(quoteName).join(".");
      if (this.#placed.get(name) === table.from) continue;
      const problem = await this.#placeAs(path, `SELECT * FROM ${table.from}`);
      if (problem !== undefined) return err(problem);
      this.#placed.set(name, table.from);
    }
    return ok(sql);
  }

  async #placeAs(path: readonly string[], select: string): Promise<string | undefined> {
    const [database] = path.length > 2 ? path : [];
    const statements = [
      ...(database === undefined
        ? []
        : [`ATTACH IF NOT EXISTS ':memory:' AS ${quoteName(database)}`]),
      ...(path.length > 1
        ? [`CREATE SCHEMA IF NOT EXISTS ${path.slice(0, -1).map(quoteName).join(".")}`]
        : []),
      `CREATE OR REPLACE VIEW ${path.map(quoteName).join(".")} AS ${select}`,
    ];
    for (const statement of statements) {
      const done = await this.rows(statement);
      if (!done.ok) return done.error;
    }
    return undefined;
  }

  make(name: string, select: string): Promise<Attempt<string>> {
    return this.#create(name, `AS ${select}`);
  }

  makeEmpty(name: string, columns: readonly BoundColumn[]): Promise<Attempt<string>> {
    const body = columns.map((column) => `${quoteName(column.name)} ${column.type}`).join(", ");
    return this.#create(name, `(${body})`);
  }

  async #create(name: string, body: string): Promise<Attempt<string>> {
    const from = `memory.main.${quoteName(`faultline_${name}`)}`;
    const made = await this.rows(`CREATE TABLE ${from} ${body}`);
    return made.ok ? ok(from) : made;
  }

  async sampleOf(asset: MergedAsset): Promise<Attempt<string | undefined>> {
    const found = [...this.#samples].filter(([name]) => answersTo(asset, name));
    const [first] = found;
    if (found.length > 1)
      return err(`several samples are called ${asset.shortName}: name them by their schema`);
    return ok(first === undefined ? undefined : `SELECT * FROM ${first[1]}`);
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#end();
  }
}

async function findSamples(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && extname(entry.name).toLowerCase() in READERS)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .slice(0, MAX_SAMPLES);
}
