import type { AssetFact } from "#lib/model/fact.ts";

/** Whether two facts differ in nothing but where they were said, and in the order of their edges. */
export function saysTheSame(a: AssetFact, b: AssetFact): boolean {
  if (a === b) return true;
  return (
    a.edges.length === b.edges.length &&
    a.queries.length === b.queries.length &&
    textOf(headOf(a)) === textOf(headOf(b)) &&
    textsOf(a.queries) === textsOf(b.queries) &&
    textsOf(a.edges) === textsOf(b.edges)
  );
}

const headOf = ({ edges: _, queries: __, ...head }: AssetFact): unknown => ({
  ...head,
  columnsComplete: head.columnsComplete === true,
});

const textsOf = (items: readonly unknown[]): string => items.map(textOf).sort().join("\n");

const textOf = (value: unknown): string => JSON.stringify(value, inKeyOrder);

/** Keys in order, without where it was said. */
function inKeyOrder(key: string, value: unknown): unknown {
  if (key === "provenance") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
