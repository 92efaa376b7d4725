import { makeTable } from "#lib/kit/make-table.ts";
import type { Dialect } from "./dialect.ts";

type NullOrder = "last" | "least" | "greatest";

/** Where nulls stand in an order that does not say so; engines that are not listed may be set to either. */
const NULLS: Readonly<Record<string, NullOrder>> = makeTable({
  duckdb: "last",
  postgres: "greatest",
  redshift: "greatest",
  snowflake: "greatest",
  bigquery: "least",
  spark: "least",
  databricks: "least",
  mysql: "least",
  sqlite: "least",
});

/** Whether nulls come first where nothing is said of them. Undefined: nobody can say. */
export function nullsFirst(dialect: Dialect, isDescending: boolean): boolean | undefined {
  const order = NULLS[dialect];
  if (order === undefined) return undefined;
  return order !== "last" && (order === "greatest") === isDescending;
}
