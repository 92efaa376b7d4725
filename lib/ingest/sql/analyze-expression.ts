import { analyseCondition, bareIdents } from "./analyze-condition.ts";
import { analyseFunction } from "./analyze-function.ts";
import {
  type CaseExpression,
  type Expr,
  type FunctionCall,
  type Ident,
  identsOf,
  isObject,
  literalOf,
  type ObjectName,
  type Query,
  tagOf,
} from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { countsDays, markTaken, type Operand, takenInChain } from "./counted-days.ts";
import type { Dialect } from "./dialect.ts";
import {
  enter,
  enterRole,
  type Flow,
  subqueryInput,
  tries,
  UNTYPED,
  type ValueType,
  type Visit,
  within,
} from "./expression-context.ts";
import { literalType, typeText } from "./expression-type.ts";
import { isExact } from "./function-type.ts";
import { makesJson } from "./function-uses.ts";
import { dividesWhole, operatorText } from "./operator-text.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { readColumn, readPositional, readWholeRow } from "./read-column.ts";

type Handler = (payload: never, visit: Visit, expr: Expr) => ValueType;

/**
 * Walks an expression once and sends every use of a column to the sink. Gives what is known of the result's type.
 * An expression of a kind that is not listed uses all that lies inside it.
 */
export function analyseExpression(expr: Expr, visit: Visit): ValueType {
  const { groups } = visit.context;
  const key = groups?.findKey(expr);
  if (groups && key !== undefined) {
    visit.sink({ cell: groups.cell(key), use: visit.wrap.use, detail: visit.wrap.detail });
    return groups.columnType(key);
  }
  const { tag, payload } = tagOf(expr);
  const handler = HANDLERS[tag];
  return handler ? handler(payload as never, visit, expr) : visitOther(tag, payload, visit);
}

const inside = (visit: Visit, detail: string): Visit =>
  within(visit, enter(visit.wrap, "ARITH", detail));

function visitOther(tag: string, payload: unknown, visit: Visit): ValueType {
  const next = inside(visit, `op:${tag.toLowerCase()}`);
  for (const child of childExpressions(payload)) {
    if (isExpression(child)) analyseExpression(child, next);
    else readSubquery(child, next);
  }
  return UNTYPED;
}

/** LIMIT, FETCH or TOP: it gives no more rows than it says, however many there are. */
function isLimited({ limit_clause: limit, fetch, body }: Query): boolean {
  if (fetch || limit) return true;
  const { tag, payload } = tagOf(body);
  return tag === "Select" && Boolean((payload as { readonly top?: unknown }).top);
}

/**
 * A query whose rows and values are used as one value. That value is a relation of its own: where the query finds no row
 * it is null, whatever the expression around it makes of it.
 */
function readSubquery(query: Query, { wrap, context, sink }: Visit): ValueType {
  const found = context.analysis.analyseSubquery({ query, scope: context.scope });
  const relation = new RelationBuilder("value of a subquery");
  const from = relation.addInput({ relation: found }, "single");
  const detail = isLimited(query) ? "carry_first" : "carry";
  for (const column of found.columns) {
    const to = relation.addColumn({ ...column, nullable: true });
    relation.addEdge({ input: from, column: column.name, to, use: "IDENTITY", detail });
  }
  const input = subqueryInput(context, relation, "single");
  const { use, detail: how } = query.for_clause ? enter(wrap, "ARITH", "fn:text_of_rows") : wrap;
  for (const column of relation.columns)
    sink({ cell: { input, column: column.name }, use, detail: how });
  const [only] = relation.columns;
  return { type: only?.type, nullable: true };
}

const COMPARISONS = new Set([
  "Gt",
  "Lt",
  "GtEq",
  "LtEq",
  "Eq",
  "NotEq",
  "Spaceship",
  "And",
  "Or",
  "Xor",
]);

interface BinaryOp {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

/** A chain such as `a + b + c + …` leans to the left: it is walked without recursion, however long it is. */
function visitBinary(payload: BinaryOp, visit: Visit): ValueType {
  const isArrow =
    tagOf(payload.op).tag === "Arrow" && !ARROW_IS_JSON.has(visit.context.analysis.dialect);
  const lambda = isArrow && isLambdaHead(payload.left);
  if (lambda) return visitLambda(payload.left, payload.right, visit);
  if (isMadeJson(payload)) {
    // What comes out is what was put in, as JSON spells it.
    analyseExpression(payload.right, inside(visit, "op:->"));
    analyseExpression(payload.left, visit);
    return UNTYPED;
  }
  if (CONNECTIVES.has(tagOf(payload.op).tag)) return visitConnective(payload, visit);
  let at: BinaryOp = payload;
  const { dialect } = visit.context.analysis;
  let next = inside(visit, `op:${operatorDetail(at, dialect)}`);
  // From the right.
  const operands: ReadOperand[] = [];
  const operators: string[] = [];
  for (;;) {
    operands.push(readOperand(at.right, next));
    operators.push(tagOf(at.op).tag);
    const left = tagOf(at.left);
    if (left.tag !== "BinaryOp" || visit.context.groups?.findKey(at.left) !== undefined) break;
    at = left.payload as BinaryOp;
    next = inside(next, `op:${operatorDetail(at, dialect)}`);
  }
  operands.push(readOperand(at.left, next));
  passFlows(operands, operators, visit);
  return binaryType(payload.op, operands);
}

type ReadOperand = Operand & ValueType;

function readOperand(expr: Expr, visit: Visit): ReadOperand {
  const flows: Flow[] = [];
  const { type, nullable } = analyseExpression(expr, {
    ...visit,
    sink: (flow) => flows.push(flow),
  });
  return { expr, type, nullable, flows };
}

/** What a chain's columns are used for, once the types of all its parts are known. */
function passFlows(
  operands: readonly ReadOperand[],
  operators: readonly string[],
  visit: Visit,
): void {
  const taken = countsDays(visit.context.analysis.dialect)
    ? takenInChain({ operands: operands.toReversed(), operators: operators.toReversed() })
    : undefined;
  for (const operand of operands) {
    const takes = taken?.get(operand);
    const flows =
      takes === undefined
        ? operand.flows
        : markTaken(operand, takes, { ...visit, analyse: analyseExpression });
    for (const flow of flows) visit.sink(flow);
  }
}

const ARROWS: ReadonlySet<string> = new Set(["Arrow", "LongArrow"]);

/** `json_object('a', amount) ->> 'a'`. */
function isMadeJson({ op, left }: BinaryOp): boolean {
  const { tag, payload } = ARROWS.has(tagOf(op).tag) ? tagOf(left) : { tag: "", payload: "" };
  return tag === "Function" && makesJson(identsOf((payload as FunctionCall).name).at(-1)?.value);
}

/** What an operator is called: `div` where whole numbers divide without a rest, `mod` where only they have a remainder. */
function operatorDetail({ op, right }: BinaryOp, dialect: Dialect): string {
  const text = operatorText(op);
  if (text === "%" && dividesWhole(dialect)) return "mod";
  if (text !== "/" || !dividesWhole(dialect)) return text;
  const literal = literalOf(right);
  return literal !== undefined && literalType(literal).type === "DECIMAL" ? text : "div";
}

const CONNECTIVES: ReadonlySet<string> = new Set(["And", "Or", "Xor"]);

/** `a > 1 and b is null` as a value: each part says itself what it does with its columns. */
function visitConnective(payload: BinaryOp, visit: Visit): ValueType {
  const pending: Expr[] = [payload.right, payload.left];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { tag, payload: inner } = tagOf(next);
    const isKnown = visit.context.groups?.findKey(next) !== undefined;
    if (tag === "Nested" && !isKnown) pending.push(inner as Expr);
    else if (tag === "BinaryOp" && !isKnown && CONNECTIVES.has(tagOf((inner as BinaryOp).op).tag))
      pending.push((inner as BinaryOp).right, (inner as BinaryOp).left);
    else if (IS_NAME.has(tag)) analyseExpression(next, inside(visit, "bool"));
    else analyseExpression(next, visit);
  }
  return { type: "BOOLEAN" };
}

const IS_NAME: ReadonlySet<string> = new Set(["Identifier", "CompoundIdentifier"]);

function binaryType(op: unknown, types: readonly ValueType[]): ValueType {
  const { tag } = tagOf(op);
  const nullable = types.every((type) => type.nullable === false) ? false : undefined;
  if (COMPARISONS.has(tag)) return { type: "BOOLEAN", nullable };
  if (tag === "StringConcat" || tag === "LongArrow") return { type: "VARCHAR", nullable };
  const known = types.map((type) => type.type);
  const [first] = known;
  // The distance between two days is none of them: a number here, an interval there.
  const isDistance = tag === "Minus" && /^(?:date|time)/i.test(first ?? "");
  const isAlike = known.every((type) => type === first) && !isExact(first);
  const isKept = isAlike && tag !== "Divide" && !isDistance;
  return { type: isKept ? first : undefined, nullable };
}

/** Dialects without lambdas: the arrow always reads JSON. */
const ARROW_IS_JSON: ReadonlySet<Dialect> = new Set([
  "postgres",
  "redshift",
  "mysql",
  "sqlite",
  "tsql",
]);

const isLambdaHead = (expr: Expr): boolean => lambdaParameters(expr) !== undefined;

/** `x` or `(x, y)` on the left of an arrow; undefined: something else, such as a JSON column with a qualifier. */
function lambdaParameters(expr: Expr): readonly Ident[] | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return (payload as Ident).quote_style ? undefined : [payload as Ident];
  if (tag !== "Tuple") return undefined;
  const names = (payload as readonly Expr[]).map(lambdaParameters);
  return names.every((name) => name !== undefined) ? names.flat() : undefined;
}

/** `x -> x + 1`: the parameter hides columns of its name; json `col -> 'key'` has a literal on the right. */
function visitLambda(head: Expr, body: Expr, visit: Visit): ValueType {
  const names = new Set((lambdaParameters(head) ?? []).map((ident) => ident.value.toLowerCase()));
  if (startsWithLiteral(body) && !namesOneOf(body, names)) {
    analyseExpression(head, inside(visit, "op:->"));
    return { type: "JSON" };
  }
  visitWithout(body, names, visit);
  return UNTYPED;
}

/** DuckDB reads `j -> 'a' ->> 'b'` from the right. */
function startsWithLiteral(expr: Expr): boolean {
  const { tag, payload } = tagOf(expr);
  if (tag === "BinaryOp") return startsWithLiteral((payload as BinaryOp).left);
  return literalOf(expr) !== undefined;
}

/** Whether a body is about a parameter: then it is no path into JSON, whatever it starts with. */
function namesOneOf(body: unknown, parameters: ReadonlySet<string>): boolean {
  const pending: unknown[] = [body];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { tag, payload } = tagOf(next);
    const [first] =
      tag === "CompoundIdentifier"
        ? (payload as readonly Ident[])
        : tag === "Identifier"
          ? [payload as Ident]
          : [];
    if (first && parameters.has(first.value.toLowerCase())) return true;
    if (!first) pending.push(...childExpressions(payload));
  }
  return false;
}

/** Walks a lambda's body: its parameters are no columns. */
function visitWithout(body: unknown, parameters: ReadonlySet<string>, visit: Visit): void {
  const next = inside(visit, "fn:lambda");
  const { tag, payload } = tagOf(body);
  const names = (
    tag === "CompoundIdentifier" ? payload : tag === "Identifier" ? [payload] : []
  ) as readonly Ident[];
  const [first] = names;
  if (first) {
    if (!parameters.has(first.value.toLowerCase())) analyseExpression(body as Expr, next);
    return;
  }
  for (const child of childExpressions(payload)) {
    if (isExpression(child)) visitWithout(child, parameters, next);
    else readSubquery(child, next);
  }
}

interface Cast {
  readonly kind: string;
  readonly expr: Expr;
  readonly data_type: unknown;
}

function visitCast(payload: Cast, visit: Visit): ValueType {
  const type = typeText(payload.data_type);
  const safe = payload.kind === "TryCast" || payload.kind === "SafeCast";
  const detail = `${safe ? "try_cast" : "cast"}:${type}`;
  // Of what it cannot read it makes null: whether there is a value hangs on which one it is.
  const outer = safe && !IS_TEXT.test(type) ? tries(visit.wrap) : visit.wrap;
  const inner = analyseExpression(payload.expr, within(visit, enter(outer, "CAST", detail)));
  return { type, nullable: safe ? true : inner.nullable };
}

const IS_TEXT = /^(?:n?(?:var)?char|text|string)/i;

function visitConvert(
  payload: { readonly expr: Expr; readonly data_type?: unknown },
  visit: Visit,
): ValueType {
  if (!payload.data_type) return analyseExpression(payload.expr, inside(visit, "fn:convert"));
  return visitCast({ kind: "Cast", expr: payload.expr, data_type: payload.data_type }, visit);
}

function visitCase(payload: CaseExpression, visit: Visit): ValueType {
  const use = payload.else_result ? "CONDITIONAL" : "CONDITIONAL_NO_ELSE";
  const { operand } = payload;
  const types: ValueType[] = [];
  if (operand) analyseExpression(operand, within(visit, enterRole(visit.wrap, use, "op:=")));
  for (const { condition, result } of payload.conditions) {
    if (operand) analyseExpression(condition, within(visit, enterRole(visit.wrap, use, "op:=")));
    else analyseCondition(condition, within(visit, enterRole(visit.wrap, use)), analyseExpression);
    types.push(analyseExpression(result, visit));
  }
  if (payload.else_result) types.push(analyseExpression(payload.else_result, visit));
  const known = types
    .map((type) => type.type)
    .filter((type) => type !== undefined && type !== "NULL");
  const nullable =
    payload.else_result && types.every((type) => type.nullable === false) ? false : undefined;
  return {
    type: known.every((type) => type === known[0]) ? known[0] : undefined,
    nullable: nullable ?? true,
  };
}

interface FieldAccess {
  readonly root: Expr;
  readonly access_chain: readonly unknown[];
}

/** `items[0].sku`, `(row).field`: the value comes out of the column at the root; subscripts may read columns too. */
function visitFieldAccess({ root, access_chain: chain }: FieldAccess, visit: Visit): ValueType {
  const path = chain.map(accessText).filter(Boolean).join(".");
  const method = chain.map(methodName).find((name) => name !== "");
  const wrap =
    method === undefined
      ? visit.wrap.fixed || visit.wrap.detail
        ? visit.wrap
        : { ...visit.wrap, detail: `path:${path}` }
      : enter(visit.wrap, "ARITH", `fn:${method}`);
  const { tag, payload } = tagOf(withoutParentheses(root));
  const names = tag === "Identifier" && isQualifierOfChain(payload as Ident, chain);
  if (names) {
    readColumn([payload as Ident, ...names.idents], {
      ...within(visit, wrap),
      analyse: analyseExpression,
    });
  } else {
    analyseExpression(root, within(visit, wrap));
  }
  for (const access of chain) visitSubscript(access, visit);
  return UNTYPED;
}

/** In `t.items[0]` the parser takes `t` for the root: the identifiers that follow belong to the column's name. */
function isQualifierOfChain(
  root: Ident,
  chain: readonly unknown[],
): { readonly idents: readonly Ident[] } | false {
  const idents: Ident[] = [];
  for (const access of chain) {
    const { tag, payload } = tagOf(access);
    const inner = tagOf(payload);
    if (tag !== "Dot" || inner.tag !== "Identifier") break;
    idents.push(inner.payload as Ident);
  }
  return idents.length > 0 && root.value !== "" ? { idents } : false;
}

function withoutParentheses(expr: Expr): Expr {
  const { tag, payload } = tagOf(expr);
  return tag === "Nested" ? withoutParentheses(payload as Expr) : expr;
}

/** `(status).upper()`: a function of what stands before it. */
function methodName(access: unknown): string {
  const { tag, payload } = tagOf(access);
  const inner = tagOf(payload);
  if (tag !== "Dot" || inner.tag !== "Function") return "";
  return (
    identsOf((inner.payload as FunctionCall).name)
      .at(-1)
      ?.value.toLowerCase() ?? ""
  );
}

function accessText(access: unknown): string {
  const { tag, payload } = tagOf(access);
  if (tag === "Dot") {
    const inner = tagOf(payload);
    return inner.tag === "Identifier" ? (inner.payload as Ident).value : "";
  }
  const index = tagOf(tagOf(payload).payload);
  const literal = isObject(index.payload)
    ? tagOf(literalOf(index.payload as Expr)).payload
    : undefined;
  return Array.isArray(literal) ? String(literal[0]) : typeof literal === "string" ? literal : "";
}

const ARRAY_POSITIONS = new Set(["offset", "safe_offset", "ordinal", "safe_ordinal"]);

function visitSubscript(access: unknown, visit: Visit): void {
  const { tag, payload } = tagOf(access);
  if (tag !== "Subscript") return;
  for (const child of childExpressions(payload)) {
    if (!isExpression(child)) continue;
    const { tag: kind, payload: call } = tagOf(child);
    const name = kind === "Function" ? tagOf((call as FunctionCall).name[0]).payload : undefined;
    const position = isObject(name) && ARRAY_POSITIONS.has(String(name["value"]).toLowerCase());
    for (const part of position ? childExpressions((call as FunctionCall).args) : [child]) {
      if (isExpression(part)) analyseExpression(part, inside(visit, "op:[]"));
    }
  }
}

interface JsonAccess {
  readonly value: Expr;
  readonly path: unknown;
}

function visitJsonAccess(payload: JsonAccess, visit: Visit): ValueType {
  const path = jsonPathText(payload.path);
  analyseExpression(payload.value, within(visit, enter(visit.wrap, "ARITH", `path:${path}`)));
  return UNTYPED;
}

function jsonPathText(path: unknown): string {
  const steps = isObject(path) && Array.isArray(path["path"]) ? path["path"] : [];
  return steps
    .map((step: unknown) => {
      const { payload } = tagOf(step);
      const key = isObject(payload) ? payload["key"] : "";
      return typeof key === "string" ? key : "";
    })
    .filter(Boolean)
    .join(".");
}

/** IN and EXISTS as a value: the answer depends on rows and columns of the query. */
function visitAsCondition(_payload: unknown, visit: Visit, expr: Expr): ValueType {
  const wrap = visit.wrap.fixed ? visit.wrap : enter(visit.wrap, "ARITH", "op:in");
  analyseCondition(expr, within(visit, { ...wrap, fixed: true }), analyseExpression);
  return { type: "BOOLEAN" };
}

const visitNested = (payload: Expr, visit: Visit): ValueType => analyseExpression(payload, visit);

function visitTest(payload: Expr, visit: Visit, expr: Expr): ValueType {
  analyseExpression(
    payload,
    inside(visit, `op:${tagOf(expr).tag.replace(/[A-Z]/g, "_$&").toLowerCase().slice(1)}`),
  );
  return { type: "BOOLEAN", nullable: false };
}

function visitUnary(
  payload: { readonly op: unknown; readonly expr: Expr },
  visit: Visit,
): ValueType {
  if (tagOf(payload.op).tag === "Not") {
    const { tag } = tagOf(payload.expr);
    const { type, nullable } = analyseExpression(
      payload.expr,
      IS_NAME.has(tag) ? inside(visit, "bool") : visit,
    );
    return { type: type ?? "BOOLEAN", nullable };
  }
  return analyseExpression(payload.expr, inside(visit, `op:${operatorText(payload.op)}`));
}

function visitIdentifier(payload: Ident, visit: Visit): ValueType {
  return readColumn([payload], { ...visit, analyse: analyseExpression });
}

function visitCompound(payload: readonly Ident[], visit: Visit): ValueType {
  const [table, position] = payload;
  const found = /^\$(\d+)$/.exec(position?.value ?? "");
  if (table && found && visit.context.analysis.dialect === "snowflake")
    return readPositional(Number(found[1]), table, visit);
  return readColumn(payload, { ...visit, analyse: analyseExpression });
}

/** Snowflake's `$1` is the first column of the table; elsewhere it is a parameter. */
function visitLiteral(payload: { readonly value: unknown }, visit: Visit): ValueType {
  const { tag, payload: text } = tagOf(payload.value);
  const isPosition = tag === "Placeholder" && visit.context.analysis.dialect === "snowflake";
  const found = isPosition ? /^\$(\d+)$/.exec(String(text)) : null;
  return found ? readPositional(Number(found[1]), undefined, visit) : literalType(payload.value);
}

/** `(t.*)` as a value: the whole row. */
function visitRow(payload: unknown, visit: Visit): ValueType {
  const [name] = payload as readonly [ObjectName];
  return readWholeRow(identsOf(name), visit);
}

const visitNothing = (): ValueType => UNTYPED;

function visitExplicitLambda(
  payload: { readonly params: unknown; readonly body: Expr; readonly syntax?: unknown },
  visit: Visit,
): ValueType {
  const names = new Set<string>();
  const pending: unknown[] = [payload.params];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next);
    else if (isObject(next)) {
      if (typeof next["value"] === "string") names.add(next["value"].toLowerCase());
      else pending.push(...Object.values(next));
    }
  }
  const [only] = names;
  const isPath = startsWithLiteral(payload.body) && payload.syntax !== "LambdaKeyword";
  if (only !== undefined && isPath && !namesOneOf(payload.body, names)) {
    const ident = findIdent(payload.params) ?? { value: only, quote_style: null };
    readColumn([ident], { ...inside(visit, "op:->"), analyse: analyseExpression });
    return { type: "JSON" };
  }
  visitWithout(payload.body, names, visit);
  return UNTYPED;
}

/** The single parameter of a lambda as it is written. */
function findIdent(params: unknown): Ident | undefined {
  const { tag, payload } = tagOf(params);
  const name = tag === "One" && isObject(payload) ? payload["name"] : undefined;
  return isObject(name) ? (name as unknown as Ident) : undefined;
}

function visitTrim(
  payload: {
    readonly expr: Expr;
    readonly trim_what?: Expr;
    readonly trim_characters?: readonly Expr[];
  },
  visit: Visit,
): ValueType {
  const next = inside(visit, "fn:trim");
  const { nullable } = analyseExpression(payload.expr, next);
  for (const part of [payload.trim_what, ...(payload.trim_characters ?? [])]) {
    if (part) analyseExpression(part, next);
  }
  return { type: "VARCHAR", nullable };
}

const named =
  (name: string, type?: string) =>
  (payload: unknown, visit: Visit): ValueType => {
    for (const child of childExpressions(payload)) {
      if (isExpression(child)) analyseExpression(child, inside(visit, `fn:${name}`));
      else readSubquery(child, inside(visit, `fn:${name}`));
    }
    return { type };
  };

/** `{'k': a}`: a struct whose fields are known. */
function visitDictionary(
  payload: readonly { readonly key: Ident; readonly value: Expr }[],
  visit: Visit,
): ValueType {
  return structOf(
    payload.map(({ key, value }) => ({ name: key.value, value })),
    visit,
  );
}

/** BigQuery's `struct(a as k, b)`. */
function visitStruct(payload: { readonly values: readonly Expr[] }, visit: Visit): ValueType {
  const fields = payload.values.map((value): StructField => {
    const { tag, payload: inner } = tagOf(value);
    if (tag === "Named") {
      const { expr, name } = inner as { readonly expr: Expr; readonly name: Ident };
      return { name: name.value, value: expr };
    }
    return { name: bareIdents(value)?.at(-1)?.value, value };
  });
  return structOf(fields, visit);
}

interface StructField {
  readonly name: string | undefined;
  readonly value: Expr;
}

function structOf(fields: readonly StructField[], visit: Visit): ValueType {
  const next = inside(visit, "fn:struct");
  const texts = fields.map(({ name, value }) => {
    const { type } = analyseExpression(value, next);
    return name === undefined ? undefined : `"${name}" ${type ?? "ANY"}`;
  });
  const isNamed = texts.length > 0 && texts.every((text) => text !== undefined);
  return { type: isNamed ? `STRUCT(${texts.join(", ")})` : undefined, nullable: false };
}

function visitTypedString(payload: { readonly data_type: unknown }): ValueType {
  return { type: typeText(payload.data_type), nullable: false };
}

function visitFunction(payload: FunctionCall, visit: Visit, expr: Expr): ValueType {
  return analyseFunction({ call: payload, expr, visit, analyse: analyseExpression, readSubquery });
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  Identifier: visitIdentifier,
  CompoundIdentifier: visitCompound,
  StarredColumn: (payload: readonly Ident[], visit: Visit) =>
    readColumn(payload, { ...visit, analyse: analyseExpression, starred: true }),
  CompoundFieldAccess: visitFieldAccess,
  JsonAccess: visitJsonAccess,
  BinaryOp: visitBinary,
  UnaryOp: visitUnary,
  Nested: visitNested,
  Collate: (payload: { readonly expr: Expr }, visit: Visit) =>
    analyseExpression(payload.expr, visit),
  // `connect_by_root a`: the column of another row.
  Prefixed: (payload: { readonly value: Expr }, visit: Visit) =>
    analyseExpression(payload.value, visit),
  Named: (payload: { readonly expr: Expr }, visit: Visit) => analyseExpression(payload.expr, visit),
  Cast: visitCast,
  Convert: visitConvert,
  Case: visitCase,
  Function: visitFunction,
  Value: visitLiteral,
  TypedString: visitTypedString,
  Interval: named("interval", "INTERVAL"),
  Subquery: (payload: Query, visit: Visit) => readSubquery(payload, visit),
  Exists: visitAsCondition,
  InSubquery: visitAsCondition,
  IsNull: visitTest,
  IsNotNull: visitTest,
  IsTrue: visitTest,
  IsNotTrue: visitTest,
  IsFalse: visitTest,
  IsNotFalse: visitTest,
  IsUnknown: visitTest,
  IsNotUnknown: visitTest,
  Lambda: visitExplicitLambda,
  Wildcard: visitNothing,
  QualifiedWildcard: visitRow,
  Substring: named("substring", "VARCHAR"),
  Trim: visitTrim,
  Extract: named("extract", "BIGINT"),
  Position: named("position", "BIGINT"),
  Overlay: named("overlay", "VARCHAR"),
  Ceil: named("ceil"),
  Floor: named("floor"),
  AtTimeZone: named("timezone"),
  Like: named("like", "BOOLEAN"),
  ILike: named("like", "BOOLEAN"),
  RLike: named("like", "BOOLEAN"),
  SimilarTo: named("like", "BOOLEAN"),
  Between: named("between", "BOOLEAN"),
  InList: named("in", "BOOLEAN"),
  Struct: visitStruct,
  Dictionary: visitDictionary,
  Map: named("map"),
  Array: named("array"),
  Tuple: named("row"),
};
