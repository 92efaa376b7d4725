import { analyseExpression } from "./analyze-expression.ts";
import { partsOf } from "./analyze-function.ts";
import { type Expr, type FunctionCall, tagOf } from "./ast.ts";
import { BARE, type ExpressionContext, type Flow } from "./expression-context.ts";
import { fieldsOfType, isStructType, leavesOfType } from "./struct-fields.ts";

/** DuckDB: `select unnest(a_struct)`, `unnest(structs, recursive := true)`: a column for each field. False: nothing such. */
export function addUnnestedFields(expr: Expr, context: ExpressionContext): boolean {
  const { analysis, relation } = context;
  const { tag, payload } = analysis.dialect === "duckdb" ? tagOf(expr) : { tag: "", payload: "" };
  if (tag !== "Function") return false;
  const { name, values, args } = partsOf(payload as FunctionCall);
  const [value] = values;
  if (name !== "unnest" || value === undefined) return false;
  const flows: Flow[] = [];
  const visit = { wrap: BARE, context, sink: (flow: Flow) => flows.push(flow) };
  const isRecursive = args.length > 1;
  const { type } = analyseExpression(value, visit);
  const fields = isRecursive ? leavesOfType(type) : isStructType(type) && fieldsOfType(type);
  if (!fields) return false;
  for (const field of fields) {
    const to = relation.addColumn({ name: field, nullable: true });
    for (const { cell, use, line } of flows)
      relation.addEdge({ ...cell, to, use, detail: `path:${field}`, line });
  }
  return true;
}
