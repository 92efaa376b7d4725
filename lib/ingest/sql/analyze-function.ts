import { mayBeTyped } from "#lib/kit/may-be-typed.ts";
import { AGGREGATE_FILTER, TIE } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { analyseCondition, bareIdents, keyKind } from "./analyze-condition.ts";
import {
  type Expr,
  type FunctionArg,
  type FunctionCall,
  type Ident,
  isObject,
  lastIdent,
  type OrderByItem,
  type Query,
  stringLiteralOf,
  tagOf,
  type WindowSpec,
} from "./ast.ts";
import { columnInCall, isNameByText } from "./called-table.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { type Dialect, mayChooseColumns } from "./dialect.ts";
import {
  type AnalyseExpression,
  enter,
  enterRole,
  ofStar,
  reportProblem,
  tries,
  UNTYPED,
  type ValueType,
  type Visit,
  type Wrap,
  whereValueDecides,
  within,
} from "./expression-context.ts";
import { functionType } from "./function-type.ts";
import {
  aggregateUseOf,
  isConditionalFunction,
  isDatePart,
  isDecode,
  isFallbackFunction,
  isNvl2,
  isPassingWindow,
  isPickingAggregate,
  isRankingWindow,
  isUnnesting,
} from "./function-uses.ts";
import { dividesWhole } from "./operator-text.ts";
import { markUnknown } from "./read-column.ts";
import { findQualified, nameOf, type Source } from "./scope.ts";

export interface FunctionVisit {
  readonly call: FunctionCall;
  readonly expr: Expr;
  readonly visit: Visit;
  readonly analyse: AnalyseExpression;
  readonly readSubquery: (query: Query, visit: Visit) => ValueType;
}

/** What a call is made of, in the terms that decide how its arguments are used. */
export interface CallParts {
  readonly name: string;
  readonly args: readonly FunctionArg[];
  /** The arguments that are expressions. */
  readonly values: readonly Expr[];
  readonly isStar: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly OrderByItem[];
  readonly subquery: Query | undefined;
}

export function partsOf(call: FunctionCall): CallParts {
  const list = typeof call.args === "object" && "List" in call.args ? call.args.List : undefined;
  const args = (list?.args ?? []).map(comparisonAsArgument);
  const orderBy = (list?.clauses ?? []).flatMap((clause) => {
    const { tag, payload } = tagOf(clause);
    if (tag === "OrderBy") return payload as readonly OrderByItem[];
    if (tag === "Having") return [{ expr: (payload as readonly [string, Expr])[1] }];
    return [];
  });
  return {
    name: (lastIdent(call.name)?.value ?? "").toLowerCase(),
    args,
    values: args.flatMap(argumentExpression),
    isStar: args.some(isStarArgument),
    distinct: list?.duplicate_treatment === "Distinct",
    orderBy,
    subquery:
      typeof call.args === "object" && "Subquery" in call.args ? call.args.Subquery : undefined,
  };
}

/** `coalesce(kind = 'food', false)`: the parser takes the comparison for an argument called `kind`. */
function comparisonAsArgument(arg: FunctionArg): FunctionArg {
  const { tag, payload } = tagOf(arg);
  if (tag !== "Named") return arg;
  const named = payload as {
    readonly name: Ident;
    readonly arg: unknown;
    readonly operator?: string;
  };
  const value = tagOf(named.arg);
  if (named.operator !== "Equals" || value.tag !== "Expr") return arg;
  // A text at the left of it is taken for a name in quotes.
  const left: Expr =
    named.name.quote_style === "'"
      ? { Value: { value: { SingleQuotedString: named.name.value } } }
      : { Identifier: named.name };
  return { Unnamed: { Expr: { BinaryOp: { left, op: "Eq", right: value.payload } } } };
}

function argumentValue(arg: FunctionArg): unknown {
  const { tag, payload } = tagOf(arg);
  return tag === "Unnamed" ? payload : (payload as { readonly arg: unknown }).arg;
}

function argumentExpression(arg: FunctionArg): Expr[] {
  const { tag, payload } = tagOf(argumentValue(arg));
  return tag === "Expr" ? [payload as Expr] : [];
}

function isStarArgument(arg: FunctionArg): boolean {
  const value = argumentValue(arg);
  const { tag, payload } = tagOf(value);
  return tag === "Wildcard" || tag === "QualifiedWildcard" || tagOf(payload).tag === "Wildcard";
}

/** Whether a call folds rows: an aggregate that is no window function. */
export function isAggregateCall(call: FunctionCall): boolean {
  if (call.over) return false;
  const parts = partsOf(call);
  return aggregateUse(call, parts) !== undefined;
}

function aggregateUse(call: FunctionCall, parts: CallParts): Use | undefined {
  const known = aggregateUseOf({
    name: parts.name,
    argumentCount: parts.values.length,
    distinct: parts.distinct,
  });
  if (known) return known;
  // DISTINCT, FILTER and WITHIN GROUP belong to aggregates only: one that a team wrote itself counts as a sum.
  return parts.distinct || call.filter || call.within_group.length > 0 ? "AGG_SUM" : undefined;
}

export function analyseFunction(input: FunctionVisit): ValueType {
  const { call, visit } = input;
  const parts = partsOf(call);
  if (isNameByText(call, visit.context.analysis.dialect)) return readNamed(input);
  const { groups } = visit.context;
  if (groups && isAggregateCall(call)) {
    const index = groups.aggregate(call, input.expr);
    visit.sink({ cell: groups.cell(index), use: visit.wrap.use, detail: visit.wrap.detail });
    return groups.columnType(index);
  }
  if (call.over) return analyseWindow(input, parts);
  if (isAggregateCall(call)) return analyseAggregate(input, parts);
  return analyseScalar(input, parts);
}

/** A name that is known only when the query runs may be of any column. */
function readNamed({ call, visit, analyse }: FunctionVisit): ValueType {
  const idents = columnInCall(call, visit.context.analysis.dialect);
  if (idents) return analyse({ CompoundIdentifier: idents }, visit);
  for (const source of visit.context.scope.sources) markUnknown(visit.context, source, 0);
  reportProblem(visit.context, {
    code: "sql-not-understood",
    message: "which column IDENTIFIER(…) names is known only when the query runs",
  });
  return UNTYPED;
}

/** An aggregate over the rows of the block's input: called for the group relation's column. */
export function analyseAggregate(input: FunctionVisit, parts: CallParts): ValueType {
  const { call, visit, analyse } = input;
  const use = aggregateUse(call, parts) ?? "AGG_SUM";
  const isWhole = parts.isStar && countsWholeRows(parts, visit);
  if (parts.isStar && !isWhole) countRows(visit, parts.name);
  if (isWhole) readStars(parts, within(visit, enterAggregate(visit.wrap, use, parts)));
  const isTime = use === "AGG_IDEMPOTENT" && isBareTime({ expr: parts.values[0], visit, analyse });
  const called = isTime ? { ...parts, name: `${parts.name}_of_time` } : parts;
  const first = analyseArguments({ input, parts, wrap: enterAggregate(visit.wrap, use, called) });
  if (call.filter) {
    const role = enterRole(visit.wrap, "CONDITIONAL_NO_ELSE", AGGREGATE_FILTER);
    analyseCondition(call.filter, within(visit, role), analyse);
  }
  for (const { expr } of call.within_group) {
    const keyWrap = isValueWithin(parts.name)
      ? enter(visit.wrap, use, `${parts.name} within_group`)
      : enterRole(visit.wrap, "WINDOW", keyDetail("within_group", expr));
    analyse(expr, within(visit, keyWrap));
  }
  for (const { expr } of parts.orderBy) {
    const detail = keyDetail("within_group", expr);
    analyse(expr, within(visit, enterRole(visit.wrap, "WINDOW", detail)));
  }
  return functionType(parts.name, { type: first.type });
}

/** `percentile_cont(0.5) within group (order by x)`: what it orders by is what it gives. */
const isValueWithin = (name: string): boolean => /^(percentile|quantile|mode)/.test(name);

/** Dialects in which `count(t.*)` passes over rows in which any column is null. */
const COUNTS_FULL_ROWS: ReadonlySet<Dialect> = new Set(["snowflake", "databricks", "spark"]);

/** `count(distinct *)` stands for all columns, and so does `count(t.*)` on some engines; `count(*)` counts rows. */
function countsWholeRows({ distinct, args }: CallParts, visit: Visit): boolean {
  const isQualified = args.some((arg) => tagOf(argumentValue(arg)).tag === "QualifiedWildcard");
  return distinct || (isQualified && COUNTS_FULL_ROWS.has(visit.context.analysis.dialect));
}

function readStars({ args }: CallParts, visit: Visit): void {
  for (const arg of args) {
    const { tag, payload } = tagOf(argumentValue(arg));
    if (tag === "Wildcard")
      for (const source of visit.context.scope.sources) readWholeSource(source, visit);
    if (tag === "QualifiedWildcard") readWholeTable(payload as readonly unknown[], visit);
  }
}

const enterAggregate = (wrap: Wrap, use: Use, parts: CallParts): Wrap =>
  enter(
    wrap,
    use,
    parts.distinct && use !== "AGG_DISTINCT" ? `${parts.name}_distinct` : parts.name,
  );

/** The row set itself is counted, whatever the columns hold. */
function countRows({ context, sink, wrap }: Visit, detail: string): void {
  const cell = context.rowsCell();
  if (cell)
    sink({ cell: { input: cell.input }, use: wrap.fixed ? wrap.use : "COUNT_STAR", detail });
}

function analyseArguments(options: {
  readonly input: FunctionVisit;
  readonly parts: CallParts;
  readonly wrap: Wrap;
}): ValueType {
  const { input, parts, wrap } = options;
  const { visit, analyse } = input;
  let first: ValueType = UNTYPED;
  let folds = false;
  const sink: Visit["sink"] = (flow) => {
    folds ||= flow.use === wrap.use;
    visit.sink(flow);
  };
  for (const [index, value] of parts.values.entries()) {
    const picks = index > 0 && isPickingAggregate(parts.name);
    const next = picks ? enterRole(visit.wrap, "WINDOW", keyDetail("arg_order", value)) : wrap;
    if (isCountIf(parts.name)) {
      const role = enterRole(visit.wrap, "CONDITIONAL_NO_ELSE");
      analyseCondition(value, { ...visit, sink, wrap: role }, analyse);
      continue;
    }
    const type = analyse(value, { ...visit, sink, wrap: next });
    if (index === 0) first = type;
  }
  // `sum(case when paid then 1 end)` adds up constants: it is the rows that are counted.
  const counts =
    !folds && (wrap.use === "AGG_SUM" || wrap.use === "AGG_COUNT") && parts.values.length > 0;
  if (isCountIf(parts.name) || counts) countRows(visit, parts.name);
  return first;
}

const isCountIf = (name: string): boolean => name === "count_if" || name === "countif";

function analyseWindow(input: FunctionVisit, parts: CallParts): ValueType {
  const { call, visit } = input;
  const { name } = parts;
  let type: ValueType = UNTYPED;
  if (isRankingWindow(name)) {
    countRows(visit, name);
  } else if (isPassingWindow(name)) {
    type = { ...analyseArguments({ input, parts, wrap: visit.wrap }), nullable: true };
  } else {
    if (parts.isStar) countRows(visit, name);
    const use = aggregateUse(call, parts) ?? "AGG_SUM";
    type = analyseArguments({ input, parts, wrap: enterAggregate(visit.wrap, use, parts) });
  }
  if (call.filter) {
    const role = enterRole(visit.wrap, "CONDITIONAL_NO_ELSE", AGGREGATE_FILTER);
    analyseCondition(call.filter, within(visit, role), input.analyse);
  }
  const isValue = isValueWithin(name);
  for (const { expr } of isValue ? call.within_group : [])
    input.analyse(expr, within(visit, enter(visit.wrap, "AGG_SUM", `${name} within_group`)));
  for (const { expr } of [...(isValue ? [] : call.within_group), ...parts.orderBy]) {
    const detail = keyDetail("within_group", expr);
    input.analyse(expr, within(visit, enterRole(visit.wrap, "WINDOW", detail)));
  }
  analyseWindowKeys(input);
  return isPassingWindow(name) ? type : functionType(name, { type: type.type });
}

function analyseWindowKeys({ call, visit, analyse }: FunctionVisit): void {
  const spec = windowOf(call, visit);
  if (!spec) return;
  for (const key of spec.partition_by) {
    analyse(key, within(visit, windowRole(visit.wrap, keyDetail("partition", key))));
  }
  const [first] = spec.order_by;
  const isOfMoments =
    first !== undefined && MOMENT.test(bareType({ expr: first.expr, visit, analyse }));
  for (const { expr } of spec.order_by) {
    // What is computed can fail, whether it tells anything apart or not.
    const isTie = isOfMoments && expr !== first.expr && keyKind(expr) === "bare";
    const tells = isTie ? TIE : orderDetail({ expr, visit, analyse });
    const detail = measures(spec) ? "order_range" : tells;
    analyse(expr, within(visit, windowRole(visit.wrap, detail)));
  }
}

const orderDetail = (key: Key & { readonly expr: Expr }): string =>
  isBareTime(key) ? "order_of_time" : keyDetail("order", key.expr);

/** `range between 7 preceding and current row`: the distance of values decides, not their order alone. */
function measures({ window_frame: frame }: WindowSpec): boolean {
  if (!frame || frame.units !== "Range") return false;
  return [frame.start_bound, frame.end_bound].some((bound) => {
    const { tag, payload } = tagOf(bound);
    return (tag === "Preceding" || tag === "Following") && isObject(payload);
  });
}

/** A column that is a time by itself: as a text it sorts as before. */
const isBareTime = (key: Key): boolean => /^(?:date|timestamp)/i.test(bareType(key));

interface Key {
  readonly expr: Expr | undefined;
  readonly visit: Visit;
  readonly analyse: AnalyseExpression;
}

/** Rows of a key seldom have one moment in common; a day they do. */
const MOMENT = /^(?:timestamp|datetime)/i;

/** The type of a column by itself; empty: it is none, or its type is not known. */
function bareType({ expr, visit, analyse }: Key): string {
  if (expr === undefined || bareIdents(expr) === undefined) return "";
  return analyse(expr, { ...visit, sink: () => undefined }).type ?? "";
}

/** A key that is more than a column can fail by itself. */
function keyDetail(detail: string, key: Expr): string {
  const kind = keyKind(key);
  return kind === "bare" ? detail : `${detail}_${kind}`;
}

/** The keys of a window stay keys of a window inside a CASE; in a condition on rows they are a part of it. */
const windowRole = (wrap: Wrap, detail: string): Wrap =>
  DECIDES_ROWS.has(wrap.use) ? wrap : { use: "WINDOW", detail, fixed: true };

const DECIDES_ROWS: ReadonlySet<Use> = new Set(["FILTER", "FILTER_IN", "JOIN_INNER", "JOIN_LEFT"]);

function windowOf({ over }: FunctionCall, { context }: Visit): WindowSpec | undefined {
  const { tag, payload } = tagOf(over);
  const named = (ident: Ident): WindowSpec | undefined => {
    const name = nameOf(ident, context.analysis.dialect);
    const found = context.windows.get(name.text.toLowerCase());
    if (!found) {
      reportProblem(context, {
        code: "sql-not-understood",
        message: `no window "${name.text}"`,
        at: name,
      });
    }
    return found;
  };
  /** A window may build on another that was defined before it. */
  const whole = (spec: WindowSpec | undefined, depth: number): WindowSpec | undefined => {
    const base = spec?.window_name && depth < 20 ? named(spec.window_name) : undefined;
    const below = base && whole(base, depth + 1);
    if (!spec || !below) return spec;
    return {
      window_name: null,
      partition_by: [...below.partition_by, ...spec.partition_by],
      order_by: [...below.order_by, ...spec.order_by],
      window_frame: spec.window_frame ?? below.window_frame ?? null,
    };
  };
  const spec =
    tag === "NamedWindow" ? named(payload as Ident) : (payload as WindowSpec | undefined);
  return whole(spec, 0);
}

function analyseScalar(input: FunctionVisit, parts: CallParts): ValueType {
  const { visit } = input;
  const { name, values } = parts;
  if (name === "columns" && mayChooseColumns(visit.context.analysis.dialect))
    return readColumnsCall(visit);
  if (parts.subquery)
    return input.readSubquery(
      parts.subquery,
      within(visit, enter(visit.wrap, "ARITH", `fn:${name}`)),
    );
  if (isFallbackFunction(name) && (values.length > 1 || name === "zeroifnull"))
    return analyseFallback(input, parts);
  if (isConditionalFunction(name)) return analyseIf(input, parts);
  if (isNvl2(name) || isDecode(name, values.length)) return analyseChoice(input, parts);
  return analyseOrdinary(input, parts);
}

/** COALESCE and its kin: nulls of the first argument turn into the next. */
function analyseFallback({ visit, analyse }: FunctionVisit, { values }: CallParts): ValueType {
  const first = visit.context.analysis.dialect === "duckdb" ? firstDetail(values) : "first";
  const types = values.map((value, index) =>
    analyse(value, within(visit, enter(visit.wrap, "COALESCE", index === 0 ? first : "fallback"))),
  );
  const type = types.map((each) => each.type).find((each) => each !== undefined && each !== "NULL");
  return { type, nullable: types.some((each) => each.nullable === false) ? false : undefined };
}

/**
 * DuckDB lets a text that is written out take the type of what it stands in for, and fails where it cannot: `'Other'` is no
 * number and no date.
 */
function firstDetail(values: readonly Expr[]): "first" | "first_text" | "first_word" {
  const texts = values.slice(1).map(stringLiteralOf);
  if (!texts.every((text) => text !== undefined)) return "first";
  return texts.every(mayBeTyped) ? "first_text" : "first_word";
}

function analyseIf({ visit, analyse }: FunctionVisit, { values }: CallParts): ValueType {
  const [condition, ...results] = values;
  const use = results.length > 1 ? "CONDITIONAL" : "CONDITIONAL_NO_ELSE";
  if (condition) analyseCondition(condition, within(visit, enterRole(visit.wrap, use)), analyse);
  const types = results.map((result) => analyse(result, visit));
  return { type: types[0]?.type };
}

function analyseChoice({ visit, analyse }: FunctionVisit, { name, values }: CallParts): ValueType {
  const [subject, ...rest] = values;
  const hasElse = name === "nvl2" || rest.length % 2 === 1;
  const use = hasElse ? "CONDITIONAL" : "CONDITIONAL_NO_ELSE";
  const detail = name === "nvl2" ? "is_not_null" : "op:=";
  if (subject) analyse(subject, within(visit, enterRole(visit.wrap, use, detail)));
  for (const [index, value] of rest.entries()) {
    const isResult = name === "nvl2" || index % 2 === 1 || (hasElse && index === rest.length - 1);
    analyse(value, isResult ? visit : within(visit, enterRole(visit.wrap, use, detail)));
  }
  return UNTYPED;
}

/** Give null for what they cannot read. */
const TRIES = /^(?:try|try_\w+|safe_\w+)$/;

function analyseOrdinary(input: FunctionVisit, parts: CallParts): ValueType {
  const { call, visit, analyse } = input;
  const { name, args } = parts;
  const wrap = isUnnesting(name)
    ? { ...visit.wrap, detail: visit.wrap.detail ?? `fn:${name}` }
    : enter(TRIES.test(name) ? tries(visit.wrap) : visit.wrap, "ARITH", detailOf(parts, visit));
  const decides = name === "nullif" ? whereValueDecides(visit.wrap) : visit.wrap;
  let first: ValueType = UNTYPED;
  const part = datePartAt(parts, visit.context.analysis.dialect);
  const sink: Visit["sink"] = (flow) => {
    visit.sink(flow);
    // A list in the projection gives as many rows as it has items.
    if (isUnnesting(name) && flow.cell.column !== undefined)
      visit.context.relation.addEdge({ ...flow.cell, use: "JOIN_INNER", detail: "unnest" });
  };
  for (const [index, arg] of args.entries()) {
    if (index === part) continue;
    const type = analyseArgument({ arg, name, visit: { ...within(visit, wrap), sink }, analyse });
    if (index === 0) first = type;
    if (decides !== visit.wrap)
      analyseArgument({ arg, name, visit: within(visit, decides), analyse });
  }
  if (call.name.length > 1) readMethodSubject(input, wrap);
  for (const child of childExpressions(call.parameters))
    if (isExpression(child)) analyse(child, within(visit, wrap));
  return functionType(name, first);
}

/** Functions that PostgreSQL has for exact numbers only, where they are told the place. */
const TO_A_PLACE: ReadonlySet<string> = new Set(["round", "trunc"]);

function detailOf({ name, args }: CallParts, { context }: Visit): string {
  const { dialect } = context.analysis;
  if (name === "mod" && dividesWhole(dialect)) return "op:mod";
  return args.length === 2 && TO_A_PLACE.has(name) && dialect === "postgres"
    ? "fn:round_exact"
    : `fn:${name}`;
}

interface Argument {
  readonly arg: FunctionArg;
  readonly name: string;
  readonly visit: Visit;
  readonly analyse: AnalyseExpression;
}

function analyseArgument({ arg, name, visit, analyse }: Argument): ValueType {
  const { context } = visit;
  const { tag, payload } = tagOf(argumentValue(arg));
  if (tag === "Expr") {
    if (isWeekFrom(name, tagOf(payload))) return UNTYPED;
    return analyse(payload as Expr, visit);
  }
  if (tag === "Wildcard")
    for (const source of context.scope.sources) readWholeSource(source, visit);
  if (tag === "QualifiedWildcard") readWholeTable(payload as readonly unknown[], visit);
  return UNTYPED;
}

/** `last_day(day)`, `date_add(day, interval 1 day)`, `datediff(day, other)`: a part comes first in few calls of two arguments. */
const beginsWithDate = (name: string, count: number): boolean =>
  count < 2 || (count === 2 && !TAKES_PART_FIRST.has(name));

/** With two arguments they count days. */
const BETWEEN_DATES = /(?:diff|add|sub)$/;

const TAKES_PART_FIRST = new Set(
  "date_trunc datetrunc date_part datepart datename extract".split(" "),
);

/** Which argument is a bare part of a date; a column may be called `day` too, and then stands beside the part. */
function datePartAt({ name, args }: CallParts, dialect: string): number {
  if (args.length === 2 && BETWEEN_DATES.test(name)) return -1;
  const words = args.map((arg, index) => {
    const { tag, payload } = tagOf(argumentValue(arg));
    if (tag !== "Expr" || (index === 0 && beginsWithDate(name, args.length))) return undefined;
    const text = stringLiteralOf(payload as Expr);
    const inner = tagOf(payload);
    const word = inner.tag === "Identifier" ? (inner.payload as Ident).value : text;
    return word !== undefined && isDatePart(name, word)
      ? { isText: text !== undefined }
      : undefined;
  });
  if (words.some((word) => word?.isText)) return -1;
  const isPart = (word: (typeof words)[number]): boolean => word !== undefined;
  return dialect === "bigquery" ? words.findLastIndex(isPart) : words.findIndex(isPart);
}

/** BigQuery's `week(monday)`, in the place of a part of a date. */
function isWeekFrom(name: string, { tag, payload }: ReturnType<typeof tagOf>): boolean {
  if (tag !== "Function" || !isDatePart(name, "week")) return false;
  const { name: called, values } = partsOf(payload as FunctionCall);
  const day = tagOf(values[0]);
  const isName = called === "week" && day.tag === "Identifier";
  return isName && WEEKDAY.test((day.payload as Ident).value);
}

const WEEKDAY = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/i;

/** DuckDB's COLUMNS(…) inside an expression stands for any number of columns: which ones is not worked out. */
function readColumnsCall({ context }: Visit): ValueType {
  for (const source of context.scope.sources) markUnknown(context, source, 0);
  reportProblem(context, {
    code: "sql-not-understood",
    message: "COLUMNS(…) inside an expression is not followed to the column",
  });
  return UNTYPED;
}

/** `count(t.*)`: every column of the table. */
function readWholeTable(parts: readonly unknown[], visit: Visit): void {
  const { context } = visit;
  const idents = parts.map((part) => tagOf(part).payload as Ident);
  const names = idents.map((ident) => nameOf(ident, context.analysis.dialect));
  const source = findQualified(context.scope, names);
  if (source) readWholeSource(source, visit);
}

function readWholeSource(source: Source, { context, sink, wrap }: Visit): void {
  const { groups } = context;
  for (const column of source.columns.columns) {
    const cell = groups
      ? groups.cell(groups.findKeyColumn(source, column))
      : context.cellOf(source, column);
    if (cell) sink({ cell, use: wrap.use, detail: ofStar(wrap) });
  }
  if (source.open) markUnknown(context, source, 0);
}

/** `x.value('…')` in T-SQL: the part before the last is a column where the scope has one. */
function readMethodSubject({ call, visit, analyse }: FunctionVisit, wrap: Wrap): void {
  const idents = call.name.slice(0, -1).map((part) => tagOf(part).payload as Ident);
  const [first] = idents;
  if (!first) return;
  const name = nameOf(first, visit.context.analysis.dialect);
  const known = visit.context.scope.sources.some(
    (source) => source.columns.find(name) || (source.alias?.key === name.key && idents.length > 1),
  );
  if (known) analyse({ CompoundIdentifier: idents }, within(visit, wrap));
}
