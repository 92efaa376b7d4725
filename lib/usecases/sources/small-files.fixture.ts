import { dbtProject } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { dataset, input, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { FileKind } from "#lib/model/source-kind.ts";

const json = (path: string, value: unknown): SourceFile => ({ path, text: JSON.stringify(value) });
const text = (path: string, ...lines: readonly string[]): SourceFile => ({
  path,
  text: lines.join("\n"),
});

const urn = "urn:li:dataset:(urn:li:dataPlatform:postgres,shop.mart.orders,PROD)";
const upstream = "urn:li:dataset:(urn:li:dataPlatform:postgres,shop.raw.orders,PROD)";

/** Of every kind of file a small one that is in order: each gives at least one asset. */
export const SMALL_FILES: Readonly<Record<FileKind, readonly SourceFile[]>> = {
  dbt: dbtProject({
    name: "shop",
    folder: "target",
    sources: [
      { id: "source.shop.raw.orders", relation: "db.raw.orders", columns: { id: "INTEGER" } },
    ],
    nodes: [
      {
        id: "model.shop.orders",
        relation: "db.mart.orders",
        sql: "select id from db.raw.orders",
        needs: ["source.shop.raw.orders"],
        columns: { id: "INTEGER" },
      },
    ],
    exposures: [
      { id: "exposure.shop.board", needs: ["model.shop.orders"], more: { type: "dashboard" } },
    ],
  }),
  openlineage: [
    {
      path: "events.ndjson",
      text: [
        runEvent({
          jobFacets: { sql: { query: "select id from shop.raw.orders" } },
          runFacets: { parent: { run: { runId: "1" }, job: { namespace: "a", name: "b" } } },
          inputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT") })],
          outputs: [
            dataset("shop.mart.orders", {
              schema: schema("id BIGINT", "n BIGINT"),
              ownership: { owners: [{ name: "team:shop" }] },
              symlinks: {
                identifiers: [{ namespace: "hive", name: "mart.orders", type: "TABLE" }],
              },
              columnLineage: {
                fields: {
                  id: { inputFields: [input("shop.raw.orders", "id", "DIRECT", "IDENTITY")] },
                },
                dataset: [input("shop.raw.orders", "id", "INDIRECT", "FILTER")],
              },
              dataQualityMetrics: { rowCount: 3, columnMetrics: { id: { nullCount: 0 } } },
              dataQualityAssertions: {
                assertions: [{ assertion: "not_null", success: true, column: "id" }],
              },
              lifecycleStateChange: {
                lifecycleStateChange: "RENAME",
                previousIdentifier: { namespace: "postgres://db:5432", name: "shop.mart.old" },
              },
            }),
          ],
        }),
        runEvent({ state: "FAIL", runFacets: { errorMessage: { message: "column id" } } }),
      ]
        .map((event) => JSON.stringify(event))
        .join("\n"),
    },
  ],
  sql: [
    text(
      "schema.sql",
      "create table raw.orders (id int primary key, amount numeric(10, 2));",
      "create view mart.orders as select id, sum(amount) as total from raw.orders group by id;",
      "alter table raw.orders add column note text;",
    ),
  ],
  postgres: [
    json("catalog.json", {
      postgresCatalog: 1,
      server: { host: "db.example", port: 5432, database: "shop" },
      relations: [
        {
          schema: "raw",
          name: "orders",
          kind: "r",
          rows: 3,
          columns: [{ name: "id", type: "bigint", nullable: false, nullShare: 0, distinct: 3 }],
          checks: [{ name: "c", expression: "id in (1, 2)" }],
        },
        {
          schema: "mart",
          name: "orders",
          kind: "v",
          columns: [{ name: "id", type: "bigint" }],
          definition: "select id from raw.orders",
        },
      ],
    }),
  ],
  marquez: [
    json("datasets.json", {
      totalCount: 1,
      datasets: [
        {
          id: { namespace: "pg", name: "shop.raw.orders" },
          type: "DB_TABLE",
          name: "shop.raw.orders",
          physicalName: "shop.raw.orders",
          namespace: "pg",
          sourceName: "pg",
          createdAt: "2026-01-01T00:00:00Z",
          updatedAt: "2026-01-01T00:00:00Z",
          fields: [{ name: "id", type: "BIGINT", tags: ["PII"] }],
          facets: {},
        },
      ],
    }),
  ],
  access: [
    json("column_lineage.json", [
      {
        source_table_full_name: "main.raw.orders",
        source_column_name: "id",
        target_table_full_name: "main.mart.orders",
        target_column_name: "id",
        entity_type: "JOB",
        entity_id: "7",
        event_time: "2026-01-01T00:00:00Z",
      },
    ]),
  ],
  datahub: [
    json("mcps.json", [
      {
        entityType: "dataset",
        entityUrn: urn,
        changeType: "UPSERT",
        aspectName: "schemaMetadata",
        aspect: {
          json: {
            fields: [{ fieldPath: "id", nativeDataType: "bigint", nullable: false }],
            primaryKeys: ["id"],
          },
        },
      },
      {
        entityType: "dataset",
        entityUrn: urn,
        changeType: "UPSERT",
        aspectName: "upstreamLineage",
        aspect: {
          json: {
            upstreams: [{ dataset: upstream, type: "TRANSFORMED" }],
            fineGrainedLineages: [
              {
                upstreamType: "FIELD_SET",
                upstreams: [`urn:li:schemaField:(${upstream},id)`],
                downstreamType: "FIELD",
                downstreams: [`urn:li:schemaField:(${urn},id)`],
              },
            ],
          },
        },
      },
    ]),
  ],
  openmetadata: [
    json("tables.json", {
      data: [
        {
          id: "1",
          name: "orders",
          fullyQualifiedName: "shop.db.mart.orders",
          serviceType: "Postgres",
          tableType: "Regular",
          columns: [
            { name: "id", dataType: "BIGINT", fullyQualifiedName: "shop.db.mart.orders.id" },
          ],
          owners: [{ id: "2", type: "team", name: "shop" }],
          tags: [{ tagFQN: "Tier.Tier1" }],
        },
      ],
      paging: { total: 1 },
    }),
  ],
  graph: [
    json("graph.json", {
      assets: [
        { id: "raw.orders", kind: "table", columns: [{ name: "id", type: "INT" }] },
        { id: "mart.orders", kind: "table", columns: ["id"], owner: "shop", tier: 1 },
      ],
      edges: [{ from: "raw.orders.id", to: "mart.orders.id", use: "IDENTITY" }],
    }),
  ],
  feast: [
    json("registry.json", {
      project: "shop",
      entities: [{ spec: { name: "customer" } }],
      featureViews: [
        {
          spec: {
            name: "ltv",
            entities: ["customer"],
            entityColumns: [{ name: "customer_id", valueType: "INT64" }],
            features: [{ name: "orders", valueType: "INT64" }],
            batchSource: {
              type: "BATCH_SNOWFLAKE",
              name: "src",
              timestampField: "at",
              snowflakeOptions: { database: "shop", schema: "mart", table: "customers" },
            },
          },
        },
      ],
      featureServices: [
        { spec: { name: "churn", features: [{ featureViewName: "ltv", featureColumns: [] }] } },
      ],
    }),
  ],
  superset: [
    text(
      "export/databases/shop.yaml",
      "database_name: Shop",
      "sqlalchemy_uri: postgresql://bi@db:5432/shop",
      "uuid: d-1",
    ),
    text(
      "export/datasets/orders.yaml",
      "table_name: orders",
      "schema: mart",
      "uuid: t-1",
      "database_uuid: d-1",
      "columns:",
      "- {column_name: day, type: DATE}",
      "- {column_name: gross, expression: amount * 1.2}",
      "metrics:",
      "- {metric_name: revenue, expression: SUM(amount)}",
    ),
    text(
      "export/charts/c.yaml",
      "slice_name: Revenue",
      "viz_type: table",
      "uuid: c-1",
      "dataset_uuid: t-1",
      "params: {groupby: [day], metrics: [revenue]}",
    ),
    text(
      "export/dashboards/b.yaml",
      "dashboard_title: Board",
      "uuid: b-1",
      "position: {CHART-1: {type: CHART, meta: {uuid: c-1}}}",
    ),
  ],
  tableau: [
    text(
      "Sales.twb",
      "<?xml version='1.0'?><workbook source-build='2024.1' version='18.1'><datasources>",
      "<datasource caption='Shop' name='federated.1' version='18.1'><connection class='federated'>",
      "<named-connections><named-connection name='pg.1'><connection class='postgres' dbname='shop' port='5432' server='db'/></named-connection></named-connections>",
      "<relation connection='pg.1' name='orders' table='[mart].[orders]' type='table'/>",
      "<metadata-records><metadata-record class='column'><remote-name>id</remote-name><local-name>[id]</local-name><parent-name>[orders]</parent-name><local-type>integer</local-type></metadata-record></metadata-records></connection>",
      "<column caption='N' name='[Calculation_1]' role='measure'><calculation class='tableau' formula='SUM([id])'/></column></datasource></datasources>",
      "<worksheets><worksheet name='Net'><table><view><datasources><datasource name='federated.1'/></datasources><datasource-dependencies datasource='federated.1'>",
      "<column-instance column='[Calculation_1]' derivation='User' name='[usr:Calculation_1:qk]' pivot='key' type='quantitative'/></datasource-dependencies></view>",
      "<rows>[federated.1].[usr:Calculation_1:qk]</rows><cols/></table></worksheet></worksheets>",
      "<dashboards><dashboard name='Board'><zones><zone name='Net'/></zones></dashboard></dashboards></workbook>",
    ),
  ],
  "power-bi": [
    text(
      "Shop.SemanticModel/definition/tables/Sales.tmdl",
      "table Sales",
      "",
      "\tmeasure 'Net' = SUM(Sales[Price])",
      "",
      "\tcolumn Price",
      "\t\tdataType: double",
      "\t\tsourceColumn: price",
      "",
      "\tpartition Sales = m",
      "\t\tmode: import",
      "\t\tsource =",
      "\t\t\t\tlet",
      '\t\t\t\t    Source = Sql.Database("srv", "dwh"),',
      '\t\t\t\t    T = Source{[Schema="mart",Item="sales"]}[Data]',
      "\t\t\t\tin",
      "\t\t\t\t    T",
    ),
    json("Board.Report/definition.pbir", {
      datasetReference: { byPath: { path: "../Shop.SemanticModel" } },
    }),
  ],
  metabase: [
    json("database.json", {
      id: 1,
      name: "Shop",
      engine: "postgres",
      details: { host: "db", port: 5432, dbname: "shop" },
      tables: [
        {
          id: 10,
          db_id: 1,
          schema: "mart",
          name: "orders",
          fields: [
            { id: 100, name: "id", base_type: "type/Integer", semantic_type: "type/PK" },
            { id: 101, name: "amount", base_type: "type/Decimal" },
          ],
        },
      ],
    }),
    json("cards.json", [
      {
        id: 1,
        name: "Built",
        database_id: 1,
        dataset_query: {
          type: "query",
          database: 1,
          query: {
            "source-table": 10,
            filter: [">", ["field", 101, null], 10],
            breakout: [["field", 100, null]],
            aggregation: [["sum", ["field", 101, null]]],
          },
        },
      },
      {
        id: 2,
        name: "Native",
        database_id: 1,
        dataset_query: {
          type: "native",
          database: 1,
          native: { query: "select id from mart.orders where {{x}}", "template-tags": {} },
        },
      },
    ]),
  ],
  looker: [
    text(
      "shop.model.lkml",
      'connection: "snowflake_prod"',
      "explore: orders {",
      "  join: users { type: left_outer relationship: many_to_one",
      "    sql_on: ${orders.user_id} = ${users.id} ;; }",
      "}",
    ),
    text(
      "views.view.lkml",
      "view: orders {",
      '  sql_table_name: "DWH"."MART"."ORDERS" ;;',
      "  dimension: id { primary_key: yes  type: number  sql: ${TABLE}.id ;; }",
      "  measure: revenue { type: sum  sql: ${TABLE}.amt ;; }",
      "}",
      "view: users { derived_table: { sql: select id from dwh.mart.users ;; } dimension: id {} }",
    ),
  ],
  mlflow: [
    json("r1/run.json", {
      info: { run_id: "r1", run_name: "churn", status: "FINISHED", end_time: 1_764_000_000_123 },
      data: { params: { target: "churned" }, tags: [{ key: "team", value: "ds" }] },
      inputs: {
        dataset_inputs: [
          {
            dataset: {
              name: "d",
              source_type: "snowflake",
              source: JSON.stringify({ table: "shop.mart.customers" }),
              schema: JSON.stringify({ mlflow_colspec: [{ name: "spend", type: "double" }] }),
            },
            tags: { "mlflow.data.context": "training" },
          },
        ],
      },
    }),
  ],
  iceberg: [
    json("v2.metadata.json", {
      "format-version": 2,
      "table-uuid": "u-1",
      location: "s3://lake/marts/orders",
      "last-updated-ms": 1000,
      "current-schema-id": 1,
      schemas: [
        {
          "schema-id": 1,
          type: "struct",
          fields: [
            { id: 1, name: "id", type: "long", required: true },
            {
              id: 4,
              name: "tags",
              type: { type: "list", "element-id": 7, element: "string", "element-required": false },
              required: false,
            },
          ],
        },
      ],
      "partition-specs": [
        { "spec-id": 0, fields: [{ "source-id": 1, name: "d", transform: "day" }] },
      ],
      "default-spec-id": 0,
      "current-snapshot-id": 7,
      snapshots: [{ "snapshot-id": 7, summary: { "total-records": "1204" } }],
      properties: { owner: "finance" },
    }),
  ],
  schema: [
    json("orders.avsc", {
      type: "record",
      name: "Order",
      namespace: "shop",
      fields: [
        { name: "id", type: "long", aliases: ["order_id"] },
        { name: "note", type: ["null", "string"], default: null },
        {
          name: "lines",
          type: { type: "array", items: { type: "record", name: "Line", fields: [] } },
        },
      ],
    }),
    json("order.schema.json", {
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "Order",
      type: "object",
      required: ["id"],
      properties: { id: { type: "integer" }, home: { $ref: "#/definitions/home" } },
      definitions: { home: { type: "object", properties: { city: { type: "string" } } } },
    }),
    text(
      "order.proto",
      'syntax = "proto3";',
      "package shop;",
      "message Order { int64 id = 1; repeated string tags = 2; map<string, Line> lines = 3;",
      "  message Line { string sku = 1; } oneof kind { string a = 4; int32 b = 5; } }",
    ),
  ],
  "table-file": [text("orders.csv", "id,amount", "1,2.5", '2,"3"')],
  "kafka-connect": [
    json("connectors.json", {
      orders: {
        info: {
          name: "orders",
          type: "sink",
          config: {
            "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
            "connection.url": "jdbc:postgresql://db:5432/shop",
            topics: "orders",
            "table.name.format": "mart.${topic}",
            transforms: "r",
            "transforms.r.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
            "transforms.r.renames": "a:b",
          },
        },
        status: { connector: { state: "RUNNING" }, tasks: [] },
      },
    }),
  ],
  consumers: [
    text(
      "consumers.csv",
      "name,kind,owner,tier,sql",
      'board,dashboard,shop,1,"select id from mart.orders"',
    ),
  ],
  contract: [
    text(
      "orders.odcs.yaml",
      "apiVersion: v3.1.0",
      "kind: DataContract",
      "id: orders",
      "version: 1.0.0",
      "status: active",
      "servers: [{server: p, type: postgres, host: db, port: 5432, database: shop, schema: mart}]",
      "schema:",
      "- name: orders",
      "  physicalName: orders",
      "  properties:",
      "  - {name: id, logicalType: integer, required: true, unique: true, primaryKey: true}",
      "  - {name: kind, logicalType: string, quality: [{type: library, rule: nullCheck}]}",
      "slaProperties: [{property: latency, value: 4, unit: h}]",
      "team: {name: shop, members: [{username: team}]}",
    ),
  ],
  profile: [
    json("profiles.json", {
      profiles: [
        { asset: "mart.orders", rows: 3, columns: { id: { nullShare: 0, distinct: 3, min: 1 } } },
      ],
    }),
  ],
};
