import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readSuperset } from "./read-superset.ts";

const file = (path: string, record: unknown) => ({ path, text: stringify(record) });

const database = {
  database_name: "Shop",
  sqlalchemy_uri: "postgresql+psycopg2://bi:s3cret@db:5432/shop",
  uuid: "d-1",
};
const orders = {
  table_name: "orders",
  schema: "mart",
  uuid: "t-1",
  database_uuid: "d-1",
  columns: [
    { column_name: "day", type: "DATE" },
    { column_name: "channel", type: "TEXT" },
    { column_name: "amount", type: "NUMERIC" },
    { column_name: "order", type: "TEXT" },
    { column_name: "gross", expression: "amount * 1.2" },
  ],
  metrics: [{ metric_name: "revenue", expression: "SUM(amount)" }],
};
const chart = (uuid: string, name: string, params: Record<string, unknown>, dataset = "t-1") => ({
  slice_name: name,
  viz_type: "table",
  uuid,
  dataset_uuid: dataset,
  params,
});
const dashboard = (uuid: string, title: string, charts: readonly string[]) => ({
  dashboard_title: title,
  slug: "board",
  uuid,
  position: Object.fromEntries(
    charts.map((id) => [`CHART-${id}`, { type: "CHART", meta: { uuid: id } }]),
  ),
});

const read = (...records: readonly unknown[]) =>
  readSuperset(records.map((record, index) => file(`export/${index}.yaml`, record)));
const sqlOf = (
  params: Record<string, unknown>,
  dataset: Record<string, unknown> = orders,
): string => {
  const { facts } = read(database, dataset, chart("c-1", "Chart", params));
  return facts.find((fact) => fact.kind === "chart")?.queries[0]?.sql.replaceAll("\n", " ") ?? "";
};

describe("a Superset chart", () => {
  it("groups by its dimensions and shows saved metrics by their expression", () => {
    expect(sqlOf({ groupby: ["channel"], metrics: ["revenue"] })).toBe(
      'SELECT channel AS "channel", SUM(amount) AS "revenue" FROM shop.mart.orders GROUP BY channel',
    );
  });

  it("quotes a column only where its name is a word of SQL, and unfolds calculated columns", () => {
    expect(
      sqlOf({
        groupby: ["order"],
        metrics: [
          {
            expressionType: "SIMPLE",
            aggregate: "COUNT_DISTINCT",
            column: { column_name: "gross" },
            label: "n",
          },
        ],
      }),
    ).toBe(
      'SELECT "order" AS "order", COUNT(DISTINCT amount * 1.2) AS "n" FROM shop.mart.orders GROUP BY "order"',
    );
  });

  it("reads the metrics that it sorts its series by or shows when pointed at", () => {
    const metric = {
      expressionType: "SIMPLE",
      aggregate: "MAX",
      column: { column_name: "day" },
      label: "last",
    };
    for (const params of [{ series_limit_metric: metric }, { tooltip_metrics: [metric] }])
      expect(sqlOf({ groupby: ["channel"], ...params })).toContain('MAX(day) AS "last"');
  });

  it("on a map, as a histogram or as a tree reads the columns that only such charts name", () => {
    const spatial = { type: "latlong", latCol: "day", lonCol: "channel" };
    expect(sqlOf({ viz_type: "deck_arc", start_spatial: spatial, time_range: " : " })).toBe(
      'SELECT day AS "day", channel AS "channel" FROM shop.mart.orders GROUP BY day, channel',
    );
    expect(sqlOf({ viz_type: "histogram_v2", column: "amount" })).toContain('amount AS "amount"');
    expect(
      sqlOf({ viz_type: "tree_chart", id: "day", name: "channel", metric: "revenue" }),
    ).toContain('SELECT day AS "day", channel AS "channel", SUM(amount) AS "revenue"');
  });

  it("filters rows and groups as it would in the database", () => {
    const adhoc_filters = [
      {
        clause: "WHERE",
        expressionType: "SIMPLE",
        subject: "channel",
        operator: "NOT IN",
        comparator: ["it's", "web"],
      },
      { clause: "HAVING", expressionType: "SQL", sqlExpression: "SUM(amount) > 10" },
      {
        clause: "WHERE",
        expressionType: "SIMPLE",
        subject: "day",
        operator: "TEMPORAL_RANGE",
        comparator: "No filter",
      },
    ];
    expect(sqlOf({ metrics: ["revenue"], adhoc_filters })).toBe(
      "SELECT SUM(amount) AS \"revenue\" FROM shop.mart.orders WHERE channel NOT IN ('it''s', 'web') HAVING (SUM(amount) > 10 )",
    );
  });

  it("of raw records does not group, whatever is left from another mode", () => {
    expect(
      sqlOf({
        query_mode: "raw",
        all_columns: ["day"],
        groupby: ["channel"],
        metrics: ["revenue"],
      }),
    ).toBe('SELECT day AS "day" FROM shop.mart.orders');
  });

  it("over a virtual dataset reads what the dataset's SQL reads", () => {
    const virtual = { ...orders, sql: "select day, amount from raw.orders where ok; " };
    expect(sqlOf({ groupby: ["day"], metrics: ["revenue"] }, virtual)).toBe(
      'SELECT day AS "day", SUM(amount) AS "revenue" FROM ( select day, amount from raw.orders where ok ) AS virtual_table GROUP BY day',
    );
  });

  it("that names no column still reads its table, in an unknown way", () => {
    const { facts } = read(database, orders, chart("c-1", "Map", {}));
    expect(facts.find((fact) => fact.kind === "chart")).toMatchObject({
      queries: [],
      edges: [{ use: "UNKNOWN", from: { path: ["shop", "mart", "orders"] } }],
    });
  });

  it("asking for a column that the dataset has not keeps the column and says so", () => {
    const { facts, problems } = read(
      database,
      orders,
      chart("c-1", "Old", { groupby: ["gone"] }),
      dashboard("b-1", "Board", ["c-1"]),
    );
    expect(facts.find((fact) => fact.kind === "chart")?.queries[0]?.sql).toContain("gone AS");
    expect(problems.map((problem) => problem.code)).toEqual(["unknown-column"]);
  });

  it("whose dataset is missing is counted and not forgotten", () => {
    const { facts, problems } = read(chart("c-1", "Lost", { groupby: ["day"] }, "nowhere"));
    expect(facts.map((fact) => [fact.kind, fact.edges.length, fact.queries.length])).toEqual([
      ["chart", 0, 0],
    ]);
    expect(problems.map((problem) => problem.code)).toEqual(["unresolved-name"]);
  });
});

describe("a Superset export", () => {
  it("makes charts parts of the first dashboard that shows them, and feeds the others", () => {
    const { facts, problems } = read(
      database,
      orders,
      chart("c-1", "Sales", { metrics: ["revenue"] }),
      dashboard("b-1", "Board", ["c-1"]),
      dashboard("b-2", "Second", ["c-1"]),
    );
    expect(facts.find((fact) => fact.kind === "chart")?.attributes.partOf).toBe("superset/Board");
    expect(
      facts.find((fact) => fact.name.name === "Second")?.edges.map((edge) => edge.from.name.name),
    ).toEqual(["Sales"]);
    expect(problems).toEqual([]);
  });

  it("keeps two dashboards of one title apart", () => {
    const { facts } = read(
      dashboard("aaaaaaaa-1", "Board", []),
      dashboard("bbbbbbbb-2", "Board", []),
    );
    expect(facts.map((fact) => fact.name.name)).toEqual(["Board (aaaaaaaa)", "Board (bbbbbbbb)"]);
  });

  it("never lets the password of a database through", () => {
    const read1 = read(database, orders, chart("c-1", "Sales", { metrics: ["revenue"] }));
    expect(JSON.stringify(read1)).not.toContain("s3cret");
    expect(read1.facts[0]?.name).toEqual({
      namespace: "postgresql://db:5432",
      name: "shop.mart.orders",
    });
  });

  it("reads native filters of a dashboard as filters on the table's column", () => {
    const metadata = {
      native_filter_configuration: [
        { targets: [{ datasetUuid: "t-1", column: { name: "channel" } }] },
      ],
    };
    const { facts } = read(database, orders, { ...dashboard("b-1", "Board", []), metadata });
    expect(facts.find((fact) => fact.kind === "dashboard")?.edges).toMatchObject([
      { use: "BI_FILTER", from: { column: "channel" } },
    ]);
  });

  it("reads a native filter's own conditions and the metric that it is sorted by", () => {
    const metadata = {
      native_filter_configuration: [
        {
          name: "Channel",
          targets: [{ datasetUuid: "t-1", column: { name: "channel" } }],
          sortMetric: "revenue",
          adhoc_filters: [
            { clause: "WHERE", expressionType: "SQL", sqlExpression: "coupon is null" },
          ],
        },
      ],
    };
    const { facts } = read(database, orders, { ...dashboard("b-1", "Board", []), metadata });
    const board = facts.find((fact) => fact.kind === "dashboard");
    expect(board?.edges).toEqual([]);
    const revenue = orders.metrics.find(({ metric_name }) => metric_name === "revenue");
    expect(board?.queries).toMatchObject([
      {
        name: "filter Channel",
        sql: `SELECT channel AS "channel"\nFROM shop.mart.orders\nWHERE (coupon is null\n)\nGROUP BY channel\nORDER BY ${revenue?.expression}`,
        roles: [{ column: "channel", use: "BI_FILTER" }],
      },
    ]);
  });

  it("reads REST answers, linked by numbers", () => {
    const json = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) });
    const { facts, problems } = readSuperset([
      json("dashboard_1.json", {
        result: {
          id: 1,
          dashboard_title: "Board",
          position_json: JSON.stringify({ x: { meta: { chartId: 4 } } }),
        },
      }),
      json("charts.json", {
        result: [
          { id: 4, slice_name: "Sales", form_data: { datasource: "3__table", metrics: ["count"] } },
        ],
      }),
      json("datasets.json", {
        result: [
          {
            id: 3,
            table_name: "orders",
            schema: "mart",
            database: { backend: "postgresql", name: "shop" },
            columns: [],
            metrics: [{ metric_name: "count", expression: "COUNT(*)" }],
          },
        ],
      }),
    ]);
    expect(problems).toEqual([]);
    expect(facts.find((fact) => fact.kind === "chart")).toMatchObject({
      attributes: { partOf: "superset/Board" },
      queries: [{ sql: 'SELECT COUNT(*) AS "count"\nFROM mart.orders' }],
    });
  });

  it("believe the chart's own dataset before the number that its parameters were exported with", () => {
    const json = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) });
    const { facts, problems } = readSuperset([
      json("charts.json", {
        result: [
          {
            id: 4,
            slice_name: "Sales",
            datasource_id: 3,
            params: JSON.stringify({ datasource: "99__table", metrics: ["count"] }),
          },
        ],
      }),
      json("datasets.json", {
        result: [
          {
            id: 3,
            table_name: "orders",
            database: { backend: "sqlite" },
            columns: [],
            metrics: [{ metric_name: "count", expression: "COUNT(*)" }],
          },
        ],
      }),
    ]);
    expect(problems).toEqual([]);
    expect(facts.find((fact) => fact.kind === "chart")?.queries).toHaveLength(1);
  });

  it("goes on after a file that is cut off or of another kind", () => {
    const { facts, problems } = readSuperset([
      { path: "a.yaml", text: "slice_name: [1, 2" },
      { path: "b.yaml", text: "hello: world" },
      file("c.yaml", orders),
    ]);
    expect(problems.map((problem) => [problem.file, problem.code])).toEqual([
      ["a.yaml", "bad-yaml"],
      ["b.yaml", "not-recognised"],
    ]);
    expect(facts).toHaveLength(1);
  });
});

describe("exports of several days in one folder", () => {
  const exported = (time: string, sum: string) => {
    const top = `exports/dashboard_export_${time}.zip/dashboard_export_${time}`;
    return [
      file(`${top}/metadata.yaml`, { version: "1.0.0", type: "Dashboard", timestamp: time }),
      file(`${top}/databases/Shop.yaml`, database),
      file(`${top}/datasets/Shop/orders.yaml`, {
        ...orders,
        metrics: [{ metric_name: "revenue", expression: sum }],
      }),
      file(`${top}/charts/Sales_1.yaml`, chart("c-1", "Sales", { metrics: ["revenue"] })),
      file(`${top}/dashboards/Board_1.yaml`, dashboard("b-1", "Board", ["c-1"])),
    ];
  };
  const older = exported("20260101T080000", "SUM(amount)");
  const newer = exported("20260301T080000", "SUM(amount) / 100");

  it.each([
    ["older first", [...older, ...newer]],
    ["newer first", [...newer, ...older]],
  ])("give each dashboard and chart once, as it was last: %s", (_, files) => {
    const { facts, problems } = readSuperset(files);
    expect(problems).toEqual([]);
    expect(facts.map(({ kind, name }) => `${kind} ${name.name}`)).toEqual([
      "table shop.mart.orders",
      "chart Sales",
      "dashboard Board",
    ]);
    expect(facts[1]?.queries[0]?.sql).toContain("SUM(amount) / 100");
    expect(facts[1]?.attributes.partOf).toBe("superset/Board");
  });
});
