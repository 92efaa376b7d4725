import { init, Parser } from "@guanmingchiu/sqlparser-ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";

/** Nesting at which the parser gives up; more would run into the stack of a worker thread. */
const RECURSION_LIMIT = 90;

let loading: Promise<SqlParser> | undefined;

/** Loads the WASM parser, once for the process. Rejects where the package's file cannot be read. */
export function loadSqlParser(): Promise<SqlParser> {
  loading ??= init().then(() => ({
    parse: (sql, parserDialect) =>
      new Parser({ name: parserDialect } as ConstructorParameters<typeof Parser>[0])
        .withRecursionLimit(RECURSION_LIMIT)
        .parse(sql),
  }));
  return loading;
}
