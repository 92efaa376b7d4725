import { err, ok } from "#lib/kit/result.ts";
import { gatherTables } from "./open-duckdb.ts";
import { type OpenedReader, reasonOf } from "./table-reader.ts";

export const isForPostgres = (target: string): boolean => /^postgres(?:ql)?:\/\//i.test(target);

/** A PostgreSQL database, in a session that cannot write. The password stays out of every message. */
export async function openPostgres(url: string): Promise<OpenedReader> {
  const { Client } = (await import("pg")).default;
  const shown = withoutPassword(url);
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: "faultline profile",
    options: "-c default_transaction_read_only=on",
  });
  try {
    await client.connect();
    const rowsOf = async (sql: string): Promise<unknown[][]> =>
      (await client.query({ text: sql, rowMode: "array" })).rows;
    const listed = await rowsOf(
      `select table_catalog, table_schema, table_name, column_name, data_type
       from information_schema.columns
       where table_schema not in ('pg_catalog', 'information_schema') and table_schema !~ '^pg_(temp|toast)'
       order by table_schema, table_name, ordinal_position`,
    );
    return ok({
      tables: gatherTables(listed.map((row) => row.map(String))),
      count: async (sql) => (await rowsOf(sql))[0] ?? [],
      close: () => client.end(),
    });
  } catch (error) {
    await client.end().catch(() => undefined);
    return err({ code: "server-unreachable", message: `${shown}: ${reasonOf(error)}` });
  }
}

export const withoutPassword = (url: string): string =>
  url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@");
