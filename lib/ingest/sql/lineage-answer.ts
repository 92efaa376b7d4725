import { assetId, assetNameOf } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Use } from "#lib/model/use.ts";
import {
  analyzeQuery,
  type LookupTable,
  type QueryAnalysis,
  type QueryEdge,
} from "./analyze-query.ts";
import { splitName } from "./dialect.ts";
import type { TableSchema } from "./scope.ts";
import type { SqlParser } from "./sql-parser.ts";

export interface LineageSource {
  /** As the schema file spells it, without quotes. */
  readonly table: string;
  readonly column: string;
  readonly use: Use;
}

/** The JSON of `faultline lineage`. */
export interface LineageAnswer {
  /** In the order of the projection. */
  readonly outputs: readonly {
    readonly name: string;
    readonly sources: readonly LineageSource[];
  }[];
  /** Columns that decide about rows: join, filter, group, having, order, qualify and window keys. */
  readonly influences: readonly LineageSource[];
  readonly problems: readonly Problem[];
}

/** `{table: {column: type}}`, names as people write them. */
export type SchemaFile = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface LineageQuestion {
  readonly sql: string;
  readonly dialect: string;
  /** Absent: every table is open, any column name is accepted. */
  readonly schema?: SchemaFile;
  readonly parser: SqlParser;
  /** Milliseconds of a clock that only goes forward: with it a statement that takes too long comes back as coarse. */
  readonly now?: () => number;
}

const NAMESPACE = "schema";

/** Column lineage of one statement against a schema file, without any store. */
export function answerLineage({
  sql,
  dialect,
  schema = {},
  parser,
  now,
}: LineageQuestion): LineageAnswer {
  const lookup = lookupIn(schema);
  const analysis = analyzeQuery({ sql, dialect, lookup, parser, ...(now ? { now } : {}) });
  const sources = new Map<string, LineageSource[]>();
  const influences = new Map<string, LineageSource>();
  for (const edge of analysis.edges) {
    const source = sourceOf(edge);
    if (!source) continue;
    if (edge.output === undefined)
      influences.set(`${source.table}|${source.column}|${source.use}`, source);
    else sources.set(edge.output, [...(sources.get(edge.output) ?? []), source]);
  }
  return {
    outputs: analysis.outputs.map(({ name }) => ({ name, sources: sources.get(name) ?? [] })),
    influences: [...influences.values()],
    problems: [...analysis.problems, ...unlisted(analysis, schema)],
  };
}

/** Where a schema is given, a table that it does not list is one whose columns are taken on trust. */
function unlisted({ reads }: QueryAnalysis, schema: SchemaFile): Problem[] {
  const listed = Object.keys(schema);
  if (listed.length === 0) return [];
  const find = lookupIn(schema);
  return reads.flatMap(({ path, line }): Problem[] => {
    if (find(path)?.complete) return [];
    return [
      {
        code: "unresolved-name",
        message: `the schema does not list "${path.join(".")}": its columns are taken as the query names them`,
        severity: "info",
        ...(line === undefined ? {} : { line }),
      },
    ];
  });
}

/** How a column came into a star does not matter to the value. */
const SHOWN: Readonly<Partial<Record<Use, Use>>> = { STAR: "IDENTITY", POSITIONAL: "IDENTITY" };

function sourceOf(edge: QueryEdge): LineageSource | undefined {
  const { column } = edge.from;
  if (column === undefined) return undefined;
  return { table: assetNameOf(edge.from.asset).name, column, use: SHOWN[edge.use] ?? edge.use };
}

interface KnownTable {
  /** Folded parts in lower case, and as they are. */
  readonly exact: readonly string[];
  readonly schema: TableSchema;
}

/** Finds tables by their whole name or by its tail; a table that the file does not list is open. */
function lookupIn(schema: SchemaFile): LookupTable {
  const tables = Object.entries(schema).map(([name, columns]): KnownTable => {
    const parts = splitName(name);
    return {
      exact: parts.map((part) => part.text),
      schema: {
        asset: assetId(NAMESPACE, parts.map((part) => part.text).join(".")),
        columns: Object.entries(columns).map(([column, type]) => ({
          name: unquoted(column),
          type,
        })),
        complete: Object.keys(columns).length > 0,
      },
    };
  });
  const open = new Map<string, TableSchema>();
  return (path) => {
    const found = findTable(tables, path);
    if (found) return found;
    const name = path.join(".");
    const made = open.get(name) ?? {
      asset: assetId(NAMESPACE, name),
      columns: [],
      complete: false,
    };
    open.set(name, made);
    return made;
  };
}

const unquoted = (name: string): string =>
  /^(["`]).*\1$|^\[.*\]$/.test(name) ? name.slice(1, -1) : name;

function findTable(
  tables: readonly KnownTable[],
  path: readonly string[],
): TableSchema | undefined {
  const sameTail = (table: KnownTable, fold: (text: string) => string): boolean => {
    const length = Math.min(table.exact.length, path.length);
    return table.exact
      .slice(-length)
      .every((part, i) => fold(part) === fold(path.slice(-length)[i] ?? ""));
  };
  const exact = tables.filter((table) => sameTail(table, (text) => text));
  const loose =
    exact.length > 0
      ? exact
      : tables.filter((table) => sameTail(table, (text) => text.toLowerCase()));
  const sameLength = loose.filter((table) => table.exact.length === path.length);
  const chosen = sameLength.length > 0 ? sameLength : loose;
  return chosen.length === 1 ? chosen[0]?.schema : undefined;
}
