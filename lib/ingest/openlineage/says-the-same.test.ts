import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factWithLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact, EdgeFact } from "#lib/model/fact.ts";
import { mergeEventFact } from "./merge-event-facts.ts";
import { saysTheSame } from "./says-the-same.ts";

/** The slow twin: both facts as texts, keys and edges in order, without where they were said. */
function saysTheSameInText(a: AssetFact, b: AssetFact): boolean {
  const textOf = (value: unknown): string =>
    JSON.stringify(value, (key, item: unknown) => {
      if (key === "provenance") return undefined;
      if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
      return Object.fromEntries(Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1)));
    });
  const wholeOf = ({ edges, queries, ...head }: AssetFact): string =>
    [
      textOf({ ...head, columnsComplete: head.columnsComplete === true }),
      ...queries.map(textOf).sort(),
      ...edges.map(textOf).sort(),
    ].join("\n");
  return (
    a.edges.length === b.edges.length &&
    a.queries.length === b.queries.length &&
    wholeOf(a) === wholeOf(b)
  );
}

const few = fc.constantFrom("a", "b");
const name = fc.record({ namespace: fc.constantFrom("pg", "s3"), name: few });
const provenance = fc.record({ line: fc.integer({ min: 1, max: 3 }) });
const value = fc.oneof(
  few,
  fc.constantFrom(0, 1, true, null, undefined),
  fc.array(few, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom("x", "y", "__proto__", "provenance"), fc.constantFrom(1, 2, null), {
    maxKeys: 2,
  }),
);
const edge: fc.Arbitrary<EdgeFact> = fc.record(
  {
    from: fc.record(
      { name, path: fc.array(few, { maxLength: 2 }), column: few },
      { requiredKeys: ["name"] },
    ),
    toColumn: few,
    use: fc.constantFrom("IDENTITY" as const, "UNKNOWN" as const),
    cap: fc.constantFrom("likely" as const, "possible" as const),
    expression: few,
    via: name,
    extra: fc.dictionary(fc.constantFrom("x", "y"), value, { maxKeys: 2 }),
    provenance,
  },
  { requiredKeys: ["from", "use", "provenance"] },
);
const query = fc.record({ name: few, sql: few, dialect: fc.constant("duckdb"), provenance });
const fact: fc.Arbitrary<AssetFact> = fc.record(
  {
    name: fc.constant({ namespace: "pg", name: "orders" }),
    kind: fc.constantFrom("table" as const, "job" as const),
    attributes: fc.record(
      { owner: few, extra: fc.dictionary(fc.constantFrom("x", "outputs"), value, { maxKeys: 2 }) },
      { requiredKeys: [] },
    ),
    columns: fc.uniqueArray(fc.record({ name: few, type: few }, { requiredKeys: ["name"] }), {
      selector: (column) => column.name,
      maxLength: 2,
    }),
    columnsComplete: fc.boolean(),
    edges: fc.array(edge, { maxLength: 3 }),
    queries: fc.array(query, { maxLength: 2 }),
    provenance,
  },
  { requiredKeys: ["name", "attributes", "edges", "queries", "provenance"] },
);

const FIELDS = ["from", "toColumn", "use", "cap", "expression", "via"] as const;

/** A fact and the same told elsewhere, its edges in another order, or with one of its edges changed, in all or in one field. */
const pair = fc
  .record({
    fact,
    other: fact,
    edge,
    kind: fc.nat(4),
    at: fc.nat(2),
    field: fc.constantFrom(...FIELDS),
  })
  .chain(({ fact: first, other, edge: changed, kind, at: changedAt, field }) =>
    fc
      .shuffledSubarray([...first.edges], { minLength: first.edges.length })
      .map((edges): readonly [AssetFact, AssetFact] => {
        const moved = edges.map((one) => ({ ...one, provenance: { line: 9 } }));
        if (kind === 0) return [first, other];
        if (kind === 1) return [first, { ...first, edges: [...moved.slice(1), changed] }];
        if (kind === 4) {
          const changes = { [field]: changed[field] };
          const touched = first.edges.map((one, at) =>
            at === changedAt % first.edges.length ? { ...one, ...changes } : one,
          );
          return [first, { ...first, edges: touched }];
        }
        if (kind === 2) return [first, { ...other, edges: moved, queries: first.queries }];
        return [first, { ...first, edges: moved, provenance: { line: 9 } }];
      }),
  );

/** The same fact with its edges as lists; these hold no keys that are not modelled. */
function asLists(fact: AssetFact): AssetFact {
  const edges = fact.edges.map(({ extra: _, ...one }) => one);
  const endOf = ({ from: { column: _, ...end } }: EdgeFact) => end;
  const byText = new Map(edges.map((one) => [JSON.stringify(endOf(one)), endOf(one)]));
  const numbers = [...byText.keys()];
  const lanes = {
    ends: [...byText.values()],
    firstPlace: numbers.map(() => ({})),
    end: edges.map((one) => numbers.indexOf(JSON.stringify(endOf(one)))),
    fromColumn: edges.map(({ from }) => from.column),
    toColumn: edges.map(({ toColumn }) => toColumn),
    said: edges.map(({ use, cap, expression }) => ({
      use,
      ...(cap === undefined ? {} : { cap }),
      ...(expression === undefined ? {} : { expression }),
    })),
    via: { each: edges.map(({ via }) => via) },
    provenance: { each: edges.map((one) => one.provenance) },
  };
  return factWithLanes({ ...fact, edges: [] }, lanes);
}

describe("whether two facts say the same", () => {
  it("is told of lists of edges as of the edges", () => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const [a, b] = [asLists(first), asLists(second)];
        return saysTheSame(a, b) === saysTheSameInText({ ...a }, { ...b });
      }),
      { numRuns: 3000 },
    );
  });

  it("is told as by comparing them as texts", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => saysTheSame(a, b) === saysTheSameInText(a, b)),
      { numRuns: 3000 },
    );
  });

  it("is seen in spite of another order of edges, and not where an edge is there twice for another", () => {
    const from = (column: string): EdgeFact => ({
      from: { name: { namespace: "pg", name: "raw" }, column },
      use: "IDENTITY",
      provenance: {},
    });
    const orders = (edges: readonly EdgeFact[]): AssetFact => ({
      name: { namespace: "pg", name: "orders" },
      attributes: {},
      edges,
      queries: [],
      provenance: {},
    });
    expect(saysTheSame(orders([from("a"), from("b")]), orders([from("b"), from("a")]))).toBe(true);
    expect(saysTheSame(orders([from("a"), from("b")]), orders([from("a"), from("a")]))).toBe(false);
  });
});

describe("an event that comes again", () => {
  it("leaves what is known as it is", () => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const merged = mergeEventFact(first, second);
        if (first.kind !== "job" && saysTheSameInText(first, second)) expect(merged).toBe(first);
        if (merged !== first) expect(saysTheSameInText(merged, first)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
