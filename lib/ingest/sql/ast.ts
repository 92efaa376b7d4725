/**
 * The parts of the parser's tree that lineage needs, as sqlparser-rs 0.62 serialises them: an enum variant is an object
 * with one key, or a bare string where it carries nothing. Only this file knows that form; it is trusted after the door
 * in `sql-parser.ts`.
 */
export interface Position {
  /** 1-based; 0 where the parser knows none. */
  readonly line: number;
  readonly column: number;
}

export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface Ident {
  readonly value: string;
  readonly quote_style: string | null;
  readonly span?: Span;
}

export type NamePart =
  | { readonly Identifier: Ident }
  | { readonly Function: { readonly name: Ident; readonly args: readonly FunctionArg[] } };

export type ObjectName = readonly NamePart[];

/** An expression: `{Tag: payload}`; see `tagOf`. */
export type Expr = { readonly [tag: string]: unknown } | string;

export type FunctionArgValue =
  | { readonly Expr: Expr }
  | { readonly QualifiedWildcard: ObjectName }
  | "Wildcard"
  | { readonly [other: string]: unknown };

export type FunctionArg =
  | { readonly Unnamed: FunctionArgValue }
  | { readonly Named: { readonly name: Ident; readonly arg: FunctionArgValue } }
  | { readonly ExprNamed: { readonly name: Expr; readonly arg: FunctionArgValue } };

export interface OrderByItem {
  readonly expr: Expr;
}

export type ArgumentClause =
  | { readonly OrderBy: readonly OrderByItem[] }
  | { readonly Having: readonly [string, Expr] }
  | { readonly [other: string]: unknown };

export type FunctionArguments =
  | "None"
  | { readonly Subquery: Query }
  | {
      readonly List: {
        readonly duplicate_treatment: "Distinct" | "All" | null;
        readonly args: readonly FunctionArg[];
        readonly clauses: readonly ArgumentClause[];
      };
    };

export interface WindowSpec {
  readonly window_name: Ident | null;
  readonly partition_by: readonly Expr[];
  readonly order_by: readonly OrderByItem[];
  readonly window_frame?: {
    readonly units: string;
    readonly start_bound: unknown;
    readonly end_bound?: unknown;
  } | null;
}

export type WindowType = { readonly WindowSpec: WindowSpec } | { readonly NamedWindow: Ident };

export interface FunctionCall {
  readonly name: ObjectName;
  readonly args: FunctionArguments;
  readonly parameters?: FunctionArguments;
  readonly filter: Expr | null;
  readonly over: WindowType | null;
  readonly within_group: readonly OrderByItem[];
}

export interface CaseExpression {
  readonly operand: Expr | null;
  readonly conditions: readonly { readonly condition: Expr; readonly result: Expr }[];
  readonly else_result: Expr | null;
}

/** A type: `"Date"`, `{Varchar: …}`, `{Custom: [name, modifiers]}`. */
export type DataType = string | { readonly [tag: string]: unknown };

export interface RenamedColumn {
  readonly ident: Ident;
  readonly alias: Ident;
}

export interface WildcardOptions {
  readonly opt_ilike?: { readonly pattern: string } | null;
  readonly opt_exclude?:
    | { readonly Single: Ident | ObjectName }
    | { readonly Multiple: readonly (Ident | ObjectName)[] }
    | null;
  readonly opt_except?: {
    readonly first_element: Ident;
    readonly additional_elements: readonly Ident[];
  } | null;
  readonly opt_replace?: {
    readonly items: readonly { readonly expr: Expr; readonly column_name: Ident }[];
  } | null;
  readonly opt_rename?:
    | { readonly Single: RenamedColumn }
    | { readonly Multiple: readonly RenamedColumn[] }
    | null;
  readonly wildcard_token?: { readonly span?: Span };
}

export type SelectItem =
  | { readonly UnnamedExpr: Expr }
  | { readonly ExprWithAlias: { readonly expr: Expr; readonly alias: Ident } }
  | { readonly ExprWithAliases: { readonly expr: Expr; readonly aliases: readonly Ident[] } }
  | { readonly Wildcard: WildcardOptions }
  | {
      readonly QualifiedWildcard: readonly [
        { readonly ObjectName: ObjectName } | { readonly Expr: Expr },
        WildcardOptions,
      ];
    };

export interface TableAlias {
  readonly name: Ident;
  readonly columns: readonly { readonly name: Ident; readonly data_type: DataType | null }[];
}

export interface AliasedExpr {
  readonly expr: Expr;
  readonly alias: Ident | null;
}

export interface PivotFactor {
  readonly table: TableFactor;
  readonly aggregate_functions: readonly AliasedExpr[];
  readonly value_column: readonly Expr[];
  readonly value_source:
    | { readonly List: readonly AliasedExpr[] }
    | { readonly Any: readonly OrderByItem[] }
    | { readonly Subquery: Query };
  readonly alias: TableAlias | null;
}

export interface UnpivotFactor {
  readonly table: TableFactor;
  readonly value: Ident | Expr;
  readonly name: Ident;
  readonly columns: readonly AliasedExpr[];
  readonly alias: TableAlias | null;
  readonly null_inclusion?: string | null;
}

export interface TableFactors {
  readonly Table: {
    readonly name: ObjectName;
    readonly alias: TableAlias | null;
    readonly args: { readonly args: readonly FunctionArg[] } | null;
    readonly with_ordinality?: boolean;
  };
  readonly Derived: {
    readonly lateral: boolean;
    readonly subquery: Query;
    readonly alias: TableAlias | null;
  };
  readonly TableFunction: { readonly expr: Expr; readonly alias: TableAlias | null };
  readonly Function: {
    readonly lateral: boolean;
    readonly name: ObjectName;
    readonly args: readonly FunctionArg[];
    readonly alias: TableAlias | null;
  };
  readonly UNNEST: {
    readonly alias: TableAlias | null;
    readonly array_exprs: readonly Expr[];
    readonly with_offset: boolean;
    readonly with_offset_alias: Ident | null;
    readonly with_ordinality: boolean;
  };
  readonly JsonTable: {
    readonly json_expr: Expr;
    readonly columns: readonly unknown[];
    readonly alias: TableAlias | null;
  };
  readonly OpenJsonTable: {
    readonly json_expr: Expr;
    readonly columns: readonly { readonly name: Ident }[];
    readonly alias: TableAlias | null;
  };
  readonly NestedJoin: {
    readonly table_with_joins: TableWithJoins;
    readonly alias: TableAlias | null;
  };
  readonly Pivot: PivotFactor;
  readonly Unpivot: UnpivotFactor;
  readonly MatchRecognize: {
    readonly table: TableFactor;
    readonly partition_by: readonly Expr[];
    readonly order_by: readonly OrderByItem[];
    readonly measures: readonly { readonly expr: Expr; readonly alias: Ident }[];
    readonly rows_per_match?: unknown;
    readonly pattern: unknown;
    readonly symbols: readonly { readonly symbol: Ident; readonly definition: Expr }[];
    readonly alias: TableAlias | null;
  };
}

export type TableFactor = {
  [Tag in keyof TableFactors]: { readonly [Key in Tag]: TableFactors[Tag] };
}[keyof TableFactors];

export type JoinConstraint =
  | { readonly On: Expr }
  | { readonly Using: readonly ObjectName[] }
  | "Natural"
  | "None";

export type JoinOperator =
  | { readonly [kind: string]: JoinConstraint }
  | {
      readonly AsOf: { readonly match_condition: Expr; readonly constraint: JoinConstraint };
    }
  | "CrossApply"
  | "OuterApply";

export interface Join {
  readonly relation: TableFactor;
  readonly join_operator: JoinOperator;
  /** ClickHouse's word; in texts of DuckDB it stands where ASOF stood. */
  readonly global?: boolean;
}

export interface TableWithJoins {
  readonly relation: TableFactor;
  readonly joins: readonly Join[];
}

export interface LateralView {
  readonly lateral_view: Expr;
  readonly lateral_view_name: ObjectName;
  readonly lateral_col_alias: readonly Ident[];
  readonly outer: boolean;
}

export interface Select {
  readonly select_token?: { readonly span?: Span };
  readonly distinct: "Distinct" | "All" | { readonly On: readonly Expr[] } | null;
  readonly top: unknown;
  readonly projection: readonly SelectItem[];
  readonly into: { readonly name: ObjectName } | null;
  readonly from: readonly TableWithJoins[];
  readonly lateral_views: readonly LateralView[];
  readonly selection: Expr | null;
  readonly group_by:
    | { readonly All: unknown }
    | { readonly Expressions: readonly [readonly Expr[], unknown] };
  readonly sort_by: readonly OrderByItem[];
  readonly having: Expr | null;
  readonly named_window: readonly (readonly [
    Ident,
    { readonly WindowSpec: WindowSpec } | { readonly NamedWindow: Ident },
  ])[];
  readonly qualify: Expr | null;
  readonly value_table_mode: string | null;
  readonly flavor: "Standard" | "FromFirst" | "FromFirstNoSelect";
}

export type SetExpr =
  | { readonly Select: Select }
  | { readonly Query: Query }
  | { readonly SetOperation: SetOperation }
  | { readonly Values: { readonly rows: readonly { readonly content: readonly Expr[] }[] } }
  | { readonly Table: { readonly table_name: string; readonly schema_name: string | null } }
  | { readonly [statement: string]: unknown };

export interface SetOperation {
  readonly op: "Union" | "Except" | "Intersect" | "Minus";
  readonly set_quantifier: string;
  readonly left: SetExpr;
  readonly right: SetExpr;
}

export interface Cte {
  readonly alias: TableAlias;
  readonly query: Query;
}

export interface With {
  readonly recursive: boolean;
  readonly cte_tables: readonly Cte[];
}

export interface Query {
  readonly with: With | null;
  readonly body: SetExpr;
  readonly order_by: {
    readonly kind: { readonly Expressions: readonly OrderByItem[] } | { readonly All: unknown };
  } | null;
  readonly limit_clause: unknown;
  readonly fetch: unknown;
  readonly pipe_operators?: readonly unknown[];
  /** T-SQL's `for json`, `for xml`: the rows become one text. */
  readonly for_clause?: unknown;
}

/** A statement: `{Query: …}`, `{Insert: …}`; see `tagOf`. */
export type Statement = { readonly [tag: string]: unknown } | string;

/** The variant of a serialised enum and what it carries. */
export function tagOf(node: unknown): { readonly tag: string; readonly payload: unknown } {
  if (typeof node === "string") return { tag: node, payload: undefined };
  if (node === null || typeof node !== "object") return { tag: "", payload: undefined };
  for (const tag in node)
    return { tag, payload: (node as { readonly [tag: string]: unknown })[tag] };
  return { tag: "", payload: undefined };
}

export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The identifiers of a name; a part that is a function (`identifier('t')`) gives its text where it is a literal. */
export function identsOf(name: ObjectName): Ident[] {
  return name.map((part) =>
    "Identifier" in part ? part.Identifier : { value: part.Function.name.value, quote_style: null },
  );
}

export const lastIdent = (name: ObjectName): Ident | undefined => identsOf(name).at(-1);

/** The text of a string literal, undefined for every other expression. */
export function stringLiteralOf(expr: Expr | undefined): string | undefined {
  const value = literalOf(expr);
  if (value === undefined) return undefined;
  const { tag, payload } = tagOf(value);
  return tag.endsWith("String") || tag === "DollarQuotedString"
    ? typeof payload === "string"
      ? payload
      : String((payload as { readonly value?: unknown } | undefined)?.value ?? "")
    : undefined;
}

/** The literal inside a value expression: `{Number: ["1", false]}`, `{SingleQuotedString: "x"}`, `"Null"`. */
export function literalOf(expr: Expr | undefined): unknown {
  if (expr === undefined || typeof expr === "string") return undefined;
  const wrapped = expr["Value"] as { readonly value?: unknown } | undefined;
  return wrapped?.value;
}

/** A whole number literal, as positional GROUP BY and ORDER BY have it. */
export function positionOf(expr: Expr): number | undefined {
  const { tag, payload } = tagOf(literalOf(expr));
  if (tag !== "Number" || !Array.isArray(payload)) return undefined;
  const number = Number(payload[0]);
  return Number.isInteger(number) ? number : undefined;
}

/** The first place of a subtree that has one. */
export function findPosition(node: unknown): Position | undefined {
  const pending: unknown[] = [node];
  for (let steps = 0; pending.length > 0 && steps < 400; steps++) {
    const next = pending.pop();
    if (next === null || typeof next !== "object") continue;
    const span = (next as { readonly span?: Span }).span;
    if (span && span.start.line > 0) return span.start;
    pending.push(...Object.values(next).reverse());
  }
  return undefined;
}
