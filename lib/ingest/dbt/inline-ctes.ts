const PREFIX = "__dbt__cte__";

export const inlineCteName = (alias: string): string => `${PREFIX}${alias}`;

/**
 * dbt pastes each ephemeral model into its readers as a CTE named `__dbt__cte__<model>`. Taken out again, the reader
 * reads the ephemeral model as it reads any other, and a change inside that model finds its readers. Everything that is
 * removed becomes blanks, so lines and columns stay where they were. Linear in the text.
 *
 * `with __dbt__cte__a as (select 1), b as (select * from __dbt__cte__a) select * from b`
 * becomes `with                             b as (select * from __dbt__cte__a) select * from b`.
 */
export function removeInlineCtes(sql: string): string {
  if (!sql.includes(PREFIX)) return sql;
  const head = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*with\s+/i.exec(sql);
  if (!head) return sql;
  const withStart = head[0].search(/with\s+$/i);
  let at = head[0].length;
  let removed = false;
  for (;;) {
    const end = endOfInlineCte(sql, at);
    if (end === undefined) break;
    removed = true;
    const comma = /^\s*,\s*/.exec(sql.slice(end, end + 4096));
    if (!comma) return blank(sql, withStart, end);
    at = end + comma[0].length;
  }
  return removed ? blank(sql, head[0].length, at) : sql;
}

const blank = (sql: string, start: number, end: number): string =>
  sql.slice(0, start) + sql.slice(start, end).replace(/[^\r\n]/g, " ") + sql.slice(end);

/** Where the CTE that starts at `start` ends (after its bracket), if it is one of dbt's. */
function endOfInlineCte(sql: string, start: number): number | undefined {
  const quoted = /^["`[]?__dbt__cte__[^\s("`\]]+["`\]]?\s+as\s*\(/i.exec(
    sql.slice(start, start + 1024),
  );
  return quoted ? endOfBracket(sql, start + quoted[0].length) : undefined;
}

/** The offset after the bracket that closes the one just before `start`; brackets in strings and comments do not count. */
function endOfBracket(sql: string, start: number): number | undefined {
  const token = /'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|[()]/g;
  token.lastIndex = start;
  let depth = 1;
  for (let found = token.exec(sql); found; found = token.exec(sql)) {
    if (found[0] === "(") depth += 1;
    if (found[0] === ")") depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return undefined;
}
