import { describe, expect, it } from "vitest";
import { readFeast } from "./read-feast.ts";

const read = (registry: unknown) =>
  readFeast([{ path: "registry.json", text: JSON.stringify(registry) }]);

const view = (spec: Record<string, unknown>) => ({
  spec: {
    name: "ltv",
    entities: ["customer"],
    entityColumns: [{ name: "customer_id", valueType: "INT64" }],
    features: [
      { name: "orders", valueType: "INT64" },
      { name: "spend", valueType: "DOUBLE" },
    ],
    ...spec,
  },
});
const snowflake = {
  type: "BATCH_SNOWFLAKE",
  name: "src",
  timestampField: "at",
  snowflakeOptions: { database: "shop", schema: "mart", table: "customers" },
};
const edgesOf = (facts: ReturnType<typeof readFeast>["facts"], name: string) =>
  facts
    .find((fact) => fact.name.name === name)
    ?.edges.map(
      (edge) =>
        `${edge.from.name.name}.${edge.from.column ?? "*"} -> ${edge.toColumn ?? "*"} ${edge.use}${edge.cap ? ` ${edge.cap}` : ""}`,
    );

describe("a Feast registry", () => {
  it("reads a view's columns by name, joins by the keys and filters by the moment", () => {
    const { facts, problems } = read({
      project: "p",
      featureViews: [view({ batchSource: { ...snowflake, fieldMapping: { spend_eur: "spend" } } })],
    });
    expect(edgesOf(facts, "ltv")).toEqual([
      "shop.mart.customers.customer_id -> customer_id IDENTITY",
      "shop.mart.customers.orders -> orders IDENTITY",
      "shop.mart.customers.spend_eur -> spend IDENTITY",
      "shop.mart.customers.customer_id -> * JOIN_LEFT likely",
      "shop.mart.customers.at -> * FILTER likely",
    ]);
    expect(facts.find((fact) => fact.placeholder)).toMatchObject({
      path: ["shop", "mart", "customers"],
    });
    expect(problems).toEqual([]);
  });

  it("a source that is a query is analysed as the query that Feast wraps around it", () => {
    const { facts } = read({
      project: "p",
      featureViews: [
        view({
          batchSource: {
            type: "BATCH_BIGQUERY",
            name: "q",
            bigqueryOptions: { query: "select * from t;" },
          },
        }),
      ],
    });
    expect(facts[0]?.queries[0]).toMatchObject({
      dialect: "bigquery",
      sql: "SELECT customer_id, orders, spend\nFROM (\nselect * from t\n) AS feast_source",
    });
  });

  it("a service takes the features it picks; of a view without a list it takes all, whatever comes", () => {
    const services = [
      {
        spec: {
          name: "churn",
          owner: "ds",
          features: [{ featureViewName: "ltv", featureColumns: [{ name: "spend" }] }],
        },
      },
      { spec: { name: "all", features: [{ featureViewName: "bare" }] } },
    ];
    const { facts } = read({
      project: "p",
      featureViews: [
        view({ batchSource: snowflake }),
        view({
          name: "bare",
          entityColumns: [],
          entities: [],
          features: [],
          batchSource: snowflake,
        }),
      ],
      featureServices: services,
    });
    expect(edgesOf(facts, "churn")).toEqual(["ltv.spend -> spend ML_FEATURE"]);
    expect(edgesOf(facts, "all")).toEqual(["bare.* -> * ML_FEATURE_AUTO"]);
    expect(edgesOf(facts, "bare")).toContain("shop.mart.customers.* -> * ML_FEATURE_AUTO");
    expect(facts.find((fact) => fact.name.name === "churn")).toMatchObject({
      kind: "ml_model",
      attributes: { owner: "ds" },
    });
  });

  it("an on-demand view computes with the features that its code names", () => {
    const spec = {
      name: "ratio",
      features: [{ name: "r" }],
      featureTransformation: { userDefinedFunction: { bodyText: "d['r']=x['spend']/2" } },
      sources: {
        ltv: {
          featureViewProjection: {
            featureViewName: "ltv",
            featureColumns: [{ name: "spend" }, { name: "orders" }],
          },
        },
        req: { requestDataSource: {} },
      },
    };
    const { facts } = read({
      project: "p",
      featureViews: [view({ batchSource: snowflake })],
      onDemandFeatureViews: [{ spec }],
    });
    expect(edgesOf(facts, "ratio")).toEqual(["ltv.spend -> r ARITH likely"]);
  });

  it("a service over a view of another project, and a view without a source, are told", () => {
    const { facts, problems } = read({
      project: "p",
      featureViews: [view({})],
      featureServices: [
        {
          spec: {
            name: "s",
            features: [{ featureViewName: "elsewhere", featureColumns: [{ name: "f" }] }],
          },
        },
      ],
    });
    expect(problems.map((problem) => problem.code)).toEqual(["unresolved-name", "unresolved-name"]);
    expect(edgesOf(facts, "s")).toEqual(["elsewhere.f -> f ML_FEATURE"]);
  });

  it("what is no registry is a problem", () => {
    expect(readFeast([{ path: "r.json", text: "[1" }]).problems[0]?.code).toBe("bad-json");
    expect(readFeast([{ path: "r.json", text: "[1]" }]).problems[0]?.code).toBe("wrong-shape");
  });
});
