import { analyseCondition, conjunctsOf } from "./analyze-condition.ts";
import { analyseExpression } from "./analyze-expression.ts";
import { contextOf, ensurePassed, type PivotInput, readFolded } from "./analyze-pivot.ts";
import { type Expr, type Ident, isObject, type TableFactors, tagOf } from "./ast.ts";
import { BARE, type ExpressionContext, type Flow } from "./expression-context.ts";
import { outputName } from "./output-name.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { nameOf } from "./scope.ts";

type Match = TableFactors["MatchRecognize"];

/**
 * MATCH_RECOGNIZE: a row for each run of rows that fits the pattern, with the keys that split the table and the measures;
 * or every row of such runs, with the measures beside its columns. Which rows fit hangs on the keys, on the order and on
 * what the pattern's variables are defined by.
 */
export function analyseMatch(input: PivotInput & { readonly match: Match }): RelationBuilder {
  const { match, scope, analysis } = input;
  const keepsRows = tagOf(match.rows_per_match).tag === "AllRows";
  const relation = new RelationBuilder("match_recognize");
  const context = contextOf(input, relation, keepsRows ? "each" : "grouped");
  const rows = context.rowsCell();
  if (keepsRows) passAll(context);
  else for (const key of match.partition_by) addKey(key, context);
  if (keepsRows && rows) {
    if (scope.sources.some((source) => source.passesNew))
      relation.addEdge({ input: rows.input, use: "STAR" });
    if (scope.sources.some((source) => source.open)) ensurePassed(input, relation, context);
  }
  for (const expr of [...match.partition_by, ...match.order_by.map((item) => item.expr)]) {
    const sink = ({ cell, detail, line }: Flow): void =>
      relation.addEdge({ ...cell, use: "WINDOW", detail, line });
    analyseExpression(expr, { wrap: BARE, context, sink });
  }
  const variables = new Set(variablesIn(match));
  for (const { definition } of match.symbols) {
    const sink = ({ cell, use, detail, line }: Flow): void =>
      relation.addEdge({ ...cell, use, detail, line });
    for (const conjunct of conjunctsOf(plainly(definition, variables)))
      analyseCondition(
        conjunct,
        { wrap: { use: "FILTER", fixed: true }, context, sink },
        analyseExpression,
      );
  }
  for (const { expr, alias } of match.measures) {
    const flows: Flow[] = [];
    readFolded(plainly(expr, variables), { wrap: BARE, context, sink: (flow) => flows.push(flow) });
    const to = relation.addColumn({ name: nameOf(alias, analysis.dialect).text, nullable: true });
    for (const { cell, use, detail, line } of flows)
      relation.addEdge({ ...cell, to, use, detail, line });
  }
  return relation;
}

function passAll({ relation, scope, cellOf }: ExpressionContext): void {
  for (const source of scope.sources) {
    for (const column of source.columns.columns) {
      const cell = cellOf(source, column);
      const to = relation.addColumn(column);
      if (cell) relation.addEdge({ ...cell, to, use: "IDENTITY", detail: "carry" });
    }
  }
}

function addKey(expr: Expr, context: ExpressionContext): void {
  const { relation, analysis } = context;
  const flows: Flow[] = [];
  const type = analyseExpression(expr, { wrap: BARE, context, sink: (flow) => flows.push(flow) });
  const to = relation.addColumn({ name: outputName({ expr, analysis, position: 0 }), ...type });
  for (const { cell, use, detail, line } of flows)
    relation.addEdge({ ...cell, to, use, detail, line });
}

/** The names in the pattern, in lower case: rows that are called so, and no tables. */
function variablesIn({ pattern, symbols }: Match): string[] {
  const found = symbols.map(({ symbol }) => symbol.value.toLowerCase());
  const pending: unknown[] = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...next);
    else if (isObject(next)) {
      const named = next["Named"];
      if (isObject(named) && typeof named["value"] === "string")
        found.push(named["value"].toLowerCase());
      pending.push(...Object.values(next).filter((value) => value !== undefined));
    }
  }
  return found;
}

/** `a.price` of a variable `a` is the column `price` of some row. */
function plainly(expr: Expr, variables: ReadonlySet<string>): Expr {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (!isObject(node)) return node;
    const { tag, payload } = tagOf(node);
    const [first, ...rest] = tag === "CompoundIdentifier" ? (payload as readonly Ident[]) : [];
    const [column] = rest;
    if (first && column && variables.has(first.value.toLowerCase()))
      return rest.length === 1 ? { Identifier: column } : { CompoundIdentifier: rest };
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
  };
  return walk(expr) as Expr;
}
