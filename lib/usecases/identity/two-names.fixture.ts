/** The producer's DDL: it says no database. */
export const ORDERS_DDL = "create table shop.orders (id bigint, amount numeric);\n";

const SQL = "select sum(amount) as revenue from mesh.shop.orders";

/** A manifest of dbt whose model reads the same table as `mesh.shop.orders`, a source that lists these columns. */
export const manifestOfReader = (columns: readonly string[] = ["id", "amount"]): string =>
  JSON.stringify({
    metadata: {
      dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json",
      project_name: "fin",
      adapter_type: "postgres",
    },
    nodes: {
      "model.fin.revenue": {
        resource_type: "model",
        unique_id: "model.fin.revenue",
        name: "revenue",
        database: "mesh",
        schema: "fin",
        alias: "revenue",
        columns: {},
        config: { materialized: "table" },
        compiled_code: SQL,
        raw_code: SQL,
        depends_on: { nodes: ["source.fin.app.orders"] },
      },
    },
    sources: {
      "source.fin.app.orders": {
        resource_type: "source",
        unique_id: "source.fin.app.orders",
        name: "orders",
        source_name: "app",
        identifier: "orders",
        database: "mesh",
        schema: "shop",
        columns: Object.fromEntries(columns.map((column) => [column, { name: column }])),
      },
    },
    exposures: {},
  });
