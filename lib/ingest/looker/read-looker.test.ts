import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { recogniseFile } from "#lib/usecases/sources/recognise-file.ts";
import { parseLookml } from "./parse-lookml.ts";
import { readLooker } from "./read-looker.ts";

const MODEL = `connection: "snowflake_prod"
include: "*.view.lkml"

explore: orders {
  label: "Orders; with {braces}"
  join: users {
    type: left_outer
    relationship: many_to_one
    sql_on: \${orders.user_id} = \${users.id} ;;
  }
  join: facts { foreign_key: user_id from: user_facts }
  join: unused { sql_on: \${orders.id} = \${unused.id} ;; }
  sql_always_where: \${orders.status} <> 'void' ;;
}
`;
const ORDERS = `# the orders
view: orders {
  sql_table_name: "DWH"."MART"."ORDERS" ;;
  dimension: id { primary_key: yes  type: number  sql: \${TABLE}.id ;; }
  dimension: user_id { type: number }
  dimension: status { type: string  sql: \${TABLE}.status ;; }
  dimension: is_big { type: yesno  sql: \${amount} > 10 ;; }
  dimension: amount { hidden: yes  sql: \${TABLE}.amt ;; }
  dimension_group: created { type: time  timeframes: [raw, date, month]  sql: \${TABLE}.created_at ;; }
  measure: count { type: count }
  measure: revenue { type: sum  sql: \${amount} ;;  filters: [status: "paid", users.country: "DE"] }
  measure: average_order { type: number  sql: \${revenue} / nullif(\${count}, 0) ;; }
}
view: +orders { dimension: status { sql: upper(\${TABLE}.status) ;; } }
`;
const USERS = `view: users {
  extends: [base]
  sql_table_name: dwh.mart.users ;;
  dimension: country { type: string }
}
view: base { dimension: id { primary_key: yes } }
view: unused { sql_table_name: x ;; dimension: id {} }
view: user_facts {
  derived_table: {
    sql: select user_id, count(*) as n from dwh.mart.orders
         where {% condition created %} created_at {% endcondition %} group by 1 ;;
  }
  dimension: user_id { primary_key: yes }
  dimension: n { type: number }
}
`;
const PROJECT = [
  { path: "shop.model.lkml", text: MODEL },
  { path: "orders.view.lkml", text: ORDERS },
  { path: "users.view.lkml", text: USERS },
];
const board = (elements: string) => ({
  path: "board.dashboard.lookml",
  text: `- dashboard: board\n  title: Board\n  filters:\n  - name: Country\n    field: users.country\n  elements:\n${elements}`,
});
const tile = (title: string, fields: readonly string[], more = "") =>
  `  - title: ${title}\n    explore: orders\n    fields: [${fields.join(", ")}]\n${more}`;

const named = (facts: readonly AssetFact[], name: string): AssetFact => {
  const found = facts.find((fact) => fact.name.name === name);
  if (!found) throw new Error(`no ${name} among ${facts.map((fact) => fact.name.name).join(", ")}`);
  return found;
};
const sqlOf = (fields: readonly string[], more = ""): string => {
  const { facts, problems } = readLooker([...PROJECT, board(tile("T", fields, more))]);
  expect(problems).toEqual([]);
  return named(facts, "Board/T").queries[0]?.sql.replace(/\s+/g, " ") ?? "";
};

describe("a tile", () => {
  it("is the query that Looker sends, with only the joins that its fields need", () => {
    expect(sqlOf(["orders.created_month", "orders.revenue"])).toBe(
      `SELECT date_trunc('month', "orders".created_at) AS "orders.created_month", SUM(CASE WHEN upper("orders".status) IN ('kept') AND "users".country IN ('kept') THEN ("orders".amt) END) AS "orders.revenue" FROM "DWH"."MART"."ORDERS" AS "orders" LEFT JOIN dwh.mart.users AS "users" ON ("orders".user_id) = ("users".id) WHERE ((upper("orders".status)) <> 'void') GROUP BY date_trunc('month', "orders".created_at)`,
    );
  });

  it("unfolds measures over measures and dimensions over dimensions", () => {
    expect(sqlOf(["orders.is_big", "orders.average_order"])).toContain(
      `SELECT ("orders".amt) > 10 AS "orders.is_big", ((SUM(`,
    );
  });

  it.each([
    [
      "a custom dimension",
      `category: dimension, dimension: own, expression: 'concat(\${users.country}, "it''s")'`,
      `concat(("users".country), 'it''s')`,
    ],
    [
      "a group of values",
      `category: dimension, dimension: own, calculation_type: group_by, args: [orders.status, []]`,
      `CASE WHEN (upper("orders".status)) IN ('kept')`,
    ],
    [
      "a custom measure",
      `category: measure, measure: own, based_on: orders.amount, type: average, filters: {users.country: DE}`,
      `AVG(CASE WHEN "users".country IN ('kept') THEN ("orders".amt) END)`,
    ],
    [
      "a custom measure of an expression",
      `category: measure, measure: own, expression: '\${orders.amount} * 2', type: sum, filter_expression: '\${orders.id} != 1'`,
      `SUM(CASE WHEN (("orders".id) <> 1) THEN ("orders".amt) * 2 END)`,
    ],
    [
      "a measure with more filters",
      `category: measure, measure: own, based_on: orders.revenue, filters: [{orders.id: '1'}]`,
      `SUM(CASE WHEN upper("orders".status) IN ('kept') AND "users".country IN ('kept') AND "orders".id IN ('kept') THEN ("orders".amt) END)`,
    ],
  ])("reads what %s of its own reads", (_, field, sql) => {
    expect(sqlOf(["own"], `    dynamic_fields:\n    - {${field}}\n`)).toContain(sql);
    const json = JSON.stringify([{ measure: "own", based_on: "orders.amount", type: "sum" }]);
    expect(sqlOf(["own"], `    dynamic_fields: '${json}'\n`)).toContain('SUM(("orders".amt))');
  });

  it("keeps calculations over its result out of the query", () => {
    const calculation = `    dynamic_fields:\n    - {category: table_calculation, table_calculation: share, expression: '\${orders.count} / 2'}\n`;
    expect(sqlOf(["orders.count", "share"], calculation)).toMatch(
      /^SELECT COUNT\(\*\) AS "orders.count" FROM/,
    );
  });

  it("reads a derived table's own query, templates without their tags", () => {
    const sql = sqlOf(["facts.n"]);
    expect(sql).toContain(
      'LEFT JOIN ( select user_id, count(*) as n from dwh.mart.orders where ( created_at ) IS NOT NULL group by 1 ) AS "facts"',
    );
    expect(sql).toContain(`ON "orders".user_id = "facts".user_id`);
  });

  it("reads what a derived table computes over the fields of its explore", () => {
    const text = `connection: "pg" explore: ranks {}
      explore: people {}
      view: people { sql_table_name: hr.people ;; dimension: team {} dimension: pay {} }
      view: ranks { derived_table: { explore_source: people {
          column: team { field: people.team } column: pay {}
          derived_column: place { sql: rank() over (partition by team order by pay desc) ;; } } }
        dimension: place {} }`;
    const { facts } = readLooker([
      { path: "hr.model.lkml", text },
      board("  - {title: T, explore: ranks, fields: [ranks.place]}\n"),
    ]);
    expect(named(facts, "Board/T").queries[0]?.sql.replace(/\s+/g, " ")).toContain(
      'SELECT *, rank() over (partition by team order by pay desc) AS "place" FROM ( SELECT',
    );
  });

  it("keeps rows by its own filters and by those of the dashboard that it listens to", () => {
    expect(
      sqlOf(
        ["orders.count"],
        "    filters:\n      orders.status: paid\n    listen:\n      Country: users.country\n",
      ),
    ).toContain(
      `WHERE ((upper("orders".status)) <> 'void') AND upper("orders".status) IN ('kept') AND "users".country IN ('kept')`,
    );
  });

  it("reads the fields that another names in its HTML, every branch of a template, and what decides who may see", () => {
    const text = `connection: "pg" explore: people { access_filter: { field: people.team user_attribute: t } }
      view: people { sql_table_name: hr.people ;;
        dimension: name { html: {{ email._value }} ;; }
        dimension: email {} dimension: team {}
        measure: dyn { type: sum sql: {% if m._parameter_value == 'id' %} \${TABLE}.id {% else %} \${TABLE}.pay {% endif %} ;; } }`;
    const { facts, problems } = readLooker([
      { path: "m.model.lkml", text },
      {
        path: "b.dashboard.lookml",
        text: "- dashboard: b\n  title: B\n  elements:\n  - title: T\n    explore: people\n    fields: [people.name, people.dyn]\n",
      },
    ]);
    expect(problems).toEqual([]);
    const sql = named(facts, "B/T").queries[0]?.sql ?? "";
    for (const part of ['"people".email', '"people".team IN', '"people".id', '"people".pay'])
      expect(sql).toContain(part);
  });

  it("asks each table that a template may choose, in the table's name and behind FROM", () => {
    const text = `connection: "pg" explore: orders {}
      view: orders { sql_table_name: {% if _user_attributes['env'] == 'dev' %} dev.orders {% elsif x._in_query %} agg.orders {% else %} public.orders {% endif %} ;;
        measure: total { type: sum sql: \${TABLE}.amount ;; } }
      explore: facts {}
      view: facts { derived_table: { sql: select n from {% if a._in_query %} big {% else %} small {% endif %} where {% if b._in_query %} n > 1 {% else %} n > 2 {% endif %} ;; }
        dimension: n {} }`;
    const { facts, problems } = readLooker([
      { path: "shop.model.lkml", text },
      board(
        "  - {title: T, explore: orders, fields: [orders.total]}\n  - {title: F, explore: facts, fields: [facts.n]}\n",
      ),
    ]);
    expect(problems).toEqual([]);
    const from = (name: string) =>
      named(facts, name).queries.map(
        ({ sql }) => /FROM ([\w.]+)/i.exec(sql.replace("FROM (\n", ""))?.[1],
      );
    expect(from("Board/T")).toEqual(["dev.orders", "agg.orders", "public.orders"]);
    expect(from("Board/F")).toEqual(["big", "small"]);
    expect(named(facts, "Board/F").queries[0]?.sql).toMatch(/n > 1[\s\S]*n > 2/);
  });

  it("asks each table of a template within another, and says where they are too many", () => {
    const many = Array.from({ length: 40 }, (_, at) => `{% elsif p == ${at} %} shard_${at}`);
    const text = `connection: "pg" explore: orders {} explore: shards {} explore: facts {}
      view: orders { sql_table_name: {% if a %} live.{% if b %}big{% else %}small{% endif %} {% else %} old.orders {% endif %} ;;
        dimension: n {} }
      view: facts { derived_table: { sql: select n from {% if a %}{% if b %} t1 {% else %} t2 {% endif %}{% else %} t3 {% endif %} ;; }
        dimension: n {} }
      view: shards { sql_table_name: {% if p %} shard {% else %} {% endif %} ;; dimension: n {} }
      view: +shards { sql_table_name: {% if p %} shard ${many.join(" ")} {% endif %} ;; }`;
    const { facts, problems } = readLooker([
      { path: "shop.model.lkml", text },
      board(
        ["orders", "facts", "shards"]
          .map((name) => `  - {title: ${name}, explore: ${name}, fields: [${name}.n]}\n`)
          .join(""),
      ),
    ]);
    const from = (name: string) =>
      named(facts, `Board/${name}`).queries.map(
        ({ sql }) => /FROM ([\w.]+)/i.exec(sql.replace("FROM (\n", ""))?.[1],
      );
    expect(from("orders")).toEqual(["live.big", "live.small", "old.orders"]);
    expect(from("facts")).toEqual(["t1", "t2", "t3"]);
    expect(from("shards")).toHaveLength(32);
    expect(problems.map(({ message }) => message)).toContain(
      "Board/shards may read any of 41 tables by a template: those behind the first 32 are not known",
    );
  });

  it("that merges results asks all their queries; what the API tells elsewhere is not known", () => {
    const merged = `  - title: Merged
    merged_queries:
    - {model: shop, explore: orders, fields: [orders.count]}
    - {model: shop, explore: orders, fields: [users.country], join_fields: []}
`;
    const { facts, problems } = readLooker([...PROJECT, board(merged)]);
    expect(problems).toEqual([]);
    expect(named(facts, "Board/Merged").queries.map(({ roles }) => roles?.[0]?.column)).toEqual([
      "orders.count",
      "users.country",
    ]);
    const api = readLooker([
      ...PROJECT,
      {
        path: "d.json",
        text: JSON.stringify({
          title: "A",
          dashboard_elements: [{ title: "M", merge_result_id: "x1" }],
        }),
      },
    ]);
    expect(api.problems).toMatchObject([{ code: "unresolved-name" }]);
    expect(named(api.facts, "A/M").queries).toEqual([]);
  });

  it("nobody asks an explore that is there to be extended", () => {
    const text = `explore: base { extension: required join: gone {} } explore: real { extends: [base] view_name: v } view: v { dimension: a {} }`;
    const { facts } = readLooker([{ path: "m.model.lkml", text }]);
    expect(facts.map(({ name }) => name.name)).toEqual(["m/real"]);
  });

  it("with a field or an explore that is not there says so", () => {
    const { facts, problems } = readLooker([
      ...PROJECT,
      board(
        tile("T", ["orders.gone", "orders.count"]) +
          "  - title: U\n    explore: nowhere\n    fields: [a.b]\n",
      ),
    ]);
    expect(problems.map(({ code }) => code)).toEqual(["unknown-column", "unresolved-name"]);
    expect(named(facts, "Board/T").attributes.partOf).toBe("looker/Board");
    expect(named(facts, "Board/U").queries).toEqual([]);
  });
});

it("an explore is what people ask of it: it reads all of its fields", () => {
  const { facts } = readLooker(PROJECT);
  const explore = named(facts, "shop/orders");
  expect(explore).toMatchObject({ kind: "application", attributes: { dialect: "snowflake" } });
  for (const part of ['"users".country', '"orders".amt', '"facts".n', '"unused".id'])
    expect(explore.queries[0]?.sql).toContain(part);
});

it("dashboards of the API are read as well", () => {
  const answer = {
    id: "7",
    title: "From the API",
    dashboard_elements: [
      {
        title: "T",
        query: { model: "shop", view: "orders", fields: ["orders.count", "users.country"] },
      },
      { title: "Text", body_text: "hello" },
    ],
  };
  const file = { path: "d.json", text: JSON.stringify(answer) };
  for (const text of [file.text, JSON.stringify([answer])])
    expect(recogniseFile({ ...file, text })).toBe("looker");
  const { facts, problems } = readLooker([...PROJECT, file]);
  expect(problems).toEqual([]);
  expect(named(facts, "From the API/T").queries[0]?.roles).toEqual([
    { column: "orders.count", use: "MEASURE" },
    { column: "users.country", use: "DIMENSION" },
  ]);
});

describe("bad input", () => {
  it("is a problem with its line", () => {
    const { problems } = readLooker([
      { path: "a.view.lkml", text: "view: a {\n  dimension: x {\n    sql: ${TABLE}.x\n  }\n}" },
    ]);
    expect(problems).toMatchObject([{ code: "wrong-shape", file: "a.view.lkml" }]);
    expect(problems[0]?.line).toBeGreaterThan(1);
  });

  it("in circles ends", () => {
    const text = `view: a { extends: [b] dimension: x { sql: \${y} ;; } dimension: y { sql: \${x} ;; } }\nview: b { extends: [a] }\nexplore: a {}`;
    expect(readLooker([{ path: "m.model.lkml", text }]).facts).toHaveLength(1);
  });

  it("is never thrown at, however a file was mangled", () => {
    fc.assert(
      fc.property(
        fc.nat(ORDERS.length),
        fc.nat(40),
        fc.string({ maxLength: 6 }),
        (at, cut, put) => {
          const text = ORDERS.slice(0, at) + put + ORDERS.slice(at + cut);
          parseLookml("o.view.lkml", text);
          readLooker([PROJECT[0] ?? { path: "", text: "" }, { path: "o.view.lkml", text }]);
        },
      ),
    );
  });
});
