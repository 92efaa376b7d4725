import type { Column } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { analyzeQuery, type QueryAnalysis } from "./analyze-query.ts";
import type { Query } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import { keepsEachRow } from "./keeps-each-row.ts";
import { pathKey, type RelationPath } from "./relation-path.ts";
import type { SqlParser } from "./sql-parser.ts";
import type { TableDraft } from "./table-draft.ts";

/** What a table is after `create or replace table t as select …`. */
export interface RemadeTable {
  readonly columns: readonly Column[];
  /** Where the query reads nothing but the table itself: whether rows are lost, and which columns hold other values. */
  readonly ofItself?: { readonly losesRows: boolean; readonly rewritten: readonly string[] };
}

interface RemakeInput {
  readonly sql: string;
  /** Absent: the table is a copy of another one. */
  readonly query: Query | undefined;
  readonly target: TableDraft;
  readonly dialect: Dialect;
  readonly parser: SqlParser;
  readonly findTable: (path: RelationPath) => TableDraft | undefined;
}

/** Undefined: which columns it has is not known, because the query reads what nobody has declared. */
export function remakeTable(input: RemakeInput): RemadeTable | undefined {
  const { sql, query, target, dialect, parser, findTable } = input;
  const idOf = ({ path }: TableDraft) => assetId("", pathKey(path));
  const analysis = analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => {
      const draft = findTable(path);
      return draft && { asset: idOf(draft), columns: draft.columns, complete: isListed(draft) };
    },
  });
  const { plan, reads, outputs, problems } = analysis;
  const isKnown =
    plan !== undefined &&
    outputs.length > 0 &&
    reads.every(({ path }) => {
      const draft = findTable(path);
      return draft !== undefined && isListed(draft);
    }) &&
    problems.every(({ severity }) => severity === "info");
  if (!isKnown) return undefined;
  const isOwn = reads.length > 0 && reads.every(({ asset }) => asset === idOf(target));
  const kept = isOwn ? passedColumns(analysis, target) : new Map<string, Column>();
  const columns = outputs.map(({ name, type, nullable }): Column => {
    const same = kept.get(name.toLowerCase());
    if (same) return same;
    return {
      name,
      ...(type === undefined ? {} : { type }),
      ...(nullable === undefined ? {} : { nullable }),
    };
  });
  if (!isOwn) return { columns };
  const rewritten = columns.flatMap(({ name }) => (kept.has(name.toLowerCase()) ? [] : [name]));
  return { columns, ofItself: { losesRows: !query || !keepsEachRow(query), rewritten } };
}

const isListed = ({ columns }: TableDraft): boolean => columns.length > 0;

/** The columns that come out as they went in, under their own name. */
function passedColumns(
  { outputs, edges }: QueryAnalysis,
  target: TableDraft,
): ReadonlyMap<string, Column> {
  const found = new Map<string, Column>();
  for (const { name } of outputs) {
    const key = name.toLowerCase();
    const column = target.columns.find((one) => one.name.toLowerCase() === key);
    const into = edges.filter(({ output }) => output?.toLowerCase() === key);
    const isPassed = into.every(
      ({ from, use }) =>
        (use === "IDENTITY" || use === "STAR") && from.column?.toLowerCase() === key,
    );
    if (column && into.length > 0 && isPassed) found.set(key, column);
  }
  return found;
}
