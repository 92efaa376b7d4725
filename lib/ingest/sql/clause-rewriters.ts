import { makeTable } from "#lib/kit/make-table.ts";
import { dropElementType, spellNestedType, spellRowType } from "./nested-types.ts";
import {
  type Edit,
  type EditInput,
  findClauseEnd,
  isOneOf,
  parenthesesAt,
  type Rewriter,
  wordAt,
} from "./token-edits.ts";

/*
 * Clauses that the parser refuses and that say nothing of columns: who may see a view, how a join is to be run, of which
 * moment a table is read. Each is taken out, or written as what the parser knows.
 */

/** Takes out `count` tokens from the word on. */
function dropFrom({ tokens, index }: EditInput, count: number): Edit[] | undefined {
  const token = tokens[index];
  const last = tokens[index + count - 1];
  return token && last ? [{ start: token.start, end: last.end, text: "" }] : undefined;
}

/** Snowflake: `copy grants` of a view. */
const dropGrants: Rewriter = (input) =>
  wordAt(input.tokens, input.index + 1) === "grants" ? dropFrom(input, 2) : undefined;

/** Snowflake: `[with] row access policy p on (a, b)`; BigQuery and Databricks have row filters of their own. */
const dropRowPolicy: Rewriter = (input) => {
  const { tokens, index } = input;
  if (wordAt(tokens, index + 1) !== "access" || wordAt(tokens, index + 2) !== "policy")
    return undefined;
  const on = findClauseEnd({ ...input, index }, new Set(["on", "as"]));
  const length = parenthesesAt(input, on + 1);
  if (wordAt(tokens, on) !== "on" || length === 0) return undefined;
  const first = wordAt(tokens, index - 1) === "with" ? index - 1 : index;
  return dropFrom({ ...input, index: first }, on + 1 + length - first);
};

/** `tag (a = 'b')`, with or without `with` before it. */
const dropTag: Rewriter = (input) => {
  const { tokens, index } = input;
  const length = parenthesesAt(input, index + 1);
  if (length === 0 || !tokens.slice(0, index).some((each) => each.lower === "create"))
    return undefined;
  const first = wordAt(tokens, index - 1) === "with" ? index - 1 : index;
  return dropFrom({ ...input, index: first }, index + 1 + length - first);
};

/** Trino: `create view v security definer as`. */
const dropSecurity: Rewriter = (input) =>
  isOneOf(wordAt(input.tokens, input.index + 1), "definer", "invoker")
    ? dropFrom(input, 2)
    : undefined;

const VIEW_ATTRIBUTES: ReadonlySet<string> = new Set([
  "schemabinding",
  "encryption",
  "view_metadata",
]);

/** T-SQL: `create view v with schemabinding, view_metadata as`; and every engine's `with check option`. */
const dropViewAttributes: Rewriter = (input) => {
  const { tokens, index } = input;
  const check = index + (isOneOf(wordAt(tokens, index + 1), "cascaded", "local") ? 2 : 1);
  if (wordAt(tokens, check) === "check") return dropFrom(input, check + 2 - index);
  let at = index + 1;
  while (VIEW_ATTRIBUTES.has(wordAt(tokens, at)) || (at > index + 1 && tokens[at]?.text === ","))
    at++;
  return at > index + 1 && wordAt(tokens, at) === "as" ? dropFrom(input, at - index) : undefined;
};

/** BigQuery: `from t, t.items as i with offset`, an array of the row before that the parser wants in `unnest(…)`. */
const spellUnnest: Rewriter = ({ sql, tokens, index, dialect }) => {
  if (dialect !== "bigquery" || wordAt(tokens, index + 1) !== "offset") return undefined;
  const isName = (at: number): boolean =>
    tokens[at]?.kind === "word" || tokens[at]?.kind === "quoted";
  let last = index - 1;
  if (tokens[last - 1]?.text !== "." && isName(last)) last -= 1;
  if (wordAt(tokens, last) === "as") last -= 1;
  let from = last;
  while (isName(from) && tokens[from - 1]?.text === ".") from -= 2;
  const start = tokens[from]?.start;
  const end = tokens[last]?.end;
  const isPath = from < last && isOneOf(wordAt(tokens, from - 1), ",", "join");
  if (!isPath || start === undefined || end === undefined) return undefined;
  return [{ start, end, text: `unnest(${sql.slice(start, end)})` }];
};

const JOIN_SIDES: ReadonlySet<string> = new Set([
  "inner",
  "left",
  "right",
  "full",
  "outer",
  "cross",
]);

/** T-SQL's `inner hash join`, Snowflake's `left directed join`: how a join is run. */
const dropJoinHint: Rewriter = (input) => {
  const { tokens, index } = input;
  const isHint =
    wordAt(tokens, index + 1) === "join" &&
    (JOIN_SIDES.has(wordAt(tokens, index - 1)) || wordAt(tokens, index) === "directed");
  return isHint ? dropFrom(input, 1) : undefined;
};

const INTERVAL_UNIT = /^(?:second|minute|hour|day|week|month|year)s?$/;

/** The tokens of a point in time: a value or a call, with what is added to it. */
function momentLength(input: EditInput, from: number): number {
  const { tokens } = input;
  let at = from;
  for (;;) {
    const prefix = isOneOf(wordAt(tokens, at), "timestamp", "date", "interval") ? 1 : 0;
    const isPrefix = prefix === 1 && tokens[at + 1]?.kind === "string";
    const hasUnit =
      isPrefix && wordAt(tokens, at) === "interval" && INTERVAL_UNIT.test(wordAt(tokens, at + 2));
    at += hasUnit ? 3 : isPrefix ? 2 : 1;
    at += parenthesesAt(input, at);
    if (!["+", "-"].includes(tokens[at]?.text ?? "")) return at - from;
    at += 1;
  }
}

/** `for system_time all`, `… between a and b`, `for timestamp as of cast(…)`, `version as of f(…)`: of which moment. */
const dropMoment: Rewriter = (input) => {
  const { tokens, index } = input;
  if (!isOneOf(wordAt(tokens, index + 1), "system_time", "system_version", "timestamp", "version"))
    return undefined;
  const how = wordAt(tokens, index + 2);
  if (how === "all") return dropFrom(input, 3);
  if (how === "contained") return dropFrom(input, 4 + parenthesesAt(input, index + 4));
  const start = how === "as" ? index + 4 : index + 3;
  const first = start + momentLength(input, start);
  if (how === "as") return dropFrom(input, first - index);
  if (!isOneOf(how, "between", "from")) return undefined;
  return dropFrom(input, first + 1 + momentLength(input, first + 1) - index);
};

/** MySQL: `lock in share mode`. */
const dropLock: Rewriter = (input) =>
  wordAt(input.tokens, input.index + 1) === "in" &&
  wordAt(input.tokens, input.index + 2) === "share"
    ? dropFrom(input, 4)
    : undefined;

/** PostgreSQL's and SQLite's `x isnull`, `x notnull`. */
const spellNullness: Rewriter = ({ tokens, index }) => {
  const token = tokens[index];
  const called = wordAt(tokens, index + 1) === "(";
  const text = token?.lower === "isnull" ? "is null" : "is not null";
  return token && !called ? [{ start: token.start, end: token.end, text }] : undefined;
};

/** `x is json array`, a test of a text as LIKE is; SQLite's `x is y`, an equality in which nulls are equal. */
const spellIs: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  const token = tokens[index];
  const isNot = wordAt(tokens, index + 1) === "not";
  const next = index + (isNot ? 2 : 1);
  const before = tokens[next - 1];
  if (!token || !before) return undefined;
  if (wordAt(tokens, next) === "json") {
    let end = next + 1;
    while (JSON_WORDS.has(wordAt(tokens, end))) end++;
    const text = `${isNot ? "not " : ""}like 'json'`;
    return [{ start: token.start, end: tokens[end - 1]?.end ?? token.end, text }];
  }
  const isValue = dialect === "sqlite" && !IS_WORDS.has(wordAt(tokens, next));
  if (!isValue) return undefined;
  return [{ start: token.start, end: before.end, text: `is ${isNot ? "" : "not "}distinct from` }];
};

const JSON_WORDS: ReadonlySet<string> = new Set(
  "value scalar array object with without unique keys".split(" "),
);
const IS_WORDS: ReadonlySet<string> = new Set("null true false unknown distinct not".split(" "));

/** PostgreSQL: the last argument is a list of arguments. */
const dropVariadic: Rewriter = (input) =>
  isOneOf(wordAt(input.tokens, input.index - 1), "(", ",") ? dropFrom(input, 1) : undefined;

/** PostgreSQL: a table that is not logged. */
const dropUnlogged: Rewriter = (input) =>
  wordAt(input.tokens, input.index - 1) === "create" ? dropFrom(input, 1) : undefined;

const AFTER_CTE = new Set([",", "select", "insert", "update", "delete", "merge", "with"]);

/**
 * SEARCH and CYCLE of a recursive CTE: in which order, and when to stop. The columns that they add are made of the key that
 * they go by, and stand for it.
 */
const dropRecursionClause: Rewriter = (input) => {
  const { tokens, index } = input;
  const isSearch =
    wordAt(tokens, index) === "search" && isOneOf(wordAt(tokens, index + 1), "depth", "breadth");
  const isCycle = wordAt(tokens, index) === "cycle";
  if (wordAt(tokens, index - 1) !== ")" || !(isSearch || isCycle)) return undefined;
  const set = findClauseEnd({ ...input, index: index + 1 }, new Set(["set"]));
  const end = findClauseEnd({ ...input, index: set }, AFTER_CTE);
  const dropped = wordAt(tokens, set) === "set" ? dropFrom(input, end - index) : undefined;
  const key = tokens[isCycle ? index + 1 : index + 4];
  const added = [set + 1, wordAt(tokens, end - 2) === "using" ? end - 1 : set + 1];
  const names = new Set(added.map((at) => wordAt(tokens, at)));
  if (!dropped || key === undefined) return dropped;
  const uses = tokens.slice(end).filter((token) => token.kind === "word" && names.has(token.lower));
  return [...dropped, ...uses.map(({ start, end: to }) => ({ start, end: to, text: key.text }))];
};

/** DuckDB: `with recursive t(a) using key (a) as`. */
const dropUsingKey: Rewriter = (input) => {
  const { tokens, index } = input;
  const length = parenthesesAt(input, index + 2);
  return wordAt(tokens, index + 1) === "key" && length > 0
    ? dropFrom(input, 2 + length)
    : undefined;
};

const QUERY_WORDS = new Set(["select", "with", "from", "values", "table"]);

/** Databricks: `insert into t replace where a = 1 select …`: which rows go before the new ones come. */
const dropReplaceWhere: Rewriter = (input) => {
  const { tokens, index } = input;
  const hasInto = tokens.slice(Math.max(0, index - 8), index).some((each) => each.lower === "into");
  if (wordAt(tokens, index + 1) !== "where" || !hasInto) return undefined;
  const end = findClauseEnd({ ...input, index: index + 2 }, QUERY_WORDS);
  return end < tokens.length ? dropFrom(input, end - index) : undefined;
};

/** Spark's windows: `over (distribute by a sort by b)`. */
const spellWindowKeys: Rewriter = ({ tokens, index }) => {
  const token = tokens[index];
  if (!token || wordAt(tokens, index + 1) !== "by") return undefined;
  let depth = 0;
  let open = index - 1;
  for (; open >= 0; open--) {
    if (tokens[open]?.text === ")") depth += 1;
    else if (tokens[open]?.text === "(" && depth-- === 0) break;
  }
  if (wordAt(tokens, open - 1) !== "over") return undefined;
  const text = token.lower === "distribute" ? "partition" : "order";
  return [{ start: token.start, end: token.end, text }];
};

/** DuckDB: `limit 10%`, `limit 10 percent`. */
const dropPercent: Rewriter = ({ tokens, index }) => {
  const sign = tokens[index + 2];
  const isShare =
    tokens[index + 1]?.kind === "number" && isOneOf(sign?.lower ?? "", "%", "percent");
  return sign && isShare ? [{ start: sign.start, end: sign.end, text: "" }] : undefined;
};

/** DuckDB: `rank(order by x) over (…)`. */
const addArgument: Rewriter = ({ tokens, index, dialect }) => {
  const token = tokens[index];
  const isArgument = wordAt(tokens, index - 1) === "(" && tokens[index - 2]?.kind === "word";
  if (!token || dialect !== "duckdb" || !isArgument || wordAt(tokens, index - 2) === "over")
    return undefined;
  return [{ start: token.start, end: token.start, text: "1 " }];
};

/** BigQuery: `ml.predict(model m, …)`: the model is no table. */
const dropModel: Rewriter = (input) => {
  const { tokens, index } = input;
  if (wordAt(tokens, index - 1) !== "(") return undefined;
  const end = findClauseEnd({ ...input, index: index + 1 }, new Set([","]));
  return wordAt(tokens, end) === "," ? dropFrom(input, end + 1 - index) : undefined;
};

/** `group by distinct rollup (…)`. */
const dropSetQuantifier: Rewriter = (input) => {
  const { tokens, index } = input;
  const isGroup = wordAt(tokens, index - 1) === "by" && wordAt(tokens, index - 2) === "group";
  const next = wordAt(tokens, index + 1);
  return isGroup && isOneOf(next, "rollup", "cube", "grouping") ? dropFrom(input, 1) : undefined;
};

const SAMPLING: ReadonlySet<string> = new Set([
  ...["bernoulli", "system", "reservoir", "row", "block", "repeatable", "seed"],
]);

/** A sample of a table, in whichever way: which rows are read is chance. */
const dropSample: Rewriter = (input) => {
  const { tokens, index } = input;
  let at = index + 1;
  let parts = 0;
  for (; parts < 6; parts++) {
    const length = parenthesesAt(input, at);
    if (length === 0 && !SAMPLING.has(wordAt(tokens, at))) break;
    at += Math.max(1, length);
  }
  return parts > 0 ? dropFrom(input, at - index) : undefined;
};

/** SQLite: `indexed by s.i`, `not indexed`. */
const dropIndexed: Rewriter = (input) => {
  const { tokens, index } = input;
  if (wordAt(tokens, index - 1) === "not") return dropFrom({ ...input, index: index - 1 }, 2);
  if (wordAt(tokens, index + 1) !== "by") return undefined;
  return dropFrom(input, tokens[index + 3]?.text === "." ? 5 : 3);
};

const first =
  (...rewriters: readonly Rewriter[]): Rewriter =>
  (input) => {
    for (const rewrite of rewriters) {
      const found = rewrite(input);
      if (found) return found;
    }
    return undefined;
  };

/** By the word that each begins with. */
export const CLAUSE_REWRITERS: Readonly<Record<string, Rewriter>> = makeTable({
  copy: dropGrants,
  row: first(dropRowPolicy, spellRowType),
  tag: dropTag,
  security: dropSecurity,
  with: first(dropViewAttributes, spellUnnest),
  hash: dropJoinHint,
  loop: dropJoinHint,
  merge: dropJoinHint,
  remote: dropJoinHint,
  broadcast: dropJoinHint,
  directed: dropJoinHint,
  for: dropMoment,
  lock: dropLock,
  isnull: spellNullness,
  notnull: spellNullness,
  is: spellIs,
  variadic: dropVariadic,
  unlogged: dropUnlogged,
  search: dropRecursionClause,
  cycle: dropRecursionClause,
  using: dropUsingKey,
  replace: dropReplaceWhere,
  distribute: spellWindowKeys,
  sort: spellWindowKeys,
  limit: dropPercent,
  order: addArgument,
  array: first(spellNestedType, dropElementType),
  map: spellNestedType,
  model: dropModel,
  distinct: dropSetQuantifier,
  all: dropSetQuantifier,
  tablesample: dropSample,
  sample: dropSample,
  indexed: dropIndexed,
});
