import { expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import type { CheckState } from "./check-state.ts";
import { withOldQueries } from "./old-queries.ts";

interface Model {
  readonly relation: string;
  readonly reads?: readonly string[];
  readonly sql?: string;
}

function stateOf(models: Readonly<Record<string, Model>>): CheckState {
  const facts = Object.entries(models).map(([id, { relation, reads = [], sql }]): AssetFact => {
    const name = { namespace: "duckdb", name: relation };
    return {
      name,
      path: relation.split("."),
      kind: "table",
      attributes: { dbtUniqueId: `model.shop.${id}` },
      edges: reads.map((one) => ({
        from: { name: { namespace: "duckdb", name: one } },
        use: "UNKNOWN",
        provenance: {},
      })),
      queries: sql === undefined ? [] : [{ name: id, sql, dialect: "duckdb", provenance: {} }],
      recipe: { raw: `text of ${id}`, hooks: [] },
      provenance: {},
    };
  });
  const source = { id: "dbt:shop@x", kind: "dbt", label: "shop" } as const;
  const read = { source, at: "", complete: true, facts, problems: [] };
  return { label: "", kind: "files", sources: [read], problems: [] };
}

const queryOf = (state: CheckState, id: string): string | undefined =>
  state.sources[0]?.facts.find(({ attributes }) => attributes.dbtUniqueId === `model.shop.${id}`)
    ?.queries[0]?.sql;

it("a query that was not compiled anew reads models under the names that they have now, swapped ones too", () => {
  const base = stateOf({
    old: { relation: "dev.main.orders" },
    fresh: { relation: "dev.main.orders_v2" },
    totals: {
      relation: "dev.main.totals",
      reads: ["dev.main.orders", "dev.main.orders_v2"],
      sql: 'select * from "dev"."main"."orders" join dev.main.orders_v2 using (id)',
    },
  });
  const head = stateOf({
    old: { relation: "dev.main.orders_v2" },
    fresh: { relation: "dev.main.orders" },
    totals: { relation: "dev.main.totals", reads: ["dev.main.orders", "dev.main.orders_v2"] },
  });
  expect(queryOf(withOldQueries(base, head), "totals")).toBe(
    'select * from "dev"."main"."orders_v2" join dev.main.orders using (id)',
  );
});

it("a query stays as it was where nothing that it needs has moved, or its own text is another", () => {
  const sql = "select * from dev.main.orders";
  const models = { orders: { relation: "dev.main.orders" } };
  const totals = { relation: "dev.main.totals", reads: ["dev.main.orders"] };
  const base = stateOf({ ...models, totals: { ...totals, sql } });
  expect(queryOf(withOldQueries(base, stateOf({ ...models, totals })), "totals")).toBe(sql);
  const head = stateOf({ ...models, totals });
  const edited = {
    ...head,
    sources: head.sources.map((one) => ({
      ...one,
      facts: one.facts.map((fact) => ({ ...fact, recipe: { raw: "another", hooks: [] } })),
    })),
  };
  expect(queryOf(withOldQueries(base, edited), "totals")).toBeUndefined();
});
