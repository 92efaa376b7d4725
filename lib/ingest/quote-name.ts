const BACKTICKS: ReadonlySet<string> = new Set(["mysql", "bigquery", "databricks", "spark"]);

/** Words that would be read as syntax where a column's name is meant. */
const RESERVED = new Set(
  "all and any array as asc between by case cast check collate column constraint create cross current_date default desc distinct else end except exists false fetch for foreign from full grant group having in inner intersect into is join lateral left like limit natural not null offset on or order outer partition primary qualify references right select set table then to true union unique using values when where window with".split(
    " ",
  ),
);

/** A name as SQL: quoted only where it must be, so that the engine's own folding of case still applies. */
export function quoteName(name: string, dialect: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase())
    ? name
    : quoted(name, dialect);
}

/** A name in quotes, whatever it is: an output's label. */
export function quoted(name: string, dialect: string): string {
  if (BACKTICKS.has(dialect)) return `\`${name.replaceAll("`", "'")}\``;
  return dialect === "tsql" ? `[${name.replaceAll("]", ")")}]` : `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
