import type { TargetsOf } from "#lib/ingest/access-history/read-access-history.ts";
import type { StatementsOf } from "#lib/ingest/postgres-catalog/routine-writes.ts";
import { readStatements } from "#lib/ingest/sql/read-statements.ts";
import { scanTables } from "#lib/ingest/sql/scan-tables.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { ReadsOf } from "#lib/ingest/table-files/read-table-files.ts";

/** What readers of one format ask of the one for SQL, which they do not know. */
export const targetsBy =
  (parser: SqlParser): TargetsOf =>
  ({ sql, dialect }) =>
    readStatements({ sql, dialect, parser }).statements.flatMap(({ target }) =>
      target === undefined ? [] : [target],
    );

export const postgresStatementsBy =
  (parser: SqlParser): StatementsOf =>
  (sql) =>
    readStatements({ sql, dialect: "postgres", parser });

export const duckdbReads: ReadsOf = (sql) =>
  scanTables(sql, "duckdb").reads.map(({ path }) => path);
