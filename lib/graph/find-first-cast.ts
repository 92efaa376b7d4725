import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";

const TYPE = "([a-z_][a-z0-9_ ]*?)";

// Most expressions hold neither, and a pattern of one column is slow to make.
const CASTS = /cast\s*\(|::/i;
const FILLS_NULLS = /(?:coalesce|ifnull|nvl|isnull)\s*\(/i;

const nameOf = (column: string): string =>
  `(?:[\\w"\`]+\\.)*["\`\\[]?${escapePattern(column)}["\`\\]]?`;

const castOf = keepByText((column) => {
  const name = nameOf(column);
  return new RegExp(
    `\\b(?:try_)?cast\\s*\\(\\s*${name}\\s+as\\s+${TYPE}\\s*[(),]|${name}\\s*::\\s*([a-z_]\\w*)`,
    "gi",
  );
});

const fillOf = keepByText(
  (column) =>
    new RegExp(
      `\\b(?:coalesce|ifnull|nvl|isnull)\\s*\\(\\s*${nameOf(column)}\\s*,\\s*(?:true|false|[\\d.]+|'[^']*')\\s*\\)`,
      "gi",
    ),
);

const namedBy = keepByText(
  (column) => new RegExp(`(?<![\\w'])${escapePattern(column)}(?![\\w'])`, "i"),
);

/**
 * The type that a column is cast to before anything else is done with it, if that is so at every place where the
 * expression names it: `varchar` for `md5(cast(id as varchar) || id::varchar)` and `id`. Undefined for a shortened text.
 */
export function findFirstCast(expression: string, column: string): string | undefined {
  if (expression.includes("…") || expression.endsWith("...")) return undefined;
  if (!CASTS.test(expression)) return undefined;
  const types: string[] = [];
  const rest = expression.replace(
    castOf(column),
    (_, spelled: string | undefined, short: string | undefined) => {
      types.push((spelled ?? short ?? "").trim().toLowerCase());
      return " ";
    },
  );
  const [first] = types;
  return first !== undefined && types.every((type) => type === first) && !namedBy(column).test(rest)
    ? first
    : undefined;
}

/** Whether every place that names the column gives a constant for its nulls: `coalesce(is_deleted, false)`. */
export function replacesNulls(expression: string, column: string): boolean {
  if (expression.includes("…") || expression.endsWith("...")) return false;
  if (!FILLS_NULLS.test(expression)) return false;
  const rest = expression.replace(fillOf(column), " ");
  return rest !== expression && !namedBy(column).test(rest);
}
