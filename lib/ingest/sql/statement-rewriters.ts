import { makeTable } from "#lib/kit/make-table.ts";
import {
  type EditInput,
  findClauseEnd,
  isOneOf,
  parenthesesAt,
  type Rewriter,
  wordAt,
} from "./token-edits.ts";

/* Whole statements, and clauses of them, in forms that the parser refuses. */

function dropFrom({ tokens, index }: EditInput, count: number) {
  const token = tokens[index];
  const last = tokens[index + count - 1];
  return token && last ? [{ start: token.start, end: last.end, text: "" }] : undefined;
}

/** Redshift: `compound sortkey (a, b)`, `interleaved sortkey (a)`: how a table is stored. */
const dropSortKey: Rewriter = (input) => {
  const { tokens, index } = input;
  if (wordAt(tokens, index + 1) !== "sortkey") return undefined;
  return dropFrom(input, 2 + parenthesesAt(input, index + 2));
};

/** Redshift: how a materialised view is stored; of a table the parser knows these words. */
const dropStorage: Rewriter = (input) => {
  const { tokens, index } = input;
  const isView = tokens
    .slice(Math.max(0, index - 40), index)
    .some((each) => each.lower === "materialized");
  const length = parenthesesAt(input, index + 1);
  if (!isView) return undefined;
  return wordAt(tokens, index) === "diststyle"
    ? dropFrom(input, 2)
    : length > 0
      ? dropFrom(input, 1 + length)
      : undefined;
};

/** Redshift: `backup no`, before the query that fills a table. */
const dropBackup: Rewriter = (input) => {
  const { tokens, index } = input;
  const isCreate = tokens.slice(0, index).some((each) => each.lower === "create");
  return isCreate && isOneOf(wordAt(tokens, index + 1), "yes", "no")
    ? dropFrom(input, 2)
    : undefined;
};

/** Redshift: `create temp table t (like s)`, as every other engine writes it. */
const spellLike: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  const open = tokens[index - 1];
  const close = tokens[input.partner[index - 1] ?? -1];
  const head = tokens.slice(Math.max(0, index - 12), index).map((each) => each.lower);
  const isCreate = head.includes("create") && head.includes("table");
  if (dialect !== "redshift" || !isCreate || open?.text !== "(" || !close) return undefined;
  return [
    { start: open.start, end: open.end, text: "" },
    { start: close.start, end: close.end, text: "" },
  ];
};

const TABLE_HINT =
  /^(?:(?:no|up|row|pag|x)?lock|holdlock|tablockx?|readpast|serializable|snapshot|nowait|read(?:un)?committed|repeatableread|force(?:seek|scan)|index|keepidentity)$/;

/** T-SQL: `merge into t with (holdlock) as x`: how a table is locked. */
const dropTableHints: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  const length = parenthesesAt(input, index + 1);
  const isHint = length > 0 && TABLE_HINT.test(wordAt(tokens, index + 2));
  return dialect === "tsql" && isHint ? dropFrom(input, 1 + length) : undefined;
};

const BODY_ENDS: ReadonlySet<string> = new Set(["select", "with", "insert", "merge"]);

/** Trino: `with function f(x bigint) returns bigint return x * 2 select f(a) …`: a call computes, whatever it is called. */
const dropInlineFunctions: Rewriter = (input) => {
  const { tokens, index } = input;
  if (wordAt(tokens, index + 1) !== "function" || parenthesesAt(input, index + 3) === 0)
    return undefined;
  const end = findClauseEnd({ ...input, index: index + 1 }, BODY_ENDS);
  const isBlock = tokens.slice(index, end).some((each) => each.lower === "begin");
  return isBlock || end >= tokens.length ? undefined : dropFrom(input, end - index);
};

/** Snowflake: `copy into t (a) from (select $1::int from @stage)`, whose queries the parser reads by rules of their own. */
const spellLoad: Rewriter = (input) => {
  const { sql, tokens, index } = input;
  const copy = tokens[index];
  const target = tokens[index + 2];
  if (!copy || !target || wordAt(tokens, index + 1) !== "into" || target.text === "@")
    return undefined;
  if (target.text.startsWith("@") || target.kind === "string") return undefined;
  const from = findClauseEnd({ ...input, index: index + 2 }, new Set(["from"]));
  const length = parenthesesAt(input, from + 1);
  const open = tokens[from + 1];
  const close = tokens[from + length];
  if (!open || !close || length === 0 || wordAt(tokens, from + 2) !== "select") return undefined;
  const end = findClauseEnd({ ...input, index: from + 1 + length }, new Set());
  const stop = tokens[end - 1]?.end ?? sql.length;
  return [
    { start: copy.start, end: copy.end, text: "insert" },
    { start: tokens[from]?.start ?? open.start, end: open.end, text: "" },
    { start: close.start, end: stop, text: "" },
  ];
};

const AFTER_OUTPUT: ReadonlySet<string> = new Set(
  "select values from where exec execute default with option".split(" "),
);
const WRITES: ReadonlySet<string> = new Set(["insert", "update", "delete", "merge"]);

/** T-SQL: `insert into t (a) output inserted.a into @ids (id) select …`: what else is told of the rows that are written. */
const dropOutput: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  if (dialect !== "tsql" || !tokens.slice(0, index).some(({ lower }) => WRITES.has(lower)))
    return undefined;
  const end = findClauseEnd({ ...input, index: index + 1 }, AFTER_OUTPUT);
  return dropFrom(input, end - index);
};

/** `create recursive view v (a) as select … from v`: a view over a recursive query of its own name. */
const spellRecursiveView: Rewriter = (input) => {
  const { sql, tokens, index } = input;
  const token = tokens[index];
  const name = tokens[index + 2];
  if (!token || !name || wordAt(tokens, index + 1) !== "view") return undefined;
  const as = findClauseEnd({ ...input, index: index + 2 }, new Set(["as"]));
  const last = tokens[as];
  const before = tokens[as - 1];
  if (last === undefined || before === undefined || last.lower !== "as") return undefined;
  const end = tokens[findClauseEnd({ ...input, index: as + 1 }, new Set()) - 1]?.end ?? sql.length;
  const head = sql.slice(name.start, before.end);
  return [
    { start: token.start, end: token.end, text: "" },
    { start: last.end, end: last.end, text: ` with recursive ${head} as (` },
    { start: end, end, text: `) select * from ${name.text}` },
  ];
};

/** MySQL: `set @n := 0`. */
const spellAssignment: Rewriter = ({ tokens, index }) => {
  const colon = tokens[index + 2];
  const equals = tokens[index + 3];
  const isVariable = tokens[index + 1]?.text.startsWith("@");
  return isVariable && colon?.text === ":" && equals?.text === "="
    ? [{ start: colon.start, end: equals.end, text: "=" }]
    : undefined;
};

/** By the word that each begins with. */
export const STATEMENT_REWRITERS: Readonly<Record<string, Rewriter>> = makeTable({
  distkey: dropStorage,
  diststyle: dropStorage,
  sortkey: dropStorage,
  output: dropOutput,
  recursive: spellRecursiveView,
  compound: dropSortKey,
  interleaved: dropSortKey,
  backup: dropBackup,
  like: spellLike,
  with: (input) => dropTableHints(input) ?? dropInlineFunctions(input),
  copy: spellLoad,
  set: spellAssignment,
});
