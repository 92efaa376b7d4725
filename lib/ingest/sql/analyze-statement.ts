import { isObject, type ObjectName, identsOf, type Query, type Statement, tagOf } from "./ast.ts";
import { analyseQueryBody, NO_CTES } from "./analyze-query-body.ts";
import { type Analysis, reportProblem } from "./expression-context.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import { nameOf } from "./scope.ts";

/** What a statement writes. */
export interface Writes {
  readonly path: readonly string[];
  readonly kind: "table" | "view" | "insert" | "merge" | "update" | "delete";
}

export interface StatementInput {
  readonly analysis: Analysis;
  readonly statement: Statement;
  readonly noteCte: (relation: RelationBuilder) => void;
}

export interface AnalysedStatement {
  readonly relation?: RelationBuilder;
  readonly writes?: Writes;
}

/** One statement of any kind that moves data. */
export function analyseStatement(input: StatementInput): AnalysedStatement {
  const { tag, payload } = tagOf(input.statement);
  if (tag === "Query") return { relation: analyseTop(input, payload as Query) };
  if (tag === "CreateView" || tag === "CreateTable") {
    const { query, name } = payload as { readonly query?: Query; readonly name: ObjectName };
    const writes: Writes = { path: pathOf(name, input.analysis), kind: tag === "CreateView" ? "view" : "table" };
    return query ? { relation: analyseTop(input, query), writes } : { writes };
  }
  reportProblem(input, { code: "sql-not-understood", message: `a statement of a kind that is not followed: ${tag}` });
  return {};
}

export function pathOf(name: ObjectName, analysis: Analysis): string[] {
  return identsOf(name).map((ident) => nameOf(ident, analysis.dialect).text);
}

export function analyseTop({ analysis, noteCte }: StatementInput, query: Query): RelationBuilder {
  void isObject;
  return analyseQueryBody({ analysis, query, parent: undefined, ctes: NO_CTES, label: "result", noteCte });
}
