import { describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { openStore } from "#lib/store/open-store.ts";
import { createEventIngest } from "../events/ingest-events.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

const parser = await loadSqlParser();
const at = "2026-03-09T00:00:00Z";

const TABLES = ["events_20260303", "events_intraday_20260304", "events_fixed", "event_log"]
  .map((name) => `create table \`proj.ga.${name}\` (id string, page string);`)
  .join("\n");

const fileOf = (path: string, text: string) => ({ path, root: path, text });

/** The tables whose column `page` reaches the view's. */
async function readBy(query: string): Promise<readonly string[]> {
  const text = `${TABLES}\ncreate view \`proj.mart.v\` as ${query};`;
  const files = [fileOf("ddl.sql", text)];
  const sources = readSources({ files, parser, at, dialect: "bigquery" });
  const { graph } = await assembleSources({ parser }, sources);
  const view = [...graph.assets.values()].find(({ name }) => name === "proj.mart.v");
  const read = view?.edges.flatMap(({ from, to }) =>
    from.column === "page" && to.column === "page"
      ? [graph.assets.get(from.asset)?.name ?? ""]
      : [],
  );
  return [...new Set(read)].map((name) => name.replace("proj.ga.", "")).sort();
}

describe("BigQuery's wildcard tables", () => {
  it.each([
    ["`proj.ga.events_*`", ["events_*", "events_fixed", "events_intraday_*"]],
    ["`proj.ga.events_intraday_*`", ["events_intraday_*"]],
    ["`proj.ga.events_2026*`", ["events_*"]],
    ["`proj.ga.events_20260303`", ["events_*"]],
    ["`proj.ga.event*`", ["event_log", "events_*", "events_fixed", "events_intraday_*"]],
  ])("%s reads every table whose name begins so, and no other", async (name, tables) => {
    expect(await readBy(`select page from ${name}`)).toEqual(tables);
  });

  it.each([
    ["_table_suffix > '20260101'", ["events_*", "events_fixed", "events_intraday_*"]],
    ["_table_suffix between '20260101' and '20261231'", ["events_*"]],
    ["_TABLE_SUFFIX >= '20260101' and page <> '' and e._table_suffix < '3'", ["events_*"]],
    ["_table_suffix between '20260101' and format_date('%Y%m%d', current_date())", ["events_*"]],
    ["_table_suffix like 'intraday%'", ["events_intraday_*"]],
    ["_table_suffix not like '%intraday%'", ["events_*", "events_fixed"]],
    ["_table_suffix in ('fixed', '20260303')", ["events_*", "events_fixed"]],
    ["_table_suffix = 'fixed' or page = 'x'", ["events_*", "events_fixed", "events_intraday_*"]],
    ["_table_suffix > concat('2026', '0101')", ["events_*", "events_fixed", "events_intraday_*"]],
  ])(
    "a condition leaves out a table only where none of its rows can pass: %s",
    async (where, tables) => {
      expect(await readBy(`select page from \`proj.ga.events_*\` e where ${where}`)).toEqual(
        tables,
      );
    },
  );

  it("are read through stars and by queries that are not understood", async () => {
    const all = ["events_*", "events_fixed", "events_intraday_*"];
    expect(await readBy("with e as (select * from `proj.ga.events_*`) select page from e")).toEqual(
      all,
    );
    const text = `${TABLES}\ncreate view \`proj.mart.v\` as select ?? from \`proj.ga.events_*\` ~~;`;
    const sources = readSources({
      files: [fileOf("ddl.sql", text)],
      parser,
      at,
      dialect: "bigquery",
    });
    const { graph } = await assembleSources({ parser }, sources);
    const view = [...graph.assets.values()].find(({ name }) => name === "proj.mart.v");
    const read = view?.edges.map(({ from }) => graph.assets.get(from.asset)?.name);
    expect(new Set(read)).toEqual(new Set(all.map((name) => `proj.ga.${name}`)));
  });

  it("take in a table that an event tells of later", async () => {
    const opened = await openStore("memory:", {});
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    const events = createEventIngest();
    const query = "select page from `proj.ga.events_*`";
    const steps = [
      { job: "load", outputs: [tableOf("proj.ga.events_20260303")] },
      { job: "mart", outputs: [tableOf("proj.mart.v")], query },
      { job: "stream", outputs: [tableOf("proj.ga.events_intraday_20260304")] },
    ];
    for (const [day, step] of steps.entries()) {
      const now = `2026-03-0${day + 1}T03:00:00Z`;
      const files = [fileOf("events.ndjson", eventOf(step, now))];
      const { sources } = readSources({ files, parser, at: now });
      const done = await events.ingest({ store, sources, parser, now, names: DEFAULT_NAMES });
      if (!done.ok) throw new Error(done.error.message);
    }
    const claims = await store.claims();
    if (!claims.ok) throw new Error(claims.error.message);
    const graph = mergeClaims(claims.value, 1);
    const mart = [...graph.assets.values()].find(({ name }) => name === "proj.mart.v");
    const read = new Set(mart?.edges.map(({ from }) => graph.assets.get(from.asset)?.name));
    expect(read).toEqual(new Set(["proj.ga.events_*", "proj.ga.events_intraday_*"]));
  });
});

const tableOf = (name: string) => ({
  namespace: "bigquery",
  name,
  facets: { schema: { fields: [{ name: "page", type: "STRING" }] } },
});

const eventOf = (
  step: { readonly job: string; readonly outputs: readonly object[]; readonly query?: string },
  eventTime: string,
) =>
  JSON.stringify({
    eventTime,
    eventType: "COMPLETE",
    producer: "https://example.com/loader",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json",
    run: { runId: "0195528a-1f5a-7c3b-8d4e-5f6a7b8c9d11" },
    job: {
      namespace: "etl",
      name: step.job,
      ...(step.query === undefined
        ? {}
        : { facets: { sql: { query: step.query, dialect: "bigquery" } } }),
    },
    outputs: step.outputs,
  });
