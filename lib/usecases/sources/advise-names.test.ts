import { beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import type { IngestReport } from "./ingest-report.ts";
import { ingestSources } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";
import { whatNext } from "./what-next.ts";

const NOW = "2026-03-03T09:00:00Z";
let store: LineageStore;

beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

async function ingest(
  files: Readonly<Record<string, string>>,
  names?: NamesConfig,
): Promise<IngestReport> {
  const parser = await loadSqlParser();
  const read = Object.entries(files).map(([path, text]) => ({ path, text, root: path }));
  const { sources } = readSources({ files: read, parser, at: NOW });
  const done = await ingestSources({
    sources,
    store,
    parser,
    now: NOW,
    ...(names === undefined ? {} : { names }),
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

/** A look at a server: the tables with two columns each. */
async function look(server: string, tables: readonly string[]): Promise<IngestReport> {
  const parser = await loadSqlParser();
  const facts = tables.map(
    (name): AssetFact => ({
      name: { namespace: server, name },
      path: name.split("."),
      kind: "table",
      attributes: {},
      columns: [
        { name: "id", type: "bigint" },
        { name: "amount", type: "numeric" },
      ],
      columnsComplete: true,
      edges: [],
      queries: [],
      provenance: {},
    }),
  );
  const source = { id: `postgres:${server}`, kind: "postgres", label: server } as const;
  const done = await ingestSources({
    sources: [{ source, facts, at: NOW, complete: true, problems: [] }],
    store,
    parser,
    now: NOW,
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const advice = ({ problems }: IngestReport): readonly string[] =>
  problems
    .filter(({ message }) => message.includes("kept apart by a part"))
    .map(({ next }) => next ?? "");

async function steps(): Promise<readonly string[]> {
  const view = await loadGraphView(store);
  if (!view.ok) throw new Error(view.error.message);
  return whatNext(view.value.graph, []).next.map(({ what, removes }) => `${removes} ${what}`);
}

const DDL =
  "create table shop.orders (id bigint, amount numeric); create table shop.customers (id bigint);";
const READER =
  "name,kind,sql\nboard,dashboard,select sum(o.amount) from mesh.shop.orders o join mesh.shop.customers c on c.id = o.id\n";
const event = (namespace: string, name: string) =>
  JSON.stringify({
    eventType: "COMPLETE",
    eventTime: NOW,
    producer: "https://example.com/spark",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: "0190c3b1-0000-7000-8000-000000000001" },
    job: { namespace: "spark", name: "churn" },
    inputs: [{ namespace, name }],
    outputs: [{ namespace: "s3://lake", name: "churn" }],
  });

describe("what a rule of names would make one", () => {
  it("is told with the rule and counted as the unknowns that it removes: a database that only readers say", async () => {
    const report = await ingest({ "ddl.sql": DDL, "board.csv": READER });
    expect(advice(report)).toEqual([
      "If they are one, say `names: {default_database: mesh}` in faultline.yaml, or confirm each with `faultline identity`.",
    ]);
    expect((await steps())[0]).toMatch(/^2 `names: \{default_database: mesh\}`/);
    expect((await steps()).join()).not.toContain("whatever owns the tables of mesh.shop");
    const ruled = await ingest(
      { "ddl.sql": DDL, "board.csv": READER },
      { ...DEFAULT_NAMES, default_database: "mesh" },
    );
    expect(ruled.unresolved).toBe(0);
    expect(advice(ruled)).toEqual([]);
  });

  it("is an alias where a database has no table of its own", async () => {
    const tables = { "ddl.sql": DDL.replaceAll("shop.", "mesh.shop.") };
    const readers = { "board.csv": READER.replaceAll("mesh.", "prod_mesh.") };
    expect(advice(await ingest({ ...tables, ...readers }))).toEqual([
      expect.stringContaining("`names: {databases: {prod_mesh: mesh}}`"),
    ]);
    const ruled = await ingest(
      { ...tables, ...readers },
      { ...DEFAULT_NAMES, databases: { prod_mesh: "mesh" } },
    );
    expect(ruled.unresolved).toBe(0);
  });

  it("is a server that is reached by another address: the ingest that tears the table says so", async () => {
    await ingest({ "e.json": event("postgres://db.acme:5432", "mesh.shop.orders") });
    const report = await look("postgres://127.0.0.1:15432", ["mesh.shop.orders"]);
    expect(advice(report)).toEqual([
      expect.stringContaining('`names: {namespaces: {"postgres://127.0.0.1:15432": mesh}}`'),
    ]);
  });

  it("is not said of two that were each looked at, nor of a name that two databases have", async () => {
    await look("postgres://one:5432", ["mesh.shop.orders"]);
    expect(advice(await look("postgres://two:5432", ["mesh.shop.orders"]))).toEqual([]);
    const two = {
      "a.sql": DDL.replaceAll("shop.", "a.crm."),
      "b.sql": DDL.replaceAll("shop.", "b.crm."),
    };
    const reader = { "board.csv": READER.replaceAll("mesh.shop", "c.crm") };
    expect(advice(await ingest({ ...two, ...reader }))).toEqual([]);
  });
});
