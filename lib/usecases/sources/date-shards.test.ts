import { describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { openStore } from "#lib/store/open-store.ts";
import { createEventIngest } from "../events/ingest-events.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

const parser = await loadSqlParser();
const BIGQUERY = "bigquery";

const table = (name: string, columns: readonly string[]) => ({
  namespace: BIGQUERY,
  name,
  facets: { schema: { fields: columns.map((column) => ({ name: column, type: "STRING" })) } },
});

const event = (day: number, more: object) =>
  JSON.stringify({
    eventTime: `2026-03-${String(day).padStart(2, "0")}T02:00:00Z`,
    eventType: "COMPLETE",
    producer: "https://example.com/loader",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json",
    run: { runId: `0195528a-1f5a-7c3b-8d4e-5f6a7b8c9d${day + 10}` },
    job: { namespace: "etl", name: `load_${day}` },
    ...more,
  });

async function graphOf(lines: readonly string[], sql = "") {
  const at = "2026-03-09T00:00:00Z";
  const file = (path: string, text: string) => ({ path, root: path, text });
  const files = [
    file("events.ndjson", lines.join("\n")),
    ...(sql === ""
      ? []
      : [
          file(
            "consumers.csv",
            `name,kind,namespace,dialect,sql\nboard,dashboard,bigquery,bigquery,"${sql}"\n`,
          ),
        ]),
  ];
  const { graph, problems } = await assembleSources({ parser }, readSources({ files, parser, at }));
  return { graph, problems: problems.map(({ code }) => code) };
}

const shardsOfWeek = [1, 2, 3].map((day) =>
  event(day, {
    outputs: [
      table(`proj.web.events_2026030${day}`, day < 3 ? ["id", "page"] : ["id", "page", "country"]),
    ],
  }),
);

describe("BigQuery tables that are kept by day", () => {
  it("are one table, with the columns of its newest day, and no problem", async () => {
    const { graph, problems } = await graphOf(shardsOfWeek);
    const tables = [...graph.assets.values()].filter(({ kind }) => kind === "table");
    expect(tables.map(({ name }) => name)).toEqual(["proj.web.events_*"]);
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual(["id", "page", "country"]);
    expect(tables[0]?.aliases).toEqual([assetId(BIGQUERY, "proj.web.events_20260303")]);
    expect(problems).toEqual([]);
  });

  it.each([
    "select page from proj.web.events_20260302",
    "select page from `proj.web.events_*` where _table_suffix > '20260301'",
    "select page from `proj.web.events_2026*`",
    "select page from proj.web.events_20260315",
  ])("are read as that table: %s", async (sql) => {
    const { graph } = await graphOf(shardsOfWeek, sql);
    const board = [...graph.assets.values()].find(({ name }) => name === "board");
    expect(board?.edges.map(({ from }) => `${from.asset} ${from.column}`)).toContain(
      `${assetId(BIGQUERY, "proj.web.events_*")} page`,
    );
  });

  it("are tables of their own where the number is no day, or the system is another one", async () => {
    const others = ["proj.web.orders_20261399", "proj.web.orders_2026030", "proj.web.eventlog"];
    const { graph } = await graphOf([
      event(4, { outputs: others.map((name) => table(name, ["id"])) }),
      event(5, {
        outputs: [{ ...table("db.web.orders_20260301", ["id"]), namespace: "postgres://db:5432" }],
      }),
    ]);
    const names = [...graph.assets.values()].map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...others, "db.web.orders_20260301"]));
  });

  it("keep what earlier days told when the next day's events arrive", async () => {
    const opened = await openStore("memory:", {});
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    const events = createEventIngest();
    for (const day of [1, 2, 3]) {
      const from = { namespace: BIGQUERY, name: `proj.raw.source_of_${day}`, field: "id" };
      const inputFields = [{ ...from, transformations: [{ type: "DIRECT", subtype: "IDENTITY" }] }];
      const columnLineage = { fields: { id: { inputFields } } };
      const output = table(`proj.web.events_2026030${day}`, ["id"]);
      const text = event(day, {
        inputs: [table(from.name, ["id"])],
        outputs: [{ ...output, facets: { ...output.facets, columnLineage } }],
      });
      const now = `2026-03-0${day}T03:00:00Z`;
      const files = [{ path: "events.ndjson", root: "events.ndjson", text }];
      const { sources } = readSources({ files, parser, at: now });
      const done = await events.ingest({ store, sources, parser, now, names: DEFAULT_NAMES });
      if (!done.ok) throw new Error(done.error.message);
    }
    const claims = await store.claims();
    if (!claims.ok) throw new Error(claims.error.message);
    const days = [...mergeClaims(claims.value, 1).assets.values()].filter(({ name }) =>
      name.startsWith("proj.web."),
    );
    expect(days.map(({ name }) => name)).toEqual(["proj.web.events_*"]);
    expect(days[0]?.edges.map(({ from }) => from.asset).sort()).toEqual(
      [1, 2, 3].map((day) => assetId(BIGQUERY, `proj.raw.source_of_${day}`)),
    );
  });
});
