import { type Edit, type EditInput, wordAt } from "./token-edits.ts";

/** Stands for `*` before `columns(…)`: the columns as so many arguments. */
export const SPREAD = "faultline_spread";

/**
 * DuckDB's stars that choose columns by their names, and its spellings of lambdas, as the parser knows them: `* not like
 * 'a%'`, `* similar to 'a|b'`, `coalesce(*columns(…))`, `lambda x: x like 'a%'`.
 */
export function rewriteStar(input: EditInput): Edit[] | undefined {
  const { tokens, index } = input;
  const before = wordAt(tokens, index - 1);
  if (before === "(" || before === ",") {
    const spread = spreadColumns(input);
    if (spread) return spread;
  }
  return before === "select" || before === "," || before === "distinct"
    ? chooseByName(input)
    : undefined;
}

/** `* like 'a%'` with its kin: a pattern of LIKE, or of a regular expression that has to match the whole name. */
function chooseByName({ sql, tokens, index }: EditInput): Edit[] | undefined {
  const star = tokens[index];
  const not = wordAt(tokens, index + 1) === "not";
  const at = index + (not ? 2 : 1);
  const how = wordAt(tokens, at);
  const pattern = tokens[how === "similar" ? at + 2 : at + 1];
  if (!star || pattern?.kind !== "string") return undefined;
  const text = sql.slice(pattern.start, pattern.end);
  if (how === "like" || how === "ilike")
    return [
      {
        start: star.start,
        end: pattern.end,
        text: `columns(c -> c ${not ? "not " : ""}${how} ${text})`,
      },
    ];
  if (how !== "similar" || not) return undefined;
  return [{ start: star.start, end: pattern.end, text: `columns('^(${text.slice(1, -1)})$')` }];
}

function spreadColumns({ tokens, partner, index }: EditInput): Edit[] | undefined {
  const star = tokens[index];
  const close = tokens[partner[index + 2] ?? -1];
  if (!star || wordAt(tokens, index + 1) !== "columns" || wordAt(tokens, index + 2) !== "(")
    return undefined;
  if (!close) return undefined;
  return [
    { start: star.start, end: star.end, text: `${SPREAD}(` },
    { start: close.end, end: close.end, text: ")" },
  ];
}

/** `lambda x, y: x + y` is `(x, y) -> x + y`. */
export function rewriteLambda({ tokens, index, dialect }: EditInput): Edit[] | undefined {
  const token = tokens[index];
  if (!token || dialect !== "duckdb") return undefined;
  let at = index + 1;
  while (tokens[at]?.kind === "word" && tokens[at + 1]?.text === ",") at += 2;
  const last = tokens[at];
  const colon = tokens[at + 1];
  const first = tokens[index + 1];
  if (!first || last?.kind !== "word" || colon?.text !== ":") return undefined;
  const names = tokens.slice(index + 1, at + 1).map((each) => each.text);
  return [{ start: token.start, end: colon.end, text: `(${names.join("")}) -> ` }];
}
