import { type Expr, tagOf } from "./ast.ts";
import { comparisonsOf } from "./comparisons-of.ts";

export type Chain = "And" | "Or";

/** A part of a condition that is no chain itself, and whether its opposite is asked. */
export interface ConditionPart {
  readonly expr: Expr;
  readonly negated: boolean;
}

interface BinaryParts {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

interface ListParts {
  readonly expr: Expr;
  readonly list: readonly Expr[];
  readonly negated?: boolean;
}

/** What is looked for in a list is written once for each value, of so many. */
const MOST_VALUES = 50;

/** The chain that a condition is: `not (a and b)` is one of OR, `x in (1, 2)` as well. Undefined: it is none. */
export function chainOf(expr: Expr): Chain | undefined {
  return chainAt({ expr, negated: false });
}

function chainAt(part: ConditionPart): Chain | undefined {
  const { expr, negated } = bare(part);
  const word = wordOf(expr);
  return word !== undefined && negated ? OPPOSITE[word] : word;
}

const OPPOSITE = { And: "Or", Or: "And" } as const satisfies Record<Chain, Chain>;

function wordOf(expr: Expr): Chain | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "BinaryOp") {
    const { tag: op } = tagOf((payload as BinaryParts).op);
    return op === "And" || op === "Or" ? op : undefined;
  }
  if (tag === "InList") return isShort(payload as ListParts) ? "Or" : undefined;
  return comparisonsOf(expr) === undefined ? undefined : "And";
}

/** `not in` and `not between` as the opposite of what they negate; without parentheses and NOT. */
function bare({ expr, negated }: ConditionPart): ConditionPart {
  let inner = expr;
  let isNegated = negated;
  for (;;) {
    const { tag, payload } = tagOf(inner);
    if (tag === "Nested") inner = payload as Expr;
    else if (tag === "UnaryOp" && tagOf((payload as { readonly op: unknown }).op).tag === "Not") {
      inner = (payload as { readonly expr: Expr }).expr;
      isNegated = !isNegated;
    } else if (NEGATABLE.has(tag) && (payload as { readonly negated?: boolean }).negated === true) {
      inner = { [tag]: { ...(payload as object), negated: false } } as unknown as Expr;
      isNegated = !isNegated;
    } else return { expr: inner, negated: isNegated };
  }
}

const NEGATABLE: ReadonlySet<string> = new Set(["InList", "Between"]);

/** Values of several kinds are made one kind before any is looked for. */
const isShort = ({ list }: ListParts): boolean => {
  if (list.length < 2 || list.length > MOST_VALUES) return false;
  const [first, second] = new Set(list.map(kindOf).filter((kind) => kind !== "null"));
  return first !== "?" && second === undefined;
};

function kindOf(expr: Expr): string {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return kindOf(payload as Expr);
  if (tag === "UnaryOp") return kindOf((payload as { readonly expr: Expr }).expr);
  if (tag === "TypedString" || tag === "Cast")
    return tagOf((payload as { readonly data_type: unknown }).data_type).tag;
  if (tag !== "Value") return "?";
  const kind = tagOf((payload as { readonly value: unknown }).value).tag;
  return kind === "Null" ? "null" : kind;
}

/**
 * The parts of a condition that are joined by `chain`, without recursion over long chains: a negation is carried inwards,
 * `between` is two comparisons, a short list of values an equality with each. A condition that is no such chain is one part.
 */
export function partsOf(expr: Expr, chain: Chain): readonly ConditionPart[] {
  const found: ConditionPart[] = [];
  const pending: ConditionPart[] = [{ expr, negated: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const part = bare(next);
    if (chainAt(part) === chain) {
      const within = childrenOf(part.expr).map((child) => ({
        expr: child,
        negated: part.negated,
      }));
      pending.push(...within.reverse());
    } else found.push(part);
  }
  return found;
}

function childrenOf(expr: Expr): readonly Expr[] {
  const { tag, payload } = tagOf(expr);
  if (tag === "InList") {
    const { expr: value, list } = payload as ListParts;
    return list.map((right) => ({ BinaryOp: { left: value, op: "Eq", right } }));
  }
  const { left, right } = payload as BinaryParts;
  return comparisonsOf(expr) ?? [left, right];
}

/** The part as an expression again. */
export const exprOf = ({ expr, negated }: ConditionPart): Expr =>
  negated ? { UnaryOp: { op: "Not", expr } } : expr;
