import { makeTable } from "#lib/kit/make-table.ts";
import { analyseExpression } from "./analyze-expression.ts";
import type { Expr } from "./ast.ts";
import { tablesInTexts } from "./called-table.ts";
import {
  type Analysis,
  BARE,
  type Cell,
  type ExpressionContext,
  type Flow,
  reportProblem,
} from "./expression-context.ts";
import { computesOnly, isUnnesting } from "./function-uses.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { ColumnIndex, type Name, type Scope, type Source, type VisibleColumn } from "./scope.ts";
import { fieldsOfType } from "./struct-fields.ts";

export interface TableFunctionInput {
  readonly analysis: Analysis;
  /** Sources to the left, whose columns the arguments may name. */
  readonly scope: Scope;
  /** In lower case. */
  readonly name: string;
  readonly values: readonly Expr[];
  readonly alias: Name | undefined;
  /** Names given by the alias; empty: the function's own. */
  readonly columnNames: readonly Name[];
  readonly ordinality?: boolean;
  readonly offset?: Name;
  /** Nothing but the arguments goes in, whatever the function is called. */
  readonly computes?: boolean;
}

const FLATTEN_COLUMNS = ["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"];

/** Columns that such functions have by nature; others have what the alias says or one that is called like the alias. */
const OWN_COLUMNS: Readonly<Record<string, readonly string[]>> = makeTable({
  flatten: FLATTEN_COLUMNS,
  split_to_table: ["SEQ", "INDEX", "VALUE"],
  strtok_split_to_table: ["SEQ", "INDEX", "VALUE"],
  string_split: ["value", "ordinal"],
  openjson: ["key", "value", "type"],
  json_each: ["key", "value", "type", "atom", "id", "parent", "fullkey", "path"],
  json_tree: ["key", "value", "type", "atom", "id", "parent", "fullkey", "path"],
  jsonb_each: ["key", "value"],
  jsonb_each_text: ["key", "value"],
  json_each_text: ["key", "value"],
  json_array_elements: ["value"],
  jsonb_array_elements: ["value"],
  json_array_elements_text: ["value"],
  jsonb_array_elements_text: ["value"],
  posexplode: ["pos", "col"],
  posexplode_outer: ["pos", "col"],
  explode: ["col"],
  explode_outer: ["col"],
});

/** Where an item stands is computed from the list as well. */
const PLACE = { use: "ARITH", detail: "fn:position" } as const;

/** Columns of such functions that are made of the value's place, not of the value. */
const PLACE_COLUMNS = new Set([
  "seq",
  "index",
  "ordinal",
  "pos",
  "id",
  "parent",
  "offset",
  "ordinality",
]);

/**
 * A function in FROM: a relation whose columns come out of the arguments. What unnests hands values on as they are; any
 * other function computes. Where nothing says what columns there are, every name that the query asks for is one.
 */
export function analyseTableFunction(input: TableFunctionInput): Source {
  const relation = new RelationBuilder(labelOf(input), input.alias?.line || undefined);
  const { flows, type } = readArguments(input, relation);
  if (!input.computes && !computesOnly(input.name)) readHidden(input, relation);
  const addColumn = (name: string): VisibleColumn => {
    const index = relation.addColumn({ name });
    const isLast = input.ordinality === true && name === input.columnNames.at(-1)?.text;
    const place = isLast || PLACE_COLUMNS.has(name.toLowerCase());
    for (const flow of flows) {
      const use = place ? PLACE : handedOn(input, flow);
      relation.addEdge({ ...flow.cell, ...use, to: index, line: flow.line });
    }
    return { name, column: relation.nameAt(index) };
  };
  const columns = namesOf(input).map(addColumn);
  if (input.offset) {
    const index = relation.addColumn({ name: input.offset.text });
    for (const flow of flows)
      relation.addEdge({ ...flow.cell, ...PLACE, to: index, line: flow.line });
    columns.push({ name: input.offset.text, column: relation.nameAt(index) });
  }
  const ensure = (name: string): string => {
    const known = relation.indexOf(name);
    return known === undefined ? addColumn(name).column : relation.nameAt(known);
  };
  const isSeries = SERIES.has(input.name);
  const isOpen =
    input.columnNames.length === 0 && OWN_COLUMNS[input.name] === undefined && !isSeries;
  const [value] = columns;
  const isValue = (isSeries || (isOpen && isUnnesting(input.name))) && value !== undefined;
  const fields = isValue ? fieldsOfType(type) : undefined;
  return {
    alias: input.alias,
    path: [],
    target: { relation },
    columns: new ColumnIndex(columns),
    open: isOpen,
    ...(isOpen ? { ensure } : {}),
    ...(isValue ? { value } : {}),
    ...(fields ? { fields } : {}),
    passesNew: false,
  };
}

/** One column of numbers or times. DuckDB calls it as the function, whatever the alias; both names mean it here. */
const SERIES = new Set(["range", "generate_series"]);

const labelOf = ({ name, alias }: TableFunctionInput): string =>
  alias && alias.text.toLowerCase() !== name ? `${name} ${alias.text}` : name;

function namesOf(input: TableFunctionInput): string[] {
  if (input.columnNames.length > 0)
    return withOrdinality(
      input,
      input.columnNames.map((name) => name.text),
    );
  const own = OWN_COLUMNS[input.name];
  if (own) return [...own];
  if (input.name === "unnest" && !input.alias) return withOrdinality(input, ["unnest"]);
  if (input.name === "generator") return [];
  if (SERIES.has(input.name) && input.analysis.dialect === "duckdb")
    return withOrdinality(input, [input.name]);
  return withOrdinality(input, [input.alias?.text ?? input.name]);
}

const withOrdinality = (input: TableFunctionInput, names: readonly string[]): string[] =>
  input.ordinality && input.columnNames.length === 0 ? [...names, "ordinality"] : [...names];

interface NamedUse {
  readonly use: Flow["use"];
  readonly detail?: string | undefined;
}

function handedOn(input: TableFunctionInput, flow: Flow): NamedUse {
  if (!isUnnesting(input.name) && flow.use === "IDENTITY")
    return { use: "ARITH", detail: `fn:${input.name}` };
  return { use: flow.use, detail: flow.detail };
}

interface ReadArguments {
  readonly flows: readonly Flow[];
  /** Of the first argument. */
  readonly type: string | undefined;
}

/** The arguments read the sources on their left: each becomes an input, and the array itself decides about the rows. */
function readArguments(input: TableFunctionInput, relation: RelationBuilder): ReadArguments {
  const { analysis, scope, values } = input;
  const cellOf = (source: Source, column: VisibleColumn): Cell | undefined =>
    source.target && { input: relation.inputFor(source.target, "each"), column: column.column };
  const context: ExpressionContext = {
    analysis,
    relation,
    scope,
    cellOf,
    mergedCells: (merged) => merged.parts.flatMap((part) => cellOf(part.source, part.column) ?? []),
    rowsCell: () => undefined,
    windows: new Map(),
  };
  const flows: Flow[] = [];
  const types = values.map((value) =>
    analyseExpression(value, { wrap: BARE, context, sink: (flow) => flows.push(flow) }),
  );
  for (const { cell, line } of flows) {
    if (cell.column !== undefined)
      relation.addEdge({ ...cell, use: "JOIN_INNER", detail: "unnest", line });
  }
  return { flows, type: types[0]?.type };
}

/**
 * A function that somebody wrote, or one that runs a query elsewhere, may read any table. What its texts name is read in
 * an unknown way; where that is not all, the query's owner is told of as one whose reads are not known.
 */
function readHidden(
  { analysis, name, values, alias }: TableFunctionInput,
  relation: RelationBuilder,
): void {
  const named = tablesInTexts(values, analysis.dialect).map((path) => ({
    path,
    schema: analysis.lookup(path),
  }));
  for (const { path, schema } of named) {
    if (!schema) continue;
    analysis.noteRead(path, schema, 0);
    relation.addEdge({
      input: relation.inputFor({ asset: schema.asset }, "exists"),
      use: "UNKNOWN",
    });
  }
  if (named.length > 0 && named.every(({ schema }) => schema !== undefined)) return;
  reportProblem(
    { analysis },
    {
      code: "reads-not-known",
      message: `which tables the function "${name}" reads is not known`,
      at: alias,
    },
  );
}
