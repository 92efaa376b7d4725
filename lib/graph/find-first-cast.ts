const TYPE = "([a-z_][a-z0-9_ ]*?)";

// Most expressions hold neither, and a pattern of one column is slow to make.
const CASTS = /cast\s*\(|::/i;
const FILLS_NULLS = /(?:coalesce|ifnull|nvl|isnull)\s*\(/i;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * The type that a column is cast to before anything else is done with it, if that is so at every place where the
 * expression names it: `varchar` for `md5(cast(id as varchar) || id::varchar)` and `id`. Undefined for a shortened text.
 */
export function findFirstCast(expression: string, column: string): string | undefined {
  if (expression.includes("…") || expression.endsWith("...")) return undefined;
  if (!CASTS.test(expression)) return undefined;
  const name = `(?:[\\w"\`]+\\.)*["\`\\[]?${escaped(column)}["\`\\]]?`;
  const cast = new RegExp(
    `\\b(?:try_)?cast\\s*\\(\\s*${name}\\s+as\\s+${TYPE}\\s*[(),]|${name}\\s*::\\s*([a-z_]\\w*)`,
    "gi",
  );
  const types: string[] = [];
  const rest = expression.replace(
    cast,
    (_, spelled: string | undefined, short: string | undefined) => {
      types.push((spelled ?? short ?? "").trim().toLowerCase());
      return " ";
    },
  );
  const [first] = types;
  const named = new RegExp(`(?<![\\w'])${escaped(column)}(?![\\w'])`, "i");
  return first !== undefined && types.every((type) => type === first) && !named.test(rest)
    ? first
    : undefined;
}

/** Whether every place that names the column gives a constant for its nulls: `coalesce(is_deleted, false)`. */
export function replacesNulls(expression: string, column: string): boolean {
  if (expression.includes("…") || expression.endsWith("...")) return false;
  if (!FILLS_NULLS.test(expression)) return false;
  const name = `(?:[\\w"\`]+\\.)*["\`\\[]?${escaped(column)}["\`\\]]?`;
  const call = new RegExp(
    `\\b(?:coalesce|ifnull|nvl|isnull)\\s*\\(\\s*${name}\\s*,\\s*(?:true|false|[\\d.]+|'[^']*')\\s*\\)`,
    "gi",
  );
  const rest = expression.replace(call, " ");
  return (
    rest !== expression && !new RegExp(`(?<![\\w'])${escaped(column)}(?![\\w'])`, "i").test(rest)
  );
}
