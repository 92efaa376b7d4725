import { tableSource } from "./analyze-from.ts";
import type { AnalysedStatement } from "./analyze-statement.ts";
import { isObject, type Statement } from "./ast.ts";
import type { Analysis } from "./expression-context.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import { tablesIn } from "./tables-in.ts";

/** Whether a statement holds a query anywhere: `declare x = (select …)`, `explain select …`, `if exists (select …)`. */
export function holdsQuery(statement: Statement): boolean {
  const pending: unknown[] = [statement];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...next);
    else if (isObject(next)) {
      if (isObject(next["Select"]) || isObject(next["SetOperation"])) return true;
      pending.push(...Object.values(next).filter((value) => value !== undefined));
    }
  }
  return false;
}

/**
 * What another statement of the same text reads: the owner of the text fails with it, and shows what it gives. Its
 * columns act on the result's rows, as they are no columns of it.
 */
export function readBeside(result: RelationBuilder, made: AnalysedStatement): void {
  const { relation } = made;
  if (!relation || relation === result) return;
  const input = result.addInput({ relation }, "each");
  for (const column of relation.columns)
    result.addEdge({ input, column: column.name, use: "IDENTITY", detail: "carry" });
  if (relation.ensure) result.addEdge({ input, use: "UNKNOWN" });
}

/** How the tables of a statement that is not followed are used is not known. */
export function readUnknown(
  result: RelationBuilder,
  statement: Statement,
  analysis: Analysis,
): void {
  for (const names of tablesIn(statement, analysis.dialect)) {
    const [only] = names;
    if (names.length === 1 && only && analysis.session?.find(only.key)) continue;
    const { target } = tableSource({ analysis, names, alias: null });
    if (target) result.addEdge({ input: result.inputFor(target, "exists"), use: "UNKNOWN" });
  }
}
