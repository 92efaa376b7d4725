import { partsOf } from "./analyze-function.ts";
import { analyseJoin, asJoinNode, mayLookLeft } from "./analyze-join.ts";
import { analyseMatch } from "./analyze-match.ts";
import { analysePivot, analyseUnpivot } from "./analyze-pivot.ts";
import {
  type Expr,
  type FunctionCall,
  type Ident,
  identsOf,
  type ObjectName,
  type Select,
  stringLiteralOf,
  type TableAlias,
  type TableFactor,
  type TableFactors,
  type TableWithJoins,
  tagOf,
} from "./ast.ts";
import {
  expressionOf,
  fileInCall,
  identsOfText,
  tableInCall,
  tableOfStream,
} from "./called-table.ts";
import { type Analysis, reportProblem } from "./expression-context.ts";
import { type FromNode, readFrom } from "./from-tree.ts";
import { RelationBuilder } from "./plan-builder.ts";
import {
  ColumnIndex,
  type CteEntry,
  columnsOfSchema,
  createScope,
  findColumn,
  findQualified,
  type Name,
  nameOf,
  type Scope,
  type Source,
  type VisibleColumn,
} from "./scope.ts";
import { analyseTableFunction, type TableFunctionInput } from "./table-function.ts";
import { tablesOf, uniteTables } from "./wildcard-source.ts";

export interface FromInput {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly select: Pick<Select, "from" | "lateral_views">;
}

/** Builds FROM: fills the scope with its sources and gives what later stages read. Undefined: there is no FROM. */
export function analyseFrom({ analysis, scope, select }: FromInput): FromNode | undefined {
  let node: FromNode | undefined;
  for (const item of select.from) {
    const next = analyseTableWithJoins({ analysis, scope, item });
    node = node ? crossJoin({ scope, left: node, right: next }) : next;
  }
  for (const view of select.lateral_views) {
    const [alias] = view.lateral_view_name;
    const ident =
      alias && "Identifier" in alias ? alias.Identifier : { value: "view", quote_style: null };
    const call = tagOf(view.lateral_view).payload as FunctionCall;
    const next = addSource(scope, {
      ...functionInput({ analysis, scope, call, alias: undefined }),
      alias: nameOf(ident, analysis.dialect),
      computes: true,
      columnNames: view.lateral_col_alias.map((column) => nameOf(column, analysis.dialect)),
    });
    node = node ? crossJoin({ scope, left: node, right: next, optional: view.outer }) : next;
  }
  return node;
}

interface CrossJoin {
  readonly scope: Scope;
  readonly left: FromNode;
  readonly right: FromNode;
  readonly optional?: boolean;
}

function crossJoin({ scope, left, right, optional = false }: CrossJoin): FromNode {
  const joined = asJoinNode(left, scope);
  joined.add(right, optional ? "outer" : "each");
  return joined;
}

interface ItemInput {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly item: TableWithJoins;
}

export function analyseTableWithJoins({ analysis, scope, item }: ItemInput): FromNode {
  let node = analyseFactor({ analysis, scope, factor: item.relation });
  for (const join of item.joins) {
    const looksLeft = mayLookLeft(join);
    const right = analyseFactor({ analysis, scope, factor: join.relation, looksLeft });
    node = analyseJoin({ analysis, scope, left: node, right, join });
  }
  return node;
}

interface FactorInput {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly factor: TableFactor;
  /** Default: yes. */
  readonly looksLeft?: boolean;
}

type FactorHandler = (payload: never, input: FactorInput) => FromNode;

/** One item of FROM. Its source is added to the scope. */
export function analyseFactor(input: FactorInput): FromNode {
  const { tag, payload } = tagOf(input.factor);
  const handler = FACTORS[tag];
  if (handler) return handler(payload as never, input);
  reportProblem(input, {
    code: "sql-not-understood",
    message: `FROM has an item of a kind that is not read: ${tag}`,
  });
  return addOpaque(input, (payload as { readonly alias?: TableAlias | null }).alias ?? null);
}

function addNode(scope: Scope, source: Source): FromNode {
  scope.sources.push(source);
  return { kind: "source", source };
}

function addSource(scope: Scope, input: TableFunctionInput): FromNode {
  return addNode(scope, analyseTableFunction(input));
}

function addOpaque({ analysis, scope }: FactorInput, alias: TableAlias | null): FromNode {
  return addNode(scope, {
    alias: alias ? nameOf(alias.name, analysis.dialect) : undefined,
    path: [],
    target: undefined,
    columns: new ColumnIndex([]),
    open: true,
    passesNew: false,
  });
}

function readTable(table: TableFactors["Table"], input: FactorInput): FromNode {
  const { analysis, scope } = input;
  const named = tableInCall(table.name, []) ?? identsOf(table.name);
  const names = named.map((ident) => nameOf(ident, analysis.dialect));
  if (table.args) return readCalledTable(table, input, names);
  const [first] = names;
  const cte = names.length === 1 && first ? scope.ctes.find(first.key) : undefined;
  if (cte && first) return addNode(scope, cteSource(cte, first, table.alias, analysis));
  const implicit = implicitUnnest(names, scope);
  if (implicit) {
    return addSource(scope, {
      analysis,
      scope,
      name: "unnest",
      values: [{ CompoundIdentifier: identsOf(table.name) }],
      alias: table.alias ? nameOf(table.alias.name, analysis.dialect) : names.at(-1),
      columnNames: [],
    });
  }
  return addNode(scope, tableSource({ analysis, names, alias: table.alias, where: scope.where }));
}

/** `from t, t.items as i`: the items of a column of a table on the left. */
function implicitUnnest(names: readonly Name[], scope: Scope): boolean {
  for (let length = names.length - 1; length >= 1; length--) {
    const source = findQualified(scope, names.slice(0, length));
    const column = names[length];
    if (source && column) return findColumn(source, column) !== undefined;
  }
  return false;
}

interface TableInput {
  readonly analysis: Analysis;
  readonly names: readonly Name[];
  readonly alias: TableAlias | null;
  /** What rows must meet, as far as the query around the table says it. */
  readonly where?: Expr | undefined;
}

export function tableSource({ analysis, names, alias, where }: TableInput): Source {
  const path = names.map((name) => name.text);
  const called = alias ? nameOf(alias.name, analysis.dialect) : names.at(-1);
  const found = analysis.lookup(path);
  const tables = found ? tablesOf(found, { where, alias: called }) : [];
  for (const table of tables.length > 0 ? tables : [undefined])
    analysis.noteRead(path, table, names[0]?.line ?? 0);
  if (tables.length > 1) {
    const relation = uniteTables(tables, { name: names.at(-1), analysis });
    const source = relationSource({ analysis, relation, alias });
    return alias ? source : { ...source, alias: called, path: names };
  }
  const [schema] = tables;
  if (!schema) {
    reportProblem(
      { analysis },
      {
        code: "unresolved-name",
        message: `no asset is called "${path.join(".")}"`,
        at: names[0],
      },
    );
  }
  const known = schema ? columnsOfSchema(schema) : new ColumnIndex([]);
  const renamed = renameColumns(known, alias, analysis);
  return {
    alias: called,
    path: alias ? [] : names,
    target: schema ? { asset: schema.asset } : undefined,
    columns: renamed,
    open: !schema?.complete || schema.columns.length === 0,
    passesNew: true,
  };
}

/** `as t(a, b)` names the first columns anew. */
export function renameColumns(
  columns: ColumnIndex,
  alias: TableAlias | null | undefined,
  analysis: Analysis,
): ColumnIndex {
  const names = alias?.columns ?? [];
  if (names.length === 0) return columns;
  return new ColumnIndex(
    columns.columns.map((column, i): VisibleColumn => {
      const renamed = names[i];
      return renamed ? { ...column, name: nameOf(renamed.name, analysis.dialect).text } : column;
    }),
  );
}

function cteSource(
  cte: CteEntry,
  name: Name,
  alias: TableAlias | null,
  analysis: Analysis,
): Source {
  const { ensure } = cte.relation;
  return {
    alias: alias ? nameOf(alias.name, analysis.dialect) : name,
    path: [],
    target: { relation: cte.relation },
    columns: renameColumns(cte.columns, alias, analysis),
    open: ensure !== undefined,
    ...(ensure ? { ensure } : {}),
    passesNew: cte.passesNew,
  };
}

/** The columns of a relation as a query that reads it sees them. */
export function columnsOfRelation(relation: RelationBuilder): ColumnIndex {
  return new ColumnIndex(relation.columns.map((column) => ({ ...column, column: column.name })));
}

function readCalledTable(
  table: TableFactors["Table"],
  input: FactorInput,
  names: readonly Name[],
): FromNode {
  const { analysis, scope } = input;
  const args = table.args?.args ?? [];
  const name = names.at(-1)?.text.toLowerCase() ?? "";
  const file = fileInCall(name, args);
  if (file !== undefined) {
    const fileName: Name = {
      text: file,
      key: file,
      quoted: true,
      line: names[0]?.line ?? 0,
      column: names[0]?.column ?? 0,
    };
    const source = tableSource({ analysis, names: [fileName], alias: table.alias });
    return addNode(scope, table.alias ? source : { ...source, alias: names.at(-1) });
  }
  const stream = tableInCall(table.name, args) ?? tableOfStream(name, args);
  if (stream) {
    const streamed = stream.map((ident) => nameOf(ident, analysis.dialect));
    return addNode(scope, tableSource({ analysis, names: streamed, alias: table.alias }));
  }
  const last = identsOf(table.name).at(-1);
  const method = names.length > 1 && last ? methodSubject(table.name, scope, analysis) : undefined;
  return addSource(scope, {
    analysis,
    scope,
    name: method ? "unnest" : name,
    values: [...(method ? [method] : []), ...args.flatMap(expressionOf)],
    alias: table.alias ? nameOf(table.alias.name, analysis.dialect) : names.at(-1),
    columnNames: aliasColumns(table.alias, analysis),
    ordinality: table.with_ordinality === true,
  });
}

/** T-SQL: `cross apply t.doc.nodes('/a') x(n)`: rows out of a column. */
function methodSubject(name: ObjectName, scope: Scope, analysis: Analysis): Expr | undefined {
  const idents = identsOf(name).slice(0, -1);
  const names = idents.map((ident) => nameOf(ident, analysis.dialect));
  const [first] = names;
  const isColumn =
    first !== undefined &&
    scope.sources.some(
      (source) =>
        source.columns.find(first) ?? (source.alias?.key === first.key && names.length > 1),
    );
  return isColumn ? { CompoundIdentifier: idents } : undefined;
}

const aliasColumns = (alias: TableAlias | null | undefined, analysis: Analysis): Name[] =>
  (alias?.columns ?? []).map((column) => nameOf(column.name, analysis.dialect));

interface CallInput {
  readonly analysis: Analysis;
  readonly scope: Scope;
  readonly call: FunctionCall;
  readonly alias: TableAlias | null | undefined;
}

function functionInput({ analysis, scope, call, alias }: CallInput): TableFunctionInput {
  const parts = partsOf(call);
  return {
    analysis,
    scope,
    name: parts.name,
    values: parts.values,
    alias: alias
      ? nameOf(alias.name, analysis.dialect)
      : nameFromText(parts.name, call.name, analysis),
    columnNames: aliasColumns(alias, analysis),
  };
}

function nameFromText(text: string, name: ObjectName, analysis: Analysis): Name | undefined {
  const ident = identsOf(name).at(-1);
  return ident
    ? nameOf(ident, analysis.dialect)
    : { text, key: text, quoted: false, line: 0, column: 0 };
}

function readDerived(derived: TableFactors["Derived"], input: FactorInput): FromNode {
  const { analysis, scope, looksLeft = true } = input;
  const sees = looksLeft && (derived.lateral || isImplicitlyLateral(analysis));
  const relation = analysis.analyseSubquery({
    query: derived.subquery,
    scope: sees ? scope : createScope(scope.parent, scope.ctes),
  });
  return addNode(scope, relationSource({ analysis, relation, alias: derived.alias }));
}

/** APPLY and DuckDB see the tables on their left without the word LATERAL. */
const isImplicitlyLateral = ({ dialect }: Analysis): boolean =>
  dialect === "tsql" || dialect === "duckdb";

interface RelationSource {
  readonly analysis: Analysis;
  readonly relation: RelationBuilder;
  readonly alias: TableAlias | null | undefined;
}

export function relationSource({ analysis, relation, alias }: RelationSource): Source {
  const { ensure } = relation;
  return {
    alias: alias ? nameOf(alias.name, analysis.dialect) : undefined,
    path: [],
    target: { relation },
    columns: renameColumns(columnsOfRelation(relation), alias, analysis),
    open: ensure !== undefined,
    ...(ensure ? { ensure } : {}),
    passesNew: relation.edges.some((edge) => edge.use === "STAR" && edge.column === undefined),
  };
}

function readNested(nested: TableFactors["NestedJoin"], input: FactorInput): FromNode {
  const { analysis, scope } = input;
  if (!nested.alias)
    return analyseTableWithJoins({ analysis, scope, item: nested.table_with_joins });
  const inner = createScope(scope.parent, scope.ctes);
  const node = analyseTableWithJoins({ analysis, scope: inner, item: nested.table_with_joins });
  const relation = new RelationBuilder(nested.alias.name.value);
  for (const source of inner.sources) {
    for (const column of source.columns.columns) {
      const cell = readFrom(relation, node, { source, column }, "each");
      const to = relation.addColumn(column);
      if (cell) relation.addEdge({ ...cell, to, use: "IDENTITY" });
    }
  }
  return addNode(scope, relationSource({ analysis, relation, alias: nested.alias }));
}

function readUnnest(unnest: TableFactors["UNNEST"], { analysis, scope }: FactorInput): FromNode {
  const offset =
    unnest.with_offset_alias ??
    (unnest.with_offset ? { value: "offset", quote_style: null } : undefined);
  return addSource(scope, {
    analysis,
    scope,
    name: "unnest",
    values: unnest.array_exprs,
    alias: unnest.alias ? nameOf(unnest.alias.name, analysis.dialect) : undefined,
    columnNames: aliasColumns(unnest.alias, analysis),
    ordinality: unnest.with_ordinality === true,
    ...(offset ? { offset: nameOf(offset, analysis.dialect) } : {}),
  });
}

function readFunction(
  factor: TableFactors["Function"],
  { analysis, scope }: FactorInput,
): FromNode {
  const ident = identsOf(factor.name).at(-1);
  return addSource(scope, {
    analysis,
    scope,
    name: ident?.value.toLowerCase() ?? "",
    values: factor.args.flatMap(expressionOf),
    alias: factor.alias
      ? nameOf(factor.alias.name, analysis.dialect)
      : ident && nameOf(ident, analysis.dialect),
    columnNames: aliasColumns(factor.alias, analysis),
  });
}

function readTableFunction(factor: TableFactors["TableFunction"], input: FactorInput): FromNode {
  const { tag, payload } = tagOf(factor.expr);
  const { analysis, scope } = input;
  const text = stringLiteralOf(factor.expr);
  if (text !== undefined && text !== "") {
    const names = identsOfText(text).map((ident) => nameOf(ident, analysis.dialect));
    return addNode(scope, tableSource({ analysis, names, alias: factor.alias }));
  }
  if (tag !== "Function") return addOpaque(input, factor.alias);
  return addSource(
    scope,
    functionInput({ analysis, scope, call: payload as FunctionCall, alias: factor.alias }),
  );
}

interface JsonTable {
  readonly json_expr: Expr;
  readonly columns: readonly unknown[];
  readonly alias: TableAlias | null;
}

/** The name of a column, or of those of `nested path '…' columns (…)`. */
function namesOfJsonColumn(column: unknown): Ident[] {
  const { tag, payload } = tagOf(column);
  if (tag === "ForOrdinality") return [payload as Ident];
  if (tag === "Nested")
    return (payload as { readonly columns: readonly unknown[] }).columns.flatMap(namesOfJsonColumn);
  const own =
    (column as { readonly name?: Ident }).name ?? (payload as { readonly name?: Ident })?.name;
  return own?.value ? [own] : [];
}

function readJsonTable(factor: JsonTable, { analysis, scope }: FactorInput): FromNode {
  const columns = factor.columns
    .flatMap(namesOfJsonColumn)
    .map((ident) => nameOf(ident, analysis.dialect));
  return addSource(scope, {
    analysis,
    scope,
    name: "json_table",
    values: [factor.json_expr],
    alias: factor.alias ? nameOf(factor.alias.name, analysis.dialect) : undefined,
    columnNames: columns,
  });
}

interface XmlTable {
  readonly row_expression: Expr;
  readonly passing: { readonly arguments: readonly { readonly expr: Expr }[] };
  readonly columns: readonly { readonly name: Ident; readonly option: unknown }[];
  readonly alias: TableAlias | null;
}

function readXmlTable(factor: XmlTable, { analysis, scope }: FactorInput): FromNode {
  const defaults = factor.columns.flatMap(({ option }): Expr[] => {
    const { payload } = tagOf(option);
    const fallback = (payload as { readonly default?: Expr | null } | undefined)?.default;
    return fallback ? [fallback] : [];
  });
  const named = aliasColumns(factor.alias, analysis);
  return addSource(scope, {
    analysis,
    scope,
    name: "xmltable",
    values: [
      factor.row_expression,
      ...factor.passing.arguments.map(({ expr }) => expr),
      ...defaults,
    ],
    alias: nameOf(factor.alias?.name ?? { value: "xmltable", quote_style: null }, analysis.dialect),
    columnNames: factor.columns.map(({ name }, i) => named[i] ?? nameOf(name, analysis.dialect)),
  });
}

function readPivot(pivot: TableFactors["Pivot"], { analysis, scope }: FactorInput): FromNode {
  const inner = createScope(scope.parent, scope.ctes);
  const node = analyseFactor({ analysis, scope: inner, factor: pivot.table });
  const relation = analysePivot({ analysis, scope: inner, node, pivot });
  return addNode(
    scope,
    relationSource({ analysis, relation, alias: pivot.alias ?? ownAlias(pivot.table) }),
  );
}

function readUnpivot(unpivot: TableFactors["Unpivot"], { analysis, scope }: FactorInput): FromNode {
  const inner = createScope(scope.parent, scope.ctes);
  const node = analyseFactor({ analysis, scope: inner, factor: unpivot.table });
  const relation = analyseUnpivot({ analysis, scope: inner, node, unpivot });
  return addNode(
    scope,
    relationSource({ analysis, relation, alias: unpivot.alias ?? ownAlias(unpivot.table) }),
  );
}

/** Without a name of its own a pivot answers to the name of its table. */
function ownAlias(factor: TableFactor): TableAlias | null {
  const { tag, payload } = tagOf(factor);
  const table = payload as { readonly alias?: TableAlias | null; readonly name?: ObjectName };
  if (table.alias) return { ...table.alias, columns: [] };
  const ident = tag === "Table" && table.name ? identsOf(table.name).at(-1) : undefined;
  return ident ? { name: ident, columns: [] } : null;
}

function readMatch(
  match: TableFactors["MatchRecognize"],
  { analysis, scope }: FactorInput,
): FromNode {
  const inner = createScope(scope.parent, scope.ctes);
  const node = analyseFactor({ analysis, scope: inner, factor: match.table });
  const relation = analyseMatch({ analysis, scope: inner, node, match });
  return addNode(scope, relationSource({ analysis, relation, alias: match.alias }));
}

const FACTORS: Readonly<Record<string, FactorHandler>> = {
  Table: readTable,
  Derived: readDerived,
  NestedJoin: readNested,
  UNNEST: readUnnest,
  Function: readFunction,
  TableFunction: readTableFunction,
  JsonTable: readJsonTable,
  OpenJsonTable: readJsonTable,
  XmlTable: readXmlTable,
  Pivot: readPivot,
  Unpivot: readUnpivot,
  MatchRecognize: readMatch,
};
