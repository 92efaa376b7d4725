import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";

/**
 * Functions that count the time between two moments, or number a part of one: of a day they give what they give
 * of its midnight, in the same type.
 */
const COUNTING =
  "date_?diff|date_part|datepart|extract|year|quarter|month|week|weekofyear|day|dayofmonth|dayofweek|dayofyear|isodow";
const COUNTS = new RegExp(`\\b(?:${COUNTING})\\s*\\(`, "i");
/** A call without another call in it. */
const CALL = new RegExp(`\\b(?:${COUNTING})\\s*\\(([^()]*)\\)`, "gi");

const patternsOf = keepByText((column) => {
  const name = `(?:[\\w"\`]+\\.)*["\`]?${escapePattern(column)}["\`]?`;
  return {
    whole: new RegExp(`^\\s*(?:\\w+\\s+from\\s+)?${name}\\s*$`, "i"),
    named: new RegExp(`(?<!\\w)${escapePattern(column)}(?!\\w)`, "i"),
  };
});

/**
 * Whether every place that names the column is an argument of such a function by itself, as in `datediff('day', begins,
 * ends) + 1`. No for a shortened text.
 */
export function countsTime(expression: string, column: string): boolean {
  if (expression.includes("…") || !COUNTS.test(expression)) return false;
  const { whole, named } = patternsOf(column);
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const rest = plain.replaceAll(CALL, (call, given: string) => {
    const naming = given.split(",").filter((argument) => named.test(argument));
    const isCounted = naming.length > 0 && naming.every((argument) => whole.test(argument));
    return isCounted ? " " : call;
  });
  return rest !== plain && !named.test(rest);
}
