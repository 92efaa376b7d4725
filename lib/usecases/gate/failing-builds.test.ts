import { describe, expect, it } from "vitest";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import type { CheckState } from "./check-state.ts";
import { type CheckAnswer, type CheckRequest, runCheck } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";
const SEED: TestNode = {
  id: "seed.shop.raw_orders",
  relation: '"dev"."main"."raw_orders"',
  columns: { id: "INTEGER", amount: "INTEGER", coupon: "VARCHAR" },
  more: { config: { materialized: "seed" } },
};
const TOTALS: TestNode = {
  id: "model.shop.totals",
  relation: '"dev"."main"."totals"',
  sql: "select sum(amount) as total from dev.main.orders",
  raw: "raw totals",
  more: { config: { materialized: "table" } },
};
const WHOLE = "select id, amount, coupon from dev.main.raw_orders";
const LESS = "select id, amount from dev.main.raw_orders";
const RENAMED = "select id, amount, coupon as code from dev.main.raw_orders";
const MORE = "select id, amount, coupon, 1 as one from dev.main.raw_orders";

async function stateOf(
  sql: string,
  config: Readonly<Record<string, unknown>>,
): Promise<CheckState> {
  const model: TestNode = {
    id: "model.shop.orders",
    relation: '"dev"."main"."orders"',
    sql,
    raw: `raw ${sql}`,
    more: { config },
  };
  const files = dbtProject({ name: "shop", nodes: [SEED, model, TOTALS], catalog: true });
  const rooted = files.map((file) => ({ ...file, root: "." }));
  const read = readSources({ files: rooted, parser: await loadSqlParser(), at: NOW });
  return { label: "a project", kind: "files", sources: read.sources, problems: read.problems };
}

async function checkEdit(
  sql: string,
  after: Readonly<Record<string, unknown>>,
  before = after,
  more: Pick<CheckRequest, "fullRefresh"> = {},
): Promise<CheckAnswer> {
  const answer = await runCheck({
    base: await stateOf(WHOLE, before),
    head: await stateOf(sql, after),
    policy: overridePolicy(DEFAULT_GATE, { failOn: "loud", minCertainty: "likely" }),
    waivers: [],
    parser: await loadSqlParser(),
    now: NOW,
    ...more,
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Each was run with dbt 1.11 and its adapter for DuckDB. */
const INCREMENTAL = { materialized: "incremental" };

describe("the next build of an incremental model whose columns were edited", () => {
  it.each([
    ["without a column", LESS, INCREMENTAL],
    ["without a column", LESS, { ...INCREMENTAL, on_schema_change: "ignore" }],
    ["without a column", LESS, { ...INCREMENTAL, incremental_strategy: "append" }],
    ["without a column", LESS, { ...INCREMENTAL, incremental_strategy: "delete+insert" }],
    ["with a further column", MORE, { ...INCREMENTAL, incremental_strategy: "merge" }],
    [
      "with a column under another name",
      RENAMED,
      { ...INCREMENTAL, incremental_strategy: "merge" },
    ],
    ["with a column under another name", RENAMED, INCREMENTAL],
    ["without a column", LESS, { ...INCREMENTAL, on_schema_change: "fail" }],
    ["with a further column", MORE, { ...INCREMENTAL, on_schema_change: "fail" }],
  ])("fails %s, unless it is built anew: %s, %o", async (_what, sql, config) => {
    const { findings, outcome } = await checkEdit(sql, config);
    expect(
      findings.map(({ asset, verdict, certainty }) => [asset.shortName, verdict, certainty]),
    ).toEqual([["orders", "breaks_loudly", "likely"]]);
    expect(findings[0]?.because[0]?.text).toContain("--full-refresh");
    expect(outcome).toBe("blocked");
  });

  it.each([
    ["it takes what comes", LESS, { ...INCREMENTAL, on_schema_change: "append_new_columns" }],
    ["it follows its query", LESS, { ...INCREMENTAL, on_schema_change: "sync_all_columns" }],
    ["a further column is left out", MORE, INCREMENTAL],
    ["it is merged by name", LESS, { ...INCREMENTAL, incremental_strategy: "merge" }],
    ["every run builds it anew", LESS, { ...INCREMENTAL, full_refresh: true }],
    [
      "so is one that fails",
      MORE,
      { ...INCREMENTAL, on_schema_change: "fail", full_refresh: true },
    ],
    ["it is a table", LESS, { materialized: "table" }],
  ])("runs where %s: %s, %o", async (_why, sql, config) => {
    expect((await checkEdit(sql, config)).findings).toEqual([]);
  });

  it("fails for good where it may not be built anew", async () => {
    const { findings } = await checkEdit(LESS, { ...INCREMENTAL, full_refresh: false });
    expect(findings[0]?.because[0]?.text).toContain("full_refresh: false");
  });

  it("fails where it was a table: its rows are kept", async () => {
    const { findings } = await checkEdit(LESS, INCREMENTAL, { materialized: "table" });
    expect(findings.map(({ verdict }) => verdict)).toEqual(["breaks_loudly"]);
  });

  it.each([
    ["was a view", INCREMENTAL, { materialized: "view" }],
    ["becomes a table", { materialized: "table" }, INCREMENTAL],
  ])("runs where it %s, since it is built anew then", async (_what, after, before) => {
    expect((await checkEdit(LESS, after, before)).findings).toEqual([]);
  });
});

describe("a build with --full-refresh", () => {
  const refreshed = { fullRefresh: true };

  it.each([
    ["without a column", LESS],
    ["with a column under another name", RENAMED],
    ["with fewer rows", `${WHOLE} where amount > 0`],
  ])("judges an incremental model %s as the table that it makes", async (_what, sql) => {
    const table = await checkEdit(sql, { materialized: "table" });
    const anew = await checkEdit(sql, INCREMENTAL, INCREMENTAL, refreshed);
    const said = ({ findings, changes, assessment }: CheckAnswer) => ({
      findings: findings.map(({ fingerprint }) => fingerprint),
      changes,
      verdicts: assessment.verdicts.map(({ verdict, rows, columns, run }) => ({
        verdict,
        rows,
        columns,
        run,
      })),
    });
    expect(said(anew)).toEqual(said(table));
    expect(said(await checkEdit(sql, INCREMENTAL))).not.toEqual(said(table));
  });

  it("passes where the next build of what is there would fail", async () => {
    const config = { ...INCREMENTAL, on_schema_change: "fail" };
    expect((await checkEdit(MORE, config)).outcome).toBe("blocked");
    expect((await checkEdit(MORE, config, config, refreshed)).outcome).not.toBe("blocked");
  });

  it("helps no model that forbids it", async () => {
    const config = { ...INCREMENTAL, full_refresh: false };
    expect((await checkEdit(LESS, config, config, refreshed)).outcome).toBe("blocked");
  });
});
