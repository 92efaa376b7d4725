import { makeTable } from "#lib/kit/make-table.ts";

/** Names of one function; only those that mean the same on every engine that has both. */
const SPELLINGS: Readonly<Record<string, string>> = makeTable({
  ifnull: "coalesce",
  nvl: "coalesce",
  len: "length",
  list: "array_agg",
  str_split: "string_split",
  listagg: "string_agg",
  group_concat: "string_agg",
  ceiling: "ceil",
  pow: "power",
  ucase: "upper",
  lcase: "lower",
  arg_min: "min_by",
  argmin: "min_by",
  arg_max: "max_by",
  argmax: "max_by",
});

export const functionName = (name: string): string => SPELLINGS[name] ?? name;

/** Which argument of a function is a unit of time. */
const UNIT_PLACE: Readonly<Record<string, number>> = makeTable({
  date_trunc: 0,
  datetrunc: 0,
  date_part: 0,
  datepart: 0,
  date_diff: 0,
  datediff: 0,
  date_add: 0,
  dateadd: 0,
  date_sub: 0,
  timestampdiff: 0,
  timestampadd: 0,
  timestamp_trunc: 1,
  last_day: 1,
});

export const dateUnitAt = (name: string, place: number): boolean => UNIT_PLACE[name] === place;
