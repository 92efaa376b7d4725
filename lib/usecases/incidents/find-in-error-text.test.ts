import { describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assetId, shortNameOf } from "#lib/model/asset-id.ts";
import { createGraphView } from "../graph/graph-view.ts";
import { triageIncident } from "./triage-incident.ts";

type Tables = Readonly<Record<string, { columns: readonly string[]; reads?: readonly string[] }>>;

const viewOf = (tables: Tables, urls: Readonly<Record<string, string>> = {}) => {
  const assets = Object.entries(tables).map(
    ([name, { columns, reads = [] }]): MergedAsset => ({
      id: assetId("mesh", name),
      namespace: "mesh",
      name,
      shortName: shortNameOf(name),
      kind: "table",
      attributes: urls[name] === undefined ? {} : { url: urls[name] },
      columns: columns.map((column) => ({ name: column })),
      columnsComplete: true,
      // `orders`: which columns is not known; `orders:amount` goes into the first column.
      edges: reads.map((read) => {
        const [from = "", column] = read.split(":");
        const [to = ""] = columns;
        return {
          from: { asset: assetId("mesh", from), ...(column === undefined ? {} : { column }) },
          to: { asset: assetId("mesh", name), ...(column === undefined ? {} : { column: to }) },
          use: column === undefined ? ("UNKNOWN" as const) : ("ARITH" as const),
          sources: [],
          provenance: [],
          confidence: "declared" as const,
        };
      }) as unknown as MergedAsset["edges"],
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
  "mart.fct_revenue": { columns: ["revenue"], reads: ["stage.orders:amount"] },
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

const PAGE = viewOf(
  { "shop.orders": { columns: ["id", "amount"] }, "Tariff mix": { columns: [] } },
  { "Tariff mix": "https://bi.volta.example/superset/dashboard/40/" },
);
const inChat = (ref: string) => {
  const answer = triageIncident(PAGE, { symptoms: [{ ref }], now: NOW });
  if (!answer.ok) return answer.error.message;
  const { suspects, unexplained } = answer.value;
  const all = [...suspects.flatMap(({ explains }) => explains), ...unexplained];
  return [
    ...new Set(
      all.map(
        ({ asset, ...one }) =>
          `${asset.name}${"column" in one && one.column ? `.${one.column}` : ""}`,
      ),
    ),
  ].sort();
};

describe("a pasted line of chat", () => {
  it.each([
    [
      "Look at https://bi.volta.example/superset/dashboard/40/ it is empty since this morning",
      "Tariff mix",
    ],
    ["<https://bi.volta.example/superset/dashboard/40/|Tariff mix>", "Tariff mix"],
    ["(see https://bi.volta.example/superset/dashboard/40/).", "Tariff mix"],
    ['"shop"."orders"."amount"', "shop.orders.amount"],
    ["`shop`.`orders`", "shop.orders"],
    ["[shop].[orders]", "shop.orders"],
    ["warehouse.shop.orders", "shop.orders"],
    ['"Tariff mix"', "Tariff mix"],
    ["shop.orders.amount has only zeros since 7", "shop.orders.amount"],
  ])("%s is %s", (text, name) => expect(inChat(text)).toEqual([name]));

  it.each([
    [
      "Look at https://elsewhere.example/page/9 please",
      "the text names https://elsewhere.example/page/9, and nothing here is called so",
    ],
    ["everything is slow today", 'nothing here is called "everything is slow today"'],
    ["shop.orders.nothing", 'shop.orders has no column "nothing"'],
    ["shop.customers", 'no asset answers to "shop.customers"'],
  ])("of %s it is said what was looked for", (text, message) => expect(inChat(text)).toBe(message));
});

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

describe("the suspects of an error text", () => {
  const suspects = (ref: string, view = SHOP) => {
    const answer = triageIncident(view, { symptoms: [{ ref }], now: NOW });
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  };
  const first = (ref: string, view = SHOP) => {
    const [found] = suspects(ref, view).suspects;
    return `${found?.asset.name}${found?.column === undefined ? "" : `.${found.column}`}: ${found?.fault}`;
  };

  it("begin with the column that the engine did not find", () => {
    const text =
      'Database Error in model fct_revenue (models/fct_revenue.sql)\n  column "amount" does not exist';
    expect(first(text)).toBe("stage.orders.amount: the column is dropped");
  });

  it("explain what failed too where the message says why, though the graph would not have foreseen it", () => {
    const view = viewOf({
      "shop.orders": { columns: ["id", "amount_cents"] },
      "stage.orders": { columns: ["order_id"], reads: ["shop.orders:id"] },
    });
    const text =
      'Database Error in model stage.orders (models/x.sql)\n column "shop.orders.amount_cents" does not exist';
    const answer = suspects(text, view);
    expect(answer.suspects[0]?.explains.map(({ ref }) => ref).sort()).toEqual([
      "shop.orders.amount_cents",
      "stage.orders",
    ]);
    expect(answer.unexplained).toEqual([]);
  });

  it("begin with the table that the engine did not find", () => {
    expect(
      first(
        'Database Error in model fct_revenue (models/x.sql)\n  relation "stage.orders" does not exist',
      ),
    ).toBe("stage.orders: the table is dropped or has another name");
  });

  it("begin with the column whose values do not fit", () => {
    expect(
      first(
        "Conversion Error: Could not convert string 'n/a' to INT32 when casting from source column reason_code",
      ),
    ).toBe("mart.refunds.reason_code: the column gets a type that its values do not fit");
  });

  it("find the column that the graph has lost by now, where its reader still asks for it", () => {
    const now = viewOf({
      "shop.orders": { columns: ["id"] },
      "stage.orders": { columns: ["order_id"], reads: ["shop.orders:amount_cents"] },
    });
    const text =
      'Database Error in model stage.orders (models/x.sql)\n column "amount_cents" does not exist';
    expect(first(text, now)).toBe("shop.orders.amount_cents: the column is dropped");
  });

  it("take a logged drop of a column that the graph has lost by now", () => {
    const now = viewOf({
      "shop.orders": { columns: ["id"] },
      "stage.orders": { columns: ["order_id"], reads: ["shop.orders:amount_cents"] },
    });
    const answer = triageIncident(now, {
      symptoms: [{ ref: "stage.orders" }],
      changes: [
        {
          asset: "shop.orders",
          column: "amount_cents",
          at: "2026-11-20T05:00:00Z",
          change: { kind: "drop_column", asset: "shop.orders", column: "amount_cents" },
        },
      ],
      now: NOW,
    });
    const [found] = answer.ok ? answer.value.suspects : [];
    expect(found).toMatchObject({ column: "amount_cents", change: { column: "amount_cents" } });
  });

  it("say which failed model is not known, and go on with the rest", () => {
    const answer = suspects(
      'Database Error in model fct_refunds (models/x.sql)\n  column "reason_code" does not exist',
    );
    expect(answer.errors).toMatchObject([
      { code: "unknown-asset", message: expect.stringContaining("fct_refunds") },
    ]);
    expect(answer.suspects[0]).toMatchObject({ column: "reason_code" });
  });

  it("leave a column out that two inputs may have lost", () => {
    const two = viewOf({
      "shop.orders": { columns: ["id", "amount"] },
      "shop.refunds": { columns: ["id", "amount"] },
      "mart.totals": { columns: ["total"], reads: ["shop.orders", "shop.refunds"] },
    });
    const answer = suspects(
      'Database Error in model totals (models/x.sql)\n  column "amount" does not exist',
      two,
    );
    expect(answer.suspects[0]?.explains.map(({ ref }) => ref)).toEqual(["mart.totals"]);
  });
});
