import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { readEntityLink, splitFqn } from "./fully-qualified-name.ts";
import { readOpenMetadata } from "./read-openmetadata.ts";

const read = (...answers: readonly unknown[]) =>
  readOpenMetadata(
    answers.map((answer, at) => ({ path: `om-${at}.json`, text: JSON.stringify(answer) })),
  );
const factOf = (facts: readonly AssetFact[], name: string): AssetFact => {
  const fact = facts.find((one) => one.name.name === name);
  if (fact === undefined) throw new Error(`no ${name} in ${facts.map((one) => one.name.name)}`);
  return fact;
};
const edgesOf = (facts: readonly AssetFact[], name: string): string[] =>
  factOf(facts, name)
    .edges.map(({ from, toColumn, use, cap, via }) =>
      [`${from.name.name}.${from.column ?? "*"}`, toColumn ?? "*", use, cap, via?.name]
        .filter(Boolean)
        .join(" "),
    )
    .sort();

const table = (fqn: string, columns: readonly (string | object)[], more: object = {}) => ({
  id: `id ${fqn}`,
  name: splitFqn(fqn).at(-1),
  fullyQualifiedName: fqn,
  tableType: "Regular",
  serviceType: "Postgres",
  service: { id: "s", type: "databaseService", name: splitFqn(fqn)[0] },
  columns: columns.map((one) =>
    typeof one === "string"
      ? { name: one, dataType: "VARCHAR", dataTypeDisplay: "varchar(10)" }
      : one,
  ),
  deleted: false,
  ...more,
});
const list = (...data: readonly unknown[]) => ({ data, paging: { total: data.length } });
const node = (type: string, fqn: string) => ({
  id: `id ${fqn}`,
  type,
  name: "x",
  fullyQualifiedName: fqn,
});

const ORDERS = 'pg_shop.shop.raw."orders.v2"';
const REVENUE = "pg_shop.shop.mart.revenue";

describe("OpenMetadata's entities", () => {
  it("a table with constraints, owners, domain, tier, usage, tests and open incidents", () => {
    const { facts, problems } = read(
      list(
        table(
          ORDERS,
          [
            {
              name: "id",
              dataType: "BIGINT",
              dataTypeDisplay: "bigint",
              constraint: "PRIMARY_KEY",
            },
            {
              name: "amount",
              dataType: "NUMERIC",
              description: "In cents",
              constraint: "NULL",
              tags: [{ tagFQN: "PII.Sensitive" }],
            },
            {
              name: "state",
              dataType: "VARCHAR",
              profile: {
                nullProportion: 0.5,
                distinctCount: 3,
                valuesCount: 10,
                timestamp: 1795143600000,
              },
            },
            {
              name: "address",
              dataType: "STRUCT",
              children: [{ name: "zip", dataType: "STRING" }],
            },
          ],
          {
            description: "Orders as they came",
            owners: [
              { id: "u", type: "user", name: "loader" },
              { id: "t", type: "team", name: "checkout-core" },
            ],
            domain: { name: "Checkout" },
            tags: [{ tagFQN: "Tier.Tier2" }, { tagFQN: "Finance.Sox" }],
            usageSummary: { monthlyStats: { count: 120 } },
            profile: { rowCount: 10 },
          },
        ),
      ),
      list(
        {
          name: "state_in_set",
          fullyQualifiedName: `${ORDERS}.state.state_in_set`,
          entityLink: `<#E::table::${ORDERS}::columns::state>`,
          testDefinition: { name: "columnValuesToBeInSet" },
          parameterValues: [{ name: "allowedValues", value: '["open","paid"]' }],
          testCaseResult: { testCaseStatus: "Success" },
        },
        {
          fullyQualifiedName: `${ORDERS}.amount.not_null`,
          entityLink: `<#E::table::${ORDERS}::columns::amount>`,
          testDefinition: { name: "columnValuesToBeNotNull" },
          testCaseResult: { testCaseStatus: "Failed" },
        },
      ),
      list(
        {
          stateId: "1",
          timestamp: 2,
          testCaseResolutionStatusType: "Ack",
          severity: "Severity2",
          testCaseReference: { fullyQualifiedName: `${ORDERS}.amount.not_null` },
        },
        {
          stateId: "1",
          timestamp: 1,
          testCaseResolutionStatusType: "New",
          testCaseReference: { fullyQualifiedName: `${ORDERS}.amount.not_null` },
        },
        {
          stateId: "2",
          timestamp: 3,
          testCaseResolutionStatusType: "Resolved",
          testCaseReference: { fullyQualifiedName: `${ORDERS}.id.unique` },
        },
      ),
    );
    expect(problems).toEqual([]);
    expect(factOf(facts, 'shop.raw."orders.v2"')).toMatchObject({
      name: { namespace: "postgres" },
      path: ["shop", "raw", "orders.v2"],
      columnsComplete: true,
      columns: [
        { name: "id", type: "bigint", nullable: false, unique: true },
        {
          name: "amount",
          nullable: true,
          description: "In cents",
          extra: { tags: ["PII.Sensitive"] },
        },
        {
          name: "state",
          allowedValues: ["open", "paid"],
          profile: { nullShare: 0.5, observedAt: "2026-11-20T03:00:00Z" },
        },
        { name: "address" },
      ],
      attributes: {
        owner: "checkout-core",
        domain: "Checkout",
        tier: 2,
        tags: ["Finance.Sox"],
        usage: { views30d: 120 },
        rows: 10,
        extra: { incidents: [{ title: "amount.not_null", state: "Ack", severity: "Severity2" }] },
      },
    });
  });

  it("lineage by ids or by whole references, in lists or by keys", () => {
    const details = {
      columnsLineage: [
        {
          fromColumns: [`${ORDERS}.amount`, `${ORDERS}.address.zip`],
          toColumn: `${REVENUE}.cents`,
        },
        { fromColumns: [`${ORDERS}.id`], toColumn: `${REVENUE}.order_id` },
        {
          fromColumns: [`${ORDERS}.state`],
          toColumn: `${REVENUE}.state_code`,
          function: "upper(state)",
        },
      ],
      pipeline: { id: "p", fullyQualifiedName: "airflow_prod.orders_daily" },
      source: "QueryLineage",
    };
    const expected = [
      'shop.raw."orders.v2".address cents ARITH likely orders_daily',
      'shop.raw."orders.v2".amount cents ARITH likely orders_daily',
      'shop.raw."orders.v2".id order_id IDENTITY likely orders_daily',
      'shop.raw."orders.v2".state state_code ARITH likely orders_daily',
      "shop.raw.rates.* * UNKNOWN",
    ];
    const rates = "pg_shop.shop.raw.rates";
    const tables = list(table(REVENUE, ["cents"]), table(ORDERS, ["id"]));
    const older = {
      entity: node("table", REVENUE),
      nodes: [node("table", ORDERS), node("table", rates)],
      upstreamEdges: [
        { fromEntity: `id ${ORDERS}`, toEntity: `id ${REVENUE}`, lineageDetails: details },
        { fromEntity: `id ${rates}`, toEntity: `id ${REVENUE}` },
      ],
      downstreamEdges: [],
    };
    const newer = {
      nodes: { [ORDERS]: { entity: node("table", ORDERS) } },
      upstreamEdges: {
        a: {
          fromEntity: node("table", ORDERS),
          toEntity: node("table", REVENUE),
          ...details,
          columns: details.columnsLineage,
        },
        b: { fromEntity: node("table", rates), toEntity: node("table", REVENUE) },
      },
      downstreamEdges: {},
    };
    const sent = [
      {
        edge: {
          fromEntity: node("table", ORDERS),
          toEntity: node("table", REVENUE),
          lineageDetails: details,
        },
      },
      { edge: { fromEntity: node("table", rates), toEntity: node("table", REVENUE) } },
    ];
    for (const lineage of [older, newer, sent]) {
      const { facts, problems } = read(lineage, tables);
      expect(problems).toEqual([]);
      expect(edgesOf(facts, "shop.mart.revenue")).toEqual(expected);
      expect(factOf(facts, "shop.raw.rates")).toMatchObject({
        placeholder: true,
        name: { namespace: "postgres" },
      });
    }
  });

  it("views and what dbt compiled are queries; the statement of a lineage is one where there is none", () => {
    const { facts } = read(
      list(
        table("pg_shop.shop.mart.v", [], {
          tableType: "View",
          schemaDefinition: "create view v as select id from raw.orders",
        }),
        table("pg_shop.shop.mart.m", [], {
          dataModel: {
            modelType: "DBT",
            sql: "select id from shop.raw.orders",
            rawSql: "select id from {{ ref('orders') }}",
            upstream: [ORDERS],
          },
        }),
        table("pg_shop.shop.raw.t", [], { schemaDefinition: "CREATE TABLE t (id int)" }),
        table(REVENUE, []),
      ),
      {
        edge: {
          fromEntity: node("table", ORDERS),
          toEntity: node("table", REVENUE),
          lineageDetails: { sqlQuery: "insert into mart.revenue select 1" },
        },
      },
    );
    const queries = Object.fromEntries(
      facts.map(({ name, queries: all }) => [name.name, all.map((one) => [one.name, one.dialect])]),
    );
    expect(queries).toMatchObject({
      "shop.mart.v": [["definition", "postgres"]],
      "shop.mart.m": [["model", "postgres"]],
      "shop.raw.t": [],
      "shop.mart.revenue": [["lineage query", "postgres"]],
    });
    expect(edgesOf(facts, "shop.mart.m")).toEqual(['shop.raw."orders.v2".* * UNKNOWN']);
    expect(factOf(facts, "shop.mart.v")).toMatchObject({
      kind: "view",
      attributes: { materialization: "view" },
    });
  });

  it("dashboards have charts and data models, models have features, topics have fields, files have addresses", () => {
    const { facts, problems } = read(
      list({
        id: "d",
        name: "12",
        displayName: "Sales",
        fullyQualifiedName: "superset_prod.12",
        serviceType: "Superset",
        service: { type: "dashboardService" },
        sourceUrl: "https://bi.example/12",
        charts: [{ id: "c", type: "chart", name: "7", fullyQualifiedName: "superset_prod.7" }],
        dataModels: [
          { id: "m", type: "dashboardDataModel", fullyQualifiedName: "superset_prod.model.9" },
        ],
      }),
      list({
        id: "c",
        name: "7",
        displayName: "Revenue by day",
        fullyQualifiedName: "superset_prod.7",
        chartType: "Line",
        serviceType: "Superset",
      }),
      list({
        id: "m",
        name: "9",
        fullyQualifiedName: "superset_prod.model.9",
        dataModelType: "SupersetDataModel",
        columns: [{ name: "cents", dataType: "INT" }],
        serviceType: "Superset",
      }),
      {
        entity: node("dashboardDataModel", "superset_prod.model.9"),
        nodes: [],
        upstreamEdges: [
          {
            fromEntity: node("table", REVENUE),
            toEntity: {
              id: "m",
              type: "dashboardDataModel",
              fullyQualifiedName: "superset_prod.model.9",
            },
            lineageDetails: {
              columnsLineage: [
                { fromColumns: [`${REVENUE}.cents`], toColumn: "superset_prod.model.9.cents" },
              ],
            },
          },
        ],
        downstreamEdges: [],
      },
      list({
        id: "ml",
        name: "churn",
        fullyQualifiedName: "mlflow_svc.churn",
        algorithm: "xgboost",
        serviceType: "Mlflow",
        mlFeatures: [
          {
            name: "ltv",
            dataType: "numerical",
            featureSources: [
              {
                name: "cents",
                dataType: "integer",
                dataSource: { id: `id ${REVENUE}`, type: "table", fullyQualifiedName: REVENUE },
              },
            ],
          },
        ],
      }),
      list({
        id: "t",
        name: "orders",
        fullyQualifiedName: "kafka_prod.orders",
        serviceType: "Kafka",
        partitions: 3,
        service: { type: "messagingService" },
        messageSchema: {
          schemaType: "Avro",
          schemaFields: [
            { name: "Order", dataType: "RECORD", children: [{ name: "id", dataType: "LONG" }] },
          ],
        },
      }),
      list({
        id: "f",
        name: "in",
        fullyQualifiedName: "s3_prod.lake.in",
        serviceType: "S3",
        fullPath: "s3://lake/in",
        prefix: "/in",
        dataModel: { columns: [{ name: "id", dataType: "INT" }] },
      }),
    );
    expect(problems).toEqual([]);
    expect(edgesOf(facts, "Sales")).toEqual(["Revenue by day.* * UNKNOWN", "model.9.* * UNKNOWN"]);
    expect(factOf(facts, "Sales")).toMatchObject({
      kind: "dashboard",
      name: { namespace: "superset.superset_prod" },
      attributes: { url: "https://bi.example/12" },
    });
    expect(edgesOf(facts, "model.9")).toEqual(["shop.mart.revenue.cents cents IDENTITY likely"]);
    expect(edgesOf(facts, "churn")).toEqual(["shop.mart.revenue.cents ltv ML_FEATURE"]);
    expect(factOf(facts, "orders")).toMatchObject({
      kind: "topic",
      name: { namespace: "kafka" },
      columns: [{ name: "id" }],
    });
    expect(factOf(facts, "in")).toMatchObject({ kind: "file", name: { namespace: "s3://lake" } });
  });

  it("the word default is no database of an engine without any; tables of two services stay two", () => {
    const { facts } = read(
      list(
        table("mysql_a.default.shop.orders", [], { serviceType: "Mysql" }),
        table("mysql_b.default.shop.orders", [], { serviceType: "Mysql" }),
        table("hive.default.shop.items", [], { serviceType: "Hive" }),
        table("pg.default.public.items", []),
        table("pg.shop.public.gone", [], { deleted: true }),
      ),
    );
    expect(facts.map(({ name }) => `${name.namespace} ${name.name}`)).toEqual([
      "mysql://mysql_a shop.orders",
      "mysql://mysql_b shop.orders",
      "hive shop.items",
      "postgres default.public.items",
    ]);
  });
});

describe("names and bad input", () => {
  it("a qualified name comes apart as it was put together", () => {
    const quote = (part: string) => (/[."]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part);
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: fc.constantFrom("a", ".", '"', " ", "é") }), {
          minLength: 1,
        }),
        (parts) => {
          expect(splitFqn(parts.map(quote).join("."))).toEqual(parts);
        },
      ),
    );
    expect(readEntityLink(`<#E::table::${ORDERS}::columns::"a.b">`)).toEqual({
      fqn: ORDERS,
      column: "a.b",
    });
    expect(readEntityLink("<#E::table::a.b.c.d>")).toEqual({ fqn: "a.b.c.d" });
  });

  it("answers of any shape are read without an exception", () => {
    const key = fc.constantFrom(
      "data",
      "fullyQualifiedName",
      "columns",
      "tableType",
      "upstreamEdges",
      "fromEntity",
      "toEntity",
      "edge",
      "charts",
      "mlFeatures",
      "entityLink",
      "testDefinition",
      "testCaseResolutionStatusType",
      "nodes",
      "columnsLineage",
      "serviceType",
      "service",
      "id",
      "type",
      "owners",
      "tags",
    );
    const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("a.b.c.d", '"', "table", "x"),
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(key, tie("any"), { maxKeys: 6 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.array(value), (values) => void read(...values, { data: values })),
      { numRuns: 300 },
    );
    expect(read({ hello: 1 }).problems).toMatchObject([{ code: "wrong-shape", file: "om-0.json" }]);
  });
});
