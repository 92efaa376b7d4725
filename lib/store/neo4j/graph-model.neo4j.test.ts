import { describe, expect, inject, it } from "vitest";
import { assetId, columnId } from "#lib/model/asset-id.ts";
import type { LineageBatch } from "#lib/model/claim.ts";
import { batchOf, claimOf } from "../sample-batches.conformance.ts";
import { unwrap } from "../unwrap.conformance.ts";
import { questionOf } from "./documented-questions.conformance.ts";
import { openEmptyNeo4j, runCypher } from "./empty-database.conformance.ts";

const uri = inject("neo4jUri") ?? "";
const shop = [
  claimOf("raw", { columns: ["id", "amount", "note"] }),
  claimOf("orders", {
    columns: ["id", "cents"],
    edges: ["raw.id -> id", "raw.amount -> cents"],
    attributes: { owner: "team-orders" },
  }),
  claimOf("paid", { columns: ["id"], edges: ["orders.id -> id", "orders.cents -> *"] }),
  claimOf("revenue", {
    kind: "dashboard",
    columns: ["total"],
    edges: ["orders.cents -> total"],
    attributes: { owner: "team-finance", tier: 1 },
  }),
  claimOf("payments", {
    kind: "dashboard",
    columns: ["n"],
    edges: ["paid.id -> n"],
    attributes: { owner: "team-pay", tier: 2 },
  }),
  claimOf("funnel", { kind: "dashboard" }),
  claimOf("funnel chart", {
    kind: "chart",
    edges: ["paid.id -> *"],
    attributes: { partOf: assetId("duckdb://shop", "funnel") },
  }),
  claimOf("prices", { kind: "dashboard" }),
  claimOf("price chart", {
    kind: "chart",
    columns: ["cents"],
    edges: ["raw.amount -> cents"],
    attributes: { partOf: assetId("duckdb://shop", "prices") },
  }),
  claimOf("ids", { kind: "dashboard", columns: ["id"], edges: ["raw.id -> id"] }),
];

/** Closing waits until the graph for people has caught up. */
async function fillShop(...batches: readonly LineageBatch[]): Promise<void> {
  const store = await openEmptyNeo4j(uri);
  for (const batch of [batchOf(shop), ...batches]) unwrap(await store.apply(batch));
  await store.close();
}

describe.skipIf(uri === "")("the graph for people", () => {
  it("answers which dashboards read a column, directly or by way of rows", async () => {
    await fillShop();
    const ask = (column: string) =>
      runCypher(uri, questionOf("dashboards-that-read-a-column"), {
        column: columnId(assetId("duckdb://shop", "raw"), column),
      });
    expect((await ask("amount")).map((row) => row["dashboard"])).toEqual([
      "funnel",
      "payments",
      "prices",
      "revenue",
    ]);
    expect((await ask("id")).map((row) => row["dashboard"])).toEqual(["funnel", "ids", "payments"]);
    expect(await ask("note")).toEqual([]);
  });

  it("answers who owns what reads a table", async () => {
    await fillShop();
    const rows = await runCypher(uri, questionOf("owners-of-what-reads-a-table"), {
      table: assetId("duckdb://shop", "orders"),
    });
    expect(rows.map((row) => row["owner"])).toEqual(["nobody", "team-finance", "team-pay"]);
  });

  it("answers which tables without owner are read by tier 1", async () => {
    await fillShop();
    expect(await runCypher(uri, questionOf("tables-without-owner-read-by-tier-1"))).toEqual([
      { table: "raw", consumers: ["revenue"] },
    ]);
  });

  it("follows changes: what is no longer read has an end, and columns that nobody names any more too", async () => {
    const changed = shop.map((claim) =>
      claim.name === "revenue"
        ? claimOf("revenue", {
            kind: "report",
            columns: ["sum"],
            edges: ["paid.id -> sum"],
            attributes: { owner: "team-board" },
          })
        : claim,
    );
    await fillShop(batchOf(changed, { at: "2026-04-02T00:00:00Z" }));
    const [asset] = await runCypher(
      uri,
      "MATCH (a:Asset {name: 'revenue'}) RETURN labels(a) AS labels, a.owner AS owner, a.tier AS tier",
    );
    expect(asset).toEqual({
      labels: expect.arrayContaining(["Asset", "Report"]),
      owner: "team-board",
      tier: null,
    });
    expect(asset?.["labels"]).not.toContain("Dashboard");
    const columns = await runCypher(
      uri,
      "MATCH (:Asset {name: 'revenue'})-[:HAS_COLUMN]->(c) RETURN c.name AS name, c.validFrom AS validFrom, c.validTo AS validTo ORDER BY name",
    );
    expect(columns).toEqual([
      { name: "sum", validFrom: 2, validTo: null },
      { name: "total", validFrom: 1, validTo: 2 },
    ]);
    const held = (version: number) =>
      runCypher(
        uri,
        `MATCH (a:Asset {name: 'revenue'})-[r:READS]->(b) WHERE r.validFrom <= $v AND (r.validTo IS NULL OR r.validTo > $v)
         RETURN b.name AS name`,
        { v: version },
      );
    expect(await held(1)).toEqual([{ name: "orders" }]);
    expect(await held(2)).toEqual([{ name: "paid" }]);
  });
});
