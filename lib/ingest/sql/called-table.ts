import {
  type Expr,
  type FunctionArg,
  type Ident,
  type ObjectName,
  stringLiteralOf,
  tagOf,
} from "./ast.ts";
import { splitName } from "./dialect.ts";

/** Calls that give the table whose name stands in a string: `from identifier('s.t')`, `from query_table('t')`. */
const NAMED_BY_TEXT = new Set(["identifier", "query_table"]);

/** The table that such a call means; undefined: another function, or a name that is not known before the query runs. */
export function tableInCall(
  name: ObjectName,
  args: readonly FunctionArg[],
): readonly Ident[] | undefined {
  const last = name.at(-1);
  // Snowflake's IDENTIFIER is a part of the name itself.
  const part = last && "Function" in last ? last.Function : undefined;
  const called = part ? part.name : last && "Identifier" in last ? last.Identifier : undefined;
  const given = part ? part.args : args;
  const [only] = given;
  if (given.length !== 1 || !only || !NAMED_BY_TEXT.has(called?.value.toLowerCase() ?? ""))
    return undefined;
  const { payload } = tagOf(only);
  const { tag, payload: expr } = tagOf(payload);
  const text = tag === "Expr" ? stringLiteralOf(expr as Expr) : undefined;
  return text === undefined || text === "" ? undefined : identsOfText(text);
}

/** The parts of a table's name that stands in a string. */
export const identsOfText = (text: string): readonly Ident[] =>
  splitName(text).map((part) => ({ value: part.text, quote_style: part.quoted ? '"' : null }));
