import { type Expr, type FunctionCall, type Ident, isObject, lastIdent, tagOf } from "./ast.ts";
import { columnInCall } from "./called-table.ts";
import type { Dialect } from "./dialect.ts";
import type { Analysis } from "./expression-context.ts";
import { nameOf } from "./scope.ts";

export interface OutputName {
  readonly expr: Expr;
  readonly analysis: Analysis;
  /** 0-based. */
  readonly position: number;
}

/** What an output without an alias is called: the column it is, else as the dialect's engine names expressions. */
export function outputName({ expr, analysis, position }: OutputName): string {
  const ident = namingIdent(expr, analysis.dialect);
  if (ident) return nameOf(ident, analysis.dialect).text;
  const name = GENERATED[analysis.dialect]?.({ expr, position });
  return name ?? textName(expr, analysis, position);
}

function namingIdent(expr: Expr, dialect: Dialect): Ident | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return payload as Ident;
  if (tag === "CompoundIdentifier") return (payload as readonly Ident[]).at(-1);
  if (tag === "Nested") return namingIdent(payload as Expr, dialect);
  if (tag === "Function") return columnInCall(payload as FunctionCall, dialect)?.at(-1);
  if (tag === "Collate") return namingIdent((payload as { readonly expr: Expr }).expr, dialect);
  if (tag === "CompoundFieldAccess") return fieldIdent(payload);
  if (tag === "JsonAccess" && dialect !== "snowflake") return jsonIdent(payload);
  if (tag === "Cast" && CAST_KEEPS_NAME.has(dialect))
    return namingIdent((payload as { readonly expr: Expr }).expr, dialect);
  return undefined;
}

const CAST_KEEPS_NAME: ReadonlySet<Dialect> = new Set(["postgres", "redshift"]);

function fieldIdent(payload: unknown): Ident | undefined {
  const chain = (payload as { readonly access_chain: readonly unknown[] }).access_chain;
  const { tag, payload: last } = tagOf(chain.at(-1));
  if (tag !== "Dot") return undefined;
  const inner = tagOf(last);
  return inner.tag === "Identifier" ? (inner.payload as Ident) : undefined;
}

function jsonIdent(payload: unknown): Ident | undefined {
  const path = isObject(payload) && isObject(payload["path"]) ? payload["path"]["path"] : undefined;
  const last = Array.isArray(path) ? tagOf(path.at(-1)) : undefined;
  const key = last?.tag === "Dot" && isObject(last.payload) ? last.payload["key"] : undefined;
  return typeof key === "string" ? { value: key, quote_style: null } : undefined;
}

interface Unnamed {
  readonly expr: Expr;
  readonly position: number;
}

const GENERATED: Readonly<Partial<Record<Dialect, (unnamed: Unnamed) => string>>> = {
  postgres: ({ expr }) => postgresName(expr),
  redshift: ({ expr }) => postgresName(expr),
  bigquery: ({ position }) => `f${position}_`,
  trino: ({ position }) => `_col${position}`,
  tsql: ({ position }) => `_col${position}`,
};

function postgresName(expr: Expr): string {
  const { tag, payload } = tagOf(expr);
  if (tag === "Function")
    return (lastIdent((payload as FunctionCall).name)?.value ?? "?column?").toLowerCase();
  if (tag === "Cast" || tag === "Nested")
    return postgresName(
      tag === "Nested" ? (payload as Expr) : (payload as { readonly expr: Expr }).expr,
    );
  if (tag === "Case") return "case";
  return tag === "Exists" ? "exists" : "?column?";
}

function textName(expr: Expr, { text, dialect }: Analysis, position: number): string {
  const excerpt = text.excerpt(expr);
  if (!excerpt) return `_col${position}`;
  return dialect === "snowflake" ? excerpt.toUpperCase() : excerpt;
}
