import type { KeptTexts } from "#lib/model/query-plan.ts";
import { bareIdents } from "./analyze-condition.ts";
import { type Expr, stringLiteralOf, tagOf } from "./ast.ts";
import type { ExpressionContext } from "./expression-context.ts";
import { nameOf } from "./scope.ts";

/**
 * Which texts of a column stay where a condition must hold: `c = 'x'`, `c in ('x', 'y')`, `c <> 'x'`, `c not in ('x')`,
 * `c is not null`, and nothing else beside it. Undefined for every other condition, and where the name may be an alias.
 */
export function keptTexts(condition: Expr, context: ExpressionContext): KeptTexts | undefined {
  const { tag, payload } = tagOf(condition);
  if (tag === "Nested") return keptTexts(payload as Expr, context);
  if (tag === "IsNotNull") return isColumn(payload as Expr, context) ? { notIn: [] } : undefined;
  if (tag === "InList") {
    const { expr, list, negated } = payload as InList;
    const texts = list.map(stringLiteralOf);
    return isColumn(expr, context) ? keep(texts, negated) : undefined;
  }
  if (tag !== "BinaryOp") return undefined;
  const { left, op, right } = payload as Comparison;
  const operator = tagOf(op).tag;
  if (operator !== "Eq" && operator !== "NotEq") return undefined;
  const [column, text] = isColumn(left, context) ? [left, right] : [right, left];
  return isColumn(column, context)
    ? keep([stringLiteralOf(text)], operator === "NotEq")
    : undefined;
}

interface InList {
  readonly expr: Expr;
  readonly list: readonly Expr[];
  readonly negated: boolean;
}

interface Comparison {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

function keep(texts: readonly (string | undefined)[], negated: boolean): KeptTexts | undefined {
  const known = texts.filter((text) => text !== undefined);
  if (known.length < texts.length) return undefined;
  return negated ? { notIn: known } : { in: known };
}

/** The name of a column and of no output beside it, whose expression may give other values. */
function isColumn(expr: Expr, { aliases, analysis }: ExpressionContext): boolean {
  const idents = bareIdents(expr);
  const [only, ...others] = idents ?? [];
  if (only === undefined) return false;
  return others.length > 0 || aliases?.find(nameOf(only, analysis.dialect)) === undefined;
}
