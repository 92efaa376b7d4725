import { makeTable } from "#lib/kit/make-table.ts";
import {
  type Edit,
  type EditInput,
  findClauseEnd,
  isOneOf,
  parenthesesAt,
  type Rewriter,
  wordAt,
} from "./token-edits.ts";
import type { Token } from "./tokenize.ts";

/* Items of FROM, and rows that are written out, in forms that the parser refuses: each is written as one that it knows. */

const isName = (token: Token | undefined): token is Token =>
  token?.kind === "word" || token?.kind === "quoted";

/** PostgreSQL: `rows from (f(a), g(b)) as t(x, y)`, functions side by side: a query that calls them all. */
const spellRowsFrom: Rewriter = (input) => {
  const { tokens, index } = input;
  const token = tokens[index];
  const open = tokens[index + 2];
  const length = parenthesesAt(input, index + 2);
  if (!token || !open || wordAt(tokens, index + 1) !== "from" || length === 0) return undefined;
  const after = index + 2 + length;
  const start: Edit = { start: token.start, end: open.end, text: "lateral (select " };
  const ordinality = tokens[after + 1];
  const numbers = wordAt(tokens, after) === "with" && ordinality?.lower === "ordinality";
  const close = tokens[after - 1];
  if (!numbers || !close || !ordinality) return [start];
  return [start, { start: close.start, end: ordinality.end, text: ", row_number() over ())" }];
};

/** PostgreSQL: `join u using (id) as j`, a name for the keys alone: `j.id` is what `id` is. */
const dropUsingAlias: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  const length = parenthesesAt(input, index + 1);
  const as = tokens[index + 1 + length];
  const alias = tokens[index + 2 + length];
  if (dialect !== "postgres" || length === 0 || as?.lower !== "as" || !isName(alias))
    return undefined;
  const qualifiers = tokens.flatMap((token, at): Edit[] => {
    const dot = tokens[at + 1];
    const isIts = token.lower === alias.lower && dot?.text === "." && tokens[at - 1]?.text !== ".";
    return isIts ? [{ start: token.start, end: dot.end, text: "" }] : [];
  });
  return [{ start: as.start, end: alias.end, text: "" }, ...qualifiers];
};

/** The last token of a dotted name with indexes, from its first on. */
function endOfPath(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at + 1]?.text === "." && isName(tokens[at + 2])) at += 2;
  return at;
}

/** Redshift: `from t, unpivot t.doc as v at k`, the members of an object: what every engine's `jsonb_each` gives. */
const spellObjectUnpivot: Rewriter = ({ sql, tokens, index, dialect }) => {
  const first = tokens[index + 1];
  const isItem = isOneOf(wordAt(tokens, index - 1), ",", "join", "from");
  if (dialect !== "redshift" || !isItem || !isName(first)) return undefined;
  const last = endOfPath(tokens, index + 1);
  const [as, value, at, key] = tokens.slice(last + 1, last + 5);
  const isNamed = as?.lower === "as" && at?.lower === "at" && isName(value) && isName(key);
  const start = tokens[index]?.start;
  const end = tokens[last]?.end;
  if (!isNamed || start === undefined || end === undefined) return undefined;
  const path = sql.slice(first.start, end);
  const text = `jsonb_each(${path}) as unpivoted_${value.start}(${key.text}, ${value.text})`;
  return [{ start, end: key.end, text }];
};

const AFTER_VALUES: ReadonlySet<string> = new Set(["as", "order", "limit", "union", "offset"]);

/** Trino and Spark: `values 1, 2`, rows of one column without parentheses. */
const wrapRows: Rewriter = (input) => {
  const { tokens, partner, index } = input;
  const next = wordAt(tokens, index + 1);
  const isValues = isOneOf(wordAt(tokens, index - 1), "(", "", ";", "union", "all", "from");
  if (!isValues || isOneOf(next, "row", ")", ";", "")) return undefined;
  const end = findClauseEnd({ ...input, index: index + 1 }, AFTER_VALUES);
  if (next === "(") return orNothing(asQuery(input, end));
  const edits: Edit[] = [];
  let from = index + 1;
  const wrap = (to: number): void => {
    const first = tokens[from];
    const last = tokens[to - 1];
    if (!first || !last || to <= from) return;
    edits.push({ start: first.start, end: first.start, text: "(" });
    edits.push({ start: last.end, end: last.end, text: ")" });
    from = to + 1;
  };
  for (let at = from; at < end; at++) {
    const close = partner[at] ?? -1;
    if (close > at) at = close;
    else if (tokens[at]?.text === ",") wrap(at);
  }
  wrap(end);
  return edits.concat(asQuery(input, end));
};

const orNothing = (edits: Edit[]): Edit[] | undefined => (edits.length > 0 ? edits : undefined);

/** `some (values …)`: the parser wants a SELECT there. */
function asQuery({ tokens, index }: EditInput, end: number): Edit[] {
  const token = tokens[index];
  const close = tokens[end];
  const isCompared = isOneOf(wordAt(tokens, index - 2), "some", "any", "all");
  if (!token || close?.text !== ")" || !isCompared) return [];
  return [
    { start: token.start, end: token.start, text: "select * from (" },
    { start: close.start, end: close.start, text: ")" },
  ];
}

/** `between symmetric a and b`: the same columns, whichever of the two is the lower. */
const dropSymmetric: Rewriter = ({ tokens, index }: EditInput) => {
  const token = tokens[index];
  return token && wordAt(tokens, index - 1) === "between"
    ? [{ start: token.start, end: token.end, text: "" }]
    : undefined;
};

/** By the word that each begins with. */
export const FROM_REWRITERS: Readonly<Record<string, Rewriter>> = makeTable({
  rows: spellRowsFrom,
  using: dropUsingAlias,
  unpivot: spellObjectUnpivot,
  values: wrapRows,
  symmetric: dropSymmetric,
  asymmetric: dropSymmetric,
});
