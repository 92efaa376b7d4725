import type { XmlElement } from "#lib/ingest/parse-xml.ts";
import { childAt, childrenOf } from "#lib/ingest/parse-xml.ts";
import { quoted, quoteName } from "#lib/ingest/quote-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { TableauConnection } from "./tableau-connection.ts";

/** A table, a custom query or a union, under the name by which fields say that they come from it. */
export interface TableauRelation {
  /** Unique inside of the data source. */
  readonly name: string;
  readonly connection: TableauConnection;
  /** Of a table: its name in parts, outermost first. */
  readonly path?: readonly string[];
  /** Of a custom query. */
  readonly sql?: string;
  /** Of a union: what stands on top of each other. */
  readonly parts?: readonly TableauRelation[];
}

/** How two relations are joined; `on` is SQL with fields still in brackets: `[orders].[id] = [refunds].[order_id]`. */
export interface TableauJoin {
  readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL";
  readonly left: JoinTree;
  readonly right: JoinTree;
  readonly on: string;
}

export type JoinTree = TableauRelation | TableauJoin;

export const isJoin = (tree: JoinTree): tree is TableauJoin => "on" in tree;

/** What a data source draws on: one tree of joins, or relations that are joined only where a sheet needs them. */
export interface RelationModel {
  readonly trees: readonly JoinTree[];
  /** Between trees, in terms of fields: `[id] = [id (refunds)]`. */
  readonly relationships: readonly string[];
}

/** Tableau writes newer and older forms of one element side by side, marked by a prefix. */
const plainName = (name: string): string => name.replace(/^_\.fcp\.[^.]+\.(?:true|false)\.{3}/, "");
const isNewerForm = (name: string): boolean => /^_\.fcp\.[^.]+\.true\.{3}/.test(name);

export function readRelations(
  datasource: XmlElement,
  connections: ReadonlyMap<string, TableauConnection>,
): RelationModel {
  const connection = childAt(datasource, "connection");
  const candidates = (connection?.children ?? []).filter(
    ({ name }) => plainName(name) === "relation",
  );
  const newest = candidates.filter(({ name }) => isNewerForm(name));
  const chosen = newest.length > 0 ? newest : candidates;
  const trees = chosen.flatMap((relation) => readTree(relation, connections));
  return { trees, relationships: readRelationships(datasource) };
}

function readTree(
  relation: XmlElement,
  connections: ReadonlyMap<string, TableauConnection>,
): readonly JoinTree[] {
  const type = relation.attributes.get("type") ?? "table";
  const inner = relation.children.filter(({ name }) => plainName(name) === "relation");
  const below = (): readonly JoinTree[] => inner.flatMap((child) => readTree(child, connections));
  if (type === "collection") return below();
  if (type === "join") return joinOf(relation, below());
  const connection = connections.get(relation.attributes.get("connection") ?? "") ??
    connections.get("") ?? { namespace: "tableau", dialect: "generic" };
  const name = relation.attributes.get("name") ?? "";
  if (type === "union") {
    const parts = below().filter((tree): tree is TableauRelation => !isJoin(tree));
    return [{ name, connection, parts }];
  }
  if (type === "text") return [{ name, connection, sql: customSql(relation.text) }];
  // A pivot or a projection stands over the relation that it reshapes.
  if (inner.length > 0) {
    return below().map((tree) => (isJoin(tree) || name === "" ? tree : { ...tree, name }));
  }
  const table = relation.attributes.get("table") ?? relation.attributes.get("name") ?? "";
  return [{ name, connection, path: tablePath(table, connection) }];
}

/** Angle brackets are doubled in the file, and parameters stand inside of single ones. */
const customSql = (text: string): string =>
  text
    .trim()
    .replace(/<\[Parameters\]\.\[[^\]]*\]>/g, "NULL")
    .replaceAll("<<", "<")
    .replaceAll(">>", ">")
    .replace(/;+\s*$/, "");

function tablePath(table: string, connection: TableauConnection): readonly string[] {
  const named = [...table.matchAll(/\[((?:[^\]]|\]\])*)\]/g)].map(([, name]) =>
    (name ?? "").replaceAll("]]", "]"),
  );
  const parts = named.length === 0 ? [table] : named;
  if (connection.published !== undefined) return [connection.published];
  if (connection.file !== undefined) {
    const sheet = (parts.at(-1) ?? "").replace(/\$$/, "");
    return sheet.replace("#", ".") === connection.file
      ? [connection.file]
      : [connection.file, sheet];
  }
  // BigQuery writes project and data set as one part.
  const split =
    connection.dialect === "bigquery" ? parts.flatMap((part) => part.split(".")) : parts;
  return connection.database !== undefined && split.length < 3
    ? [connection.database, ...split]
    : split;
}

const JOINS: Readonly<Record<string, TableauJoin["type"]>> = makeTable({
  inner: "INNER",
  left: "LEFT",
  right: "RIGHT",
  full: "FULL",
});

function joinOf(relation: XmlElement, below: readonly JoinTree[]): readonly JoinTree[] {
  const [left, right] = below;
  if (left === undefined || right === undefined) return below;
  const clause = childAt(relation, "clause", "expression");
  return [
    {
      type: JOINS[relation.attributes.get("join") ?? "inner"] ?? "INNER",
      left,
      right,
      on: clause === undefined ? "1 = 1" : expressionText(clause),
    },
  ];
}

/** Its operator over its operands, which are expressions again; a leaf is a field in brackets. */
function expressionText(expression: XmlElement): string {
  const operator = expression.attributes.get("op") ?? "";
  const operands = childrenOf(expression, "expression").map(expressionText);
  if (operands.length === 0) return operator;
  return /^\w+$/.test(operator) && !/^(?:and|or)$/i.test(operator)
    ? `${operator}(${operands.join(", ")})`
    : `(${operands.join(` ${operator} `)})`;
}

function readRelationships(datasource: XmlElement): readonly string[] {
  return datasource.children
    .filter(({ name }) => plainName(name) === "object-graph")
    .flatMap((graph) => childrenOf(graph, "relationships"))
    .flatMap((all) => childrenOf(all, "relationship"))
    .flatMap((one) => childAt(one, "expression") ?? [])
    .map(expressionText);
}

/** All relations of a tree, from left to right. */
export const relationsIn = (tree: JoinTree): readonly TableauRelation[] =>
  isJoin(tree) ? [...relationsIn(tree.left), ...relationsIn(tree.right)] : [tree];

/** Tables of a tree: those inside of unions too. */
export const tablesIn = (tree: JoinTree): readonly TableauRelation[] =>
  relationsIn(tree).flatMap((relation) => relation.parts?.flatMap(tablesIn) ?? relation);

/** A relation as it stands behind FROM, under its own name. */
export function relationSql(relation: TableauRelation, dialect: string): string {
  const alias = quoted(relation.name, dialect);
  return `${bareSql(relation, dialect)} AS ${alias}`;
}

function bareSql({ sql, parts, path = [] }: TableauRelation, dialect: string): string {
  if (sql !== undefined) return `(\n${sql}\n)`;
  if (parts !== undefined)
    return `(${parts.map((part) => `SELECT * FROM ${bareSql(part, dialect)}`).join(" UNION ALL ")})`;
  return path.map((part) => quoteName(part, dialect)).join(".");
}
