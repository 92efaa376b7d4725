import {
  type Expr,
  type FunctionArg,
  type FunctionCall,
  type Ident,
  lastIdent,
  type ObjectName,
  stringLiteralOf,
  tagOf,
} from "./ast.ts";
import { type Dialect, splitName } from "./dialect.ts";
import { scanTables } from "./scan-tables.ts";

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

const FILE_READERS =
  /^(read_(csv|csv_auto|parquet|json|json_auto|ndjson|text|blob)|parquet_scan|csv_scan|delta_scan|iceberg_scan|files)$/;

/** The file that `read_parquet('…')` and the like read; `name` in lower case. */
export function fileInCall(name: string, args: readonly FunctionArg[]): string | undefined {
  if (!FILE_READERS.test(name)) return undefined;
  const [first] = args.flatMap(expressionOf);
  return stringLiteralOf(first);
}

/** Functions that give the rows of the table that they are given. */
const STREAMS = new Set(["stream", "table", "changes", "table_changes"]);

/** The table of such a function; `name` in lower case. */
export function tableOfStream(
  name: string,
  args: readonly FunctionArg[],
): readonly Ident[] | undefined {
  if (!STREAMS.has(name)) return undefined;
  const [first] = args.flatMap(expressionOf);
  const { tag, payload } = tagOf(first);
  if (tag === "Identifier") return [payload as Ident];
  const text = stringLiteralOf(first);
  if (text !== undefined && text !== "") return identsOfText(text);
  return tag === "CompoundIdentifier" ? (payload as readonly Ident[]) : undefined;
}

export function expressionOf(arg: FunctionArg): Expr[] {
  const { tag, payload } = tagOf(arg);
  const value = tagOf(tag === "Unnamed" ? payload : (payload as { readonly arg: unknown }).arg);
  return value.tag === "Expr" ? [value.payload as Expr] : [];
}

/** The tables of queries that stand as texts among a call's arguments: `crosstab('select … from t')`. */
export const tablesInTexts = (
  values: readonly Expr[],
  dialect: Dialect,
): readonly (readonly string[])[] =>
  values
    .map(stringLiteralOf)
    .filter((text) => text !== undefined && QUERY.test(text))
    .flatMap((text) => scanTables(text ?? "", dialect).reads.map(({ path }) => path));

const QUERY = /\bselect\b[\s\S]*\bfrom\b/i;

/** Dialects in which IDENTIFIER('amount') is the column of that name. */
const NAMES_BY_TEXT: ReadonlySet<Dialect> = new Set(["snowflake", "databricks", "spark"]);

export const isNameByText = ({ name }: FunctionCall, dialect: Dialect): boolean =>
  NAMES_BY_TEXT.has(dialect) && lastIdent(name)?.value.toLowerCase() === "identifier";

/** The column that `identifier('o.amount')` is; undefined: another call, or a name that is known only when the query runs. */
export function columnInCall(call: FunctionCall, dialect: Dialect): readonly Ident[] | undefined {
  if (!isNameByText(call, dialect)) return undefined;
  const args = typeof call.args === "object" && "List" in call.args ? call.args.List.args : [];
  const text = stringLiteralOf(args.flatMap(expressionOf)[0]);
  return text === undefined || text === "" ? undefined : identsOfText(text);
}
