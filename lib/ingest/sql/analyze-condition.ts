import { AGGREGATE_FILTER } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { type Expr, type Ident, literalOf, type Query, tagOf } from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { type AnalyseExpression, subqueryInput, type Visit, within } from "./expression-context.ts";
import { operatorText } from "./operator-text.ts";

const CONNECTIVES = new Set(["And", "Or", "Xor"]);
const COMPARISONS = new Set(["Gt", "Lt", "GtEq", "LtEq", "Eq", "NotEq", "Spaceship"]);

interface Condition {
  readonly expr: Expr;
  readonly visit: Visit;
  readonly analyse: AnalyseExpression;
}

/**
 * Walks a condition. The visit's wrap must be fixed: it says what role the condition has (FILTER, CONDITIONAL, …); each
 * comparison puts its own detail to it: `op:=`, `in`, `like`, `is_null`, `bool`.
 */
export function analyseCondition(expr: Expr, visit: Visit, analyse: AnalyseExpression): void {
  const pending: Expr[] = [expr];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === undefined) return;
    const { tag, payload } = tagOf(next);
    if (tag === "Nested") pending.push(payload as Expr);
    else if (tag === "BinaryOp" && isConnective(payload)) pending.push(payload.right, payload.left);
    else if (tag === "UnaryOp" && isNot(payload))
      analyseNegated({ expr: payload.expr, visit, analyse });
    else analysePredicate({ expr: next, visit, analyse });
  }
}

/** The conditions that must all hold. */
export function conjunctsOf(expr: Expr): Expr[] {
  const found: Expr[] = [];
  const pending: Expr[] = [expr];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === undefined) break;
    const { tag, payload } = tagOf(next);
    if (tag === "Nested") pending.push(payload as Expr);
    else if (tag === "BinaryOp" && isConnective(payload) && tagOf(payload.op).tag === "And") {
      pending.push(payload.right, payload.left);
    } else found.push(next);
  }
  return found;
}

interface Binary {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

const isConnective = (payload: unknown): payload is Binary =>
  CONNECTIVES.has(tagOf((payload as Binary).op).tag);

const isNot = (payload: unknown): payload is { readonly expr: Expr } =>
  tagOf((payload as { readonly op: unknown }).op).tag === "Not";

const OPPOSITE: Readonly<Record<string, string>> = {
  IsNull: "IsNotNull",
  IsNotNull: "IsNull",
  IsTrue: "IsNotTrue",
  IsFalse: "IsNotFalse",
};

function analyseNegated({ expr, visit, analyse }: Condition): void {
  let inner = expr;
  while (tagOf(inner).tag === "Nested") inner = tagOf(inner).payload as Expr;
  const { tag, payload } = tagOf(inner);
  const opposite = OPPOSITE[tag];
  if (opposite) analysePredicate({ expr: { [opposite]: payload }, visit, analyse });
  else if (tag === "Exists" || tag === "InSubquery" || tag === "InList") {
    const negatable = payload as { readonly negated: boolean };
    analysePredicate({
      expr: { [tag]: { ...negatable, negated: !negatable.negated } },
      visit,
      analyse,
    });
  } else analyseCondition(inner, visit, analyse);
}

function analysePredicate({ expr, visit, analyse }: Condition): void {
  const { tag, payload } = tagOf(expr);
  const predicate = PREDICATES[tag];
  if (predicate) predicate({ payload: payload as never, expr, visit, analyse });
  else analyse(expr, detailed(visit, tag === "Function" ? undefined : "bool"));
}

interface Predicate<Payload> {
  readonly payload: Payload;
  readonly expr: Expr;
  readonly visit: Visit;
  readonly analyse: AnalyseExpression;
}

const detailed = (visit: Visit, detail: string | undefined, use?: Use): Visit =>
  within(visit, {
    use: use ?? visit.wrap.use,
    detail: refineDetail(visit.wrap.detail, detail),
    fixed: true,
  });

/** Of an aggregate's FILTER both are told: that it is one, and how it compares. */
const refineDetail = (role: string | undefined, detail: string | undefined): string | undefined =>
  role === AGGREGATE_FILTER && detail !== undefined ? `${role}:${detail}` : (role ?? detail);

function all(detail: string) {
  return ({ payload, visit, analyse }: Predicate<unknown>): void => {
    for (const child of childExpressions(payload)) {
      if (isExpression(child)) analyse(child, detailed(visit, detail));
    }
  };
}

function comparison({ payload, expr, visit, analyse }: Predicate<Binary>): void {
  const { tag } = tagOf(payload.op);
  if (!COMPARISONS.has(tag)) {
    analyse(expr, detailed(visit, `op:${operatorText(payload.op)}`));
    return;
  }
  const next = detailed(visit, `op:${operatorText(payload.op)}`);
  analyse(payload.left, next);
  analyse(payload.right, next);
}

interface InList {
  readonly expr: Expr;
  readonly list: readonly Expr[];
  readonly negated: boolean;
}

/** A fixed list: a value that is new or renamed falls out of it. */
function inList({ payload, visit, analyse }: Predicate<InList>): void {
  const fixed = payload.list.every(isConstant);
  const use = visit.wrap.use === "FILTER" && fixed ? "FILTER_IN" : visit.wrap.use;
  const next = detailed(visit, payload.negated ? "not_in" : "in", use);
  analyse(payload.expr, next);
  for (const item of payload.list) if (!isConstant(item)) analyse(item, next);
}

function isConstant(expr: Expr): boolean {
  const { tag, payload } = tagOf(expr);
  if (literalOf(expr) !== undefined || tag === "TypedString") return true;
  if (tag === "UnaryOp" || tag === "Cast")
    return isConstant((payload as { readonly expr: Expr }).expr);
  if (tag === "Nested") return isConstant(payload as Expr);
  return tag === "Tuple" && (payload as readonly Expr[]).every(isConstant);
}

interface InSubquery {
  readonly expr: Expr;
  readonly subquery: Query;
  readonly negated: boolean;
}

/** `x in (select k …)`: both x and k decide about the rows. */
function inSubquery({ payload, visit, analyse }: Predicate<InSubquery>): void {
  const next = detailed(visit, payload.negated ? "not_in" : "in");
  analyse(payload.expr, next);
  readMembers(payload.subquery, payload.negated, next);
}

function readMembers(query: Query, negated: boolean, { context, sink, wrap }: Visit): void {
  const relation = context.analysis.analyseSubquery({ query, scope: context.scope });
  const input = subqueryInput(context, relation, negated ? "not_exists" : "exists");
  for (const column of relation.columns) {
    sink({ cell: { input, column: column.name }, use: wrap.use, detail: wrap.detail });
  }
  // As a value it hangs on which members there are, too.
  if (wrap.use !== "FILTER") sink({ cell: { input }, use: "EXISTS", detail: "value" });
}

/**
 * Whether there is a row, and nothing else: what the query selects is never looked at. As a condition on rows its detail
 * says how; everywhere else it is a value.
 */
function exists({
  payload,
  visit,
}: Predicate<{ readonly subquery: Query; readonly negated: boolean }>): void {
  const { context, sink, wrap } = visit;
  const before = context.scope.fromWithin.count;
  const relation = context.analysis.analyseSubquery({
    query: payload.subquery,
    scope: context.scope,
  });
  const input = subqueryInput(context, relation, payload.negated ? "not_exists" : "exists");
  const isTied = context.scope.fromWithin.count > before;
  const asCondition = `${payload.negated ? "not_" : ""}${isTied ? "exists" : "any"}`;
  sink({ cell: { input }, use: "EXISTS", detail: wrap.use === "FILTER" ? asCondition : "value" });
}

interface Quantified {
  readonly left: Expr;
  readonly compare_op: unknown;
  readonly right: Expr;
}

/** `x = any (select …)` and `x = any (array)`. */
function quantified({ payload, visit, analyse }: Predicate<Quantified>): void {
  const next = detailed(visit, `op:${operatorText(payload.compare_op)}`);
  analyse(payload.left, next);
  const { tag, payload: inner } = tagOf(payload.right);
  if (tag === "Subquery") readMembers(inner as Query, false, next);
  else analyse(payload.right, next);
}

const single =
  (detail: string) =>
  ({ payload, visit, analyse }: Predicate<Expr>): void => {
    analyse(payload, detailed(visit, detail));
  };

const PREDICATES: Readonly<Record<string, (predicate: Predicate<never>) => void>> = {
  BinaryOp: comparison,
  InList: inList,
  InSubquery: inSubquery,
  Exists: exists,
  AnyOp: quantified,
  AllOp: quantified,
  IsNull: single("is_null"),
  IsNotNull: single("is_not_null"),
  IsTrue: single("bool"),
  IsFalse: single("bool"),
  IsNotTrue: single("bool"),
  IsNotFalse: single("bool"),
  Like: all("like"),
  ILike: all("like"),
  RLike: all("like"),
  SimilarTo: all("like"),
  Between: all("op:between"),
  IsDistinctFrom: all("op:<>"),
  IsNotDistinctFrom: all("op:="),
};

/** The bare column of an expression, for keys of joins: parentheses and casts aside. */
/**
 * What a key of an order or of groups of rows is: a column, or computed. `computed_safe`: made so that no type of the column
 * makes it fail, as `x is null` or a cast to text.
 */
export function keyKind(key: Expr): "bare" | "computed" | "computed_safe" {
  if (bareIdents(key) !== undefined) return "bare";
  const { tag, payload } = tagOf(key);
  if (tag === "IsNull" || tag === "IsNotNull") return "computed_safe";
  if (tag !== "Cast") return "computed";
  const { kind, data_type: type } = payload as {
    readonly kind: string;
    readonly data_type: unknown;
  };
  const isSafe = kind === "TryCast" || kind === "SafeCast" || TEXT_TYPE.test(tagOf(type).tag);
  return isSafe ? "computed_safe" : "computed";
}

const TEXT_TYPE = /^(?:n?varchar|text|string|char|character)/i;

export function bareIdents(expr: Expr): readonly Ident[] | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return [payload as Ident];
  if (tag === "CompoundIdentifier") return payload as readonly Ident[];
  if (tag === "Nested") return bareIdents(payload as Expr);
  return undefined;
}
