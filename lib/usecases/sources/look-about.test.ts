import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { Use } from "#lib/model/use.ts";
import { parseConfig, renderConfig } from "../config/faultline-config.ts";
import { lookAbout } from "./look-about.ts";
import { whatNext } from "./what-next.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "look-about-"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const MANIFEST =
  '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {}}';

describe("looking about", () => {
  it("finds what can be read and writes a configuration that can be read again", async () => {
    await put("shop/target/manifest.json", MANIFEST);
    await put("shop/models/orders.sql", "select 1");
    await put("other/dbt_project.yml", "name: other");
    await put(
      "events/a.ndjson",
      '{"eventTime": "2026-01-01T00:00:00Z", "run": {"runId": "x"}, "job": {}}\n',
    );
    await put("ddl/tables.sql", "create table t (a int);");
    await put("bi/charts/c.yaml", "slice_name: x\nuuid: u\nparams: {}\n");
    await put("bi/dashboards/d.yaml", "dashboard_title: x\nuuid: u\n");
    await put(".github/CODEOWNERS", "* @org/data");
    await put("node_modules/x/manifest.json", MANIFEST);
    await put("notes.txt", "nothing");
    const found = await lookAbout({ root, env: {} });
    expect(found.sources.map(({ path, as }) => [path, as]).sort()).toEqual([
      ["bi", "superset"],
      ["ddl", "sql"],
      ["events", "openlineage"],
      ["shop/target", "dbt"],
    ]);
    expect(found.codeowners).toBe(".github/CODEOWNERS");
    expect(found.hints.join("\n")).toMatch(/other\/dbt_project\.yml[\s\S]*no catalog\.json/);
    const parsed = parseConfig("faultline.yaml", renderConfig(found.config));
    expect(parsed).toEqual({ ok: true, value: found.config });
  });

  it("finds a manifest that says what it is only after megabytes of nodes", async () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [
        `model.shop.m${index}`,
        { raw: "x".repeat(400) },
      ]),
    );
    const version = "https://schemas.getdbt.com/dbt/manifest/v12.json";
    const late = JSON.stringify({ nodes, metadata: { dbt_schema_version: version } });
    expect(late.indexOf("dbt_schema_version")).toBeGreaterThan(1_000_000);
    await put("shop/target/manifest.json", late);
    await put("logs/large.json", JSON.stringify({ lines: Array(30_000).fill("nothing") }));
    const { sources } = await lookAbout({ root, env: {} });
    expect(sources.map(({ path, as }) => [path, as])).toEqual([["shop/target", "dbt"]]);
  });

  it("looks into archives, whatever they are called", async () => {
    const chart = "slice_name: Sales\nuuid: c-1\nparams: {}\n";
    const zip = zipSync({ "dashboard_export_1/charts/Sales_1.yaml": Buffer.from(chart) });
    await mkdir(join(root, "downloads"));
    await writeFile(join(root, "downloads/from-bi.zip"), zip);
    await writeFile(join(root, "downloads/holiday.zip"), zipSync({ "a.jpg": Buffer.from([1, 0]) }));
    await writeFile(join(root, "downloads/manifest.json.gz"), gzipSync(MANIFEST));
    const { sources } = await lookAbout({ root, env: {} });
    expect(sources.map(({ path, as }) => [path, as])).toEqual([
      ["downloads/from-bi.zip", "superset"],
      ["downloads", "dbt"],
    ]);
  });

  it("tells the SQL of a dbt project, which its manifest holds, from the SQL beside it", async () => {
    await put("target/manifest.json", MANIFEST);
    await put("models/orders.sql", "select 1");
    await put("target/compiled/orders.sql", "select 1");
    await put("ddl/tills.sql", "create table tills (id int)");
    const { sources } = await lookAbout({ root, env: {} });
    expect(sources.map(({ path, as }) => [path, as]).sort()).toEqual([
      ["ddl", "sql"],
      ["target", "dbt"],
    ]);
  });

  it("takes each of several dbt projects for a domain, and one alone for none", async () => {
    await put("teams/shop/target/manifest.json", MANIFEST);
    expect((await lookAbout({ root, env: {} })).config.sources[0]).not.toHaveProperty("domain");
    await put("teams/finance/target/manifest.json", MANIFEST);
    expect((await lookAbout({ root, env: {} })).config.sources).toEqual([
      { path: "teams/finance/target", as: "dbt", domain: "finance" },
      { path: "teams/shop/target", as: "dbt", domain: "shop" },
    ]);
  });

  it("names the variables of databases and never shows what they hold", async () => {
    await put(
      ".env",
      'export SNOWFLAKE_ACCOUNT="acme-1"\nDB_PASSWORD=hunter2\nWAREHOUSE_URL=postgresql://u:hunter2@h/db\n',
    );
    const found = await lookAbout({
      root,
      env: { DATABASE_URL: "mysql://root:hunter2@h/x", PATH: "/bin", EMPTY_DB_URL: "" },
    });
    expect(found.databaseVariables).toEqual([
      { name: "DATABASE_URL", where: "environment", kind: "mysql" },
      { name: "SNOWFLAKE_ACCOUNT", where: ".env", kind: "snowflake" },
      { name: "WAREHOUSE_URL", where: ".env", kind: "postgres" },
    ]);
    expect(JSON.stringify(found) + renderConfig(found.config)).not.toMatch(/hunter2|acme-1/);
  });

  it("an empty folder and a missing one give an empty proposal", async () => {
    expect((await lookAbout({ root: join(root, "nowhere"), env: {} })).sources).toEqual([]);
  });
});

describe("faultline.yaml", () => {
  it("a misspelt key is told by its place", () => {
    expect(parseConfig("f", "sources:\n  - path: a\n    domian: x\n")).toMatchObject({
      ok: false,
      error: { code: "wrong-shape", message: expect.stringContaining("sources.0") },
    });
  });
  it("bad YAML is told", () => {
    expect(parseConfig("f", "sources: [")).toMatchObject({
      ok: false,
      error: { code: "bad-yaml" },
    });
  });
  it("an empty file is an empty configuration", () => {
    expect(parseConfig("f", "")).toMatchObject({ ok: true, value: { sources: [], rules: [] } });
  });
});

const asset = (
  name: string,
  kind: AssetKind,
  reads: readonly (readonly [string, Use])[] = [],
  placeholder = false,
): MergedAsset => {
  const id = assetId("db", name);
  return {
    id,
    namespace: "db",
    name,
    shortName: name,
    kind,
    attributes: {},
    columns: [],
    columnsComplete: false,
    edges: reads.map(([from, use]) => ({
      from: { asset: assetId("db", from) },
      to: { asset: id },
      use,
      provenance: {},
    })),
    queries: [],
    aliases: [],
    sources: [],
    placeholder,
  };
};
const graphOf = (...assets: readonly MergedAsset[]): MergedGraph => ({
  version: 1,
  assets: new Map(assets.map((one) => [one.id, one])),
});

describe("what to connect next", () => {
  it("is ordered by how many unknowns it removes, at most three, each with examples", () => {
    const graph = graphOf(
      asset("raw.a", "table", [], true),
      asset("raw.b", "table", [], true),
      asset("mart.x", "table", [
        ["raw.a", "UNKNOWN"],
        ["raw.b", "UNKNOWN"],
        ["mart.y", "UNKNOWN"],
      ]),
      asset("mart.y", "table", [["raw.a", "IDENTITY"]]),
      asset("board", "dashboard"),
      asset("model", "ml_model"),
    );
    const { coverage, columnShare, next } = whatNext(graph, []);
    expect(next.map((step) => step.removes)).toEqual([3, 2, 1]);
    expect(next[0]?.what).toContain("jobs that build mart");
    expect(next[1]).toMatchObject({ examples: ["raw.a", "raw.b"] });
    expect([
      coverage.columnReads,
      coverage.tableReads,
      columnShare,
      coverage.consumersWithoutLineage,
    ]).toEqual([1, 3, 0.25, 2]);
  });
  it("is what reads the data at the end, where no consumer is known at all", () => {
    const graph = graphOf(asset("a", "table"), asset("b", "view", [["a", "IDENTITY"]]));
    expect(whatNext(graph, []).next).toMatchObject([{ removes: 1, examples: ["b"] }]);
  });
  it("is nothing where all is known, and a missing catalog is a step of its own", () => {
    const graph = graphOf(asset("a", "table"), asset("b", "dashboard", [["a", "MEASURE"]]));
    expect(whatNext(graph, [])).toMatchObject({ columnShare: 1, next: [] });
    const noSql = { code: "no-sql", message: "", severity: "warning" } as const;
    expect(whatNext(graph, [{ ...noSql, file: "exports/consumers.csv", line: 5 }]).next).toEqual(
      [],
    );
    expect(whatNext(graph, [{ ...noSql, file: "models/scores.sql" }]).next).toMatchObject([
      { removes: 1, examples: ["models/scores.sql"] },
    ]);
    expect(
      whatNext(graph, [{ code: "no-catalog", message: "", file: "target", severity: "warning" }])
        .next,
    ).toMatchObject([{ removes: 1, examples: ["target"] }]);
  });
});
