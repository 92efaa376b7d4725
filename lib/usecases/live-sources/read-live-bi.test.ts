import { afterEach, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type AnswerServer, type GivenAnswer, serveAnswers } from "./serve-answers.conformance.ts";

let server: AnswerServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ingest(tool: string, env: Record<string, string>) {
  const store = unwrap(await openStore("memory:", {}));
  const report = unwrap(
    await ingestPaths({
      paths: [`${tool}+${server?.url}`],
      store,
      parser: await loadSqlParser(),
      now: "2026-11-20T03:00:00Z",
      env,
    }),
  );
  return { store, report };
}

const CHARTS = 230;

/** As Superset's REST interface answers: a hundred at once at most, lists without the details. */
function superset(path: string, query: URLSearchParams): GivenAnswer {
  const of = (kind: string) => new RegExp(`^/api/v1/${kind}/(\\d+)$`).exec(path)?.[1];
  const page = Number(/page:(\d+)/.exec(query.get("q") ?? "")?.[1] ?? 0);
  const list = (all: readonly object[]) => ({
    body: { count: all.length, result: all.slice(page * 100, page * 100 + 100) },
  });
  const charts = Array.from({ length: CHARTS }, (_, at) => ({
    id: at + 1,
    slice_name: `c${at + 1}`,
  }));
  if (path === "/api/v1/dashboard/") return list([{ id: 1, dashboard_title: "Board" }]);
  if (path === "/api/v1/chart/") return list(charts);
  if (path === "/api/v1/dataset/") return list([{ id: 7, table_name: "orders" }]);
  if (of("dashboard"))
    return {
      body: {
        result: {
          id: 1,
          dashboard_title: "Board",
          position_json: JSON.stringify(
            Object.fromEntries(
              charts.slice(0, 120).map(({ id }) => [`C${id}`, { meta: { chartId: id } }]),
            ),
          ),
        },
      },
    };
  const chart = of("chart");
  if (chart !== undefined)
    return {
      body: {
        result: {
          id: Number(chart),
          slice_name: `c${chart}`,
          params: JSON.stringify({
            datasource: "7__table",
            metrics: ["total"],
            viz_type: "big_number",
          }),
        },
      },
    };
  if (of("dataset"))
    return {
      body: {
        result: {
          id: 7,
          table_name: "orders",
          schema: "mart",
          database: { id: 3, database_name: "Shop" },
          columns: [{ column_name: "amount", type: "NUMERIC" }],
          metrics: [{ metric_name: "total", expression: "SUM(amount)" }],
        },
      },
    };
  if (path === "/api/v1/database/3/connection") return { status: 403 };
  if (path === "/api/v1/database/3")
    return { body: { result: { sqlalchemy_uri: "postgresql://bi:XXXXXXXXXX@db:5432/shop" } } };
  return { status: 404 };
}

it("a live Superset is read to its last page, charts on no dashboard included", async () => {
  server = await serveAnswers(({ path, query, headers, body }) => {
    if (path === "/api/v1/security/login")
      return (body as { password: string }).password === "right"
        ? { body: { access_token: "t" } }
        : { status: 401 };
    return headers["authorization"] === "Bearer t" ? superset(path, query) : { status: 401 };
  });
  const env = { SUPERSET_USERNAME: "reader", SUPERSET_PASSWORD: "right" };
  const { store, report } = await ingest("superset", env);
  expect(report.problems).toEqual([]);
  const claims = [...unwrap(await store.claims({ version: 1 }))].map(({ claim }) => claim);
  const charts = claims.filter(({ kind }) => kind === "chart");
  expect(charts).toHaveLength(CHARTS);
  expect(charts.filter(({ attributes }) => attributes.partOf !== undefined)).toHaveLength(120);
  expect(claims.map(({ asset }) => asset)).toContain("postgresql:%2F%2Fdb:5432/shop.mart.orders");
  const wrong = await ingest("superset", { ...env, SUPERSET_PASSWORD: "wrong" });
  expect(wrong.report.problems[0]).toMatchObject({
    code: "unreachable-source",
    next: expect.stringContaining("SUPERSET_PASSWORD"),
  });
});

it("a live Metabase gives its cards with their tables, and none of its passwords", async () => {
  server = await serveAnswers(({ path, headers }) => {
    if (headers["x-api-key"] !== "k") return { status: 401 };
    if (path === "/api/database")
      return {
        body: {
          data: [
            {
              id: 1,
              name: "Shop",
              engine: "postgres",
              details: { host: "db", dbname: "shop", password: "secret" },
            },
          ],
        },
      };
    if (path === "/api/database/1/metadata")
      return {
        body: {
          id: 1,
          tables: [
            { id: 10, schema: "mart", name: "orders", fields: [{ id: 100, name: "amount" }] },
          ],
        },
      };
    if (path === "/api/card")
      return {
        body: [
          {
            id: 5,
            name: "Revenue",
            dataset_query: {
              type: "query",
              database: 1,
              query: { "source-table": 10, aggregation: [["sum", ["field", 100, null]]] },
            },
          },
        ],
      };
    if (path === "/api/dashboard")
      return {
        body: [
          { id: 2, name: "Board" },
          { id: 3, name: "Gone" },
        ],
      };
    if (path === "/api/dashboard/2")
      return { body: { id: 2, name: "Board", dashcards: [{ card_id: 5 }] } };
    return { status: 404 };
  });
  const { store, report } = await ingest("metabase", { METABASE_API_KEY: "k" });
  expect(report.problems).toEqual([]);
  const claims = [...unwrap(await store.claims({ version: 1 }))].map(({ claim }) => claim);
  const revenue = claims.find(({ asset }) => asset === "metabase/Revenue");
  expect(revenue?.attributes.partOf).toBe("metabase/Board");
  expect(revenue?.edges.map(({ from }) => from)).toMatchObject([
    { asset: "postgres:%2F%2Fdb/shop.mart.orders", column: "amount" },
  ]);
  expect(JSON.stringify(claims)).not.toContain("secret");
});

it("a live MLflow gives its runs, page by page, with the signature of the model that each logged", async () => {
  const run = (id: string, name: string) => ({
    info: { run_id: id, run_name: name, status: "FINISHED", end_time: 1 },
    data: { tags: [] },
    inputs: {
      dataset_inputs: [
        {
          dataset: {
            name: "mart.features",
            source_type: "s3",
            source: '{"uri": "s3://lake/features.parquet"}',
            schema:
              '{"mlflow_colspec": [{"type": "long", "name": "age"}, {"type": "long", "name": "churn"}]}',
          },
        },
      ],
    },
  });
  server = await serveAnswers(({ path, body, query }) => {
    const token = (body as { page_token?: string } | undefined)?.page_token;
    if (path.endsWith("/experiments/search"))
      return { body: { experiments: [{ experiment_id: "1" }] } };
    if (path.endsWith("/runs/search"))
      return token === undefined
        ? { body: { runs: [run("r1", "first")], next_page_token: "more" } }
        : { body: { runs: [run("r2", "second")] } };
    if (path.endsWith("/logged-models/search"))
      return { body: { models: [{ info: { model_id: "m-1", source_run_id: "r1" } }] } };
    if (
      path.endsWith("/logged-models/m-1/artifacts/files") &&
      query.get("artifact_file_path") === "MLmodel"
    )
      return {
        body: {
          run_id: "r1",
          model_id: "m-1",
          flavors: {},
          signature: { inputs: '[{"type": "long", "name": "age"}]' },
        },
      };
    return { status: 404 };
  });
  const { store, report } = await ingest("mlflow", {});
  expect(report.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const claims = [...unwrap(await store.claims({ version: 1 }))].map(({ claim }) => claim);
  const first = claims.find(({ asset }) => asset === "mlflow/first");
  expect(
    first?.edges.filter(({ use }) => use === "ML_FEATURE").map(({ from }) => from.column),
  ).toEqual(["age"]);
  expect(claims.map(({ asset }) => asset)).toContain("mlflow/second");
});
