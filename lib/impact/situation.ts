import type { EdgeUse } from "#lib/graph/snapshot.ts";
import {
  AGGREGATE_FILTER,
  IF_THERE,
  isOfAggregateFilter,
  NEW_IN_ROW,
  OF_STAR,
  OR_NULL,
  TIE,
} from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import type { Situation } from "./uses.ts";

const TEXT_FUNCTIONS = new Set(
  [
    ...["concat", "concat_ws", "md5", "sha1", "sha256", "sha2", "hash", "format", "to_json"],
    ...["to_jsonb", "to_json_string", "json_object", "json_array", "json_build_object"],
    ...["json_build_array", "to_varchar", "farm_fingerprint", "xxhash64", "murmur3_32"],
  ].map((name) => `fn:${name}`),
).add("op:||");
/** Functions that take nothing but text. */
const LETTER_FUNCTIONS = new Set(
  ["upper", "lower", "trim", "ltrim", "rtrim"].map((name) => `fn:${name}`),
);
/** What some engines do with whole numbers only. */
const WHOLE_NUMBER_FUNCTIONS = new Set(["op:mod", "fn:round_exact"]);
/** Divides whole numbers without a rest: `//`, `div`, and `/` on some engines. */
const WHOLE_DIVISIONS = new Set(["op:div", "fn:div"]);
/** Takes whole numbers only: how many, at which place, which bits. */
const COUNTING_FUNCTIONS = new Set(
  [
    ...["&", "|", "<<", ">>", "bitwiseand", "bitwiseor", "bitwisexor", "pgbitwisexor"].map(
      (sign) => `op:${sign}`,
    ),
    ...["pgbitwiseshiftleft", "pgbitwiseshiftright"].map((sign) => `op:${sign}`),
    ...["range", "generate_series", "repeat", "substr", "substring", "left", "right", "lpad"],
    ...["rpad", "make_date", "chr", "gcd", "lcm", "xor", "factorial", "split_part"],
    ...["to_days", "to_weeks", "to_months", "to_years", "to_hex", "bin", "to_binary"],
  ].map((name) => (name.startsWith("op:") ? name : `fn:${name}`)),
);
/** A comparison as a value: true, false or null. */
const COMPARISONS = new Set([
  ...["=", "<>", "!=", "<", ">", "<=", ">=", "<=>", "in"].map((sign) => `op:${sign}`),
  ...["like", "between", "in"].map((name) => `fn:${name}`),
  ...["bool", "in", "not_in", "like", "op:between"],
  ...["is_true", "is_not_true", "is_false", "is_not_false"].map((test) => `op:${test}`),
  "fn:sign",
]);
/** Reads a text as JSON. */
const IS_JSON =
  /^(?:path:|op:->>?$|fn:(?:json_(?:extract|value|query)|from_json|parse_json|get_json|json_each))/;
/** A field of a struct or a key of a map; a place by its number may be one of a text too. */
const NAMES_FIELD = /^path:.*[^\d.]/;
/** Reads a text by a strict form, and fails over any other text. */
const PARSES_TEXT = new Set(
  [
    ...["strptime", "to_date", "date_parse", "parse_date", "parse_datetime", "parse_time"],
    // A day or moment that is made of a text, nobody says how.
    ...["parse_timestamp", "unsaid_form"],
  ].map((name) => `fn:${name}`),
);
/** Puts a value of any type into another. */
const CONTAINERS = new Set(
  [
    ...[
      "struct",
      "row",
      "array",
      "map",
      "list_value",
      "list_append",
      "array_append",
      "struct_pack",
    ],
    ...["list_prepend", "array_construct", "object_construct", "typeof"],
  ].map((name) => `fn:${name}`),
);
/** Counts of distinct values that are made of their hashes, and are a little off: other values, another estimate. */
const ESTIMATES = new Set([
  ...["approx_count_distinct", "approx_distinct", "approx_count_distinct_estimate"],
  ...["hll", "hll_count.init", "hll_count.merge", "ndv", "uniq"],
]);
/** Aggregates that hand on one of the values, or all. */
const TAKES_ANY = new Set(["mode", "histogram", "approx_top_k", "approx_top_count"]);
/** Any value, or that of a row whose place another column says. */
const ONE_OF_THEM = new Set([
  "any_value",
  "min_by",
  "max_by",
  "arg_min",
  "arg_max",
  "argmin",
  "argmax",
]);
/** Aggregates of conditions. */
const TRUTH_AGGREGATES = new Set([
  ...["bool_and", "bool_or", "logical_and", "logical_or", "every", "some", "any"],
  ...["booland_agg", "boolor_agg", "boolxor_agg"],
]);
const TEXT_AGGREGATES = new Set([
  "string_agg",
  "listagg",
  "group_concat",
  "array_agg",
  "list",
  "json_agg",
  "jsonb_agg",
  ...["json_arrayagg", "json_objectagg", "json_object_agg", "jsonb_object_agg"],
  ...["json_group_array", "json_group_object"],
]);
const IS_TEXT_CAST = /^(?:try_)?cast:(?:var)?(?:char|text|string|nvarchar|bpchar)/i;
/** UNPIVOT leaves out rows whose value is null. */
const NULLNESS = new Set(["is_null", "is_not_null", "unpivot", "op:is_null", "op:is_not_null"]);

/** A truth value by itself is asked whether it is true. */
const EQUALS = new Set(["op:=", "in", "bool"]);

const DIFFERS = new Set(["op:<>", "op:!=", "not_in"]);

/** Refines a use by what its query says. Each use has at most one refinement, so this is a table of small functions. */
const REFINE: Partial<Record<Use, (edge: EdgeUse) => Situation>> = {
  FILTER: ({ detail, through, literals, inSide }) => {
    if (detail === "first") return "FILTER:first";
    if (detail === "set") return "FILTER:set";
    if (detail === "pivot") return "FILTER:pivot";
    if (detail === "untold") return "FILTER:untold";
    if (detail !== undefined && NULLNESS.has(detail)) {
      return through === "single" ? "FILTER:value_nullness" : "FILTER:nullness";
    }
    if (detail !== undefined && DIFFERS.has(detail)) return differs(literals);
    if (detail === "in" && literals === undefined) return "FILTER:member";
    if (detail !== undefined && EQUALS.has(detail)) {
      return literals === undefined ? "FILTER:equals" : "FILTER:equals_text";
    }
    if (detail === undefined) return "FILTER";
    return inSide === undefined ? "FILTER:compares" : `FILTER:${inSide}`;
  },
  JOIN_LEFT: ({ through }) => {
    if (through === undefined) return "JOIN_LEFT";
    return through === "exists" ? "JOIN_LEFT:preserved" : "JOIN_LEFT:optional";
  },
  FILTER_IN: ({ through, detail, literals }) => {
    if (detail === "not_in") return differs(literals);
    if (through === undefined) return "FILTER_IN";
    return literals === undefined ? "FILTER_IN:plan" : "FILTER_IN:text";
  },
  STRICT_READ: ({ reader }) => (reader === "strict" ? "STRICT_READ:declared" : "STRICT_READ"),
  SORT: ({ detail, through }) => {
    if (detail?.endsWith("computed") === true) return "SORT:computed";
    if (detail === "plain") return "SORT:plain";
    return through === undefined ? "SORT" : "SORT:limit";
  },
  AGG_COUNT: ({ through }) => (through === undefined ? "AGG_COUNT" : "AGG_COUNT:plan"),
  AGG_IDEMPOTENT: ({ through, detail }) => {
    if (detail !== undefined && (ONE_OF_THEM.has(detail) || detail.endsWith("_of_time")))
      return "AGG_IDEMPOTENT:any";
    if (detail !== undefined && TRUTH_AGGREGATES.has(detail)) return "AGG_IDEMPOTENT:truth";
    return through === undefined ? "AGG_IDEMPOTENT" : "AGG_IDEMPOTENT:plan";
  },
  AGG_SUM: ({ detail, additive }) => {
    if (additive === true) return "AGG_SUM:additive";
    if (detail === undefined) return "AGG_SUM";
    const [name = detail, distinct] = detail.split("_distinct");
    if (distinct !== undefined)
      return TEXT_AGGREGATES.has(name) ? "AGG_SUM:text_distinct" : "AGG_SUM:distinct";
    if (TEXT_AGGREGATES.has(detail)) return "AGG_SUM:text";
    if (TAKES_ANY.has(detail)) return "AGG_SUM:any";
    return detail === "sum" ? "AGG_SUM:plain" : "AGG_SUM:mean";
  },
  COALESCE: ({ detail, missing }) => {
    if (detail === "fallback") return "COALESCE:fallback";
    if (detail === "first_word") return missing === true ? "COALESCE:word" : "COALESCE:maybe_word";
    return detail === "first_text" ? "COALESCE:text" : "COALESCE";
  },
  CONDITIONAL: ({ detail }) => {
    if (detail !== undefined && NULLNESS.has(detail)) return "CONDITIONAL:nullness";
    if (detail === undefined) return "CONDITIONAL";
    return EQUALS.has(detail) ? "CONDITIONAL:equals" : "CONDITIONAL:compares";
  },
  CONDITIONAL_NO_ELSE: ({ detail: said }) => {
    if (said === "pivot") return "CONDITIONAL_NO_ELSE:pivot";
    if (said === AGGREGATE_FILTER) return "CONDITIONAL_NO_ELSE:filter";
    const detail = isOfAggregateFilter(said) ? said?.slice(AGGREGATE_FILTER.length + 1) : said;
    if (detail !== undefined && NULLNESS.has(detail)) return "CONDITIONAL_NO_ELSE:nullness";
    if (detail === undefined) return "CONDITIONAL_NO_ELSE";
    return EQUALS.has(detail) ? "CONDITIONAL_NO_ELSE:equals" : "CONDITIONAL_NO_ELSE:compares";
  },
  AGG_DISTINCT: ({ detail = "" }) =>
    ESTIMATES.has(detail) ? "AGG_DISTINCT:estimate" : "AGG_DISTINCT",
  ARITH: ({ detail }) => {
    if (detail === undefined) return "ARITH";
    if (detail === NEW_IN_ROW) return "ARITH:row";
    if (LETTER_FUNCTIONS.has(detail)) return "ARITH:letters";
    if (WHOLE_NUMBER_FUNCTIONS.has(detail)) return "ARITH:whole";
    if (TEXT_FUNCTIONS.has(detail)) return "ARITH:text";
    if (WHOLE_DIVISIONS.has(detail)) return "ARITH:divides";
    if (COUNTING_FUNCTIONS.has(detail)) return "ARITH:counts";
    if (NULLNESS.has(detail)) return "ARITH:nullness";
    if (COMPARISONS.has(detail)) return "ARITH:compares";
    if (IS_JSON.test(detail)) return "ARITH:json";
    if (PARSES_TEXT.has(detail)) return "ARITH:parses";
    if (detail === "fn:nullif") return "ARITH:null_if";
    return CONTAINERS.has(detail) ? "ARITH:holds" : "ARITH:call";
  },
  CAST: ({ detail }) => {
    if (detail === undefined) return "CAST";
    if (IS_TEXT_CAST.test(detail)) return "CAST:text";
    return detail.startsWith("try_cast:") ? "CAST:safe" : "CAST:plain";
  },
  IDENTITY: ({ through, whole, detail }) => {
    if (whole === true) return detail === "part" ? "WHOLE:part" : "WHOLE:unknown";
    if (through === "outer" || through === "full") return "IDENTITY:optional";
    if (through === "single") return detail === "carry" ? "IDENTITY:one_row" : "IDENTITY:scalar";
    if (detail !== undefined && NAMES_FIELD.test(detail)) return "IDENTITY:field";
    if (detail === "fixed") return "IDENTITY:fixed";
    if (detail === "unpivoted") return "IDENTITY:unpivoted";
    if (detail === "shown") return "IDENTITY:shown";
    if (detail === "into") return "IDENTITY:into";
    if (detail === "set") return "IDENTITY:set";
    if (detail === "set_all") return "IDENTITY:set_all";
    if (detail !== "carry") return "IDENTITY";
    return through === "distinct" ? "IDENTITY:distinct" : "IDENTITY:carry";
  },
  WINDOW: ({ detail, through }) => {
    if (detail === "partition") return "WINDOW:partition";
    if (detail?.endsWith("_computed") === true) return "WINDOW:computed";
    if (detail?.endsWith("_computed_safe") === true) return "WINDOW:partition";
    if (detail === "picks") return "WINDOW:picks";
    if (detail === "picks_of_time") return "WINDOW:picks_time";
    if (detail === "picks_maybe") return "WINDOW:picks_maybe";
    if (detail === TIE || detail === "picks_tie") return "WINDOW:tie";
    if (detail === "order_of_time") return "WINDOW:time";
    if (detail === "order_range") return "WINDOW:range";
    return through !== undefined && detail === "order" ? "WINDOW:order" : "WINDOW";
  },
  STAR: ({ through }) => (through === "outer" || through === "full" ? "STAR:optional" : "STAR"),
  POSITIONAL: ({ detail }) => {
    if (detail === "set") return "POSITIONAL:set";
    if (detail === "set_names") return "POSITIONAL:set_names";
    return detail === "names" ? "POSITIONAL:names" : "POSITIONAL";
  },
  EXISTS: ({ detail }) => (detail === "value" ? "EXISTS:value" : "EXISTS"),
  UNQUALIFIED: ({ through, detail }) => {
    if (detail === "borrowed") return "UNQUALIFIED:borrowed";
    if (detail === "key") return "UNQUALIFIED:key";
    return through === undefined ? "UNQUALIFIED" : "UNQUALIFIED:plan";
  },
  NOT_USED: ({ detail }) => (detail === "named" ? "NOT_USED:named" : "NOT_USED"),
  GROUP_BY: ({ through, detail }) => {
    if (detail === "regroups") return "GROUP_BY:rows";
    if (detail === "picked" || detail === "distinct_on") return "GROUP_BY:picked";
    if (detail === "picked_computed") return "GROUP_BY:picked_computed";
    if (detail === "computed") return "GROUP_BY:computed";
    return through === undefined ? "GROUP_BY" : "GROUP_BY:plan";
  },
  KEY_MERGE: ({ detail }) => (detail === "kept" ? "KEY_MERGE:kept" : "KEY_MERGE"),
  UNKNOWN: ({ detail }) => (detail === "untold" ? "UNKNOWN:column" : "UNKNOWN"),
  JOIN_INNER: ({ through, detail }) => {
    if (detail === "unnest") return "JOIN_INNER:unnest";
    return through === undefined ? "JOIN_INNER" : "JOIN_INNER:plan";
  },
};

/** From texts that are written out, or from whatever else: another column, a query. */
const differs = (literals: string | undefined): Situation =>
  literals === undefined ? "FILTER:differs" : "FILTER:differs_text";

export const situationOf = (edge: EdgeUse): Situation => {
  const refine = REFINE[edge.use];
  return refine?.(plainOf(edge)) ?? edge.use;
};

/** The column is used as one of all that there are, and its name is not said. */
export const isOfStar = ({ detail }: EdgeUse): boolean => detail?.endsWith(OF_STAR) === true;

/** Where the column is missing, nulls stand in its place. */
export const isOrNull = ({ detail }: EdgeUse): boolean =>
  detail === "fills" || detail?.endsWith(OR_NULL) === true;

/** Where the column is missing, it is missing behind this too, and nothing here fails. */
export const isIfThere = ({ detail }: EdgeUse): boolean => detail?.endsWith(IF_THERE) === true;

/** Without such an end of its detail. */
function plainOf(edge: EdgeUse): EdgeUse {
  const { detail = "", ...others } = edge;
  const end = [OF_STAR, OR_NULL, IF_THERE].find((each) => detail.endsWith(each));
  if (end === undefined) return edge;
  const said = detail.slice(0, -end.length);
  return said === "" ? others : { ...others, detail: said };
}

/** What a read of a whole relation takes notice of. */
export type ReadKind = "rows" | "newColumns" | "everyColumn" | "grain" | "part";

const TAKES_NEW_COLUMNS: ReadonlySet<Use> = new Set([
  "STAR",
  "POSITIONAL",
  "POSITION_EXPORT",
  "ML_FEATURE_AUTO",
  "STRICT_READ",
  "SKIP_BAD_ROWS_READ",
  "NATURAL_JOIN",
]);

/**
 * - `rows`: the row set only; `newColumns`: columns that are not there yet (those that are have edges of their own);
 * - `everyColumn`: an edge drawn from a whole asset by a use that takes all columns;
 * - `grain`: which columns is not known; `part`: all that is wrong with a part is wrong with the whole.
 */
export function readKindOf(edge: EdgeUse): ReadKind {
  if (edge.detail === "part" && edge.whole === true) return "part";
  if (edge.detail === NEW_IN_ROW) return "newColumns";
  if (TAKES_NEW_COLUMNS.has(edge.use)) return edge.whole === true ? "everyColumn" : "newColumns";
  return edge.whole === true || edge.use === "UNKNOWN" ? "grain" : "rows";
}
