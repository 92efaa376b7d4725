import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readFeast } from "#lib/ingest/feast/read-feast.ts";
import { readMlflow } from "#lib/ingest/mlflow/read-mlflow.ts";
import { readPowerBi } from "#lib/ingest/power-bi/read-power-bi.ts";
import { readSuperset } from "#lib/ingest/superset/read-superset.ts";
import { readTableau } from "#lib/ingest/tableau/read-tableau.ts";

const DATA = fileURLToPath(new URL("../../../../shared/data/sources/bi/", import.meta.url));
const files = (...paths: readonly string[]) =>
  paths.map((path) => ({ path, text: readFileSync(DATA + path, "utf8") }));

describe.skipIf(!existsSync(DATA))("what real tools exported", () => {
  it("a Superset dashboard over REST: ten charts with their queries, all parts of it", () => {
    const { facts, problems } = readSuperset(
      files(
        "superset/dashboard_1.json",
        "superset/dashboard_1_charts.json",
        "superset/dashboard_1_datasets.json",
        "superset/dataset_1.json",
      ),
    );
    const charts = facts.filter((fact) => fact.kind === "chart");
    expect(problems).toEqual([]);
    expect(charts.map((chart) => [chart.queries.length, chart.attributes.partOf])).toEqual(
      Array(10).fill([1, "superset/Sales Dashboard"]),
    );
    expect(
      facts.find((fact) => fact.name.name === "public.cleaned_sales_data")?.columns?.length,
    ).toBeGreaterThan(20);
  });

  it("a Feast registry: the service reaches the file's columns through its views", () => {
    const { facts, problems } = readFeast(files("feast/registry.json"));
    expect(problems).toEqual([]);
    const service = facts.find((fact) => fact.kind === "ml_model");
    expect(service?.edges.map((edge) => `${edge.from.name.name}.${edge.from.column}`)).toEqual([
      "customer_ltv.n_orders",
      "customer_ltv.lifetime_value",
      "basket.basket_ratio",
    ]);
    expect(
      facts.find((fact) => fact.name.name === "basket")?.edges.map((edge) => edge.from.column),
    ).toEqual(["lifetime_value"]);
  });

  it("an MLflow run with its model: features certain, the label possibly any of the rest", () => {
    const { facts, problems } = readMlflow(files("mlflow/run.json", "mlflow/MLmodel"));
    expect(problems).toEqual([]);
    const model = facts.find((fact) => fact.kind === "ml_model");
    expect(
      model?.edges.filter((edge) => edge.use === "ML_FEATURE").map((edge) => edge.from.column),
    ).toEqual(["n_orders", "lifetime_value", "n_orders", "lifetime_value"]);
    expect(
      model?.edges
        .filter((edge) => edge.use === "ML_LABEL")
        .every((edge) => edge.cap === "possible"),
    ).toBe(true);
  });
});

describe.skipIf(!existsSync(DATA))("a Power BI project", () => {
  it("gives every visual its columns, through measures, calculated tables and field parameters", () => {
    const folder = "powerbi/SamplePBIP/";
    const paths = readdirSync(DATA + folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      /\.tmdl$|\/report\.json$|\.pbir$/.test(path),
    );
    const { facts, problems } = readPowerBi(files(...paths.map((path) => folder + path)));
    // Its calendar is made of the dates of a file, step by step: told, and not guessed.
    expect(problems.map(({ code, file }) => [code, file?.split("/").at(-1)])).toEqual([
      ["sql-not-understood", "Calendar.tmdl"],
    ]);
    const visuals = facts.filter((fact) => fact.kind === "chart");
    expect(visuals.length).toBeGreaterThan(30);
    expect(visuals.filter((visual) => visual.edges.length === 0)).toEqual([]);
    expect(facts.find(({ name }) => name.name === "Sales/Sales")?.queries[0]?.sql).toContain(
      'FROM "RAW-Sales.csv"',
    );
  });
});

describe.skipIf(!existsSync(DATA))("what Tableau saved", () => {
  it("workbooks: each sheet with the query over its own tables, nothing lost", () => {
    const { facts, problems } = readTableau(
      files(
        "tableau/test_assets_datasource_test.twb",
        "tableau/samples_replicate-workbook_sample-superstore.twb",
        "tableau/test_assets_multiple_connections.twb",
        "tableau/samples_show-fields_nested.tds",
      ),
    );
    expect(problems).toEqual([]);
    const sheets = facts.filter((fact) => fact.kind === "chart");
    expect(sheets.map(({ name, queries }) => [name.name, queries[0]?.roles?.length])).toEqual([
      ["test_assets_datasource_test/Sheet 1", 1],
      ["test_assets_datasource_test/Sheet 2", 2],
      ["samples_replicate-workbook_sample-superstore/Sheet 1", 2],
    ]);
    expect(facts.find(({ name }) => name.name === "TestV1.public.xy")?.columns?.length).toBe(3);
  });
});
