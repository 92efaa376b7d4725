/**
 * Cuts a SQL file at the semicolons between statements; those in strings, quoted names and comments stay.
 *
 * @param {string} text
 * @returns {string[]} statements without their semicolon and without comments before them
 */
export function splitStatements(text) {
  const statements = [];
  let start = 0;
  for (const token of text.matchAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|;/g)) {
    if (token[0] !== ";") continue;
    statements.push(text.slice(start, token.index));
    start = token.index + 1;
  }
  statements.push(text.slice(start));
  return statements.map((one) => withoutComments(one).trim()).filter((one) => one !== "");
}

/** The SQL with its comments blanked. */
export const withoutComments = (sql) =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (token) =>
    token.startsWith("--") || token.startsWith("/*") ? " " : token,
  );

/**
 * The relations of `known` that a statement names, as `schema.table`, whether quoted, with the database or without.
 *
 * @param {string} sql
 * @param {ReadonlySet<string>} known
 * @param {string} database
 */
export function readRelations(sql, known, database) {
  const plain = withoutComments(sql)
    .replace(/'(?:[^']|'')*'/g, "''")
    .replaceAll('"', "")
    .toLowerCase();
  const found = new Set();
  for (const [, path] of plain.matchAll(/(?<![\w.])((?:\w+\.){1,2}\w+)/g)) {
    const parts = path.split(".");
    if (parts.length === 3 && parts[0] === database) parts.shift();
    const name = parts.slice(0, 2).join(".");
    if (known.has(name)) found.add(name);
  }
  return [...found].sort();
}
