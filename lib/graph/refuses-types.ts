const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Functions that DuckDB and PostgreSQL do not find for an argument of another kind of type, so that the statement is not
 * even bound: sums of a text, the month of a text, the capitals of a number. Measured; what takes any type is not among them.
 */
const TYPED_FUNCTIONS = words(`
  abs round floor ceil ceiling sqrt ln log log10 exp power pow mod sign trunc width_bucket make_date to_timestamp
  sum avg mean stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp product approx_quantile
  quantile_cont percentile_cont regr_slope
  date_trunc date_part extract year quarter month week day hour minute dayofweek dayofyear isodow date_diff datediff
  date_sub date_add strftime last_day epoch dayname monthname time_bucket age timezone
  lower upper trim ltrim rtrim length substr substring left right replace split_part regexp_matches regexp_replace
  regexp_extract lpad rpad reverse contains starts_with strpos instr initcap ascii string_split translate levenshtein
`);

/** A number, or a moment with its type: a text by itself would take the type of what it is compared with. */
const TYPED_VALUE = `(?:-?\\d|(?:date|timestamp)\\s*''|current_date|current_timestamp|now\\s*\\()`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Whether a strict engine refuses the whole statement when the column becomes a text, or was one and becomes something
 * else: somewhere the expression does with the bare column what only one kind of type can.
 */
export function refusesTypes(expression: string, column: string): boolean {
  if (expression.includes("…")) return false;
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const bare = `["\`]?(?<!\\w)${escaped(column)}(?!\\w)["\`]?(?!\\s*::)`;
  const qualifiers = plain.matchAll(new RegExp(`((?:[\\w"\`]+\\.)*)${bare}`, "gi"));
  // Two tables with a column of that name: which of them is meant is not told here.
  if (new Set([...qualifiers].map(([, qualifier]) => qualifier?.toLowerCase())).size > 1)
    return false;
  const name = `(?:[\\w"\`]+\\.)*${bare}`;
  const holds = (pattern: string): boolean => new RegExp(pattern, "i").test(plain);
  const sign = "(?:[-+*%^]|//?)(?![->])";
  return (
    calls(plain, name) ||
    holds(`${name}\\s*(?:[<>]=?|(?:not\\s+)?between)\\s*${TYPED_VALUE}`) ||
    holds(`${name}\\s+(?:not\\s+)?i?like\\b`) ||
    holds(`\\b(?:coalesce|ifnull)\\s*\\(\\s*${name}\\s*,\\s*${TYPED_VALUE}`) ||
    holds(`${name}\\s*${sign}`) ||
    holds(`(?<![|-])${sign}\\s*${name}(?!\\s*[(|:])`)
  );
}

/** A typed function directly around the column. */
function calls(text: string, name: string): boolean {
  const call = new RegExp(`\\b(\\w+)\\s*\\((?:[^()]*[\\s,])?${name}[^()]*\\)`, "gi");
  for (const [, called] of text.matchAll(call))
    if (called !== undefined && TYPED_FUNCTIONS.has(called.toLowerCase())) return true;
  return false;
}
