import { tagOf } from "./ast.ts";

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
};

/** An operator as it is written. */
export function operatorText(op: unknown): string {
  const { tag, payload } = tagOf(op);
  return OPERATORS[tag] ?? (Array.isArray(payload) ? payload.join(".") : tag.toLowerCase());
}
