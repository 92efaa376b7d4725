import { isObject, type Query, tagOf } from "./ast.ts";
import { computesOnly } from "./function-uses.ts";

/**
 * Whether a query gives one row for each row of the one table that it names: it selects columns and does nothing else. A
 * clause that is not known counts as one that takes rows.
 */
export function keepsEachRow(query: Query): boolean {
  const { tag, payload } = tagOf(query.body);
  if (tag !== "Select" || !isObject(payload)) return false;
  const { from, group_by: groups } = payload;
  const [first, second] = Array.isArray(from) ? from : [];
  const isGrouped = !["[[],[]]", "{}"].includes(JSON.stringify(tagOf(groups).payload ?? {}));
  return (
    hasOnly(query, QUERY) &&
    hasOnly(payload, SELECT) &&
    !isGrouped &&
    !makesRows(payload["projection"]) &&
    second === undefined &&
    isOneTable(first)
  );
}

/** Somewhere in it a function is called that may give several rows for one. */
function makesRows(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(makesRows);
  if (!isObject(node)) return false;
  const called = isObject(node["Function"]) ? node["Function"]["name"] : undefined;
  const last: unknown = Array.isArray(called) ? called.at(-1) : undefined;
  const name = isObject(last) && isObject(last["Identifier"]) ? last["Identifier"]["value"] : "";
  return (
    (typeof name === "string" && computesOnly(name.toLowerCase())) ||
    Object.values(node).some(makesRows)
  );
}

function isOneTable(from: unknown): boolean {
  if (!isObject(from) || !isEmpty(from["joins"])) return false;
  const { tag, payload } = tagOf(from["relation"]);
  return tag === "Table" && isObject(payload) && hasOnly(payload, TABLE);
}

const QUERY: ReadonlySet<string> = new Set(["body", "order_by", "locks"]);
const SELECT: ReadonlySet<string> = new Set([
  "select_token",
  "projection",
  "from",
  "group_by",
  "flavor",
  "optimizer_hints",
  "sort_by",
  "cluster_by",
  "distribute_by",
  "named_window",
]);
const TABLE: ReadonlySet<string> = new Set(["name", "alias", "with_hints", "index_hints"]);

const hasOnly = (node: object, known: ReadonlySet<string>): boolean =>
  Object.entries(node).every(([key, value]) => known.has(key) || isEmpty(value));

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  (Array.isArray(value) && value.length === 0);
