import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { AssetFact } from "#lib/model/fact.ts";
import { recogniseFile } from "#lib/usecases/sources/recognise-file.ts";
import { readMetabase } from "./read-metabase.ts";

const json = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) });

const SHOP = {
  id: 1,
  name: "Shop",
  engine: "postgres",
  details: { host: "db", port: 5432, dbname: "shop", user: "u", password: "secret" },
  tables: [
    {
      id: 10,
      db_id: 1,
      schema: "mart",
      name: "orders",
      fields: [
        { id: 100, name: "id", base_type: "type/Integer", semantic_type: "type/PK" },
        { id: 101, name: "amount", base_type: "type/Decimal", database_type: "numeric" },
        { id: 102, name: "created_at", base_type: "type/DateTime" },
        { id: 103, name: "user_id", base_type: "type/Integer", fk_target_field_id: 110 },
        { id: 104, name: "status", base_type: "type/Text" },
      ],
    },
    {
      id: 11,
      db_id: 1,
      schema: "mart",
      name: "users",
      fields: [
        { id: 110, name: "id", base_type: "type/Integer", semantic_type: "type/PK" },
        { id: 111, name: "country", base_type: "type/Text" },
      ],
    },
  ],
};

const card = (id: number, name: string, dataset_query: unknown, more: object = {}) => ({
  id,
  name,
  database_id: 1,
  dataset_query,
  ...more,
});
const built = (query: unknown) => ({ type: "query", database: 1, query });
const field = (id: number, options: unknown = null) => ["field", id, options];

const named = (facts: readonly AssetFact[], name: string): AssetFact => {
  const found = facts.find((fact) => fact.name.name === name);
  if (!found) throw new Error(`no ${name} among ${facts.map((fact) => fact.name.name).join(", ")}`);
  return found;
};
const sqlOf = (query: unknown, others: readonly unknown[] = []): string => {
  const { facts, problems } = readMetabase([
    json("database.json", SHOP),
    json("cards.json", [card(1, "Card", query), ...others]),
  ]);
  expect(problems).toEqual([]);
  return named(facts, "Card").queries[0]?.sql.replaceAll("\n", " ") ?? "";
};

describe("a built card", () => {
  const users = {
    alias: "Users",
    "source-table": 11,
    condition: ["=", field(103), field(110, { "join-alias": "Users" })],
  };

  it("shows what its joins add beside its own fields", () => {
    const country = field(111, { "join-alias": "Users" });
    const picked = { "source-table": 10, fields: [field(100)] };
    const on = 'LEFT JOIN shop.mart.users AS "Users" ON ("source".user_id = "Users".id)';
    expect(sqlOf(built({ ...picked, joins: [{ ...users, fields: [country] }] }))).toBe(
      `SELECT "source".id AS "id", "Users".country AS "country" FROM shop.mart.orders AS "source" ${on}`,
    );
    expect(sqlOf(built({ ...picked, joins: [{ ...users, fields: "all" }] }))).toBe(
      `SELECT "source".id AS "id", "Users".* FROM shop.mart.orders AS "source" ${on}`,
    );
    expect(sqlOf(built({ ...picked, joins: [{ ...users, fields: "none" }] }))).toBe(
      `SELECT "source".id AS "id" FROM shop.mart.orders AS "source" ${on}`,
    );
  });

  it("names the columns of a query inside as Metabase does", () => {
    const inner = {
      "source-table": 10,
      breakout: [field(103)],
      aggregation: [["sum", field(101)], ["count"], ["sum", field(100)]],
    };
    const named = (name: string) => ["field", name, { "base-type": "type/Decimal" }];
    const query = built({
      "source-query": inner,
      filter: [">", named("sum"), 100],
      aggregation: [["avg", named("sum_2")]],
    });
    expect(sqlOf(query)).toBe(
      'SELECT AVG("source".sum_2) AS "avg of sum_2" FROM ( SELECT "source".user_id AS "user_id", SUM("source".amount) AS "sum", COUNT(*) AS "count", SUM("source".id) AS "sum_2" FROM shop.mart.orders AS "source" GROUP BY "source".user_id ) AS "source" WHERE ("source".sum > 100)',
    );
  });

  it("takes a metric for its aggregation, and its conditions for its own", () => {
    const paid = { filter: ["=", field(104), "paid"], aggregation: [["max", field(101)]] };
    const metric = card(2, "Most", built({ "source-table": 10, ...paid }), { type: "metric" });
    const query = built({
      "source-table": 10,
      aggregation: [["metric", 2]],
      breakout: [field(103)],
    });
    expect(sqlOf(query, [metric])).toBe(
      `SELECT "source".user_id AS "user_id", MAX("source".amount) AS "max of amount" FROM shop.mart.orders AS "source" WHERE ("source".status = 'paid') GROUP BY "source".user_id`,
    );
  });

  it("loses only the condition of a segment that is not in the export, and says so", () => {
    const query = built({
      "source-table": 10,
      filter: ["and", ["segment", 7], [">", field(101), 10]],
      aggregation: [["sum", field(101)]],
    });
    const { facts, problems } = readMetabase([
      json("database.json", SHOP),
      json("cards.json", [card(1, "Card", query)]),
    ]);
    expect(problems).toMatchObject([{ message: expect.stringContaining("the segment 7") }]);
    expect(named(facts, "Card").queries[0]?.sql.replace(/\s+/g, " ")).toContain(
      'FROM shop.mart.orders AS "source" WHERE ((1 = 1) AND ("source".amount > 10))',
    );
  });

  it("is the query that Metabase sends: filters, breakouts by time, aggregations with names", () => {
    const query = built({
      "source-table": 10,
      filter: ["and", ["=", field(104), "paid", "sent"], [">", field(101), 10]],
      breakout: [field(102, { "temporal-unit": "month" })],
      aggregation: [
        ["sum", field(101)],
        ["count"],
        ["aggregation-options", ["avg", field(101)], { "display-name": "Mean" }],
      ],
      "order-by": [["asc", field(102, { "temporal-unit": "month" })]],
      limit: 5,
    });
    expect(sqlOf(query)).toBe(
      `SELECT date_trunc('month', "source".created_at) AS "created_at", SUM("source".amount) AS "sum of amount", COUNT(*) AS "count", AVG("source".amount) AS "Mean" FROM shop.mart.orders AS "source" WHERE ("source".status IN ('paid', 'sent') AND ("source".amount > 10)) GROUP BY date_trunc('month', "source".created_at) ORDER BY date_trunc('month', "source".created_at) LIMIT 5`,
    );
  });

  it("joins what it says, and what a foreign key reaches without being said", () => {
    const explicit = built({
      "source-table": 10,
      joins: [
        {
          alias: "U",
          strategy: "inner-join",
          "source-table": 11,
          condition: ["=", field(103), field(110, { "join-alias": "U" })],
        },
      ],
      breakout: [field(111, { "join-alias": "U" })],
      aggregation: [["count"]],
    });
    expect(sqlOf(explicit)).toContain(`JOIN shop.mart.users AS "U" ON ("source".user_id = "U".id)`);
    const implicit = built({
      "source-table": 10,
      breakout: [field(111, { "source-field": 103 })],
      aggregation: [["count"]],
    });
    expect(sqlOf(implicit)).toContain(
      `LEFT JOIN shop.mart.users AS "users via user_id" ON "source".user_id = "users via user_id".id`,
    );
  });

  it("unfolds custom columns, conditions and the oldest spelling of fields", () => {
    const query = built({
      source_table: 10,
      "source-table": 10,
      expressions: { Band: ["case", [[[">", ["field-id", 101], 5], "big"]], { default: "small" }] },
      breakout: [
        ["expression", "Band"],
        ["datetime-field", ["field-id", 102], "year"],
      ],
      aggregation: ["distinct", ["fk->", ["field-id", 103], ["field-id", 111]]],
    });
    expect(sqlOf(query)).toContain(
      `SELECT (CASE WHEN ("source".amount > 5) THEN 'big' ELSE 'small' END) AS "Band", date_trunc('year', "source".created_at) AS "created_at", COUNT(DISTINCT "users via user_id".country)`,
    );
  });

  it("over another card reads what that card reads; a circle ends in a problem", () => {
    const over = built({
      "source-table": "card__2",
      aggregation: [["sum", ["field", "total", { "base-type": "type/Decimal" }]]],
    });
    const native = card(2, "Totals", {
      type: "native",
      database: 1,
      native: { query: "select sum(amount) as total from mart.orders;" },
    });
    expect(sqlOf(over, [native])).toBe(
      `SELECT SUM("source".total) AS "sum of total" FROM ( select sum(amount) as total from mart.orders ) AS "source"`,
    );
    const { problems } = readMetabase([
      json("c.json", [card(1, "A", built({ "source-table": "card__1" }))]),
    ]);
    expect(problems.map(({ code }) => code)).toContain("unresolved-name");
  });

  it("in the newest form is the same query", () => {
    const query = {
      "lib/type": "mbql/query",
      database: 1,
      stages: [
        {
          "lib/type": "mbql.stage/mbql",
          "source-table": 10,
          filters: [["=", {}, ["field", {}, 104], "paid"]],
          expressions: [["*", { "lib/expression-name": "Twice" }, ["field", {}, 101], 2]],
          breakout: [["field", { "temporal-unit": "day" }, 102]],
          aggregation: [["sum", { name: "s" }, ["expression", {}, "Twice"]]],
        },
        {
          "lib/type": "mbql.stage/mbql",
          aggregation: [["max", {}, ["field", { "base-type": "type/Decimal" }, "s"]]],
        },
      ],
    };
    expect(sqlOf(query)).toBe(
      `SELECT MAX("source".s) AS "max of s" FROM ( SELECT date_trunc('day', "source".created_at) AS "created_at", SUM((("source".amount * 2))) AS "s" FROM shop.mart.orders AS "source" WHERE ("source".status = 'paid') GROUP BY date_trunc('day', "source".created_at) ) AS "source"`,
    );
  });
});

it("a custom column over itself ends", () => {
  const expressions = { A: ["+", ["expression", "B"], 1], B: ["+", ["expression", "A"], 1] };
  expect(
    sqlOf(built({ "source-table": 10, expressions, fields: [["expression", "A"]] })),
  ).toContain("((((A + 1)) + 1))");
});

describe("a native card", () => {
  it("is filled in with snippets as the API gives them: all, or one", () => {
    const query = "select id from mart.orders where {{snippet: paid}}";
    const native = card(1, "Paid", { type: "native", database: 1, native: { query } });
    const snippet = {
      id: 1,
      name: "paid",
      content: "status = 'paid'",
      collection_id: null,
      creator_id: 1,
    };
    for (const saved of [[snippet], snippet]) {
      const { facts, problems } = readMetabase([
        json("database.json", SHOP),
        json("cards.json", [native]),
        json("snippets.json", saved),
      ]);
      expect(problems).toEqual([]);
      expect(named(facts, "Paid").queries[0]?.sql).toContain("status = 'paid'");
      expect(recogniseFile(json("snippets.json", saved))).toBe("metabase");
    }
  });

  it("has its tags filled in; the field behind a widget is read too", () => {
    const { facts, problems } = readMetabase([
      json("database.json", SHOP),
      json("cards.json", [
        card(1, "N", {
          type: "native",
          database: 1,
          native: {
            query: "select * from {{#2-base}} b where {{when}} [[and amount > {{least}}]];",
            "template-tags": {
              when: { type: "dimension", dimension: field(102) },
              least: { type: "number" },
            },
          },
        }),
        card(2, "Base", {
          type: "native",
          database: 1,
          native: { query: "select id, amount from mart.orders" },
        }),
      ]),
    ]);
    expect(problems).toEqual([]);
    const fact = named(facts, "N");
    expect(fact.queries[0]?.sql.replace(/\s+/g, " ")).toBe(
      "select * from ( select id, amount from mart.orders ) b where 1 = 1 and amount > NULL",
    );
    expect(fact.edges).toMatchObject([
      { use: "BI_FILTER", from: { name: { name: "shop.mart.orders" }, column: "created_at" } },
    ]);
  });
});

describe("a dashboard", () => {
  it("has its cards as parts; a second dashboard takes them as they are; its filters read their fields", () => {
    const dashboard = (id: number, name: string, cards: readonly number[]) => ({
      id,
      name,
      dashcards: cards.map((card_id) => ({
        card_id,
        parameter_mappings: [{ card_id, target: ["dimension", field(104)] }],
      })),
    });
    const { facts, problems } = readMetabase([
      json("database.json", SHOP),
      json("cards.json", {
        data: [card(1, "Count", built({ "source-table": 10, aggregation: [["count"]] }))],
      }),
      json("a.json", dashboard(5, "Board", [1])),
      json("b.json", dashboard(6, "Other", [1, 99])),
    ]);
    expect(named(facts, "Count").attributes.partOf).toBe("metabase/Board");
    expect(
      named(facts, "Other").edges.map(({ from, use }) => `${from.name.name} ${use}`),
    ).toContain("Count IDENTITY");
    expect(named(facts, "Board").edges).toMatchObject([
      { use: "BI_FILTER", from: { column: "status" } },
    ]);
    expect(problems).toMatchObject([{ code: "unresolved-name", file: "b.json" }]);
  });

  it("never shows a password, and says where the tables are", () => {
    const { facts } = readMetabase([json("database.json", SHOP)]);
    expect(JSON.stringify(facts)).not.toContain("secret");
    expect(named(facts, "shop.mart.orders")).toMatchObject({
      name: { namespace: "postgres://db:5432" },
      placeholder: true,
      columns: expect.arrayContaining([{ name: "amount", type: "numeric" }]),
    });
  });
});

it("a serialisation names tables and fields in full, and is read without numbers", () => {
  const yaml = (path: string, value: unknown) => ({ path, text: stringify(value) });
  const { facts, problems } = readMetabase([
    yaml("databases/Shop/Shop.yaml", {
      name: "Shop",
      engine: "postgres",
      details: { dbname: "shop" },
      "serdes/meta": [{ model: "Database", id: "Shop" }],
    }),
    yaml("databases/Shop/schemas/mart/tables/orders/orders.yaml", {
      name: "orders",
      schema: "mart",
      db_id: "Shop",
      "serdes/meta": [
        { model: "Database", id: "Shop" },
        { model: "Schema", id: "mart" },
        { model: "Table", id: "orders" },
      ],
    }),
    yaml("collections/cards/x.yaml", {
      name: "Revenue",
      entity_id: "abcdefghijklmnopqrstu",
      dataset_query: {
        type: "query",
        database: "Shop",
        query: {
          "source-table": ["Shop", "mart", "orders"],
          aggregation: [["sum", ["field", ["Shop", "mart", "orders", "amount"], null]]],
        },
      },
      "serdes/meta": [{ model: "Card", id: "abcdefghijklmnopqrstu", label: "revenue" }],
    }),
    yaml("collections/dashboards/y.yaml", {
      name: "Board",
      entity_id: "zyxwvutsrqponmlkjihgf",
      dashcards: [{ card_id: "abcdefghijklmnopqrstu" }],
      "serdes/meta": [{ model: "Dashboard", id: "zyxwvutsrqponmlkjihgf" }],
    }),
  ]);
  expect(problems).toEqual([]);
  expect(named(facts, "Revenue")).toMatchObject({
    attributes: { partOf: "metabase/Board" },
    queries: [
      {
        dialect: "postgres",
        sql: 'SELECT SUM("source".amount) AS "sum of amount"\nFROM shop.mart.orders AS "source"',
      },
    ],
  });
});

it("is never thrown at, whatever a query holds", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom("filter", "aggregation", "breakout", "joins", "expressions", "source-table"),
      (value, key) => {
        readMetabase([
          json("database.json", SHOP),
          json("cards.json", [card(1, "Card", built({ "source-table": 10, [key]: value }))]),
        ]);
      },
    ),
  );
});
