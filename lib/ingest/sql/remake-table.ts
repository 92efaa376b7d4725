import type { Column } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { givesNoMore } from "../plan-outputs.ts";
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

interface RemakeSource {
  readonly sql: string;
  readonly target: TableDraft;
  readonly dialect: Dialect;
  readonly parser: SqlParser;
  readonly findTable: (path: RelationPath) => TableDraft | undefined;
}

interface RemakeInput extends RemakeSource {
  /** Absent: the table is a copy of another one. */
  readonly query: Query | undefined;
}

/** Undefined: which columns it has is not known, because the query reads what nobody has declared. */
export function remakeTable(input: RemakeInput): RemadeTable | undefined {
  const { query, target, findTable } = input;
  const analysis = analyzeOver(input);
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

/**
 * The columns of a view that takes the place of a table or of another view: those of the same name are as they were, and
 * what is made otherwise is told by the comparison of the queries. Undefined: not all of them are known.
 * `names`: what the view itself calls them, in their order; may be empty.
 */
export function remakeView(
  input: RemakeSource & { readonly names: readonly string[] },
): readonly Column[] | undefined {
  const { target, names, findTable } = input;
  const { plan, reads, outputs } = analyzeOver(input);
  const listed = new Set(
    reads.flatMap(({ path, asset }) => {
      const draft = findTable(path);
      return draft && isListed(draft) ? [asset] : [];
    }),
  );
  const isKnown = outputs.length > 0 && givesNoMore(plan, (asset) => listed.has(asset));
  if (!isKnown && names.length === 0) return undefined;
  const known = new Map(target.columns.map((column) => [column.name.toLowerCase(), column]));
  const given = names.length > 0 ? names : outputs.map(({ name }) => name);
  return given.map((name) => known.get(name.toLowerCase()) ?? { name });
}

const idOf = ({ path }: TableDraft) => assetId("", pathKey(path));

const analyzeOver = ({ sql, dialect, parser, findTable }: RemakeSource): QueryAnalysis =>
  analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => {
      const draft = findTable(path);
      return draft && { asset: idOf(draft), columns: draft.columns, complete: isListed(draft) };
    },
  });

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
