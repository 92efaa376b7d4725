import type { Client } from "pg";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { tokenizeSql } from "#lib/ingest/sql/tokenize.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { withoutPassword } from "../profile/open-postgres.ts";
import { quoteName, quoteText, reasonOf } from "../profile/table-reader.ts";
import type { Attempt, BoundColumn, NamedTable, Session } from "./session.ts";

/** Rows of one sample, at most. */
const MAX_ROWS = 10_000;
const TIMEOUT = "15s";

/**
 * A PostgreSQL database of one's own. All happens in one transaction that is rolled back: samples are copied into
 * temporary tables, statements see these instead of the tables that they name, and each runs read-only first.
 */
export async function openPostgresSession(url: string): Promise<Result<Session, Failure>> {
  const { Client: PostgresClient } = (await import("pg")).default;
  const client = new PostgresClient({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: "faultline verify",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("BEGIN");
    await client.query(`SET LOCAL statement_timeout = '${TIMEOUT}'`);
    await client.query("SET LOCAL lock_timeout = '2s'");
    return ok(new PostgresSession(client));
  } catch (error) {
    await client.end().catch(() => undefined);
    return err({
      code: "server-unreachable",
      message: `${withoutPassword(url)}: ${reasonOf(error)}`,
      next: "check the address, and that the user may connect and create temporary tables",
    });
  }
}

class PostgresSession implements Session {
  readonly engine = "postgres";
  readonly holdsRows = true;
  readonly dialects: ReadonlySet<string> = new Set(["postgres"]);
  readonly #client: Client;
  readonly #placed = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** In a savepoint of its own: an error would end the transaction. `readOnly` takes back what the statement did. */
  async #attempt<T>(
    work: () => Promise<T>,
    { readOnly }: { readonly readOnly: boolean },
  ): Promise<Attempt<T>> {
    await this.#client.query("SAVEPOINT faultline");
    try {
      if (readOnly) await this.#client.query("SET LOCAL transaction_read_only = on");
      const value = await work();
      await this.#client.query(readOnly ? "ROLLBACK TO faultline" : "RELEASE faultline");
      return ok(value);
    } catch (error) {
      await this.#client.query("ROLLBACK TO faultline");
      return err(reasonOf(error));
    }
  }

  rows(sql: string): Promise<Attempt<readonly (readonly unknown[])[]>> {
    return this.#attempt(
      async () => (await this.#client.query({ text: sql, rowMode: "array" })).rows,
      { readOnly: true },
    );
  }

  describe(select: string): Promise<Attempt<readonly BoundColumn[]>> {
    const work = async (): Promise<readonly BoundColumn[]> => {
      const { fields } = await this.#client.query(`SELECT * FROM (${select}) faultline_q LIMIT 0`);
      const types = await this.#client.query({
        text: "SELECT format_type(t.type, t.modifier) FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t(type, modifier, at) ORDER BY at",
        values: [
          fields.map(({ dataTypeID }) => dataTypeID),
          fields.map(({ dataTypeModifier }) => dataTypeModifier),
        ],
        rowMode: "array",
      });
      return fields.map(({ name }, at) => ({
        name,
        type: String((types.rows as unknown[][])[at]?.[0]),
      }));
    };
    return this.#attempt(work, { readOnly: true });
  }

  async place(sql: string, tables: readonly NamedTable[]): Promise<Attempt<string>> {
    const names = new Map<string, string>();
    for (const { path, table } of tables) {
      const last = path.at(-1) ?? "";
      const other = names.get(last);
      if (other !== undefined && other !== table.from)
        return err(`two tables are called ${last}, which a temporary schema cannot hold`);
      names.set(last, table.from);
    }
    for (const [name, from] of names) {
      if (this.#placed.get(name) === from) continue;
      const placed = await this.#attempt(
        async () => {
          await this.#client.query(`DROP VIEW IF EXISTS pg_temp.${quoteName(name)}`);
          await this.#client.query(`CREATE TEMP VIEW ${quoteName(name)} AS SELECT * FROM ${from}`);
        },
        { readOnly: false },
      );
      if (!placed.ok) return placed;
      this.#placed.set(name, from);
    }
    return ok(withoutSchemas(sql, tables));
  }

  /** Read-only first: what would write, or takes too long, ends there. */
  async make(name: string, select: string): Promise<Attempt<string>> {
    const read = await this.rows(`SELECT count(*) FROM (${select}) faultline_q`);
    return read.ok ? this.#create(name, `AS ${select}`) : read;
  }

  makeEmpty(name: string, columns: readonly BoundColumn[]): Promise<Attempt<string>> {
    const body = columns.map((column) => `${quoteName(column.name)} ${spell(column.type)}`);
    return this.#create(name, `(${body.join(", ")})`);
  }

  #create(name: string, body: string): Promise<Attempt<string>> {
    const table = quoteName(`faultline_${name}`);
    const work = async (): Promise<string> => {
      await this.#client.query(`CREATE TEMP TABLE ${table} ${body}`);
      return `pg_temp.${table}`;
    };
    return this.#attempt(work, { readOnly: false });
  }

  /** The table itself, where the database has it under the last two parts of its name, or the last one. */
  async sampleOf({ name, shortName }: MergedAsset): Promise<Attempt<string | undefined>> {
    const parts = name.replaceAll('"', "").split(".");
    const tails = [parts.slice(-2), [shortName]].map((tail) => tail.map(quoteName).join("."));
    for (const tail of tails) {
      const found = await this.rows(`SELECT to_regclass(${quoteText(tail)})::text`);
      if (!found.ok) return found;
      if (found.value[0]?.[0] != null) return ok(`SELECT * FROM ${tail} LIMIT ${MAX_ROWS}`);
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    await this.#client.query("ROLLBACK").catch(() => undefined);
    await this.#client.end().catch(() => undefined);
  }
}

/** Types that other engines call otherwise. */
const spell = (type: string): string => (/^double$/i.test(type) ? "double precision" : type);

/** Takes database and schema off the tables, so that the temporary ones of the same name are found first. */
function withoutSchemas(sql: string, tables: readonly NamedTable[]): string {
  const long = tables.filter(({ path }) => path.length > 1).map(({ path }) => path);
  if (long.length === 0) return sql;
  const tokens = tokenizeSql(sql);
  let text = "";
  let written = 0;
  for (const [at, token] of tokens.entries()) {
    const path = long.find((each) => spellsPath(each, { tokens, at }));
    const last = path && tokens[at + 2 * (path.length - 1)];
    if (last === undefined || token.start < written) continue;
    text += `${sql.slice(written, token.start)}pg_temp.`;
    written = last.start;
  }
  return text + sql.slice(written);
}

function spellsPath(
  path: readonly string[],
  { tokens, at }: { readonly tokens: ReturnType<typeof tokenizeSql>; readonly at: number },
): boolean {
  if (tokens[at - 1]?.text === ".") return false;
  return path.every((part, index) => {
    const token = tokens[at + 2 * index];
    const name = token?.text.replace(/^"(.*)"$/s, "$1");
    const isJoined = index === 0 || tokens[at + 2 * index - 1]?.text === ".";
    return isJoined && name?.toLowerCase() === part.toLowerCase();
  });
}
