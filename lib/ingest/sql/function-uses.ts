import type { Use } from "#lib/model/use.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Aggregates whose result moves with every row and every duplicate. */
const SUMMING = words(`
  sum sum0 avg mean median mode stddev stddev_pop stddev_samp stdev stdevp var varp variance var_pop var_samp covar_pop
  covar_samp corr regr_slope regr_intercept regr_r2 regr_count regr_avgx regr_avgy regr_sxx regr_sxy regr_syy
  string_agg listagg group_concat wm_concat array_agg array_concat_agg array_union_agg list collect_list collect_set
  json_agg jsonb_agg json_arrayagg json_objectagg json_object_agg jsonb_object_agg json_group_array json_group_object
  object_agg map_agg multimap_agg percentile percentile_cont percentile_disc percentile_approx approx_percentile
  approx_quantile approx_quantiles quantile quantile_cont quantile_disc product kurtosis skewness entropy histogram
  histogram_exact total fsum favg sumkahan kahan_sum geometric_mean sum_if sumif avg_if mad bit_xor bitxor_agg xmlagg
  approx_top_k approx_top_count approx_top_sum hash_agg checksum checksum_agg numeric_histogram sem tdigest_agg array_agg_distinct try_sum try_avg approx_most_frequent
`);

/** What is called so folds rows on every engine that has such a function; how, its name does not say. */
const FOLDS = /_agg(?:_distinct)?$/;

const COUNTING = words("count count_if countif count_big");

const DISTINCT_COUNTING = words(`
  approx_count_distinct approx_distinct hll hll_count.init hll_count.merge ndv uniq approx_count_distinct_estimate
  hll_accumulate hll_sketch_agg
`);

/** Aggregates that a repeated row does not move. */
const IDEMPOTENT = words(`
  min max bool_or bool_and logical_or logical_and every some any boolor_agg booland_agg boolxor_agg any_value arbitrary
  bit_and bit_or bitand_agg bitor_agg first last min_by max_by arg_min arg_max argmin argmax first_value_agg array_unique_agg
  earliest latest try_any_value
`);

/** Aggregates whose second argument picks the row, and the first is the value. */
const PICKING = words("min_by max_by arg_min arg_max argmin argmax");

/** Window functions that hand on a value as it is. */
const PASSING_WINDOW = words("lag lead first_value last_value nth_value any_value first last");

/** Window functions that look at the order and the number of rows only. */
const RANKING_WINDOW = words("row_number rank dense_rank percent_rank cume_dist ntile");

const FALLBACKS = words("coalesce nvl ifnull isnull zeroifnull");

/** Functions that give rows; in a projection they multiply them. */
const UNNESTING = words(
  "unnest explode explode_outer posexplode posexplode_outer inline inline_outer flatten json_array_elements jsonb_array_elements json_array_elements_text jsonb_array_elements_text regexp_split_to_table string_split split_to_table json_each jsonb_each json_each_text jsonb_each_text json_tree openjson unnest_wildcard stack variant_explode variant_explode_outer",
);

/** Further functions in FROM that make rows of their arguments, or tell of the database itself. */
const COMPUTING = words(`
  range generate_series generate_subscripts generator sequence numbers zeros generate_date_array generate_timestamp_array generate_array
  strtok_split_to_table split_part string_to_table regexp_matches regexp_match json_object_keys jsonb_object_keys
  json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset json_populate_record json_populate_recordset
  jsonb_populate_record jsonb_populate_recordset jsonb_path_query json_tuple parse_url_tuple xmltable json_table glob repeat_row
  udtf_split json_array json_extract json_extract_array json_query_array json_value_array array_zip zip entries map_entries
  now current_date current_timestamp version input_file_name skeys svals each string_agg values openxml containstable freetexttable
`);
const OF_THE_DATABASE = /^(?:duckdb|pragma|pg|current|sys|fn)_/;

/** Whether a function in FROM makes its rows of its arguments, and reads no table of its own. */
export const computesOnly = (name: string): boolean =>
  UNNESTING.has(name) || COMPUTING.has(name) || OF_THE_DATABASE.test(name);

/** Aggregates of one argument in some dialects and scalar functions of several in others. */
const SCALAR_WITH_SEVERAL = words("min max list");

export interface CalledFunction {
  /** In lower case, without the schema. */
  readonly name: string;
  readonly argumentCount: number;
  readonly distinct: boolean;
}

/** How an aggregate uses its argument; undefined: no aggregate (that is known). */
export function aggregateUseOf({ name, argumentCount, distinct }: CalledFunction): Use | undefined {
  if (COUNTING.has(name)) return distinct ? "AGG_DISTINCT" : "AGG_COUNT";
  if (DISTINCT_COUNTING.has(name)) return "AGG_DISTINCT";
  if (SUMMING.has(name)) return "AGG_SUM";
  if (!IDEMPOTENT.has(name)) return FOLDS.test(name) ? "AGG_SUM" : undefined;
  if (SCALAR_WITH_SEVERAL.has(name) && argumentCount > 1) return undefined;
  return "AGG_IDEMPOTENT";
}

const JSON_MAKERS = words(`
  to_json to_jsonb json_object json_array json_build_object json_build_array jsonb_build_object jsonb_build_array row_to_json
`);

export const makesJson = (name: string | undefined): boolean =>
  JSON_MAKERS.has(name?.toLowerCase() ?? "");

export const isPickingAggregate = (name: string): boolean => PICKING.has(name);
export const isPassingWindow = (name: string): boolean => PASSING_WINDOW.has(name);
export const isRankingWindow = (name: string): boolean => RANKING_WINDOW.has(name);
export const isFallbackFunction = (name: string): boolean => FALLBACKS.has(name);
export const isUnnesting = (name: string): boolean => UNNESTING.has(name);

/** `if(c, a, b)` and its kin: the first argument decides. */
export const isConditionalFunction = (name: string): boolean =>
  name === "if" || name === "iff" || name === "iif";

/** `nvl2(x, a, b)`. */
export const isNvl2 = (name: string): boolean => name === "nvl2";

/** `decode(x, v1, r1, …, default)`. */
export const isDecode = (name: string, argumentCount: number): boolean =>
  name === "decode" && argumentCount > 2;

const DATE_PARTS = words(`
  year years quarter quarters month months week weeks day days hour hours minute minutes second seconds millisecond milliseconds
  microsecond microseconds nanosecond isoweek isoyear dayofweek dayofyear dow doy epoch decade century date time mm dd yyyy yy
  qq hh mi ss ms wk ww dw dy isodow weekday dayofweekiso weekiso yearofweek yearofweekiso
  sql_tsi_day sql_tsi_month sql_tsi_year sql_tsi_hour sql_tsi_second sql_tsi_minute
  epoch_second epoch_seconds epoch_millisecond epoch_milliseconds epoch_microsecond epoch_microseconds epoch_nanosecond
  epoch_nanoseconds timezone_hour timezone_minute
`);

const TAKES_DATE_PART = words(`
  date_trunc datetrunc date_diff datediff datediff_big date_add dateadd date_sub date_part datepart datename timestamp_trunc
  timestamp_diff timestamp_add timestamp_sub timestampadd timestampdiff datetime_trunc datetime_diff datetime_add datetime_sub
  time_trunc time_diff time_add time_sub extract last_day trunc next_day time_slice timeadd timediff generate_date_array
  generate_timestamp_array
`);

/** A bare word in such a function's arguments names a part of a date and is no column. */
export const isDatePart = (functionName: string, word: string): boolean =>
  TAKES_DATE_PART.has(functionName) && DATE_PARTS.has(word.toLowerCase());

/** Words without parentheses that are functions of no column. */
const CONSTANT_WORDS = words(`
  current_date current_timestamp current_time localtime localtimestamp current_user session_user user sysdate systimestamp
  getdate current_role current_warehouse current_database current_schema rownum level null true false default
`);

export const isConstantWord = (word: string): boolean =>
  CONSTANT_WORDS.has(word.toLowerCase()) || PSEUDO_COLUMNS.has(word.toLowerCase());

/** Columns that engines put to every table: partitions, row numbers, file names. */
const PSEUDO_COLUMNS = words(`
  _partitiontime _partitiondate _table_suffix _file_name rowid _rowid_ oid ctid xmin xmax cmin cmax tableoid rownum
  metadata$filename metadata$file_row_number metadata$action metadata$isupdate metadata$row_id _metadata $action
`);
