import { parse } from "csv-parse/sync";
import { groupBy } from "#lib/kit/group-by.ts";
import type { Column } from "#lib/model/asset.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { asNumber, asRecord, asText, recordsIn, withoutUndefined } from "../loose-value.ts";
import { parseJsonText } from "../parse-structured-text.ts";
import { joinRelationName } from "../relation-name.ts";

/** What was found in a file that is no text: a Parquet file, a DuckDB database. Written as JSON in the text of a `SourceFile`. */
export interface TableFileText {
  readonly tableFile: {
    readonly format: "parquet" | "duckdb";
    readonly tables: readonly {
      /** In a database; empty where the file is the table. */
      readonly path: readonly string[];
      readonly columns: readonly Column[];
      readonly rows?: number;
      readonly uniqueKeys?: readonly (readonly string[])[];
      /** Of a view: its CREATE. */
      readonly definition?: string;
    }[];
    /** Of a database: what stands behind names that are called like functions. */
    readonly macros?: readonly {
      readonly schema: string;
      readonly name: string;
      readonly definition: string;
    }[];
  };
}

/**
 * Files that are tables: Parquet files with the columns of their footer, DuckDB databases with their tables, CSV files with
 * the names in their first row. Parts of one dataset (`orders/part-0001.parquet`, `orders/day=1/x.parquet`) are one file
 * asset, the folder; what its folders are named by are columns of it.
 */
export function readTableFiles(files: readonly SourceFile[], readsOf: ReadsOf): ReadResult {
  const problems: Problem[] = [];
  const facts = new Map<string, AssetFact>();
  for (const file of files) {
    const read = /^\s*\{\s*"tableFile"/.test(file.text)
      ? readDescribed(file, readsOf)
      : readCsv(file);
    problems.push(...read.problems);
    for (const fact of read.facts) {
      const key = `${fact.name.namespace}\u0000${fact.name.name}`;
      const known = facts.get(key);
      facts.set(key, known === undefined ? fact : unitePart(known, fact));
    }
  }
  return { facts: [...facts.values()], problems };
}

/** A later part may have more columns, and adds its rows. */
function unitePart(known: AssetFact, part: AssetFact): AssetFact {
  const columns = new Map((known.columns ?? []).map((column) => [column.name, column]));
  for (const column of part.columns ?? [])
    columns.set(column.name, withoutProfile(columns.get(column.name) ?? column));
  const rows = (known.attributes.rows ?? 0) + (part.attributes.rows ?? 0);
  return {
    ...known,
    columns: [...columns.values()].map(withoutProfile),
    attributes: rows === 0 ? known.attributes : { ...known.attributes, rows },
  };
}

/** What one part counted is not so of all. */
const withoutProfile = ({ profile: _, ...column }: Column): Column => column;

/** The tables that a query in DuckDB's SQL names. */
export type ReadsOf = (sql: string) => readonly (readonly string[])[];

function readDescribed({ path, text }: SourceFile, readsOf: ReadsOf): ReadResult {
  const parsed = parseJsonText(path, text);
  if (!parsed.ok) return { facts: [], problems: [parsed.error] };
  const described = asRecord(asRecord(parsed.value)?.["tableFile"]);
  const tables = recordsIn(described?.["tables"]);
  const database = readDatabase(tables, { macros: recordsIn(described?.["macros"]), readsOf });
  const facts = tables.map((table) => {
    const parts = (Array.isArray(table["path"]) ? table["path"] : []).map(String);
    const columns = recordsIn(table["columns"]).filter(
      (column) => asText(column["name"]) !== undefined,
    ) as unknown as readonly Column[];
    const rows = asNumber(table["rows"]);
    return parts.length === 0
      ? fileFact({ path, columns, rows })
      : databaseFact({ path, parts, columns, table, database });
  });
  return { facts, problems: [] };
}

interface Database {
  /** By name in lower case. */
  readonly tables: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly macros: ReadonlyMap<string, readonly string[]>;
  readonly readsOf: ReadsOf;
}

function readDatabase(
  tables: readonly Readonly<Record<string, unknown>>[],
  {
    macros,
    readsOf,
  }: {
    readonly macros: readonly Readonly<Record<string, unknown>>[];
    readonly readsOf: ReadsOf;
  },
): Database {
  const paths = tables.flatMap(({ path }) => (Array.isArray(path) ? [path.map(String)] : []));
  return {
    readsOf,
    tables: groupBy(paths, (path) => (path.at(-1) ?? "").toLowerCase()),
    macros: new Map(
      [...groupBy(macros, ({ name }) => (asText(name) ?? "").toLowerCase())].map(([name, some]) => [
        name,
        some.map(({ definition }) => asText(definition) ?? ""),
      ]),
    ),
  };
}

/** The tables that the macros name which a text calls, and those that these call: which columns of them is not known. */
function readsOfMacros(
  text: string,
  { macros, tables, readsOf }: Database,
): readonly (readonly string[])[] {
  const found = new Set<readonly string[]>();
  const seen = new Set<string>();
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    if (seen.size > 0)
      for (const path of readsOf(next))
        for (const table of tables.get(path.at(-1)?.toLowerCase() ?? "") ?? []) found.add(table);
    seen.add(next);
    for (const [, name = ""] of next.matchAll(CALL))
      open.push(...(macros.get(name.toLowerCase()) ?? []));
  }
  return [...found];
}

const CALL = /([\p{L}_][\p{L}\p{N}_]*)"?\s*\(/gu;

function databaseFact({
  path: file,
  parts,
  columns,
  table,
  database,
}: {
  readonly path: string;
  readonly parts: readonly string[];
  readonly columns: readonly Column[];
  readonly table: Readonly<Record<string, unknown>>;
  readonly database: Database;
}): AssetFact {
  const sql = asText(table["definition"]);
  const provenance = { file };
  const uniqueKeys = (Array.isArray(table["uniqueKeys"]) ? table["uniqueKeys"] : []) as string[][];
  return {
    name: { namespace: "duckdb", name: joinRelationName(parts) },
    path: parts,
    kind: sql === undefined ? "table" : "view",
    attributes: {
      dialect: "duckdb",
      ...(sql === undefined ? {} : { materialization: "view" as const }),
      ...(uniqueKeys.length > 0 ? { extra: { uniqueKeys } } : {}),
    },
    columns,
    columnsComplete: true,
    edges: readsOfMacros(sql ?? "", database).map((from) => ({
      from: { name: { namespace: "duckdb", name: joinRelationName(from) }, path: from },
      use: "UNKNOWN",
      provenance,
    })),
    queries:
      sql === undefined
        ? []
        : [
            {
              name: "definition",
              sql,
              dialect: "duckdb",
              defaultPath: parts.slice(0, -1),
              provenance,
            },
          ],
    provenance,
  };
}

function fileFact({
  path,
  columns,
  rows,
}: {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly rows?: number | undefined;
}): AssetFact {
  const dataset = datasetOf(path);
  return {
    name: { namespace: "file", name: dataset.name },
    path: [dataset.name],
    kind: "file",
    attributes: withoutUndefined({ rows }),
    columns: [...columns, ...dataset.partitions.map((name) => ({ name }))],
    columnsComplete: true,
    edges: [],
    queries: [],
    provenance: { file: path },
  };
}

const PART = /^(?:part-[\w.-]+|\d+|[\w-]*-\d{5,}[\w.-]*)\.(?:[\w]+\.)?parquet$/i;

function datasetOf(path: string): {
  readonly name: string;
  readonly partitions: readonly string[];
} {
  const steps = path.split("/");
  const file = steps.at(-1) ?? "";
  const first = steps.findIndex((step) => /^[^=]+=/.test(step));
  if (first > 0)
    return {
      name: steps.slice(0, first).join("/"),
      partitions: steps.slice(first, -1).flatMap((step) => /^([^=]+)=/.exec(step)?.[1] ?? []),
    };
  const isPart = steps.length > 1 && PART.test(file);
  return { name: isPart ? steps.slice(0, -1).join("/") : path, partitions: [] };
}

/** Only the first row is read; whether it names the columns is for whoever named the file to know. */
function readCsv({ path, text }: SourceFile): ReadResult {
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const delimiter = delimiterOf(bare);
  try {
    const [header = []] = parse(bare.slice(0, 1_000_000), {
      delimiter,
      to: 1,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as string[][];
    const names = [...new Set(header.filter((name) => name !== ""))];
    const isHeader =
      names.length === header.length && names.every((name) => !/^-?[\d.,]+$/.test(name));
    if (!isHeader || names.length === 0) return { facts: [], problems: [noHeader(path)] };
    return { facts: [fileFact({ path, columns: names.map((name) => ({ name })) })], problems: [] };
  } catch {
    return { facts: [], problems: [noHeader(path)] };
  }
}

const DELIMITERS = [",", ";", "\t", "|"];

function delimiterOf(text: string): string {
  const [line = ""] = text.split("\n", 1);
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

const noHeader = (file: string): Problem => ({
  code: "bad-csv",
  message: "the first row is no list of distinct column names",
  next: "Give the file a header, or describe it in a graph file.",
  file,
  severity: "error",
});
