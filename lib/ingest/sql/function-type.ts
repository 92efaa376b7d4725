import type { ValueType } from "./expression-context.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const RESULT_TYPES = new Map<string, ValueType>();

const declare = (type: string, names: string, nullable?: boolean): void => {
  for (const name of words(names)) RESULT_TYPES.set(name, { type, nullable });
};

declare(
  "BIGINT",
  "count count_if countif count_big approx_count_distinct row_number rank dense_rank ntile",
  false,
);
declare(
  "BIGINT",
  "length len char_length octet_length strpos instr charindex datediff date_diff date_part year month day hour minute second quarter week dayofweek dayofyear array_length cardinality json_array_length floor_div hash",
);
declare(
  "VARCHAR",
  "upper lower concat concat_ws replace substr substring left right lpad rpad ltrim rtrim trim initcap split_part regexp_replace regexp_substr regexp_extract md5 sha1 sha2 sha256 to_char string_agg listagg group_concat format strftime date_format monthname dayname reverse repeat to_json_string to_hex",
);
declare(
  "DOUBLE",
  "avg mean median stddev stddev_pop stddev_samp variance var_pop var_samp corr sqrt ln log log10 exp power pow sin cos tan atan random percentile_cont percent_rank cume_dist approx_quantile ratio_to_report",
);
declare(
  "DATE",
  "to_date date last_day make_date current_date try_to_date parse_date from_days date_from_parts",
);
declare(
  "TIMESTAMP",
  "to_timestamp current_timestamp now getdate parse_timestamp timestamp_trunc to_timestamp_ntz make_timestamp datetime from_unixtime timestamp_seconds timestamp_millis",
);
declare(
  "BOOLEAN",
  "bool_or bool_and logical_or logical_and every contains starts_with startswith ends_with endswith regexp_matches regexp_like regexp_contains isnan is_null_value array_contains list_contains boolor_agg booland_agg",
);

/** Functions whose result has the type of the first argument. */
const KEEPS_TYPE = new Set(
  words(
    "min max abs round ceil ceiling floor nullif greatest least any_value first last first_value last_value lag lead mode zeroifnull nullifzero dateadd date_add date_sub trunc coalesce arg_min arg_max min_by max_by unique",
  ),
);

/** A day comes out of these as a day or as a moment, as the engine has it. */
const OF_TIME: ReadonlySet<string> = new Set(words("dateadd date_add date_sub"));
/** An exact number comes out of these with fewer places. */
const ROUNDS: ReadonlySet<string> = new Set(words("round ceil ceiling floor trunc"));

const keeps = (name: string, type: string | undefined): boolean => {
  if (OF_TIME.has(name)) return /^timestamp/i.test(type ?? "");
  return !(ROUNDS.has(name) && isExact(type));
};

/** DECIMAL and NUMERIC, whose places hang on what is done with them. */
export const isExact = (type: string | undefined): boolean =>
  /^(?:decimal|numeric|number)\b/i.test(type ?? "");

/** What a function gives, where that does not depend on the engine; undefined: not known. */
export function functionType(name: string, first: ValueType): ValueType {
  const known = RESULT_TYPES.get(name);
  if (known)
    return known.nullable === undefined ? { type: known.type, nullable: first.nullable } : known;
  if (KEEPS_TYPE.has(name) && keeps(name, first.type))
    return { type: first.type, nullable: name === "nullif" ? true : undefined };
  return {};
}
