import type { Expr, Query } from "./ast.ts";

const EXPRESSION_TAGS = new Set([
  "Identifier",
  "CompoundIdentifier",
  "StarredColumn",
  "CompoundFieldAccess",
  "JsonAccess",
  "IsFalse",
  "IsNotFalse",
  "IsTrue",
  "IsNotTrue",
  "IsNull",
  "IsNotNull",
  "IsUnknown",
  "IsNotUnknown",
  "IsDistinctFrom",
  "IsNotDistinctFrom",
  "IsNormalized",
  "InList",
  "InSubquery",
  "InUnnest",
  "Between",
  "BinaryOp",
  "Like",
  "ILike",
  "SimilarTo",
  "RLike",
  "AnyOp",
  "AllOp",
  "UnaryOp",
  "Convert",
  "Cast",
  "AtTimeZone",
  "Extract",
  "Ceil",
  "Floor",
  "Position",
  "Substring",
  "Trim",
  "Overlay",
  "Collate",
  "Nested",
  "Value",
  "Prefixed",
  "TypedString",
  "Function",
  "Case",
  "Exists",
  "Subquery",
  "GroupingSets",
  "Cube",
  "Rollup",
  "Tuple",
  "Struct",
  "Named",
  "Dictionary",
  "Map",
  "Array",
  "Interval",
  "MatchAgainst",
  "OuterJoin",
  "Prior",
  "Lambda",
  "MemberOf",
]);

/** Names of functions, types and collations have the form of expressions and are none. */
const NO_EXPRESSIONS = new Set(["span", "data_type", "name", "collation", "alias"]);

const isQuery = (value: object): value is Query => "body" in value && "locks" in value;

/** Not a query, but an expression: the two things that `childExpressions` gives. */
export const isExpression = (child: Expr | Query): child is Expr =>
  typeof child === "string" || !isQuery(child);

function expressionTag(value: object): boolean {
  for (const tag in value) return EXPRESSION_TAGS.has(tag);
  return false;
}

/** The nearest expressions and queries below a node of any shape, in order. */
export function childExpressions(node: unknown): (Expr | Query)[] {
  const found: (Expr | Query)[] = [];
  collect(node, found, 0);
  return found;
}

function collect(node: unknown, found: (Expr | Query)[], depth: number): void {
  if (node === null || typeof node !== "object" || depth > 12) return;
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found, depth + 1);
  } else if (isQuery(node) || expressionTag(node)) {
    found.push(node as Expr | Query);
  } else {
    for (const [key, value] of Object.entries(node)) {
      if (!NO_EXPRESSIONS.has(key)) collect(value, found, depth + 1);
    }
  }
}
