import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const NOW = "2026-11-20T03:00:00Z";
const ROWS = [
  {
    source_table_full_name: "main.raw.orders",
    source_column_name: "amount",
    target_table_full_name: "main.mart.revenue",
    target_column_name: "cents",
    event_time: "2026-11-19T03:00:00Z",
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-access-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ingest(...names: readonly string[]) {
  const store = unwrap(await openStore("memory:", {}));
  const report = unwrap(
    await ingestPaths({
      paths: names.map((name) => join(folder, name)),
      cwd: folder,
      store,
      parser: await loadSqlParser(),
      now: NOW,
    }),
  );
  const view = await loadGraphView(store);
  if (!view.ok) throw new Error(view.error.message);
  return { report, assets: [...view.value.graph.assets.values()] };
}

it("the rows of a lineage table are the same from CSV, JSON and Parquet", async () => {
  writeFileSync(join(folder, "log.json"), JSON.stringify(ROWS));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  for (const [file, format] of [
    ["log.parquet", "parquet"],
    ["log.csv", "csv"],
  ])
    await connection.run(
      `copy (select * from read_json('${join(folder, "log.json")}')) to '${join(folder, file ?? "")}' (format ${format})`,
    );
  connection.closeSync();
  instance.closeSync();
  for (const name of ["log.json", "log.csv", "log.parquet"]) {
    const { report, assets } = await ingest(name);
    expect(report.problems).toEqual([]);
    expect(report.sources).toMatchObject([{ id: `access:${name}`, kind: "access", assets: 2 }]);
    const revenue = assets.find((one) => one.name === "main.mart.revenue");
    expect(revenue?.edges).toMatchObject([
      {
        from: { column: "amount" },
        to: { column: "cents" },
        extra: { lastSeen: "2026-11-19T03:00:00Z" },
      },
    ]);
  }
});

it("the statements of a query log are analysed as queries of what they write, in the dialect of the warehouse", async () => {
  const queries = [
    {
      QUERY_ID: "1",
      QUERY_TEXT:
        "create or replace table MART.REVENUE as select o.day, sum(o.amount) as cents from RAW.ORDERS o where o.state = 'paid' group by o.day",
      DATABASE_NAME: "SHOP",
      SCHEMA_NAME: "PUBLIC",
      EXECUTION_STATUS: "SUCCESS",
      END_TIME: "2026-11-19 03:00:00.000 -0800",
    },
  ];
  writeFileSync(join(folder, "queries.json"), JSON.stringify(queries));
  const { report, assets } = await ingest("queries.json");
  const revenue = assets.find((one) => one.name === "SHOP.MART.REVENUE");
  expect(revenue?.queries.map(({ dialect }) => dialect)).toEqual(["snowflake"]);
  expect(revenue?.edges.map(({ from, use, to }) => [from.column, use, to.column])).toEqual(
    expect.arrayContaining([
      ["AMOUNT", "AGG_SUM", "CENTS"],
      ["STATE", "FILTER", undefined],
    ]),
  );
  expect(report.problems.map(({ code }) => code)).toEqual(["unresolved-name"]);
});
