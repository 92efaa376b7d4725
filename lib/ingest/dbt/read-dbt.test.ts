import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { dbtProject } from "./manifest-for-tests.ts";
import { readDbt } from "./read-dbt.ts";

const shop = dbtProject({
  name: "shop",
  adapter: "snowflake",
  sources: [
    {
      id: "source.shop.lake.orders",
      relation: '"mesh"."lake"."orders_v2"',
      columns: { ID: "NUMBER" },
      more: {
        source_name: "lake",
        identifier: "orders_v2",
        freshness: {
          error_after: { count: 2, period: "day" },
          warn_after: { count: 1, period: "day" },
        },
      },
    },
  ],
  nodes: [
    {
      id: "model.shop.orders",
      relation: '"mesh"."marts"."orders"',
      sql: "with __dbt__cte__paid as (\nselect 1 as id -- a ) in a comment\n),  o as (select * from __dbt__cte__paid) select * from o",
      needs: ["source.shop.lake.orders", "model.shop.paid"],
      columns: { id: "INTEGER", status: "VARCHAR" },
      more: {
        config: {
          materialized: "incremental",
          on_schema_change: "fail",
          unique_key: "id",
          tags: ["tier:1"],
          meta: { domain: "checkout" },
        },
        group: "sales",
        contract: { enforced: true },
        access: "public",
        version: 2,
        deprecation_date: "2026-12-31",
        columns: {
          id: { name: "id", description: "key", constraints: [{ type: "not_null" }] },
          gone: { name: "gone" },
        },
      },
    },
    {
      id: "model.shop.paid",
      sql: "select 1 as id",
      more: {
        database: "mesh",
        schema: "marts",
        alias: "paid",
        config: { materialized: "ephemeral" },
      },
    },
    {
      id: "model.shop.scores",
      relation: "mesh.ml.scores",
      sql: "def model(): ...",
      more: { language: "python" },
      needs: ["model.shop.orders"],
    },
    {
      id: "test.shop.unique_orders_id",
      more: {
        attached_node: "model.shop.orders",
        column_name: "id",
        test_metadata: { name: "unique", kwargs: { column_name: "id" } },
      },
    },
    {
      id: "test.shop.values",
      more: {
        attached_node: "model.shop.orders",
        column_name: "status",
        test_metadata: { name: "accepted_values", kwargs: { values: ["placed", "paid"] } },
      },
    },
    {
      id: "test.shop.some_not_null",
      more: {
        attached_node: "model.shop.orders",
        column_name: "status",
        config: { where: "status = 'x'" },
        test_metadata: { name: "not_null", kwargs: {} },
      },
    },
  ],
  exposures: [
    {
      id: "exposure.shop.board",
      needs: ["model.shop.orders"],
      more: {
        type: "dashboard",
        url: "https://bi.example/1",
        maturity: "high",
        owner: { email: "board@example.org" },
        meta: { tier: 2 },
      },
    },
    {
      id: "exposure.shop.churn",
      needs: ["model.shop.scores"],
      more: { type: "ml", owner: { name: "Data science" } },
    },
  ],
  more: { groups: { "group.shop.sales": { name: "sales", owner: { name: "Sales data" } } } },
});

function factOf(name: string, files = shop): AssetFact {
  const fact = readDbt({ files })
    .readings.flatMap((one) => one.facts)
    .find((one) => one.name.name === name);
  if (!fact) throw new Error(`no fact ${name}`);
  return fact;
}

describe("a dbt project", () => {
  it("calls a table by its relation name, in the namespace of its adapter", () => {
    expect(factOf("mesh.marts.orders").name).toEqual({
      namespace: "snowflake",
      name: "mesh.marts.orders",
    });
    expect(factOf("mesh.marts.orders").path).toEqual(["mesh", "marts", "orders"]);
  });

  it("lets a source answer to its identifier, as something that another project may own", () => {
    const source = factOf("mesh.lake.orders_v2");
    expect(source.placeholder).toBe(true);
    expect(source.attributes.sla).toEqual({ freshnessHours: 48 });
    expect(source.columns).toEqual([{ name: "ID", type: "NUMBER" }]);
  });

  it("takes owner, tier, domain, materialisation, contract and schema-change mode", () => {
    expect(factOf("mesh.marts.orders").attributes).toMatchObject({
      owner: "Sales data",
      tier: 1,
      domain: "checkout",
      materialization: "incremental",
      onSchemaChange: "fail",
      dialect: "snowflake",
      contract: {
        id: "model.shop.orders",
        enforced: true,
        columns: ["id", "gone"],
        required: ["id"],
      },
      extra: { access: "public", version: 2, deprecationDate: "2026-12-31", uniqueKey: ["id"] },
    });
  });

  it("turns tests and constraints into facts of columns, and keeps them as tests", () => {
    const { columns, attributes } = factOf("mesh.marts.orders");
    expect(columns).toEqual([
      { name: "id", type: "INTEGER", nullable: false, unique: true, description: "key" },
      { name: "status", type: "VARCHAR", allowedValues: ["placed", "paid"] },
    ]);
    expect(attributes.extra?.["tests"]).toHaveLength(3);
  });

  it("reads an ephemeral model as an asset and not as a copy inside its readers", () => {
    const query = factOf("mesh.marts.orders").queries[0];
    expect(query?.sql).toContain("o as (select * from __dbt__cte__paid) select * from o");
    expect(query?.sql).not.toContain("select 1 as id");
    expect(query?.sql.split("\n")).toHaveLength(3);
    expect(factOf("mesh.marts.paid").localNames).toEqual(["__dbt__cte__paid"]);
  });

  it("says so where a model has no SQL, and keeps what it depends on", () => {
    const { readings } = readDbt({ files: shop });
    expect(readings[0]?.problems).toContainEqual(
      expect.objectContaining({ code: "no-sql", file: "models/scores.sql" }),
    );
    expect(factOf("mesh.ml.scores").edges).toMatchObject([
      { use: "UNKNOWN", from: { name: { name: "mesh.marts.orders" } } },
    ]);
  });

  it("makes exposures consumers of their kind, with their owners", () => {
    expect(factOf("board")).toMatchObject({
      kind: "dashboard",
      attributes: {
        owner: "board@example.org",
        tier: 2,
        url: "https://bi.example/1",
        extra: { maturity: "high" },
      },
      edges: [{ from: { name: { name: "mesh.marts.orders" } }, use: "UNKNOWN" }],
    });
    expect(factOf("churn").kind).toBe("ml_model");
  });

  it("mentions a documented column that the catalog does not have", () => {
    const { readings } = readDbt({ files: shop });
    expect(readings[0]?.problems).toContainEqual(
      expect.objectContaining({ code: "unknown-column", severity: "info" }),
    );
  });
});

describe("metrics", () => {
  const files = dbtProject({
    name: "shop",
    nodes: [
      {
        id: "model.shop.orders",
        relation: "d.s.orders",
        sql: "select 1 as amount",
        columns: { amount: "INT", status: "TEXT" },
      },
    ],
    more: {
      semantic_models: {
        "semantic_model.shop.orders": {
          unique_id: "semantic_model.shop.orders",
          name: "orders",
          resource_type: "semantic_model",
          node_relation: { relation_name: "d.s.orders" },
          depends_on: { nodes: ["model.shop.orders"] },
          entities: [{ name: "order" }],
          dimensions: [{ name: "state", expr: "status" }],
          measures: [{ name: "total", agg: "sum", expr: "amount" }],
        },
      },
      metrics: {
        "metric.shop.revenue": {
          unique_id: "metric.shop.revenue",
          name: "revenue",
          resource_type: "metric",
          type: "simple",
          type_params: { measure: { name: "total" }, input_measures: [{ name: "total" }] },
          filter: {
            where_filters: [{ where_sql_template: "{{ Dimension('order__state') }} = 'paid'" }],
          },
          depends_on: { nodes: ["semantic_model.shop.orders"] },
        },
        "metric.shop.double": {
          unique_id: "metric.shop.double",
          name: "double",
          resource_type: "metric",
          type: "derived",
          type_params: {
            expr: "revenue * 2",
            metrics: [{ name: "revenue" }],
            input_measures: [{ name: "total" }],
          },
          depends_on: { nodes: ["metric.shop.revenue"] },
        },
      },
    },
  });

  it("are the query of their measure with its filter", () => {
    expect(factOf("metric.revenue", files).queries[0]?.sql).toBe(
      "select sum(amount) as revenue from d.s.orders where (status = 'paid')",
    );
  });

  it("are computed from other metrics where they are derived", () => {
    expect(factOf("metric.double", files).edges).toMatchObject([
      {
        from: { name: { name: "metric.revenue" }, column: "revenue" },
        toColumn: "double",
        use: "ARITH",
      },
    ]);
  });
});

describe("models that read the live columns while they are compiled", () => {
  const project = (
    raw: string,
    macros: Readonly<Record<string, unknown>> = {},
    needed: readonly string[] = [],
  ) =>
    factOf(
      "d.s.stg",
      dbtProject({
        name: "shop",
        nodes: [
          {
            id: "model.shop.stg",
            relation: "d.s.stg",
            sql: "select a from d.s.t",
            raw,
            more: { depends_on: { nodes: [], macros: needed } },
          },
        ],
        more: { macros },
      }),
    );

  it("are lenient where a macro writes NULL for a column that is missing", () => {
    const fill = {
      "macro.any.fill": {
        unique_id: "macro.any.fill",
        name: "fill",
        macro_sql:
          "{% for c in wanted %}{% if c in found %}{{ c }}{% else %}cast(null as int) as {{ c }}{% endif %}{% endfor %}",
        depends_on: { macros: [] },
      },
    };
    const raw = "select {{ any.fill(adapter.get_columns_in_relation(ref('t')), wanted()) }} from t";
    const fact = project(raw, fill, ["macro.any.fill"]);
    expect(fact.attributes.extra?.["readsLiveColumns"]).toBe("fills");
    expect(fact.queries[0]?.live).toMatchObject({ mode: "fills" });
  });

  it("are no lenient readers where they only list what is there", () => {
    const { attributes, queries } = project(
      "select {{ dbt_utils.star(ref('t')) }}, a + 1 as b from t",
    );
    expect(attributes.extra?.["readsLiveColumns"]).toBe("lists");
    expect(queries[0]?.live?.written).toEqual(expect.arrayContaining(["a", "b"]));
  });

  it("are found where a macro asks the warehouse for the names of columns, however it is called", () => {
    const macro = (name: string, sql: string, next: readonly string[] = []) => ({
      [`macro.own.${name}`]: {
        unique_id: `macro.own.${name}`,
        name,
        macro_sql: sql,
        depends_on: { macros: next },
      },
    });
    const asks = macro("ask", "{% set rows = run_query(own.sql_of(relation)) %}{{ rows }}", [
      "macro.own.sql_of",
    ]);
    const names = macro(
      "sql_of",
      "select column_name from {{ r.database }}.information_schema.columns where table_name = 't'",
    );
    const raw = "select {{ own.ask(ref('t')) }} from t";
    const found = project(raw, { ...asks, ...names }, ["macro.own.ask"]);
    expect(found.attributes.extra?.["readsLiveColumns"]).toBe("lists");
    const onlyText = project("select {{ own.sql_of() }} from t", names, ["macro.own.sql_of"]);
    expect(onlyText.attributes.extra?.["readsLiveColumns"]).toBeUndefined();
  });

  it("are found through macros that call each other in a circle", () => {
    const macro = (id: string, sql: string, next: string) => ({
      unique_id: id,
      name: id,
      macro_sql: sql,
      depends_on: { macros: [next] },
    });
    const macros = {
      "macro.x.a": macro("macro.x.a", "{{ b() }}", "macro.x.b"),
      "macro.x.b": macro("macro.x.b", "{{ adapter.get_columns_in_relation(r) }}", "macro.x.a"),
    };
    expect(
      project("select {{ x.a() }}", macros, ["macro.x.a"]).attributes.extra?.["readsLiveColumns"],
    ).toBe("lists");
  });
});

describe("a table that is read while compiling only", () => {
  const needs = ["model.shop.orders"];
  const orders = {
    id: "model.shop.orders",
    relation: "d.s.orders",
    sql: "select 1 as day",
    columns: { day: "DATE", amount: "INT" },
  };
  const spine = (sql: string, raw: string) =>
    dbtProject({
      name: "shop",
      nodes: [orders, { id: "model.shop.spine", relation: "d.s.spine", sql, raw, needs }],
    });

  it("matters by the columns that the template names", () => {
    const files = spine(
      "-- d.s.orders\nselect 1 as d",
      "{% set first = run_query('select min(day) from ' ~ ref('orders')) %} select 1 as d",
    );
    expect(factOf("d.s.spine", files).edges).toMatchObject([
      { from: { name: { name: "d.s.orders" } }, use: "EXISTS" },
      { from: { column: "day" }, use: "UNKNOWN", cap: "possible" },
    ]);
  });

  it("is not known to the column where the SQL names it", () => {
    const files = spine(
      "select day as d from d.s.orders",
      "select day as d from {{ ref('orders') }}",
    );
    expect(factOf("d.s.spine", files).edges).toMatchObject([{ use: "UNKNOWN" }]);
  });
});

describe("artefacts that are not as they should be", () => {
  it("names the version and what is read where it is another", () => {
    const { problems } = readDbt({
      files: dbtProject({ name: "old", version: 4, catalog: false }),
    });
    expect(problems).toMatchObject([{ code: "wrong-version", file: "old/manifest.json" }]);
    expect(problems[0]?.next).toContain("v10");
  });

  it("passes over what else dbt and others write into a target folder, which is no error", () => {
    const others = {
      "shop/semantic_manifest.json": { semantic_models: [], metrics: [], saved_queries: [] },
      "shop/graph_summary.json": { _invocation_id: "1", linked: {} },
      "shop/elsewhere.json": [1, 2],
      "shop/freshness.json": {
        metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/exposures/v1.json" },
      },
    };
    const { readings, problems } = readDbt({
      files: [
        ...dbtProject({ name: "shop" }),
        ...Object.entries(others).map(([path, value]) => ({ path, text: JSON.stringify(value) })),
      ],
    });
    expect(readings).toHaveLength(1);
    expect(problems.map(({ code, severity, file }) => [code, severity, file])).toEqual(
      Object.keys(others).map((path) => ["not-recognised", "info", path]),
    );
  });

  it("says of a manifest without a version that it is not one that is read", () => {
    const text = JSON.stringify({ metadata: {}, nodes: {}, sources: {} });
    const { problems } = readDbt({ files: [{ path: "manifest.json", text }] });
    expect(problems).toMatchObject([{ code: "wrong-version", severity: "error" }]);
  });

  it("reads versions 10 and 11 as it reads 12", () => {
    const files = dbtProject({
      name: "shop",
      version: 10,
      nodes: [{ id: "seed.shop.t", relation: "d.s.t" }],
    });
    expect(factOf("d.s.t", files).kind).toBe("table");
  });

  it("keeps the other nodes where one has a wrong shape", () => {
    const files = dbtProject({
      name: "shop",
      catalog: false,
      nodes: [
        { id: "model.shop.bad", more: { depends_on: "everything" } },
        { id: "model.shop.good", relation: "d.s.good", sql: "select 1 as a" },
      ],
    });
    const { readings } = readDbt({ files });
    expect(readings[0]?.facts.map((fact) => fact.name.name)).toEqual(["d.s.good"]);
    expect(readings[0]?.problems).toContainEqual(expect.objectContaining({ code: "wrong-shape" }));
    expect(readings[0]?.problems).toContainEqual(expect.objectContaining({ code: "no-catalog" }));
  });

  it("finds where a truncated manifest breaks off", () => {
    const [manifest] = dbtProject({ name: "shop" });
    const cut = { path: "manifest.json", text: manifest?.text.slice(0, 100) ?? "" };
    expect(readDbt({ files: [cut] }).problems).toMatchObject([
      { code: "bad-json", file: "manifest.json", line: 1 },
    ]);
  });

  it("matches catalogs to manifests of one folder by the ids they share", () => {
    const a = dbtProject({
      name: "a",
      folder: "all",
      nodes: [{ id: "model.a.t", relation: "d.a.t", sql: "select 1 as x", columns: { x: "INT" } }],
    });
    const b = dbtProject({
      name: "b",
      folder: "all",
      nodes: [{ id: "model.b.t", relation: "d.b.t", sql: "select 1 as y", columns: { y: "INT" } }],
    });
    const files = [
      ...a.map((f) => ({ ...f, path: f.path.replace("all/", "all/a_") })),
      ...b.map((f) => ({ ...f, path: f.path.replace("all/", "all/b_") })),
    ];
    expect(factOf("d.a.t", files).columns?.map((column) => column.name)).toEqual(["x"]);
    expect(factOf("d.b.t", files).columns?.map((column) => column.name)).toEqual(["y"]);
  });

  it("treats a model of another project that is listed without code as somebody else's", () => {
    const files = dbtProject({
      name: "shop",
      nodes: [{ id: "model.other.t", relation: "d.o.t" }],
      catalog: false,
    });
    expect(factOf("d.o.t", files)).toMatchObject({ placeholder: true, queries: [] });
    expect(readDbt({ files }).readings[0]?.problems.map((one) => one.code)).toEqual(["no-catalog"]);
  });
});
