import { isOneOf, parenthesesAt, type Rewriter, wordAt } from "./token-edits.ts";

/* Types in types, as Trino and BigQuery write them, in the words that the parser knows. */

/** Trino: `array(varchar)` and `map(varchar, bigint)` are types; the parser knows them with other brackets. */
export const spellNestedType: Rewriter = (input) => {
  const { tokens, index, dialect } = input;
  const token = tokens[index];
  const length = parenthesesAt(input, index + 1);
  const close = tokens[index + length];
  const isMap = token?.lower === "map";
  const inner = wordAt(tokens, index + 2);
  if (dialect !== "trino" || !token || !close || length === 0) return undefined;
  if (isMap && !TYPE_WORDS.has(inner)) return undefined;
  const open = tokens[index + 1];
  if (!open) return undefined;
  // A map is read by its keys as a structure is by its fields.
  if (isMap) return [{ start: token.start, end: close.end, text: "json" }];
  return [
    { start: open.start, end: open.end, text: "<" },
    { start: close.start, end: close.end, text: ">" },
  ];
};

/** A row with a nested type in it: the parser takes the words of a struct there. */
export const spellRowType: Rewriter = (input) => {
  const { sql, tokens, index, dialect } = input;
  const token = tokens[index];
  const length = parenthesesAt(input, index + 1);
  const close = tokens[index + length];
  const open = tokens[index + 1];
  if (dialect !== "trino" || !token || !open || !close || length === 0) return undefined;
  const inside = sql.slice(open.end, close.start);
  const isType =
    isOneOf(wordAt(tokens, index - 1), "as", "(") && /\b(?:array|map|row)\s*\(/i.test(inside);
  if (!isType) return undefined;
  return [
    { start: token.start, end: open.end, text: "struct<" },
    { start: close.start, end: close.end, text: ">" },
  ];
};

const TYPE_WORDS: ReadonlySet<string> = new Set(
  "varchar char varbinary boolean tinyint smallint integer int bigint real double decimal date time timestamp json uuid array map row".split(
    " ",
  ),
);

/** BigQuery: `array<struct<a int64>>[…]` of which the parser loses the end; the values say the same. */
export const dropElementType: Rewriter = ({ tokens, index, dialect }) => {
  if (dialect !== "bigquery" || wordAt(tokens, index + 1) !== "<") return undefined;
  let depth = 0;
  let at = index + 1;
  for (; at < tokens.length; at++) {
    if (tokens[at]?.text === "<") depth += 1;
    else if (tokens[at]?.text === ">" && --depth === 0) break;
  }
  const token = tokens[index];
  const last = tokens[at];
  const isValue = tokens[at + 1]?.text.startsWith("[") === true;
  return token && last && isValue ? [{ start: token.start, end: last.end, text: "" }] : undefined;
};
