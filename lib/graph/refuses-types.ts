const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Functions that DuckDB and PostgreSQL do not find for an argument of another type, so that the statement is not even
 * bound: sums of a text, the month of a text, the capitals of a number. Measured; what takes any type is not among them.
 */
const TYPED_FUNCTIONS = words(`
  abs round floor ceil ceiling sqrt ln log log10 exp power pow mod sign trunc width_bucket make_date to_timestamp
  sum avg mean stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp product approx_quantile
  quantile_cont percentile_cont regr_slope
  date_trunc date_part extract year quarter month week day hour minute dayofweek dayofyear isodow date_diff datediff
  date_sub date_add strftime last_day epoch dayname monthname time_bucket age timezone
  lower upper trim ltrim rtrim length substr substring left right replace split_part like regexp_matches regexp_replace
  regexp_extract lpad rpad reverse contains starts_with strpos instr initcap ascii string_split translate levenshtein
`);

const COMPUTES = new Set(["+", "-", "*", "/", "%", "div", "mod", "^"]);
const ORDERS = new Set(["op:<", "op:>", "op:<=", "op:>=", "op:between", "fn:between"]);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export interface TypedUse {
  readonly detail: string | undefined;
  readonly expression: string | undefined;
  readonly column: string;
}

/**
 * Whether a strict engine refuses the whole statement when the column becomes a text, or was one and becomes something
 * else: what is done with it is done with the bare column, and takes one kind of type only.
 */
export function refusesTypes({ detail, expression, column }: TypedUse): boolean {
  if (detail === undefined || expression === undefined || expression.includes("…")) return false;
  const name = `(?:[\\w"\`]+\\.)*["\`]?\\b${escaped(column)}\\b["\`]?`;
  const holds = (pattern: string): boolean => new RegExp(pattern, "i").test(expression);
  if (ORDERS.has(detail)) {
    const typed = `(?:-?\\d|date\\s*'|timestamp\\s*'|interval\\b)`;
    return holds(`${name}\\s*(?:[<>]=?|(?:not\\s+)?between)\\s*${typed}`);
  }
  if (detail === "like" || detail === "fn:like") return holds(`${name}\\s+(?:not\\s+)?i?like\\b`);
  if (detail.startsWith("op:") && COMPUTES.has(detail.slice(3))) {
    // `||` is no arithmetic, and a sign may begin a comment.
    const sign = "(?:[-+*%^]|//?)(?![->])";
    return holds(`${name}\\s*${sign}`) || holds(`(?<![|-])${sign}\\s*${name}(?!\\s*[(|:])`);
  }
  const called = detail.startsWith("fn:") ? detail.slice(3) : detail;
  return (
    TYPED_FUNCTIONS.has(called) &&
    holds(`\\b${escaped(called)}\\s*\\([^()]*(?<!')${name}(?!\\s*::)[^()]*\\)`)
  );
}
