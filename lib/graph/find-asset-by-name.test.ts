import fc from "fast-check";
import { expect, test } from "vitest";
import { findAssetByName } from "./find-asset-by-name.ts";
import { noteChanges } from "./graph-changes.ts";
import { graphOf } from "./graph-of.ts";
import type { MergedGraph } from "./merged-graph.ts";

const graph = graphOf("shop.main -> x", {
  "mesh.shop.orders": { columns: ["id"] },
  "mesh.crm.orders": { columns: ["id"] },
  "mesh.shop.items": { columns: ["id"] },
  "metric.items": { kind: "metric" },
});

const found = (text: string) => {
  const answer = findAssetByName(graph, text);
  return answer.ok ? answer.value.name : answer.error.code;
};

test("the shortest tail that fits one asset is enough, in any letter case", () => {
  expect(found("crm.orders")).toBe("mesh.crm.orders");
  expect(found("CRM.Orders")).toBe("mesh.crm.orders");
});

test("a tail that fits two tables is an error with both names", () => {
  const answer = findAssetByName(graph, "orders");
  expect(answer).toMatchObject({
    ok: false,
    error: {
      code: "ambiguous-name",
      candidates: ["test mesh.crm.orders", "test mesh.shop.orders"],
    },
  });
});

test("where a metric is called as the table that it counts, the table is meant", () => {
  expect(found("items")).toBe("mesh.shop.items");
  expect(found("metric.items")).toBe("metric.items");
});

test("a name that nobody answers to comes back with names alike", () => {
  expect(findAssetByName(graph, "shop.order")).toMatchObject({
    ok: false,
    error: { code: "unknown-asset", candidates: expect.arrayContaining(["mesh.shop.orders"]) },
  });
});

test("letter case chooses between quoted names of one place that nothing else tells apart", () => {
  const folding = graphOf("x -> y", {
    "db.public.Orders": { attributes: { dialect: "postgres" } },
    "db.public.orders": { attributes: { dialect: "postgres" } },
  });
  expect(findAssetByName(folding, "public.Orders")).toMatchObject({
    value: { name: "db.public.Orders" },
  });
  expect(findAssetByName(folding, "public.ORDERS")).toMatchObject({
    error: { code: "ambiguous-name" },
  });
});

test("letter case does not choose among tables of a system that folds it", () => {
  const folding = graphOf("x -> y", {
    "RAW.SHOP.ORDERS": { attributes: { dialect: "snowflake" } },
    "prod.shop.orders": { attributes: { dialect: "snowflake" } },
  });
  expect(findAssetByName(folding, "orders")).toMatchObject({
    ok: false,
    error: {
      code: "ambiguous-name",
      candidates: ["test RAW.SHOP.ORDERS", "test prod.shop.orders"],
    },
  });
  expect(findAssetByName(folding, "prod.shop.orders")).toMatchObject({ ok: true });
});

test("letter case tells apart what a system that does not fold it keeps apart", () => {
  const exact = graphOf("x -> y", {
    "a.shop.Orders": { attributes: { dialect: "bigquery" } },
    "a.crm.orders": { attributes: { dialect: "bigquery" } },
  });
  expect(findAssetByName(exact, "Orders")).toMatchObject({
    ok: true,
    value: { name: "a.shop.Orders" },
  });
});

test("names are found in a version that goes on from another as in one that stands alone", () => {
  const name = fc.constantFrom("shop.orders", "crm.orders", "SHOP.Orders", "items", "mesh.items");
  const asked = ["orders", "items", "shop.orders", "mesh.items", "ORDERS", "gone"];
  let gone = 0;
  fc.assert(
    fc.property(fc.array(fc.array(name, { maxLength: 4 }), { maxLength: 5 }), (versions) => {
      let before: MergedGraph | undefined;
      for (const names of versions) {
        const after = graphOf("", Object.fromEntries(names.map((each) => [each, {}])));
        const ids = new Set([...(before?.assets.keys() ?? []), ...after.assets.keys()]);
        if (before) noteChanges(before, { after, changed: ids });
        for (const text of asked) {
          const answer = findAssetByName(after, text);
          expect(answer).toEqual(findAssetByName({ ...after }, text));
          if (before && !answer.ok) gone++;
        }
        before = after;
      }
    }),
  );
  expect(gone).toBeGreaterThan(10);
});
