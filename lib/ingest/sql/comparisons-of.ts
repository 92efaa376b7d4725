import { type Expr, tagOf } from "./ast.ts";

interface BetweenParts {
  readonly expr: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly negated?: boolean;
}

/** `a between b and c` as the two comparisons that it stands for; undefined where it is none, or negated. */
export function comparisonsOf(expr: Expr): readonly Expr[] | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag !== "Between") return undefined;
  const { expr: value, low, high, negated } = payload as BetweenParts;
  if (negated === true || !isColumn(value)) return undefined;
  return [
    { BinaryOp: { left: value, op: "GtEq", right: low } },
    { BinaryOp: { left: value, op: "LtEq", right: high } },
  ];
}

/** Asked twice, it gives the same; and it is short enough to be written twice. */
function isColumn(expr: Expr): boolean {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return isColumn(payload as Expr);
  if (tag === "Cast") return isColumn((payload as { readonly expr: Expr }).expr);
  return tag === "Identifier" || tag === "CompoundIdentifier";
}
