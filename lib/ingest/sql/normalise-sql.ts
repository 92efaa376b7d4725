import { makeTable } from "#lib/kit/make-table.ts";
import { rewriteLambda, rewriteStar } from "./choose-by-star.ts";
import { CLAUSE_REWRITERS } from "./clause-rewriters.ts";
import { type Dialect, foldName, rulesOf } from "./dialect.ts";
import { FROM_REWRITERS } from "./from-rewriters.ts";
import { moveAliasesBehind } from "./leading-aliases.ts";
import { rewriteComprehension } from "./rewrite-list-comprehension.ts";
import { spellTsql } from "./spell-tsql.ts";
import { STATEMENT_REWRITERS } from "./statement-rewriters.ts";
import {
  applyEdits,
  blank,
  type Edit,
  type EditInput,
  findClauseEnd,
  type Rewriter,
  wordAt,
} from "./token-edits.ts";
import { matchParentheses, type Token, tokenizeSql } from "./tokenize.ts";

/**
 * Small rewritings of text that the parser would refuse although its meaning is plain. Everything that is taken out
 * leaves spaces (and line breaks) behind, so that lines and columns in messages stay those of the text that people wrote.
 */
export function normaliseSql(sql: string, dialect: Dialect): string {
  const plain = withoutTemplates(sql);
  const named = quoteColumnWords(plain, dialect);
  const read = dialect === "bigquery" ? blankQuotesInRaw(named) : named;
  const marked = read.includes("|>") ? markPipeDistinct(read) : read;
  return collapseParentheses(BY_DIALECT[dialect]?.(marked) ?? marked);
}

/** What a parser would take for something else. */
const BY_DIALECT: Readonly<Partial<Record<Dialect, (sql: string) => string>>> = {
  tsql: (sql) => separateBatches(spellTsql(sql)),
  duckdb: (sql) => spellOperators(moveAliasesBehind(dropPositional(sql))),
  redshift: (sql) => unloadedQuery(sql),
  databricks: (sql) => sql.replace(/^\s*replace(?=\s+table\b)/i, "create or replace"),
};

const COLUMN_WORD =
  /^(?:user|current_(?:date|time|timestamp|user|catalog)|session_user|localtime|localtimestamp)$/;
const MAYBE_COLUMN_WORD = /\.\s*(?:user|current_|session_user|localtime)/i;

/** Behind a dot `user` and `current_date` are columns, which the parser takes for what they are alone. */
function quoteColumnWords(sql: string, dialect: Dialect): string {
  if (!MAYBE_COLUMN_WORD.test(sql)) return sql;
  const tokens = tokenizeSql(sql);
  const quote = rulesOf(dialect).quotes.includes('"') ? '"' : "`";
  const edits = tokens.flatMap((token, index): Edit[] => {
    const isColumn = tokens[index - 1]?.text === "." && tokens[index + 1]?.text !== "(";
    if (!isColumn || token.kind !== "word" || !COLUMN_WORD.test(token.lower)) return [];
    const text = `${quote}${foldName(token.text, false, dialect)}${quote}`;
    return [{ start: token.start, end: token.end, text }];
  });
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

const UNLOAD = /\bunload\s*\(\s*'/i;

/** Redshift writes the query of an UNLOAD as a text: it stands there as itself, and where its rows go is left out. */
function unloadedQuery(sql: string): string {
  if (!UNLOAD.test(sql)) return sql;
  const tokens = tokenizeSql(sql);
  const partner = matchParentheses(tokens);
  const edits = tokens.flatMap((token, index): Edit[] => {
    const text = tokens[index + 2];
    const isText = text?.kind === "string" && partner[index + 1] === index + 3;
    if (token.lower !== "unload" || !isText) return [];
    const input = { sql, tokens, partner, index: index + 4, dialect: "redshift" as const };
    const end = tokens[findClauseEnd(input, new Set()) - 1]?.end ?? sql.length;
    const query = text.text.slice(1, -1).replaceAll("''", "'").replaceAll("\\'", "'");
    return [
      { start: token.start, end: text.start + 1, text: "" },
      { start: text.start + 1, end, text: query },
    ];
  });
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

/** `t positional join u`: the parser would call the table so. */
const dropPositional = (sql: string): string => sql.replace(/\bpositional(?=\s+join\b)/gi, blank);

/** DuckDB's `**` as an operator that every parser knows. */
function spellOperators(sql: string): string {
  if (!sql.includes("**")) return sql;
  const tokens = tokenizeSql(sql);
  const edits = tokens.flatMap((token, index): Edit[] => {
    const next = tokens[index + 1];
    const isPair = next?.start === token.end && next.text === token.text;
    if (!isPair || token.text !== "*") return [];
    return [{ start: token.start, end: next.end, text: "^" }];
  });
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

const RAW_PREFIX = /^(?:r|rb|br)$/;

/** BigQuery: in `r'\''` the quote after the backslash does not end the string; parsers think that it does. */
function blankQuotesInRaw(sql: string): string {
  if (!sql.includes("\\'") && !sql.includes('\\"')) return sql;
  const tokens = tokenizeSql(sql);
  const edits = tokens.flatMap((token, index): Edit[] => {
    const prefix = tokens[index - 1];
    const isRaw = prefix?.end === token.start && RAW_PREFIX.test(prefix.lower);
    if (!isRaw || token.kind !== "string" || !token.text.includes("\\'")) return [];
    const inner = token.text.slice(1, -1).replaceAll("\\'", "  ");
    return [{ start: token.start, end: token.end, text: `'${inner}'` }];
  });
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

/** Stands for DISTINCT in a pipe, which the parser does not know there: as long as the word, so that columns stay. */
export const PIPE_DISTINCT = "fl_uniq";

const markPipeDistinct = (sql: string): string =>
  sql
    .replace(/(\|>\s*select\s+)distinct\b(?!\s*,)/gi, `$1${PIPE_DISTINCT},`)
    .replace(/(\|>\s*)distinct\b/gi, `$1select ${PIPE_DISTINCT}, *`);

/** T-SQL: a line with GO ends a batch. */
const separateBatches = (sql: string): string =>
  sql.replace(/^([ \t]*)go[ \t]*(?=\r?$)/gim, (_line, indent: string) => `${indent}; `);

const dropByteOrderMark = (sql: string): string =>
  sql.startsWith("\uFEFF") ? ` ${sql.slice(1)}` : sql;

/** What a text says in SQL, at the same places. */
export const withoutTemplates = (sql: string): string => dropTemplates(dropByteOrderMark(sql));

const REFERENCE = /^\{\{\s*(?:ref|source)\s*\(([^()]*)\)\s*\}\}$/;

/** Renders to nothing. */
const CONFIG = /^\{\{-?\s*config\s*\(/;

/**
 * Jinja that was left in the text. `{{ ref('a') }}` and `{{ source('s', 'a') }}` are names; comments and statements
 * are blanked; any other expression stays, and the statement is then not parsed rather than guessed.
 */
function dropTemplates(sql: string): string {
  if (!sql.includes("{{") && !sql.includes("{%") && !sql.includes("{#")) return sql;
  return blankBetween(blankBetween(sql, "{#", "#}"), "{%", "%}").replace(
    /\{\{[^{}]*\}\}/g,
    (template) => {
      if (CONFIG.test(template)) return blank(template);
      const found = REFERENCE.exec(template);
      if (!found) return template;
      const names = [...(found[1] ?? "").matchAll(/'([^']*)'|"([^"]*)"/g)].map((m) => m[1] ?? m[2]);
      return names.length === 0 ? template : names.join(".").padEnd(template.length);
    },
  );
}

/** What stands between two signs, and the signs, as spaces; an opening sign without its end stays. Linear. */
function blankBetween(sql: string, open: string, close: string): string {
  let result = "";
  let at = 0;
  for (;;) {
    const start = sql.indexOf(open, at);
    const end = start < 0 ? -1 : sql.indexOf(close, start + open.length);
    if (end < 0) return result + sql.slice(at);
    result += sql.slice(at, start) + blank(sql.slice(start, end + close.length));
    at = end + close.length;
  }
}

/** So many redundant pairs are more than people write. */
const DEEP = 40;
const DEEP_RUN = /\((?:\s*\(){9}/;

/** Pairs of parentheses that only wrap a pair of parentheses: blanked where the nesting would be too much for the parser. */
function collapseParentheses(sql: string): string {
  if (!DEEP_RUN.test(sql)) return sql;
  const tokens = tokenizeSql(sql);
  const partner = matchParentheses(tokens);
  const redundant = [...redundantPairs(tokens, partner)];
  if (redundant.length < DEEP / 4) return sql;
  const characters = sql.split("");
  for (const index of redundant) {
    const token = tokens[index];
    if (token) characters[token.start] = " ";
  }
  return characters.join("");
}

function* redundantPairs(tokens: readonly Token[], partner: Int32Array): Generator<number> {
  for (let index = 0; index < tokens.length - 1; index++) {
    const close = partner[index] ?? -1;
    if (close <= index || tokens[index + 1]?.text !== "(") continue;
    if (partner[index + 1] === close - 1) {
      yield index;
      yield close;
    }
  }
}

/**
 * A second form of a text for what no dialect of the parser takes: DuckDB's `PIVOT t ON`, `FROM t SELECT` of dialects
 * whose parser wants SELECT first, `UPDATE SET *` in a merge, sampling and locking clauses. Undefined: nothing to rewrite.
 */
export function rewriteForFallback(sql: string, dialect: Dialect): string | undefined {
  const tokens = tokenizeSql(sql);
  const partner = matchParentheses(tokens);
  const edits: Edit[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const edit = findEdit({ sql, tokens, partner, index, dialect });
    if (edit) edits.push(...edit);
  }
  if (edits.length === 0) return undefined;
  return applyEdits(sql, edits);
}

const REWRITERS: Readonly<Record<string, Rewriter>> = makeTable({
  pivot: rewritePivot,
  unpivot: rewritePivot,
  using: rewriteSample,
  asof: rewriteAsof,
  with: rewriteTrailingWith,
  approximate: dropWord,
  only: rewriteOnly,
  option: rewriteOption,
  set: rewriteMergeStar,
  insert: rewriteMergeStar,
  table: rewriteTable,
  refresh: rewriteRefresh,
  auto: dropRefreshClause,
  streaming: dropBeforeTable,
  live: dropBeforeTable,
  copy: rewriteCopy,
  including: dropPair,
  excluding: dropPair,
  glob: rewriteGlob,
  filter: rewriteFilter,
  by: rewriteInsertByName,
  window: rewritePipeWindow,
  and: rewriteGroupAndOrder,
  exclude: dropFrameExclusion,
  tablesample: dropTableSample,
  from: rewriteFromFirst,
  lambda: rewriteLambda,
});

function rewriteWord(word: string, input: EditInput): Edit[] | undefined {
  for (const table of [REWRITERS, CLAUSE_REWRITERS, FROM_REWRITERS, STATEMENT_REWRITERS]) {
    const found = table[word]?.(input);
    if (found) return found;
  }
  return undefined;
}

/** `o.*::shop.orders`, as PostgreSQL writes a whole row in the definition of a view: `o`. */
function rewriteWholeRow({ tokens, index }: EditInput): Edit[] | undefined {
  const dot = tokens[index - 1];
  if (dot?.text !== "." || tokens[index + 1]?.text !== "::") return undefined;
  let last = index + 2;
  while (tokens[last + 1]?.text === "." && tokens[last + 2] !== undefined) last += 2;
  const end = tokens[last]?.end;
  return end === undefined ? undefined : [{ start: dot.start, end, text: "" }];
}

const LISTS: ReadonlySet<Dialect> = new Set(["duckdb", "generic"]);

function findEdit(input: EditInput): Edit[] | undefined {
  const token = input.tokens[input.index];
  if (token === undefined) return undefined;
  if (token.kind === "word") return rewriteWord(token.lower, input);
  if (token.text === "*" && input.dialect === "duckdb") {
    const found = rewriteStar(input);
    if (found) return found;
  }
  if (token.text === "*" && input.dialect === "postgres") {
    const found = rewriteWholeRow(input);
    if (found) return found;
  }
  if (token.text.startsWith("[") && LISTS.has(input.dialect)) {
    const found = rewriteComprehension(input.sql, token.start);
    if (found) return [{ start: token.start, ...found }];
  }
  return undefined;
}

function dropWord({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = wordAt(tokens, index + 1);
  if (!token || !(next === "count" || next === "percentile_disc" || next === "join"))
    return undefined;
  return [{ start: token.start, end: token.end, text: "" }];
}

const AFTER_TABLE = new Set(["on"]);
const AFTER_ON = new Set(["using", "group", "order", "limit", "into"]);
const AFTER_USING = new Set(["group", "order", "limit"]);

/** DuckDB: `pivot T on C [in (…)] using A group by G` as a derived table with the standard's PIVOT. */
function rewritePivot(input: EditInput): Edit[] | undefined {
  const { sql, tokens, index } = input;
  const before = wordAt(tokens, index - 1);
  const isCalled = wordAt(tokens, index + 1) === "(";
  const isStatement = ["", "(", ";", "as"].includes(before) || (before === ")" && !isCalled);
  if (!isStatement) return undefined;
  const on = findClauseEnd({ ...input, index: index + 1 }, AFTER_TABLE);
  if (wordAt(tokens, on) !== "on") return undefined;
  const afterOn = findClauseEnd({ ...input, index: on + 1 }, AFTER_ON);
  const slice = (from: number, to: number): string =>
    sql.slice(tokens[from]?.start ?? sql.length, tokens[to - 1]?.end ?? sql.length);
  const table = slice(index + 1, on);
  const text =
    wordAt(tokens, index) === "pivot"
      ? pivotText({ input, table, on: slice(on + 1, afterOn), afterOn, slice })
      : unpivotText({ input, table, on: slice(on + 1, afterOn), afterOn, slice });
  if (text === undefined) return undefined;
  const end = findClauseEnd({ ...input, index: afterOn }, new Set());
  return [{ start: tokens[index]?.start ?? 0, end: tokens[end - 1]?.end ?? sql.length, text }];
}

interface PivotParts {
  readonly input: EditInput;
  readonly table: string;
  readonly on: string;
  readonly afterOn: number;
  readonly slice: (from: number, to: number) => string;
}

function pivotText({ input, table, on, afterOn, slice }: PivotParts): string {
  const { tokens } = input;
  let aggregate = "count(*)";
  let at = afterOn;
  if (wordAt(tokens, at) === "using") {
    const end = findClauseEnd({ ...input, index: at + 1 }, AFTER_USING);
    aggregate = slice(at + 1, end);
    at = end;
  }
  let grouped = table;
  if (wordAt(tokens, at) === "group") {
    const end = findClauseEnd({ ...input, index: at + 2 }, new Set(["order", "limit"]));
    const keys = slice(at + 2, end);
    const columns = [on.replace(/\s+in\s*\([\s\S]*$/i, ""), ...argumentsOf(aggregate)];
    grouped = `(select ${[keys, ...columns].join(", ")} from ${table})`;
  }
  const values = /\bin\s*\(/i.test(on) ? on : `${on} in (any)`;
  return `select * from ${grouped} pivot (${aggregate} for ${values})`;
}

const argumentsOf = (aggregates: string): string[] =>
  [...aggregates.matchAll(/\(([^()*]+)\)/g)].map((found) => found[1] ?? "").filter(Boolean);

function unpivotText({ input, table, on, afterOn, slice }: PivotParts): string | undefined {
  const { tokens } = input;
  if (wordAt(tokens, afterOn) !== "into" || wordAt(tokens, afterOn + 1) !== "name")
    return undefined;
  const name = slice(afterOn + 2, afterOn + 3);
  const value = wordAt(tokens, afterOn + 3) === "value" ? slice(afterOn + 4, afterOn + 5) : "value";
  if (/^\s*\*/.test(on)) return undefined;
  return `select * from ${table} unpivot (${value} for ${name} in (${on}))`;
}

/** `using sample 10%`: which rows are read is chance; the columns are the same. */
function rewriteSample(input: EditInput): Edit[] | undefined {
  const { tokens, index } = input;
  if (wordAt(tokens, index + 1) !== "sample") return undefined;
  const end = findClauseEnd({ ...input, index: index + 2 }, new Set(["order", "limit", "where"]));
  return [{ start: tokens[index]?.start ?? 0, end: tokens[end - 1]?.end ?? 0, text: "" }];
}

/** DuckDB writes the inequality of an ASOF join among its ON conditions. The parser has another word for it there. */
function rewriteAsof({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = wordAt(tokens, index + 1);
  if (!token || (next !== "join" && next !== "left")) return undefined;
  return [{ start: token.start, end: token.end, text: "global" }];
}

/** `with no data`, `with rollup`, T-SQL's `with (nolock)`: how, not what. */
function rewriteTrailingWith({ tokens, index }: EditInput): Edit[] | undefined {
  const next = wordAt(tokens, index + 1);
  const after = wordAt(tokens, index + 2);
  const token = tokens[index];
  const length =
    next === "data" || next === "rollup" || next === "cube"
      ? 2
      : next === "no" && after === "data"
        ? 3
        : 0;
  const last = tokens[index + length - 1];
  return token && last && length > 0
    ? [{ start: token.start, end: last.end, text: "" }]
    : undefined;
}

function rewriteOnly({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  if (!token || !["from", "join"].includes(wordAt(tokens, index - 1))) return undefined;
  return [{ start: token.start, end: token.end, text: "" }];
}

/** T-SQL's query hints. */
function rewriteOption({ tokens, partner, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const close = wordAt(tokens, index + 1) === "(" ? tokens[partner[index + 1] ?? -1] : undefined;
  return token && close ? [{ start: token.start, end: close.end, text: "" }] : undefined;
}

/** Databricks' `update set *` and `insert *` in a merge: kept as a mark that the statement's reader knows. */
function rewriteMergeStar({ tokens, index }: EditInput): Edit[] | undefined {
  const star = tokens[index + 1];
  if (star?.text !== "*") return undefined;
  const word = wordAt(tokens, index);
  const text = word === "set" ? `${MERGE_STAR} = 1` : `(${MERGE_STAR}) values (1)`;
  return [{ start: star.start, end: star.end, text }];
}

/** DuckDB's `insert into t by name select …`: a mark in the place of the column list; `by position` is the usual way. */
function rewriteInsertByName({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = tokens[index + 1];
  const how = next?.lower;
  const head = tokens.slice(Math.max(0, index - 8), index).map((each) => each.lower);
  const into = head.lastIndexOf("into");
  const isInsert = into > 0 && !head.slice(into).includes("select");
  if (!token || !next || !isInsert || (how !== "name" && how !== "position")) return undefined;
  const text = how === "name" ? `(${BY_NAME})` : "";
  return [{ start: token.start, end: next.end, text }];
}

const afterPipe = (tokens: readonly Token[], index: number): boolean =>
  tokens[index - 1]?.text === ">" && tokens[index - 2]?.text === "|";

/** The older name of `|> extend` for windows. */
function rewritePipeWindow({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  return token && afterPipe(tokens, index)
    ? [{ start: token.start, end: token.end, text: "extend" }]
    : undefined;
}

/** `|> aggregate … group and order by …`. */
function rewriteGroupAndOrder({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const order = tokens[index + 1];
  const isPair = wordAt(tokens, index - 1) === "group" && order?.lower === "order";
  return token && order && isPair ? [{ start: token.start, end: order.end, text: "" }] : undefined;
}

/** Stands for `by name` in an insert. */
export const BY_NAME = "faultline_by_name";

/** Stands for `*` in a merge. */
export const MERGE_STAR = "faultline_merge_star";

/** Spark: `create table t using delta partitioned by (a) … as select`: what stands between the name and AS is storage. */
function rewriteCreateUsing(input: EditInput): Edit[] | undefined {
  const { tokens, index } = input;
  const creates = [index - 1, index - 3].some((at) => wordAt(tokens, at) === "create");
  if (!creates) return undefined;
  const using = findClauseEnd({ ...input, index: index + 1 }, new Set(["using", "as", "("]));
  if (wordAt(tokens, using) !== "using") return undefined;
  const as = findClauseEnd({ ...input, index: using }, new Set(["as"]));
  const start = tokens[using]?.start;
  const last = tokens[as - 1];
  if (start === undefined || !last || wordAt(tokens, as) !== "as") return undefined;
  return [{ start, end: last.end, text: "" }];
}

/** `table t` on its own is `select * from t`. */
function rewriteTable(input: EditInput): Edit[] | undefined {
  const { tokens, index } = input;
  const token = tokens[index];
  const before = wordAt(tokens, index - 1);
  const name = tokens[index + 1];
  const isQuery = ["", ";", "(", "as", "union", "all", "except", "intersect"].includes(before);
  const isName = name?.kind === "word" || name?.kind === "quoted";
  if (!token || !isQuery || !isName) return rewriteCreateUsing(input);
  return [{ start: token.start, end: token.end, text: "select * from" }];
}

/** Databricks: `create or refresh` is its `create or replace` of tables that fill themselves. */
function rewriteRefresh({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const isCreate = wordAt(tokens, index - 1) === "or" && wordAt(tokens, index - 2) === "create";
  return token && isCreate ? [{ start: token.start, end: token.end, text: "replace" }] : undefined;
}

/** Redshift: `create materialized view v auto refresh yes as …`. */
function dropRefreshClause({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const last = tokens[index + 2];
  const isClause = wordAt(tokens, index + 1) === "refresh" && last?.kind === "word";
  return token && last && isClause ? [{ start: token.start, end: last.end, text: "" }] : undefined;
}

function dropBeforeTable({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = wordAt(tokens, index + 1);
  const before = wordAt(tokens, index - 1);
  const isKind =
    (next === "table" || next === "live") && /^(create|replace|refresh|streaming)$/.test(before);
  return token && isKind ? [{ start: token.start, end: token.end, text: "" }] : undefined;
}

/** BigQuery's `create table a copy b` has the rows of `b`, as a clone has. */
function rewriteCopy({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const head = tokens.slice(0, index).map((each) => each.lower);
  const isCreate =
    head[0] === "create" && head.includes("table") && head.length < 15 && !head.includes("as");
  return token && isCreate ? [{ start: token.start, end: token.end, text: "clone" }] : undefined;
}

/** `like t including all`: which properties are taken over. */
function dropPair({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = tokens[index + 1];
  const isProperty = next?.kind === "word" && tokens[0]?.lower === "create";
  return token && isProperty ? [{ start: token.start, end: next.end, text: "" }] : undefined;
}

/** `x glob 'a*'` filters as LIKE does. */
function rewriteGlob({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const next = tokens[index + 1];
  return token && next?.kind === "string"
    ? [{ start: token.start, end: token.end, text: "like" }]
    : undefined;
}

/** `rows … exclude current row`: a part of the frame, which names no column. */
function dropFrameExclusion({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const length = ["current", "no"].includes(wordAt(tokens, index + 1)) ? 3 : 2;
  const last = tokens[index + length - 1];
  const isFrame = /^(row|group|ties|others)$/.test(last?.lower ?? "");
  return token && last && isFrame ? [{ start: token.start, end: last.end, text: "" }] : undefined;
}

/** `tablesample 10%`, where the parser wants parentheses. */
function dropTableSample({ tokens, index }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  const unit = tokens[index + 2];
  const isBare =
    tokens[index + 1]?.kind === "number" && /^(%|percent|rows)$/.test(unit?.lower ?? "");
  return token && unit && isBare ? [{ start: token.start, end: unit.end, text: "" }] : undefined;
}

/** DuckDB's `(from t where …)` is `(select * from t where …)`. */
function rewriteFromFirst(input: EditInput): Edit[] | undefined {
  const { tokens, index, dialect } = input;
  const token = tokens[index];
  const isFirst = ["(", "as", ""].includes(wordAt(tokens, index - 1));
  const before = tokens[index - 2]?.lower ?? "";
  if (
    !token ||
    !isFirst ||
    dialect !== "duckdb" ||
    /^(extract|trim|substring|overlay)$/.test(before)
  )
    return undefined;
  const selects = findClauseEnd({ ...input, index: index + 1 }, new Set(["select"]));
  if (wordAt(tokens, selects) === "select") return undefined;
  return [{ start: token.start, end: token.start, text: "select * " }];
}

/** DuckDB lets WHERE out of `sum(x) filter (cond)`. */
function rewriteFilter({ tokens, index }: EditInput): Edit[] | undefined {
  const open = tokens[index + 1];
  const isClause = wordAt(tokens, index - 1) === ")" && open?.text === "(";
  if (!isClause || wordAt(tokens, index + 2) === "where") return undefined;
  return [{ start: open.end, end: open.end, text: "where " }];
}
