import { describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assetId, shortNameOf } from "#lib/model/asset-id.ts";
import { createGraphView } from "../graph/graph-view.ts";
import { triageIncident } from "./triage-incident.ts";

type Tables = Readonly<Record<string, { columns: readonly string[]; reads?: readonly string[] }>>;

const viewOf = (tables: Tables) => {
  const assets = Object.entries(tables).map(
    ([name, { columns, reads = [] }]): MergedAsset => ({
      id: assetId("mesh", name),
      namespace: "mesh",
      name,
      shortName: shortNameOf(name),
      kind: "table",
      attributes: {},
      columns: columns.map((column) => ({ name: column })),
      columnsComplete: true,
      edges: reads.map((from) => ({
        from: { asset: assetId("mesh", from) },
        to: { asset: assetId("mesh", name) },
        use: "IDENTITY" as const,
        sources: [],
        provenance: [],
        confidence: "declared" as const,
      })) as unknown as MergedAsset["edges"],
      queries: [],
      aliases: [],
      sources: [],
      placeholder: false,
    }),
  );
  const graph: MergedGraph = { version: 1, assets: new Map(assets.map((one) => [one.id, one])) };
  return createGraphView(graph, { version: 1, at: NOW } as never);
};

const NOW = "2026-11-20T08:00:00Z";
const SHOP = viewOf({
  "shop.orders": { columns: ["id", "amount"] },
  "stage.orders": { columns: ["order_id", "amount"], reads: ["shop.orders"] },
  "mart.fct_revenue": { columns: ["day", "revenue"], reads: ["stage.orders"] },
  "mart.refunds": { columns: ["id", "reason_code"] },
});

const ask = (ref: string) => triageIncident(SHOP, { symptoms: [{ ref }], now: NOW });
const explained = (ref: string) => {
  const answer = ask(ref);
  if (!answer.ok) return answer.error;
  return [
    ...new Set(
      [
        ...answer.value.suspects.flatMap(({ explains }) => explains),
        ...answer.value.unexplained,
      ].map((one) => `${one.asset.name}${"column" in one && one.column ? `.${one.column}` : ""}`),
    ),
  ].sort();
};

describe("a pasted error text", () => {
  it("of a dbt model is the model, and the column of what it reads", () => {
    const text =
      'Database Error in model fct_revenue (models/fct_revenue.sql)\n  column "amount" does not exist';
    expect(explained(text)).toEqual(["mart.fct_revenue", "stage.orders.amount"]);
  });

  it("of a dbt test is the column that it tests", () => {
    expect(explained("Failure in test not_null_refunds_reason_code (models/x.yml)")).toEqual([
      "mart.refunds.reason_code",
    ]);
  });

  it("finds a table whose database the graph does not know", () => {
    expect(explained("Object 'RAW.SHOP.ORDERS' does not exist or not authorized.")).toEqual([
      "shop.orders",
    ]);
  });

  it("finds the one table that has the column", () => {
    expect(explained("KeyError: 'reason_code'")).toEqual(["mart.refunds.reason_code"]);
  });

  it("finds the table by its other columns where the missing one is gone by now", () => {
    expect(
      explained(
        "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column or function parameter with name `o`.`note` cannot be resolved. Did you mean one of the following? [`o`.`order_id`, `o`.`amount`].",
      ),
    ).toEqual(["stage.orders"]);
  });

  it("lists what it may mean where several have the column", () => {
    expect(explained("KeyError: 'amount'")).toMatchObject({
      code: "ambiguous-name",
      candidates: ["shop.orders.amount", "stage.orders.amount"],
    });
  });

  it("that names nothing known says what was looked for", () => {
    expect(explained('ERROR: relation "crm.leads" does not exist')).toMatchObject({
      code: "unknown-asset",
      message: expect.stringContaining("table crm.leads"),
    });
  });
});
