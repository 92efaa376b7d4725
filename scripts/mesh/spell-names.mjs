import { withoutComments } from "../demo/split-statements.mjs";

/**
 * How one team writes the names of a warehouse's tables. `relation` is `schema.table` as the owner calls it.
 *
 * @typedef {{database?: string, schemas?: Record<string, string>, parts: 2 | 3, letters: "lower" | "upper", quote: "" | "\"" | "`", whole?: boolean}} Spelling
 *   `whole`: one pair of quotes around all parts, as BigQuery allows
 */

/**
 * The parts of a name as a team writes them, without quotes.
 *
 * @param {string} relation
 * @param {Spelling} spelling
 */
export function partsOf(relation, { database, schemas, parts, letters }) {
  const [schema, table] = relation.split(".");
  const written = [schemas?.[schema] ?? schema, table];
  const whole = parts === 3 ? [database, ...written] : written;
  return letters === "upper" ? whole.map((part) => part.toUpperCase()) : whole;
}

/**
 * @param {string} relation
 * @param {Spelling} spelling
 */
export function writeName(relation, spelling) {
  const { quote, whole } = spelling;
  const parts = partsOf(relation, spelling);
  if (whole) return `${quote}${parts.join(".")}${quote}`;
  return parts.map((part) => `${quote}${part}${quote}`).join(".");
}

/**
 * The statement with every table name of `known` written in a team's spelling; strings and column names stay.
 *
 * @param {string} sql
 * @param {{known: ReadonlySet<string>, database: string, spelling: Spelling}} options
 */
export function rewriteNames(sql, { known, database, spelling }) {
  const path = /'(?:[^']|'')*'|(?<![\w."])(?:"?\w+"?\.){1,2}"?\w+"?(?![\w."(])/g;
  return withoutComments(sql).replace(path, (found) => {
    if (found.startsWith("'")) return found;
    const parts = found.replaceAll('"', "").split(".");
    if (parts.length === 3 && parts[0] === database) parts.shift();
    const relation = parts.join(".").toLowerCase();
    return known.has(relation) ? writeName(relation, spelling) : found;
  });
}
