import { isAggregateCall, partsOf } from "./analyze-function.ts";
import { type CaseExpression, type Expr, type FunctionCall, tagOf } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import {
  type AnalyseExpression,
  BARE,
  cellKey,
  type Flow,
  type ValueType,
  type Visit,
} from "./expression-context.ts";

/** Engines that were seen to count whole days with days, and not with moments. */
const COUNTS_DAYS: ReadonlySet<Dialect> = new Set(["duckdb", "postgres"]);

export const countsDays = (dialect: Dialect): boolean => COUNTS_DAYS.has(dialect);

/** One part of a chain such as `a - b + 1`, with what it reads. */
export interface Operand {
  readonly expr: Expr;
  readonly type: string | undefined;
  readonly flows: readonly Flow[];
}

interface Chain {
  /** From the left. */
  readonly operands: readonly Operand[];
  /** Between each two of them. */
  readonly operators: readonly string[];
}

interface Walk extends Visit {
  readonly analyse: AnalyseExpression;
}

type Takes = NonNullable<Flow["takes"]>;
type Kind = "day" | "number" | "distance" | undefined;

const IS_WHOLE = /^u?(?:tiny|small|big|huge)?int(?:eger|1|2|4|8)?$/i;

const isDay = (type: string | undefined): boolean => /^date$/i.test(type ?? "");

/**
 * What a chain takes days for, whatever stands around the column that they come from (`lead(day) over w - 1`): whole
 * numbers are added to them, or the distance between two is taken, with which it may go on as with a number.
 */
export function takenInChain({ operands, operators }: Chain): ReadonlyMap<Operand, Takes> {
  const taken = new Map<Operand, Takes>();
  const [first] = operands;
  if (!first || !operands.some(({ type }) => isDay(type))) return taken;
  const note = (parts: readonly Operand[], takes: Takes): void => {
    for (const part of parts) taken.set(part, takes);
  };
  let kind = kindOf(first);
  let from: readonly Operand[] = [first];
  for (const [at, right] of operands.slice(1).entries()) {
    const operator = operators[at] ?? "";
    const other = kindOf(right);
    const adds = operator === "Plus" || operator === "Minus";
    if (adds && kind === "day" && other === "number") note(from, "days");
    else if (operator === "Plus" && kind === "number" && other === "day") {
      note([right], "days");
      kind = "day";
      from = [right];
    } else if (operator === "Minus" && kind === "day" && other === "day") {
      from = [...from, right];
      note(from, "span");
      kind = "distance";
    } else {
      if (kind === "distance" && other === "number" && (adds || COMPARES.has(operator)))
        note(from, "spans");
      kind = undefined;
    }
  }
  return taken;
}

const COMPARES: ReadonlySet<string> = new Set(["Gt", "Lt", "GtEq", "LtEq", "Eq", "NotEq"]);

function kindOf({ type }: Operand): Kind {
  if (isDay(type)) return "day";
  return IS_WHOLE.test(type ?? "") ? "number" : undefined;
}

/** The flows of an operand, those marked whose column gives it its type. */
export function markTaken({ expr, flows }: Operand, takes: Takes, visit: Walk): readonly Flow[] {
  // Of a query nothing but its value is read.
  const carriers = tagOf(expr).tag === "Subquery" ? undefined : carriersOf(expr, visit);
  return flows.map((flow) => {
    const isKey = flow.use === "WINDOW" && !visit.wrap.fixed;
    const isCarrier = carriers === undefined || carriers.has(cellKey(flow.cell));
    return isCarrier && !isKey && flow.takes === undefined ? { ...flow, takes } : flow;
  });
}

/** The columns (`input|column`) that an expression takes its day from: it gives a moment when they do. */
function carriersOf(expr: Expr, visit: Walk): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: Expr[] = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isName(next, visit)) {
      const sink = ({ cell, carries }: Flow): void => {
        if (carries !== false && cell.column !== undefined) found.add(cellKey(cell));
      };
      visit.analyse(next, { ...visit, wrap: BARE, sink });
    } else pending.push(...handedOn(next));
  }
  return found;
}

const NAMES: ReadonlySet<string> = new Set(["Identifier", "CompoundIdentifier"]);

/** Stands for a column, by itself or as a key or an aggregate of the groups that are read. */
function isName(expr: Expr, { context: { groups } }: Visit): boolean {
  const { tag, payload } = tagOf(expr);
  if (NAMES.has(tag) || groups?.findKey(expr) !== undefined) return true;
  return groups !== undefined && tag === "Function" && isAggregateCall(payload as FunctionCall);
}

const ALL = Number.POSITIVE_INFINITY;

/** Functions that give one of their arguments, by the places of those. */
const HANDS_ON = new Map<string, readonly [from: number, to: number, also?: number]>([
  ...words(
    "min max any_value arbitrary first last first_value last_value nth_value mode nullif",
  ).map((name) => [name, [0, 1]] as const),
  ...words("arg_min arg_max argmin argmax min_by max_by").map((name) => [name, [0, 1]] as const),
  ...words("lag lead").map((name) => [name, [0, 1, 2]] as const),
  ...words("coalesce ifnull nvl greatest least").map((name) => [name, [0, ALL]] as const),
  ...words("if iff").map((name) => [name, [1, ALL]] as const),
]);

function words(text: string): readonly string[] {
  return text.split(" ");
}

/** The parts of an expression that its value is one of. */
function handedOn(expr: Expr): readonly Expr[] {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return [payload as Expr];
  if (tag === "Case") {
    const { conditions, else_result: rest } = payload as CaseExpression;
    return [...conditions.map(({ result }) => result), ...(rest ? [rest] : [])];
  }
  if (tag !== "Function") return [];
  const call = payload as FunctionCall;
  const { name, values } = partsOf(call);
  const places = HANDS_ON.get(name);
  if (!places) return [];
  const [from, to, also] = places;
  const further = also === undefined ? undefined : values[also];
  return [...values.slice(from, to), ...(further ? [further] : [])];
}

/** `carriersOf` an expression of that type, which may be a day. */
export const dayCarriers = (expr: Expr, { type }: ValueType, visit: Walk): ReadonlySet<string> =>
  isDay(type) ? carriersOf(expr, visit) : NONE;

const NONE: ReadonlySet<string> = new Set();
