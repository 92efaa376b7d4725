import { rule } from "./rule.ts";
import { ROW_BY_ROW_USES } from "./use-groups.ts";

/** Rows that are missing, doubled, or mean something else. Row sets themselves are passed on by ROW_RULES below. */
export const ROWS_OVER_COLUMN_RULES = [
  rule(
    "FL-0901",
    ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    ["AGG_SUM", "AGG_COUNT", "MEASURE", "COUNT_STAR"],
    ["col VALUE certain"],
    "computed over a different set of rows",
  ),
  rule(
    "FL-0902",
    ["ROWS_LOST", "GRAIN"],
    ["AGG_DISTINCT", "AGG_IDEMPOTENT", "AGG_SUM:distinct", "AGG_SUM:text_distinct"],
    ["col VALUE likely"],
    "the extreme or distinct value may be among the missing rows",
  ),
  rule(
    "FL-0903",
    ["ROWS_EXTRA", "THINNED"],
    ["AGG_DISTINCT", "AGG_IDEMPOTENT", "AGG_SUM:distinct", "AGG_SUM:text_distinct"],
    [],
    "duplicates do not matter here",
  ),
  rule(
    "FL-0904",
    ["ROWS_LOST"],
    ["IDENTITY:optional", "STAR:optional"],
    ["col NULLS certain"],
    "the optional side of the join finds no row, so this becomes null",
  ),
  rule(
    "FL-0905",
    ["ROWS_LOST"],
    ["IDENTITY:scalar", "IDENTITY:one_row"],
    ["col NULLS likely"],
    "the row that the value comes from may be missing",
  ),
  rule(
    "FL-0906",
    ["ROWS_EXTRA", "GRAIN", "THINNED"],
    ["IDENTITY:scalar"],
    ["col VALUE possible"],
    "the value may come from another row",
  ),
  rule(
    "FL-0909",
    ["ROWS_EXTRA"],
    ["IDENTITY:one_row"],
    ["run ERROR likely", "col VALUE possible"],
    "a query that stands for one value may find several rows, which most engines refuse",
  ),
  rule(
    "FL-0910",
    ["GRAIN", "THINNED"],
    ["IDENTITY:one_row"],
    ["run ERROR possible", "col VALUE possible"],
    "a query that stands for one value may find several rows, or another one",
  ),
  rule(
    "FL-0907",
    ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    ["WHOLE:part"],
    ["rows same certain"],
    "a part of it is over a different set of rows",
  ),
  rule(
    "FL-0908",
    ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    ROW_BY_ROW_USES,
    [],
    "row by row, each value is as before; the row set is judged on its own",
  ),
];
