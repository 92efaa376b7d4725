import { makeTable } from "#lib/kit/make-table.ts";

/** The SQL dialects that lineage is read from, in our own spelling. */
export const DIALECTS = [
  "duckdb",
  "postgres",
  "snowflake",
  "bigquery",
  "databricks",
  "spark",
  "redshift",
  "tsql",
  "mysql",
  "trino",
  "sqlite",
  "generic",
] as const;

export type Dialect = (typeof DIALECTS)[number];

const ALIASES: Readonly<Record<string, Dialect>> = makeTable({
  duck: "duckdb",
  motherduck: "duckdb",
  pg: "postgres",
  postgresql: "postgres",
  greenplum: "postgres",
  materialize: "postgres",
  cockroachdb: "postgres",
  alloydb: "postgres",
  snow: "snowflake",
  bq: "bigquery",
  googlesql: "bigquery",
  "standard-sql": "bigquery",
  dbx: "databricks",
  sparksql: "spark",
  "spark-sql": "spark",
  hive: "spark",
  glue: "spark",
  mssql: "tsql",
  sqlserver: "tsql",
  "t-sql": "tsql",
  fabric: "tsql",
  synapse: "tsql",
  azuresql: "tsql",
  mariadb: "mysql",
  starrocks: "mysql",
  presto: "trino",
  athena: "trino",
  starburst: "trino",
  sqlite3: "sqlite",
  ansi: "generic",
  "": "generic",
});

const KNOWN = new Set<string>(DIALECTS);

/** Our dialect for a name as tools and people write it (`postgresql`, `mssql`, dbt's adapter types); undefined: not known. */
export function findDialect(name: string): Dialect | undefined {
  const lower = name.trim().toLowerCase();
  return KNOWN.has(lower) ? (lower as Dialect) : ALIASES[lower];
}

interface DialectRules {
  /** Dialects of the parser to try, best first. */
  readonly parsers: readonly string[];
  /** What a name without quotes becomes. */
  readonly folds: "upper" | "lower" | "keep";
  /** Names with quotes are compared letter by letter. */
  readonly quotedIsExact: boolean;
  /** What the columns of VALUES without names are called, from the 1-based number. */
  readonly valuesColumn: (position: number) => string;
  /** What a column without a name is called. */
  readonly quotes: string;
}

const column1 = (position: number): string => `column${position}`;

const RULES: Readonly<Record<Dialect, DialectRules>> = {
  duckdb: {
    parsers: ["duckdb", "generic", "snowflake", "postgresql"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: (position) => `col${position - 1}`,
    quotes: '"',
  },
  postgres: {
    parsers: ["postgresql", "generic", "duckdb", "redshift"],
    folds: "lower",
    quotedIsExact: true,
    valuesColumn: column1,
    quotes: '"',
  },
  snowflake: {
    parsers: ["snowflake", "generic", "databricks"],
    folds: "upper",
    quotedIsExact: true,
    valuesColumn: (position) => `COLUMN${position}`,
    quotes: '"',
  },
  bigquery: {
    parsers: ["bigquery", "generic"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: column1,
    quotes: "`",
  },
  databricks: {
    parsers: ["databricks", "spark", "hive", "generic", "snowflake"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: (position) => `col${position}`,
    quotes: "`",
  },
  spark: {
    parsers: ["databricks", "spark", "hive", "generic"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: (position) => `col${position}`,
    quotes: "`",
  },
  redshift: {
    parsers: ["redshift", "postgresql", "generic", "snowflake"],
    folds: "lower",
    quotedIsExact: false,
    valuesColumn: column1,
    quotes: '"',
  },
  tsql: {
    parsers: ["mssql", "generic"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: column1,
    quotes: '["',
  },
  mysql: {
    parsers: ["mysql", "generic"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: (position) => `column_${position - 1}`,
    quotes: "`",
  },
  trino: {
    parsers: ["generic", "ansi", "databricks", "snowflake"],
    folds: "lower",
    quotedIsExact: false,
    valuesColumn: (position) => `_col${position - 1}`,
    quotes: '"',
  },
  sqlite: {
    parsers: ["sqlite", "generic", "postgresql"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: column1,
    quotes: '"`[',
  },
  generic: {
    parsers: ["generic", "postgresql", "snowflake", "databricks", "bigquery", "duckdb"],
    folds: "keep",
    quotedIsExact: false,
    valuesColumn: column1,
    quotes: '"`[',
  },
};

export const rulesOf = (dialect: Dialect): DialectRules => RULES[dialect];

/** A name as the dialect stores it: `id` is `ID` in Snowflake, `"id"` stays `id` there. */
export function foldName(name: string, quoted: boolean, dialect: Dialect): string {
  const { folds } = RULES[dialect];
  if (folds === "keep" || (quoted && RULES[dialect].quotedIsExact)) return name;
  return folds === "upper" ? name.toUpperCase() : name.toLowerCase();
}

/** Two folded names with equal keys are one name: exact where quotes keep the case, without case elsewhere. */
export function nameKey(folded: string, dialect: Dialect): string {
  return RULES[dialect].quotedIsExact ? folded : folded.toLowerCase();
}

const FIRST_OR_LAST_QUOTE = /^["`[]|["`\]]$/g;

/**
 * A dotted name as configuration files write it, in parts: `db."My Schema".t` is `db`, `My Schema`, `t`. A part that
 * was quoted says so.
 */
export function splitName(name: string): { readonly text: string; readonly quoted: boolean }[] {
  const parts = name.match(/"[^"]*"|`[^`]*`|\[[^\]]*\]|[^.]+/g) ?? [name];
  return parts.map((part) => {
    const quoted = /^["`[]/.test(part) && part.length > 1;
    return { text: quoted ? part.replace(FIRST_OR_LAST_QUOTE, "") : part.trim(), quoted };
  });
}

/** Whether `columns(…)` stands for columns. Where nobody said the dialect it does: as a call of a text it would read nothing. */
export const mayChooseColumns = (dialect: Dialect): boolean =>
  dialect === "duckdb" || dialect === "generic";
