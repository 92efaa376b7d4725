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

  it("finds what a team owns, after what is called so", () => {
    const graph = graphOf({ "checkout.orders": ["id"], "finance.shop_costs": [] });
    const owned = [...graph.assets.values()].map((asset) =>
      asset.name === "checkout.orders"
        ? { ...asset, attributes: { owner: "Shop-Data", domain: "checkout" } }
        : asset,
    );
    const index = buildSearchIndex({
      version: 1,
      assets: new Map(owned.map((asset) => [asset.id, asset])),
    });
    const names = (query: string) =>
      searchAssets(index, query, { limit: 10, reachedBy: () => 0 }).hits.map(({ name }) => name);
    expect(names("shop")).toEqual(["finance.shop_costs", "checkout.orders"]);
    expect(names("shop-data")).toEqual(["checkout.orders"]);
  });

  it("finds a dashboard by the address that somebody pasted, whatever hangs on its end", () => {
    const urls: Readonly<Record<string, string>> = {
      "dash sales": "https://bi.example.com/superset/dashboard/7/",
      "dash seventy": "https://bi.example.com/superset/dashboard/70",
      "dash views": "https://tableau.example.com/#/site/x/views/Sales",
      "dash host": "https://bi.example.com",
    };
    const graph = graphOf(Object.fromEntries(Object.keys(urls).map((name) => [name, []])));
    const assets = [...graph.assets.values()].map((asset) => ({
      ...asset,
      attributes: { url: urls[asset.name] ?? "" },
    }));
    const index = buildSearchIndex({
      version: 1,
      assets: new Map(assets.map((asset) => [asset.id, asset])),
    });
    const names = (query: string) =>
      searchAssets(index, query, { limit: 10, reachedBy: () => 0 }).hits.map(({ name }) => name);
    expect(names("https://bi.example.com/superset/dashboard/7/?native_filters=(a)")).toEqual([
      "dash sales",
    ]);
    expect(names("http://BI.example.com/superset/dashboard/7/edit#tab")).toEqual(["dash sales"]);
    expect(names("https://bi.example.com/superset/dashboard/7-weekly")).toEqual(["dash sales"]);
    expect(names("https://bi.example.com/superset/dashboard/70")).toEqual(["dash seventy"]);
    expect(names("https://tableau.example.com/#/site/x/views/Sales?:iid=1")).toEqual([
      "dash views",
    ]);
    expect(names("https://bi.example.com/superset/dashboard/8")).toEqual([]);
  });

  it("forgives slips of the keyboard, and says what it looked for instead", () => {
    const search = (query: string) =>
      searchAssets(buildSearchIndex(graphOf(tables)), query, { limit: 10, reachedBy: () => 0 });
    const found = search("ordres amuont");
    expect(found.meant).toBe("orders amount");
    expect(found.hits[0]).toMatchObject({ name: "checkout.orders", column: "amount" });
    expect(search("chargs").hits[0]?.name).toBe("payments.charges");
    expect(search("orders amount").meant).toBeUndefined();
    expect(search("xqzwvk").hits).toEqual([]);
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
