import { type PlanEdge, TIE } from "#lib/model/query-plan.ts";
import { type Expr, type FunctionCall, lastIdent, positionOf, tagOf } from "./ast.ts";
import type { Cell } from "./expression-context.ts";
import type { RelationBuilder, Target } from "./plan-builder.ts";

interface OrderKey {
  readonly column: string;
  readonly decides: boolean;
  /** It stands behind a moment in time. */
  readonly isTie: boolean;
  /** A time by itself: as a text it sorts as before. */
  readonly isTime: boolean;
}

/** Where a filter keeps one row of each key: the inputs' columns as the relation that filters reads them. */
export interface FirstRows {
  readonly input: number;
  /** The column that must be 1. */
  readonly rank: string;
  readonly keys: readonly string[];
  /** Columns that a key is computed of, where one is: `day::date`. */
  readonly computedOf: readonly string[];
  /** What the row is chosen by, most important first; `decides` is the first key, the others tell apart what is alike in it. */
  readonly order: readonly OrderKey[];
  /** The key looks like the table's own: then there is one row of each most often. */
  readonly looksUnique: boolean;
}

/** `rn = 1`, `1 = rn`, `rn <= 1`, `rn < 2`: gives what must be first. */
export function firstOf(condition: Expr): Expr | undefined {
  const { tag, payload } = tagOf(condition);
  if (tag === "Nested") return firstOf(payload as Expr);
  if (tag !== "BinaryOp") return undefined;
  const { left, op, right } = payload as {
    readonly left: Expr;
    readonly op: unknown;
    readonly right: Expr;
  };
  const sign = tagOf(op).tag;
  if (sign === "Eq" && positionOf(left) === 1) return placeIn(right);
  const isFirst =
    ((sign === "Eq" || sign === "LtEq") && positionOf(right) === 1) ||
    (sign === "Lt" && positionOf(right) === 2);
  return isFirst ? placeIn(left) : undefined;
}

/** A column or a row number as it is: of `rn % 2`, several may be 1. */
function placeIn(expr: Expr): Expr | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return placeIn(payload as Expr);
  const isColumn = tag === "Identifier" || tag === "CompoundIdentifier";
  return isColumn || isRowNumber(expr) ? expr : undefined;
}

/** `row_number() over (…)`. */
export function isRowNumber(expr: Expr | undefined): boolean {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return isRowNumber(payload as Expr);
  const call = payload as FunctionCall;
  return tag === "Function" && lastIdent(call.name)?.value.toLowerCase() === "row_number";
}

/**
 * What is kept where a column that numbers the rows of a relation below must be 1. Undefined: it numbers nothing, or its
 * keys are not among the columns.
 */
export function firstRows(
  relation: RelationBuilder,
  { input, column }: Cell,
): FirstRows | undefined {
  const target = relation.inputs[input]?.target;
  if (target === undefined || !("relation" in target) || column === undefined) return undefined;
  const { relation: below } = target;
  const to = below.indexOf(column);
  const into = below.edges.filter((edge) => to !== undefined && edge.to === to);
  if (!into.some(({ use, detail }) => use === "COUNT_STAR" && detail === "row_number"))
    return undefined;
  const windowed = (detail: string): readonly PlanEdge[] =>
    into.filter((edge) => edge.use === "WINDOW" && edge.detail === detail);
  const parts = windowed("partition");
  const computed = ["partition_computed", "partition_computed_safe"].flatMap(windowed);
  const all = [...parts, ...computed];
  if (all.length === 0 || all.some((edge) => namesOf(below, edge).length === 0)) return undefined;
  return {
    input,
    rank: column,
    keys: parts.flatMap((edge) => namesOf(below, edge)),
    computedOf: computed.flatMap((edge) => namesOf(below, edge)),
    order: orderOf(below, into),
    looksUnique:
      all.length === 1 && parts.length === 1 && parts.every((edge) => looksLikeKey(below, edge)),
  };
}

const ORDERS = new Set(["order", "order_of_time", "order_computed", "order_computed_safe", TIE]);

/** The keys of a window's order, as they are written; a key that is computed of several columns is one. */
function orderOf(below: RelationBuilder, into: readonly PlanEdge[]): FirstRows["order"] {
  const keys = into.filter(({ use, detail }) => use === "WINDOW" && ORDERS.has(detail ?? ""));
  const [first] = keys;
  return keys.flatMap((edge) => {
    const [column] = namesOf(below, edge);
    if (column === undefined) return [];
    return [
      {
        column,
        decides: edge === first || isSameKey(edge, first),
        isTie: edge.detail === TIE,
        isTime: edge.detail === "order_of_time",
      },
    ];
  });
}

const isSameKey = (edge: PlanEdge, first: PlanEdge | undefined): boolean =>
  edge.detail?.startsWith("order_computed") === true &&
  first?.detail?.startsWith("order_computed") === true;

const HANDS_ON = new Set(["IDENTITY", "STAR", "CAST"]);

/** What a relation calls the column that an edge reads. */
const namesOf = (relation: RelationBuilder, { input, column }: PlanEdge): readonly string[] =>
  relation.edges.flatMap((edge) =>
    edge.input === input &&
    edge.column === column &&
    edge.to !== undefined &&
    HANDS_ON.has(edge.use)
      ? [relation.nameAt(edge.to)]
      : [],
  );

const KEY_NAME = /^(.*?)_?(?:id|key|sk|pk|uuid)$/i;

/** `id`, or `order_id` of a table whose name speaks of orders. */
function looksLikeKey(relation: RelationBuilder, { input, column }: PlanEdge): boolean {
  const stem = column === undefined ? undefined : KEY_NAME.exec(column)?.[1]?.toLowerCase();
  if (stem === undefined) return false;
  const table = tableOf(relation.inputs[input]?.target)?.toLowerCase() ?? "";
  return stem === "" || table.includes(stem.replace(/y$/, "ie")) || table.includes(stem);
}

/** The name of the only table below. */
function tableOf(target: Target | undefined): string | undefined {
  let at = target;
  for (let step = 0; step < 50 && at !== undefined; step++) {
    if ("asset" in at) return /[^/.]*$/.exec(at.asset)?.[0];
    if (at.relation.inputs.length !== 1) return undefined;
    at = at.relation.inputs[0]?.target;
  }
  return undefined;
}

/** The filter is the only thing that the relation does with rows: then each key has one row here, and a repeated row changes nothing. */
export function keepFirst(relation: RelationBuilder, first: FirstRows): void {
  const others = relation.inputs.filter(
    ({ rows }, at) => at !== first.input && rows !== "exists" && rows !== "not_exists",
  );
  if (others.length > 0) return;
  relation.readFirst(first.input);
  for (const column of first.keys)
    relation.addEdge({ input: first.input, column, use: "GROUP_BY", detail: "picked" });
  for (const column of first.computedOf)
    relation.addEdge({ input: first.input, column, use: "GROUP_BY", detail: "picked_computed" });
}

/** What the row is chosen by decides about every column but the keys; called once all columns are there. */
export function pickColumns(relation: RelationBuilder, first: FirstRows): void {
  if (relation.inputs[first.input]?.rows !== "first") return;
  const handed = relation.edges.filter(
    (edge) => edge.input === first.input && edge.to !== undefined && edge.use !== "WINDOW",
  );
  for (const edge of handed) {
    const { to, column } = edge;
    if (column === first.rank) relation.replaceEdge(edge, { ...edge, detail: "fixed" });
    if (column === undefined || column === first.rank || first.keys.includes(column)) continue;
    for (const key of first.order) {
      const detail = howItPicks(key, first);
      if (key.column !== column)
        relation.addEdge({ input: first.input, column: key.column, to, use: "WINDOW", detail });
    }
  }
}

function howItPicks({ isTie, isTime, decides }: OrderKey, { looksUnique }: FirstRows): string {
  if (isTie) return "picks_tie";
  if (!decides || looksUnique) return "picks_maybe";
  return isTime ? "picks_of_time" : "picks";
}
