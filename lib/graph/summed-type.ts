const WHOLE = /^(?:tinyint|smallint|int|integer|bigint|long|short|int[248]|int16|int32|int64)$/;
const DECIMAL = /^(?:decimal|numeric)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;
/** The most digits that Spark, DuckDB and Trino hold. */
const MOST_DIGITS = 38;

/**
 * Whether an aggregate of a column of type `from` that has the type `to` adds up, as told by the types alone: DuckDB's sum
 * of whole numbers is a hugeint, and the sum of a decimal keeps its scale and gains ten digits (Spark) or all that there
 * are (DuckDB, Trino). A count is a bigint whatever it counts, an extreme keeps its type, and an average is a float or
 * gains decimal places. False where the types do not tell: a bigint of an int may be a count.
 */
export function isSummedType(from: string, to: string): boolean {
  const [before, after] = [from.trim().toLowerCase(), to.trim().toLowerCase()];
  if (WHOLE.test(before)) return after === "hugeint";
  const [, digits, scale] = DECIMAL.exec(before) ?? [];
  const [, summedDigits, summedScale] = DECIMAL.exec(after) ?? [];
  if (digits === undefined || summedDigits === undefined || scale !== summedScale) return false;
  const [fewer, more] = [Number(digits), Number(summedDigits)];
  return fewer < more && (more === MOST_DIGITS || more === fewer + 10);
}
