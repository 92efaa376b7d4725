import type Database from "libsql";

const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/**
 * A statement of a connection, compiled when it is first asked for: a batch of a few events would otherwise spend more on
 * compiling than on writing. Rows are lists of values. Use it with `get`, `all` and `run`, which read to the end.
 */
export function prepareOnce(db: Database.Database, sql: string): Database.Statement {
  const own = statements.get(db) ?? new Map<string, Database.Statement>();
  statements.set(db, own);
  const known = own.get(sql);
  if (known !== undefined) return known;
  const statement = db.prepare(sql);
  if (statement.reader) statement.raw();
  own.set(sql, statement);
  return statement;
}
