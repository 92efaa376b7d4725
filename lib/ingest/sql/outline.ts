import type { Expr, Select, SetOperation } from "./ast.ts";
import type { TracedBlock } from "./query-trace.ts";

/** A part of a query: what it means as a text that is alike for all ways of writing it, and how people wrote it. */
export interface OutlinePart {
  readonly text: string;
  readonly excerpt?: string | undefined;
  /** 1-based in the SQL text. */
  readonly line?: number | undefined;
}

export interface OutlineOutput extends OutlinePart {
  readonly name: string;
  /** What readers call it where it has no alias. */
  readonly calledAs?: string;
  readonly expr?: Expr;
}

export interface OutlineStar extends OutlinePart {
  /** All that it gives stands among the outputs. */
  readonly isKnown: boolean;
}

export interface OutlineSource {
  /** The table or CTE, and its number among several of that name in one FROM. */
  readonly label: string;
  /** How it is joined: `inner`, `left` …; absent for what FROM starts with. */
  readonly side?: string;
  readonly conditions: readonly OutlinePart[];
  /** A query in the place of a table. */
  readonly query?: QueryOutline;
  /** Everything else that is said of it. */
  readonly text: string;
  readonly line?: number | undefined;
}

export interface SelectOutline {
  readonly kind: "select";
  readonly select: Select;
  readonly block: TracedBlock | undefined;
  readonly outputs: readonly OutlineOutput[];
  /** As written; the columns of those that are known stand among the outputs. */
  readonly stars: readonly OutlineStar[];
  readonly sources: readonly OutlineSource[];
  readonly where: readonly OutlinePart[];
  readonly groups: readonly OutlinePart[];
  readonly having: readonly OutlinePart[];
  readonly qualify: readonly OutlinePart[];
  readonly distinct: string;
  /** Of DISTINCT ON: the order by which the first row of each key is picked. */
  readonly picks?: string;
  /** What no other part holds. */
  readonly rest: string;
  readonly line?: number | undefined;
}

export interface SetOutline {
  readonly kind: "set";
  readonly operation: SetOperation;
  readonly how: string;
  readonly branches: readonly BodyOutline[];
}

export interface NestedOutline {
  readonly kind: "query";
  readonly query: QueryOutline;
}

export interface OpaqueOutline {
  readonly kind: "opaque";
  readonly text: string;
}

export type BodyOutline = SelectOutline | SetOutline | NestedOutline | OpaqueOutline;

export interface QueryOutline {
  readonly ctes: readonly { readonly name: string; readonly query: QueryOutline }[];
  readonly body: BodyOutline;
  /** LIMIT and what it is over; empty without one: the order of a stored table does not matter. */
  readonly limit: string;
  readonly rest: string;
}

export interface StatementOutline {
  readonly query: QueryOutline | undefined;
  /** All of the statement that is not its query, and the statements before it. */
  readonly rest: string;
}

/** All of an outline as one text: two that are alike mean the same. */
export function outlineText(query: QueryOutline): string {
  return JSON.stringify([
    query.ctes.map(({ name, query: inner }) => [name, outlineText(inner)]),
    bodyText(query.body),
    query.limit,
    query.rest,
  ]);
}

export function bodyText(body: BodyOutline): string {
  switch (body.kind) {
    case "select":
      return selectText(body);
    case "set":
      return JSON.stringify([body.how, body.branches.map(bodyText)]);
    case "query":
      return outlineText(body.query);
    case "opaque":
      return body.text;
    default:
      return "";
  }
}

const texts = (parts: readonly OutlinePart[]): readonly string[] =>
  [...new Set(parts.map(({ text }) => text))].sort();

function selectText(select: SelectOutline): string {
  return JSON.stringify([
    select.outputs.map(({ name, text }) => [name.toLowerCase(), text]),
    select.stars.map(({ text }) => text),
    select.sources.map(sourceText),
    texts(select.where),
    texts(select.groups),
    texts(select.having),
    texts(select.qualify),
    select.distinct,
    select.picks ?? "",
    select.rest,
  ]);
}

export const sourceText = (source: OutlineSource): string =>
  JSON.stringify([
    source.label,
    source.side,
    texts(source.conditions),
    source.query ? outlineText(source.query) : "",
    source.text,
  ]);
