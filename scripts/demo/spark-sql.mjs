// The company's SQL, which is written for DuckDB, in Spark's words.

const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/**
 * What means the same in other words is put into Spark's; all else stays as it is written, for Spark to take or to refuse.
 *
 * @typedef {{database: string, relations: ReadonlySet<string>}} Words the name that stands before schemas, and every
 *   `schema.table` there is: on Spark they are views of one session, which have no schema
 *
 * @param {string} sql
 * @param {Words} words
 */
export function sparkSql(sql, { database, relations }) {
  const held = [];
  const hold = (text) => `⟦${held.push(text) - 1}⟧`;
  const bare = sql.replace(TOKENS, (token) => {
    if (token.startsWith("'")) return hold(token);
    return token.startsWith('"') ? nameOf(token.slice(1, -1).replaceAll('""', '"')) : " ";
  });
  const textOf = (at) => held[at] ?? "";
  const renamed = inOwnNames(bare, { database, relations });
  const words = REWRITES.reduce((text, rewrite) => rewrite(text, textOf), renamed);
  return words.replace(/⟦(\d+)⟧/g, (_, at) => sparkText(textOf(at)));
}

function inOwnNames(sql, { database, relations }) {
  return sql
    .replace(new RegExp(`(?<![\\w.\`])\`?${database}\`?\\.`, "gi"), "")
    .replace(/`?(\w+)`?\.`?(\w+)`?/g, (path, schema, table) =>
      relations.has(`${schema}.${table}`) ? viewName(`${schema}.${table}`) : path,
    );
}

/** `checkout__orders` */
export const viewName = (relation) => relation.replace(".", "__");

const nameOf = (name) =>
  /^[a-z_]\w*$/i.test(name) ? `\`${name}\`` : `\`${name.replaceAll("`", "``")}\``;

/** Spark joins `'a''b'` to `ab`, and reads `\n` as a new line. */
const sparkText = (literal) =>
  `'${literal.slice(1, -1).replaceAll("\\", "\\\\").replaceAll("''", "\\'")}'`;

const HELD = "⟦(\\d+)⟧";
const ARGUMENT = "((?:[^(),]|\\([^()]*\\))+)";
const EXTRACT = new RegExp(`\\bextract\\s*\\(\\s*${HELD}\\s+from\\b`, "gi");
const DAYS_BETWEEN = new RegExp(
  `\\bdate_?diff\\s*\\(\\s*${HELD}\\s*,${ARGUMENT},${ARGUMENT}\\)`,
  "gi",
);

const REWRITES = [
  (sql, textOf) => sql.replace(EXTRACT, (_, at) => `extract(${textOf(at).slice(1, -1)} from`),
  // Whole days between two dates are what DuckDB counts; other parts are counted otherwise there, and stay.
  (sql, textOf) =>
    sql.replace(DAYS_BETWEEN, (call, at, since, until) =>
      textOf(at).toLowerCase() === "'day'" ? `datediff(${until.trim()}, ${since.trim()})` : call,
    ),
  (sql) => sql.replace(/\b(?:varchar|text)\b(?=\s*\))(?!\s*\(\s*\d)/gi, "string"),
  (sql) => sql.replace(/\bdouble\s+precision\b/gi, "double"),
  (sql) => sql.replace(/\bhugeint\b(?=\s*\))/gi, "decimal(38,0)"),
];

/**
 * Whether Spark is told more than its own quotes and its own names of tables.
 *
 * @param {string} sql
 * @param {Words} words
 */
export function isReworded(sql, words) {
  const bare = (text) =>
    text
      .replaceAll(/["`]|--[^\n]*/g, "")
      .replaceAll(/\s+/g, " ")
      .trim();
  return bare(sparkSql(sql, words)) !== bare(inOwnNames(bare(sql), words));
}

const SPARK_NAMES = new Map([
  ["string", "VARCHAR"],
  ["int", "INTEGER"],
  ["timestamp_ntz", "TIMESTAMP"],
]);

/** What the runs call a type of Spark: `string` is a VARCHAR. */
export const typeName = (type) => SPARK_NAMES.get(type) ?? type.toUpperCase();

const DUCKDB_NAMES = new Map([
  ["VARCHAR", "string"],
  ["INTEGER", "int"],
  ["HUGEINT", "decimal(38,0)"],
]);

/** What Spark calls a type of DuckDB. */
export const sparkType = (type) => DUCKDB_NAMES.get(type) ?? type.toLowerCase();
