import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { readDatahub } from "./read-datahub.ts";
import { fieldOf, parseUrn, plainFieldPath } from "./urn.ts";

const dataset = (name: string, platform = "postgres", env = "PROD") =>
  `urn:li:dataset:(urn:li:dataPlatform:${platform},${name},${env})`;
const field = (urn: string, path: string) => `urn:li:schemaField:(${urn},${path})`;
const aspect = (entityUrn: string, aspectName: string, json: unknown, changeType = "UPSERT") => ({
  entityType: entityUrn.split(":")[2],
  entityUrn,
  changeType,
  aspectName,
  aspect: { json },
});
const schema = (...fields: readonly (string | object)[]) => ({
  schemaName: "x",
  fields: fields.map((one) =>
    typeof one === "string"
      ? { fieldPath: one, nullable: true, nativeDataType: "varchar", type: { type: {} } }
      : one,
  ),
});

const read = (...entries: readonly unknown[]) =>
  readDatahub([{ path: "datahub.json", text: JSON.stringify(entries) }]);
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

const ORDERS = dataset("shop.raw.orders");
const REVENUE = dataset("shop.mart.revenue");

describe("DataHub's file sink", () => {
  it("single aspects: columns, keys, owners, domains, tags and who a table is made from", () => {
    const { facts, problems } = read(
      aspect(ORDERS, "datasetProperties", {
        name: "orders",
        description: "Orders as they came",
        customProperties: {},
      }),
      aspect(ORDERS, "schemaMetadata", {
        ...schema(
          {
            fieldPath: "id",
            nullable: false,
            nativeDataType: "bigint",
            isPartOfKey: true,
            type: { type: {} },
          },
          "amount",
          "[version=2.0].[type=struct].[type=struct].address",
          "[version=2.0].[type=struct].[type=struct].address.[type=string].zip",
        ),
      }),
      aspect(ORDERS, "editableSchemaMetadata", {
        editableSchemaFieldInfo: [
          {
            fieldPath: "amount",
            description: "In cents",
            globalTags: { tags: [{ tag: "urn:li:tag:PII" }] },
          },
        ],
      }),
      aspect(ORDERS, "ownership", {
        owners: [
          { owner: "urn:li:corpuser:loader", type: "TECHNICAL_OWNER" },
          { owner: "urn:li:corpGroup:checkout-core", type: "DATAOWNER" },
        ],
      }),
      aspect(ORDERS, "domains", { domains: ["urn:li:domain:d1"] }),
      aspect("urn:li:domain:d1", "domainProperties", { name: "Checkout" }),
      aspect(ORDERS, "globalTags", {
        tags: [{ tag: "urn:li:tag:Tier 2" }, { tag: "urn:li:tag:t9" }],
      }),
      aspect("urn:li:tag:t9", "tagProperties", { name: "Finance" }),
      aspect(ORDERS, "datasetProfile", {
        timestampMillis: 1795143600000,
        rowCount: 100,
        fieldProfiles: [{ fieldPath: "amount", nullCount: 25, uniqueCount: 70 }],
      }),
      aspect("urn:li:incident:i1", "incidentInfo", {
        type: "FRESHNESS",
        title: "Orders are late",
        entities: [ORDERS],
        status: { state: "ACTIVE" },
      }),
      aspect("urn:li:incident:i2", "incidentInfo", {
        entities: [ORDERS],
        status: { state: "RESOLVED" },
      }),
      aspect("urn:li:assertion:a1", "assertionInfo", {
        type: "DATASET",
        datasetAssertion: {
          dataset: ORDERS,
          scope: "DATASET_COLUMN",
          operator: "NOT_NULL",
          fields: [field(ORDERS, "amount")],
        },
      }),
    );
    expect(problems).toEqual([]);
    expect(factOf(facts, "shop.raw.orders")).toMatchObject({
      name: { namespace: "postgres" },
      path: ["shop", "raw", "orders"],
      columnsComplete: true,
      columns: [
        { name: "id", type: "bigint", nullable: false, unique: true },
        {
          name: "amount",
          nullable: false,
          description: "In cents",
          extra: { tags: ["PII"] },
          profile: { nullShare: 0.25, distinct: 70, rows: 100, observedAt: "2026-11-20T03:00:00Z" },
        },
        { name: "address" },
      ],
      attributes: {
        owner: "checkout-core",
        domain: "Checkout",
        tier: 2,
        tags: ["Tier 2", "Finance"],
        description: "Orders as they came",
        dialect: "postgres",
        rows: 100,
        extra: { incidents: [{ title: "Orders are late", state: "ACTIVE" }] },
      },
    });
  });

  it("column lineage is told by its fields; the table's own edge says nothing more then", () => {
    const { facts } = read(
      aspect(ORDERS, "schemaMetadata", schema("id", "amount", "address", "address.zip")),
      aspect(REVENUE, "upstreamLineage", {
        upstreams: [
          { dataset: ORDERS, type: "TRANSFORMED" },
          { dataset: dataset("shop.raw.rates"), type: "TRANSFORMED" },
        ],
        fineGrainedLineages: [
          {
            upstreamType: "FIELD_SET",
            upstreams: [field(ORDERS, "amount"), field(ORDERS, "address.zip")],
            downstreamType: "FIELD",
            downstreams: [field(REVENUE, "cents")],
            transformOperation: "SQL: sum(amount)",
            confidenceScore: 1,
          },
          {
            upstreams: [field(ORDERS, "id")],
            downstreams: [field(REVENUE, "order_id")],
            transformOperation: "COPY: id",
          },
        ],
      }),
    );
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
      "shop.raw.orders.address cents ARITH likely",
      "shop.raw.orders.amount cents ARITH likely",
      "shop.raw.orders.id order_id IDENTITY",
      "shop.raw.rates.* * UNKNOWN",
    ]);
    expect(factOf(facts, "shop.raw.rates").placeholder).toBe(true);
  });

  it("the older snapshots, as Avro writes them", () => {
    const { facts, problems } = read({
      auditHeader: null,
      proposedSnapshot: {
        "com.linkedin.pegasus2avro.metadata.snapshot.DatasetSnapshot": {
          urn: REVENUE,
          aspects: [
            {
              "com.linkedin.pegasus2avro.schema.SchemaMetadata": {
                schemaName: "x",
                fields: [
                  {
                    fieldPath: "cents",
                    nullable: false,
                    description: { string: "Sum" },
                    nativeDataType: "bigint",
                    type: {},
                  },
                ],
              },
            },
            {
              "com.linkedin.pegasus2avro.dataset.UpstreamLineage": {
                upstreams: [{ dataset: ORDERS, type: "TRANSFORMED" }],
              },
            },
          ],
        },
      },
      proposedDelta: null,
    });
    expect(problems).toEqual([]);
    expect(factOf(facts, "shop.mart.revenue").columns).toEqual([
      { name: "cents", type: "bigint", description: "Sum" },
    ]);
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual(["shop.raw.orders.* * UNKNOWN"]);
  });

  it("patches add to what is there and take from it", () => {
    const { facts } = read(
      aspect(REVENUE, "upstreamLineage", {
        upstreams: [{ dataset: dataset("shop.raw.old"), type: "TRANSFORMED" }],
      }),
      aspect(
        REVENUE,
        "upstreamLineage",
        [
          {
            op: "add",
            path: `/upstreams/${ORDERS}`,
            value: { dataset: ORDERS, type: "TRANSFORMED" },
          },
          { op: "remove", path: `/upstreams/${dataset("shop.raw.old")}` },
          {
            op: "add",
            path: `/fineGrainedLineages/TRANSFORM/${field(REVENUE, "cents")}/NONE/${field(ORDERS, "amount")}`,
            value: { confidenceScore: 1 },
          },
        ],
        "PATCH",
      ),
    );
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
      "shop.raw.orders.amount cents IDENTITY likely",
    ]);
  });

  it("dbt's entry of a table is the table", () => {
    const model = dataset("shop.mart.revenue", "dbt");
    const { facts } = read(
      aspect(
        model,
        "schemaMetadata",
        schema({ fieldPath: "cents", nativeDataType: "bigint", description: "In cents", type: {} }),
      ),
      aspect(model, "siblings", { primary: true, siblings: [REVENUE] }),
      aspect(model, "upstreamLineage", {
        upstreams: [
          { dataset: dataset("shop.raw.orders", "dbt"), type: "TRANSFORMED" },
          { dataset: REVENUE, type: "TRANSFORMED" },
        ],
      }),
      aspect(dataset("shop.raw.orders", "dbt"), "siblings", { siblings: [ORDERS] }),
      aspect(REVENUE, "schemaMetadata", schema("cents")),
    );
    expect(facts.map(({ name }) => `${name.namespace}/${name.name}`).sort()).toEqual([
      "postgres/shop.mart.revenue",
      "postgres/shop.mart.revenue",
      "postgres/shop.raw.orders",
      "postgres/shop.raw.orders",
    ]);
    expect(facts.flatMap(({ edges }) => edges).map(({ from }) => from.name.name)).toEqual([
      "shop.raw.orders",
    ]);
  });

  it("what dbt's connector writes without a server: the table is a copy of the entry, tests are promises, exposures are dbt's", () => {
    const model = dataset("shop.mart.revenue", "dbt");
    const assertion = (id: string, more: object) =>
      aspect(`urn:li:assertion:${id}`, "assertionInfo", {
        type: "CUSTOM",
        customAssertion: { type: "dbt", entity: model, fields: [field(model, "state")], ...more },
      });
    const exposure = "urn:li:dashboard:(dbt,exposure.shop.churn)";
    const { facts } = read(
      aspect(model, "datasetProperties", {
        customProperties: { dbt_unique_id: "model.shop.revenue", materialization: "incremental" },
      }),
      aspect(
        model,
        "schemaMetadata",
        schema(
          { fieldPath: "cents", nullable: false, nativeDataType: "bigint", type: {} },
          { fieldPath: "state", nullable: false, nativeDataType: "text", type: {} },
        ),
      ),
      aspect(
        REVENUE,
        "upstreamLineage",
        [
          { op: "add", path: `/upstreams/${model}`, value: { dataset: model, type: "COPY" } },
          {
            op: "add",
            path: `/fineGrainedLineages/NONE/${field(REVENUE, "cents")}/NONE/${field(model, "cents")}`,
            value: { confidenceScore: 1 },
          },
        ],
        "PATCH",
      ),
      assertion("a", { operator: "NOT_NULL" }),
      assertion("b", {
        operator: "EQUAL_TO",
        aggregation: "UNIQUE_PROPOTION",
        parameters: { value: { value: "1.0", type: "NUMBER" } },
      }),
      assertion("c", {
        operator: "IN",
        parameters: { value: { value: '["open","paid"]', type: "SET" } },
      }),
      aspect(exposure, "dashboardInfo", {
        title: "churn",
        datasets: [model],
        customProperties: { dbt_unique_id: "exposure.shop.churn", exposure_type: "ml" },
      }),
      aspect(exposure, "globalTags", { tags: [{ tag: "urn:li:tag:dbt:tier1" }] }),
    );
    const told = facts.filter(({ name }) => name.name === "shop.mart.revenue");
    expect(told.map(({ name, placeholder }) => [name.namespace, placeholder])).toEqual([
      ["postgres", true],
      ["postgres", undefined],
    ]);
    expect(told.flatMap(({ edges }) => edges)).toEqual([]);
    expect(told[0]).toMatchObject({
      attributes: { dbtUniqueId: "model.shop.revenue", materialization: "incremental" },
      // That nothing may be null is what a connector says that does not know.
      columns: [
        { name: "cents", type: "bigint" },
        { name: "state", nullable: false, unique: true, allowedValues: ["open", "paid"] },
      ],
    });
    expect(told[0]?.columns?.[0]).not.toHaveProperty("nullable");
    expect(factOf(facts, "churn")).toMatchObject({
      kind: "ml_model",
      aliases: [{ namespace: "dbt.shop", name: "churn" }],
      attributes: { tier: 1 },
    });
  });

  it("an instance is no part of the name, and tables of two instances that are called alike stay two", () => {
    const of = (name: string, instance: string, env = "PROD") => {
      const urn = dataset(name, "postgres", env);
      return [
        aspect(urn, "dataPlatformInstance", {
          platform: "urn:li:dataPlatform:postgres",
          instance: `urn:li:dataPlatformInstance:(urn:li:dataPlatform:postgres,${instance})`,
        }),
        aspect(urn, "schemaMetadata", schema("id")),
      ];
    };
    const { facts } = read(
      ...of("core.shop.raw.orders", "core"),
      ...of("edge.shop.raw.orders", "edge"),
      ...of("core.shop.raw.rates", "core"),
      ...of("core.shop.raw.rates", "core", "DEV"),
      ...of("core.shop.raw.items", "core"),
      aspect(dataset("shop.raw.trial", "postgres", "DEV"), "schemaMetadata", schema("id")),
    );
    expect(facts.map(({ name }) => `${name.namespace} ${name.name}`).sort()).toEqual([
      "postgres shop.raw.items",
      "postgres://DEV shop.raw.trial",
      "postgres://core shop.raw.orders",
      "postgres://core shop.raw.rates",
      "postgres://core.DEV shop.raw.rates",
      "postgres://edge shop.raw.orders",
    ]);
  });

  it("what is removed is left out, views are queries, files and topics are called as OpenLineage does", () => {
    const { facts } = read(
      aspect(dataset("shop.raw.gone"), "status", { removed: true }),
      aspect(dataset("shop.mart.v"), "viewProperties", {
        materialized: false,
        viewLanguage: "SQL",
        viewLogic: "select id from raw.orders",
      }),
      aspect(dataset("lake/in/orders.parquet", "s3"), "schemaMetadata", schema("id")),
      aspect(
        dataset("orders-v1", "kafka"),
        "schemaMetadata",
        schema("[version=2.0].[key=True].[type=int].id"),
      ),
    );
    expect(facts.map(({ name, kind }) => [kind, name.namespace, name.name])).toEqual([
      ["topic", "kafka", "orders-v1"],
      ["view", "postgres", "shop.mart.v"],
      ["file", "s3://lake", "in/orders.parquet"],
    ]);
    expect(factOf(facts, "shop.mart.v").queries).toMatchObject([
      { dialect: "postgres", defaultPath: ["shop", "mart"] },
    ]);
  });

  it("jobs move data, dashboards have charts, charts show columns, models take features", () => {
    const job = "urn:li:dataJob:(urn:li:dataFlow:(airflow,orders_daily,PROD),load)";
    const chart = "urn:li:chart:(looker,elements.7)";
    const feature = "urn:li:mlFeature:(customers,lifetime)";
    const table = "urn:li:mlFeatureTable:(urn:li:dataPlatform:feast,customers)";
    const { facts } = read(
      aspect(job, "dataJobInputOutput", {
        inputDatasets: [],
        outputDatasets: [],
        inputDatasetEdges: [
          { destinationUrn: ORDERS },
          { destinationUrn: dataset("shop.raw.rates") },
        ],
        outputDatasetEdges: [{ destinationUrn: REVENUE }],
        fineGrainedLineages: [
          { upstreams: [field(ORDERS, "amount")], downstreams: [field(REVENUE, "cents")] },
        ],
      }),
      aspect(chart, "chartInfo", {
        title: "Revenue by day",
        inputs: [{ string: REVENUE }],
        inputEdges: [{ destinationUrn: REVENUE }],
      }),
      aspect(chart, "inputFields", {
        fields: [
          { schemaFieldUrn: field(REVENUE, "cents"), schemaField: { fieldPath: "sum_cents" } },
        ],
      }),
      aspect("urn:li:dashboard:(looker,dashboards.1)", "dashboardInfo", {
        title: "Sales",
        charts: [chart],
        dashboardUrl: "https://bi.example/1",
      }),
      aspect(table, "mlFeatureTableProperties", { mlFeatures: [feature], mlPrimaryKeys: [] }),
      aspect(feature, "mlFeatureProperties", { dataType: "CONTINUOUS", sources: [REVENUE] }),
      aspect("urn:li:mlModel:(urn:li:dataPlatform:mlflow,churn,PROD)", "mlModelProperties", {
        mlFeatures: [feature],
      }),
    );
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
      "shop.raw.orders.amount cents IDENTITY likely orders_daily.load",
      "shop.raw.rates.* * UNKNOWN orders_daily.load",
    ]);
    expect(factOf(facts, "orders_daily.load")).toMatchObject({
      kind: "job",
      name: { namespace: "airflow" },
      edges: [],
    });
    expect(edgesOf(facts, "Revenue by day")).toEqual([
      "shop.mart.revenue.cents sum_cents IDENTITY likely",
    ]);
    expect(factOf(facts, "Sales")).toMatchObject({
      kind: "dashboard",
      attributes: { url: "https://bi.example/1" },
    });
    expect(edgesOf(facts, "Sales")).toEqual(["Revenue by day.* * UNKNOWN"]);
    expect(edgesOf(facts, "customers")).toEqual(["shop.mart.revenue.* lifetime UNKNOWN"]);
    expect(edgesOf(facts, "churn")).toEqual(["customers.lifetime lifetime ML_FEATURE"]);
  });
});

describe("answers of DataHub's interfaces", () => {
  it("the OpenAPI gives the same aspects by name", () => {
    const { facts, problems } = readDatahub([
      {
        path: "dataset.json",
        text: JSON.stringify({
          scrollId: "x",
          entities: [
            {
              urn: REVENUE,
              schemaMetadata: { value: schema("cents"), systemMetadata: null },
              upstreamLineage: { value: { upstreams: [{ dataset: ORDERS, type: "TRANSFORMED" }] } },
            },
          ],
        }),
      },
    ]);
    expect(problems).toEqual([]);
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual(["shop.raw.orders.* * UNKNOWN"]);
  });

  it("GraphQL: whatever was asked for, wherever the query put it", () => {
    const entity = {
      urn: REVENUE,
      type: "DATASET",
      platform: { urn: "urn:li:dataPlatform:postgres", name: "postgres" },
      properties: { name: "revenue", description: "By day" },
      schemaMetadata: {
        fields: [{ fieldPath: "cents", nativeDataType: "bigint", nullable: false }],
      },
      ownership: { owners: [{ owner: { urn: "urn:li:corpGroup:finance" }, type: "DATAOWNER" }] },
      domain: { domain: { urn: "urn:li:domain:f", properties: { name: "Finance" } } },
      tags: { tags: [{ tag: { urn: "urn:li:tag:Gold", name: "Gold" } }] },
      lineage: {
        relationships: [{ type: "DownstreamOf", entity: { urn: ORDERS, type: "DATASET" } }],
      },
      fineGrainedLineages: [
        {
          upstreams: [{ urn: ORDERS, path: "amount" }],
          downstreams: [{ urn: REVENUE, path: "cents" }],
          transformOperation: "IDENTITY",
        },
      ],
    };
    for (const data of [
      { dataset: entity },
      { searchAcrossEntities: { searchResults: [{ entity }] } },
      { entities: [entity] },
    ]) {
      const { facts, problems } = readDatahub([{ path: "a.json", text: JSON.stringify({ data }) }]);
      expect(problems).toEqual([]);
      expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
        "shop.raw.orders.amount cents IDENTITY",
      ]);
      expect(factOf(facts, "shop.mart.revenue").attributes).toMatchObject({
        owner: "finance",
        domain: "Finance",
        tags: ["Gold"],
        description: "By day",
      });
    }
  });
});

describe("URNs", () => {
  it("are taken apart at commas outside of inner brackets, with their escapes undone", () => {
    expect(parseUrn(ORDERS)).toEqual({
      type: "dataset",
      parts: ["urn:li:dataPlatform:postgres", "shop.raw.orders", "PROD"],
    });
    expect(fieldOf(field(dataset("a%2Cb%28c%29"), "x.y"))).toEqual({
      dataset: dataset("a%2Cb%28c%29"),
      column: "x.y",
    });
    expect(parseUrn(dataset("a%2Cb%28c%29"))?.parts[1]).toBe("a,b(c)");
    expect([parseUrn("urn:li:corpuser:"), parseUrn("x"), parseUrn("urn:li:dataset:(a")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(plainFieldPath("[version=2.0].[type=struct].[type=array].[type=string].tags")).toBe(
      "tags",
    );
  });

  it("of any shape are read without an exception, and so are files", () => {
    const text = fc.constantFrom(
      "urn:li:dataset:(",
      "urn:li:dataPlatform:dbt",
      ",",
      ")",
      "a.b",
      "urn:li:schemaField:(",
      "PROD",
      "%28",
      "[type=x]",
    );
    const urn = fc.array(text, { maxLength: 6 }).map((parts) => parts.join(""));
    const name = fc.constantFrom(
      "schemaMetadata",
      "upstreamLineage",
      "siblings",
      "status",
      "chartInfo",
      "dashboardInfo",
      "inputFields",
      "dataJobInputOutput",
      "mlModelProperties",
      "incidentInfo",
      "ownership",
      "dataPlatformInstance",
    );
    const inner = fc.dictionary(
      fc.constantFrom(
        "fields",
        "upstreams",
        "siblings",
        "dataset",
        "fieldPath",
        "charts",
        "inputs",
        "entities",
        "owners",
        "fineGrainedLineages",
        "downstreams",
      ),
      fc.oneof(
        urn,
        fc.array(urn),
        fc.array(
          fc.dictionary(
            fc.constantFrom("dataset", "fieldPath", "destinationUrn", "upstreams"),
            urn,
          ),
        ),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(urn, name, inner, fc.constantFrom("UPSERT", "PATCH", "DELETE"))),
        fc.jsonValue(),
        (entries, other) => {
          read(
            ...entries.map(([entity, aspectName, value, change]) =>
              aspect(entity, aspectName, value, change),
            ),
            other,
          );
          readDatahub([
            {
              path: "x",
              text: `${JSON.stringify({ data: entries.map(([u, , value]) => ({ urn: u, ...value })) })}`,
            },
          ]);
        },
      ),
    );
  });
});
