import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assetId, shortNameOf } from "#lib/model/asset-id.ts";
import { buildSearchIndex, searchAssets } from "./search-assets.ts";

const graphOf = (tables: Readonly<Record<string, readonly string[]>>): MergedGraph => ({
  version: 1,
  assets: new Map(
    Object.entries(tables).map(([name, columns]) => {
      const id = assetId("mesh", name);
      const asset: MergedAsset = {
        id,
        namespace: "mesh",
        name,
        shortName: shortNameOf(name),
        kind: name.startsWith("dash") ? "dashboard" : "table",
        attributes: {},
        columns: columns.map((column) => ({ name: column })),
        columnsComplete: true,
        edges: [],
        queries: [],
        aliases: [],
        sources: [],
        placeholder: false,
      };
      return [id, asset];
    }),
  ),
});

const find = (tables: Readonly<Record<string, readonly string[]>>, query: string) =>
  searchAssets(buildSearchIndex(graphOf(tables)), query, {
    limit: 10,
    reachedBy: () => 0,
  }).hits.map(({ name, column }) => (column === undefined ? name : `${name}.${column}`));

describe("search", () => {
  const tables = {
    "checkout.orders": ["id", "amount", "gross_amount"],
    "finance.order_amounts": ["amount_total"],
    "dash orders": [],
    "payments.charges": ["amount", "Zürich_id"],
  };

  it("gives the exact name before a beginning, and a beginning before a part", () => {
    expect(find(tables, "amount").slice(0, 2).sort()).toEqual([
      "checkout.orders.amount",
      "payments.charges.amount",
    ]);
    expect(find(tables, "amount").indexOf("finance.order_amounts.amount_total")).toBeLessThan(
      find(tables, "amount").indexOf("checkout.orders.gross_amount"),
    );
  });

  it("looks for the last word in what the words before it name", () => {
    expect(find(tables, "orders.amount")[0]).toBe("checkout.orders.amount");
    expect(find(tables, "charges am")).toEqual(["payments.charges.amount"]);
  });

  it("does not care for letter case, and finds nothing for nothing", () => {
    expect(find(tables, "ZÜRICH")).toEqual(["payments.charges.Zürich_id"]);
    expect(find(tables, "  ")).toEqual([]);
    expect(find(tables, "nowhere")).toEqual([]);
  });

  it("gives each column that holds the text, and no other, as looking at every one does", () => {
    const name = fc.stringMatching(/^[a-c_\n]{1,6}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.uniqueArray(name, { maxLength: 6 }), { maxKeys: 6 }),
        fc.stringMatching(/^[a-c_]{1,2}$/),
        (drawn, query) => {
          const answer = searchAssets(buildSearchIndex(graphOf(drawn)), query, {
            limit: 1_000,
            reachedBy: () => 0,
          });
          const found = answer.hits
            .filter(({ column }) => column !== undefined)
            .map((hit) => `${hit.name}#${hit.column}`);
          const expected = Object.entries(drawn).flatMap(([table, columns]) =>
            columns
              .filter((column) => column.includes(query))
              .map((column) => `${table}#${column}`),
          );
          expect(found.sort()).toEqual(expected.sort());
        },
      ),
    );
  });
});
