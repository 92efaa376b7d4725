import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";
import { mayBeTyped } from "#lib/kit/may-be-typed.ts";

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
  md5 sha1 sha256 strptime try_strptime
  struct_extract map_extract map_keys map_values element_at cardinality
  list_sum list_sort list_distinct list_contains list_aggregate
`);

const MOMENT = "(?:date|timestamp)";

/** A number, or a moment with its type: a text by itself would take the type of what it is compared with. */
const TYPED_VALUE = `(?:-?\\d|${MOMENT}\\s*''|cast\\s*\\(\\s*''\\s+as\\s+${MOMENT}|''\\s*::\\s*${MOMENT}|current_date|current_timestamp|now\\s*\\()`;

/**
 * Whether a strict engine refuses the whole statement when the column becomes a text, or was one and becomes something
 * else: somewhere the expression does with the bare column what only one kind of type can.
 */
export function refusesTypes(expression: string, column: string): boolean {
  if (expression.includes("…") || !COMPUTES.test(expression)) return false;
  const patterns = patternsOf(column);
  if (asksForWords(expression, patterns)) return true;
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  // Whichever of the two sides it is, the other one is of the old type.
  if (MEMBER.test(plain) && patterns.member.test(plain)) return true;
  // Two tables with a column of that name: which of them is meant is not told here.
  const qualifiers = [...plain.matchAll(patterns.qualifier)];
  if (new Set(qualifiers.map(([, qualifier]) => qualifier?.toLowerCase())).size > 1) return false;
  return (
    calls(plain, patterns.call) ||
    patterns.compared.some(([sign, pattern]) => sign.test(plain) && pattern.test(plain))
  );
}

/** Among the rows of a query nothing is converted, as it is in a list of values. */
const MEMBER = /(?:\bin|=\s*(?:any|some|all))\s*\(\s*select\b/i;

/** What no expression is refused without; most name their columns and nothing else. */
const COMPUTES = /[(<>=+*%^/-]|\bbetween\b|\blike\b|\bilike\b/i;

interface ColumnPatterns {
  /** A whole condition that compares the column with texts and does nothing else. */
  readonly asked: RegExp;
  readonly qualifier: RegExp;
  readonly call: RegExp;
  /** It is looked for among what a query gives, or is what that query gives. */
  readonly member: RegExp;
  /** Each behind a sign that is quickly looked for. */
  readonly compared: readonly (readonly [sign: RegExp, pattern: RegExp])[];
}

/** One column stands in many expressions, and patterns are slow to make. */
const patternsOf = keepByText(makePatterns);

function makePatterns(column: string): ColumnPatterns {
  const bare = `["\`]?(?<!\\w)${escapePattern(column)}(?!\\w)["\`]?(?!\\s*::)`;
  const name = `(?:[\\w"\`]+\\.)*${bare}`;
  const sign = "(?:[-+*%^]|//?)(?![->])";
  const compared = (trigger: RegExp, pattern: string) =>
    [trigger, new RegExp(pattern, "i")] as const;
  return {
    asked: new RegExp(
      `^[(\\s]*${name}\\s*(?:=|<>|!=|(?:not\\s+)?in\\b)\\s*(${TEXT}|\\(\\s*${TEXT}(?:\\s*,\\s*${TEXT})*\\s*\\))[)\\s]*$`,
      "i",
    ),
    qualifier: new RegExp(`((?:[\\w"\`]+\\.)*)${bare}`, "gi"),
    call: new RegExp(`\\b(\\w+)\\s*\\(((?:[^()]*[\\s,])?)${name}(?!\\s*\\|\\|)[^()]*\\)`, "gi"),
    member: new RegExp(
      `${name}\\s*(?:\\s(?:not\\s+)?in|=\\s*(?:any|some|all))\\s*\\(\\s*select\\b|(?:\\bin|=\\s*(?:any|some|all))\\s*\\(\\s*select\\s+(?:distinct\\s+)?${name}\\s+from\\b`,
      "i",
    ),
    compared: [
      compared(/[<>]|between/i, `${name}\\s*(?:[<>]=?|(?:not\\s+)?between)\\s*${TYPED_VALUE}`),
      compared(
        /\b(?:bool_(?:and|or)|count_?if)\s*\(/i,
        `\\b(?:bool_and|bool_or|count_if|countif)\\s*\\(\\s*${name}\\s*\\)`,
      ),
      compared(/like/i, `${name}\\s+(?:not\\s+)?i?like\\b`),
      compared(
        /coalesce|ifnull/i,
        `\\b(?:coalesce|ifnull)\\s*\\(\\s*${name}\\s*,\\s*${TYPED_VALUE}`,
      ),
      compared(
        /\b(?:coalesce|ifnull)\s*\([^()]*,[^()]*,/i,
        `\\b(?:coalesce|ifnull)\\s*\\((?=[^()]*,\\s*${TYPED_VALUE})(?:[^()]*,)?\\s*${name}\\s*,`,
      ),
      compared(
        /\b(?:coalesce|ifnull)\s*\(\s*(?:lead|lag|first_value|last_value|min|max)\s*\(/i,
        `\\b(?:coalesce|ifnull)\\s*\\(\\s*(?:lead|lag|first_value|last_value|min|max)\\s*\\(\\s*${name}\\s*(?:,[^()]*)?\\)\\s*(?:over\\s*\\((?:[^()]|\\([^()]*\\))*\\)\\s*)?,\\s*${TYPED_VALUE}`,
      ),
      compared(/[-+*%^/]/, `${name}\\s*${sign}`),
      compared(/[-+*%^/]/, `(?<![|-])${sign}\\s*${name}(?!\\s*[(|:])`),
    ],
  };
}

const TEXT = "'(?:[^']|'')*'";
const TEXTS = new RegExp(TEXT, "g");

/** Whether a whole number is added to the bare column or taken from it: `day - 6`, `day + 1`. */
export function addsNumber(expression: string, column: string): boolean {
  if (!ADDS.test(expression)) return false;
  const { after, before } = addingOf(column);
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  return after.test(plain) || before.test(plain);
}

const ADDS = /[-+]\s*\d|\d\s*\+/;

const addingOf = keepByText((column) => {
  const name = `["\`]?(?<!\\w)${escapePattern(column)}(?!\\w)["\`]?`;
  return {
    after: new RegExp(`${name}\\s*[-+]\\s*\\d+(?![\\w.'])`, "i"),
    before: new RegExp(`(?<![\\w.')])\\d+\\s*\\+\\s*(?:[\\w"\`]+\\.)*${name}(?!\\s*\\()`, "i"),
  };
});

/** Whether one of the texts that the column is compared with is none that a number, a truth value or a date can be. */
function asksForWords(expression: string, { asked }: ColumnPatterns): boolean {
  const list = expression.includes("'") ? asked.exec(expression)?.[1] : undefined;
  if (list === undefined) return false;
  return [...list.matchAll(TEXTS)].some(([text]) => !mayBeTyped(text.slice(1, -1)));
}

const TYPED_CALL = new RegExp(`\\b(?:${[...TYPED_FUNCTIONS].join("|")})\\s*\\(`, "i");

/** Up to here it is a condition of a choice, which the function gets nothing of: `sum(case when is_food then 1 end)`. */
const ASKED = /\bwhen\b(?:(?!\bthen\b).)*$/is;

/** What is joined to a text is one, whatever it was: `md5(id || '-' || day)`. */
const JOINED = /\|\|\s*$/;

/** A typed function directly around the column. */
function calls(text: string, call: RegExp): boolean {
  if (!TYPED_CALL.test(text)) return false;
  for (const [, called = "", before = ""] of text.matchAll(call))
    if (TYPED_FUNCTIONS.has(called.toLowerCase()) && !ASKED.test(before) && !JOINED.test(before))
      return true;
  return false;
}
