import type { PlanEdge } from "#lib/model/query-plan.ts";
import type { EdgeUse } from "./snapshot.ts";

interface Cast extends Pick<EdgeUse, "castFirst"> {
  readonly dialect: string | undefined;
}

/**
 * Where DuckDB takes any number in the place of a text. Measured: it casts to other numbers, truth values and JSON, and is
 * read as JSON; days and times refuse it.
 */
export function takesNumbers(
  { column, use, detail }: Pick<PlanEdge, "column" | "use" | "detail">,
  { castFirst, dialect }: Cast,
): boolean {
  if (dialect !== "duckdb" || column === undefined) return false;
  const cast = castFirst ?? (use === "CAST" ? /^cast:(.*)$/i.exec(detail ?? "")?.[1] : undefined);
  return cast === undefined ? use === "ARITH" : OF_NUMBERS.test(cast);
}

const OF_NUMBERS =
  /^\s*(?:u?(?:tiny|small|big|huge)?int(?:eger)?\d*|float\d*|real|double|decimal|numeric|bool(?:ean)?|json)\b/i;
