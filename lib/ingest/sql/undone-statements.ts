import type { Dialect } from "./dialect.ts";
import type { StatementText } from "./split-statements.ts";

/** Where a transaction takes back statements of DDL as well; elsewhere each of them stands as soon as it has run. */
const TAKES_DDL_BACK: ReadonlySet<Dialect> = new Set([
  "postgres",
  "redshift",
  "duckdb",
  "sqlite",
  "tsql",
]);

const BEGIN = /^(?:begin(?:\s+(?:work|tran(?:saction)?)\b.*)?|start\s+transaction\b.*)$/is;
const COMMIT = /^(?:commit|end)(?:\s+(?:work|tran(?:saction)?|and)\b.*)?$/is;
const ROLLBACK = /^(?:rollback|abort)(?:\s+(?:work|tran(?:saction)?|and)\b(?!\s+to\b)[^;]*)?$/is;
/** The next transaction begins at once. */
const AND_CHAIN = /\band\s+chain$/i;
const SAVEPOINT = /^savepoint\s+(\S+)$/i;
const BACK_TO = /^rollback\s+(?:(?:work|transaction)\s+)?to\s+(?:savepoint\s+)?(\S+)$/i;

const withoutComments = (sql: string): string =>
  sql.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "").trim();

/** The statements that are left when those that the text takes back itself are gone: `begin; …; rollback`. */
export function keepCommitted(
  pieces: readonly StatementText[],
  dialect: Dialect,
): readonly StatementText[] {
  if (!TAKES_DDL_BACK.has(dialect)) return pieces;
  const kept: StatementText[] = [];
  let begun: number | undefined;
  let points = new Map<string, number>();
  for (const piece of pieces) {
    const sql = withoutComments(piece.sql);
    const point = SAVEPOINT.exec(sql)?.[1]?.toLowerCase();
    const back = points.get(BACK_TO.exec(sql)?.[1]?.toLowerCase() ?? "");
    const isEnd = COMMIT.test(sql) || ROLLBACK.test(sql);
    if (begun !== undefined && ROLLBACK.test(sql)) kept.length = begun;
    else if (back !== undefined) kept.length = Math.min(kept.length, back);
    if (isEnd || BEGIN.test(sql)) {
      if (!isEnd) begun ??= kept.length;
      else begun = AND_CHAIN.test(sql) ? kept.length + 1 : undefined;
      points = new Map();
    }
    if (point !== undefined && begun !== undefined) points.set(point, kept.length);
    kept.push(piece);
  }
  return kept;
}
