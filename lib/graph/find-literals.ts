const TEXT = "'(?:[^']|'')*'";

/**
 * The texts that a condition compares a column with, in lower case, if texts are all that it is compared with:
 * `cancelled, returned` for `status not in ('cancelled', 'returned')` and `status`. Undefined where the column is compared
 * with anything else, or where the expression is shortened.
 */
export function findLiterals(expression: string, column: string): string | undefined {
  if (!expression.includes("'") || expression.includes("…") || expression.endsWith("..."))
    return undefined;
  const escaped = column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const compared = new RegExp(
    `(?:[\\w"\`]+\\.)*["\`\\[]?\\b${escaped}["\`\\]]?\\s*(?:=|<>|!=|(?:not\\s+)?in\\b)\\s*(${TEXT}|\\(\\s*${TEXT}(?:\\s*,\\s*${TEXT})*\\s*\\))`,
    "gi",
  );
  const texts = new Set<string>();
  const rest = expression.replace(compared, (_, list: string) => {
    for (const [text] of list.matchAll(new RegExp(TEXT, "g")))
      texts.add(text.slice(1, -1).replaceAll("''", "'").toLowerCase());
    return " ";
  });
  const named = new RegExp(`(?<![\\w'])${escaped}(?![\\w'])`, "i");
  return texts.size === 0 || named.test(rest) ? undefined : [...texts].sort().join("\n");
}
