import { tagOf } from "./ast.ts";
import type { Dialect } from "./dialect.ts";

const OPERATORS: Readonly<Record<string, string>> = {
  Plus: "+",
  Minus: "-",
  Multiply: "*",
  Divide: "/",
  Modulo: "%",
  StringConcat: "||",
  Gt: ">",
  Lt: "<",
  GtEq: ">=",
  LtEq: "<=",
  Eq: "=",
  NotEq: "<>",
  Spaceship: "<=>",
  And: "and",
  Or: "or",
  Arrow: "->",
  LongArrow: "->>",
  DuckIntegerDivide: "div",
  MyIntegerDivide: "div",
};

/** An operator as it is written. */
export function operatorText(op: unknown): string {
  const { tag, payload } = tagOf(op);
  return OPERATORS[tag] ?? (Array.isArray(payload) ? payload.join(".") : tag.toLowerCase());
}

/** Engines whose `/` divides whole numbers without a rest, and whose `%` has one for whole numbers at least. */
const WHOLE: ReadonlySet<Dialect> = new Set(["postgres", "redshift", "tsql", "sqlite", "trino"]);

export const dividesWhole = (dialect: Dialect): boolean => WHOLE.has(dialect);
