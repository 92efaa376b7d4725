import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { AssetAttributes } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { parseConfig } from "../config/faultline-config.ts";
import { ingestConfigured } from "./ingest-configured.ts";
import { loadSqlParser } from "./load-sql-parser.ts";

const NOW = "2026-03-03T02:00:00.000Z";

let root = "";
let store: LineageStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "configured-"));
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  await put("shop/tables.sql", "create table shop.orders (id int, amount int);");
  await put(
    "bi/mesh.json",
    JSON.stringify({
      assets: [
        {
          id: "board",
          kind: "dashboard",
          queries: [{ name: "tile", sql: "select sum(amount) as a from shop.orders" }],
        },
        { id: "audit", kind: "report", tier: 1 },
      ],
    }),
  );
});
afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function ingest(yaml: string) {
  const config = parseConfig(
    "faultline.yaml",
    `sources: [{path: shop, dialect: duckdb}, {path: bi/mesh.json}]\n${yaml}`,
  );
  if (!config.ok) throw new Error(config.error.message);
  const done = await ingestConfigured({
    config: config.value,
    root,
    store,
    parser: await loadSqlParser(),
    now: NOW,
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

async function attributesOf(shortName: string): Promise<AssetAttributes | undefined> {
  const claims = await store.claims();
  if (!claims.ok) throw new Error(claims.error.message);
  const assets = [...mergeClaims(claims.value, 1).assets.values()];
  return assets.find((asset) => asset.shortName === shortName)?.attributes;
}

describe("what a configuration adds to what was read", () => {
  it("owners come from CODEOWNERS by the file, domains and tiers by the rules", async () => {
    await put("CODEOWNERS", "* @acme/data\n/shop/ @acme/shop\n");
    await ingest("codeowners: CODEOWNERS\nrules: [{name: orders, set: {domain: retail, tier: 2}}]");
    expect(await attributesOf("orders")).toMatchObject({
      owner: "@acme/shop",
      domain: "retail",
      tier: 2,
      tierGuessed: false,
    });
    expect(await attributesOf("board")).toMatchObject({ owner: "@acme/data" });
  });

  it("CODEOWNERS says nothing of what was read over a network", async () => {
    const namespace = "postgres://db.example:5432";
    const claim = (name: string) => ({
      asset: assetId(namespace, name),
      namespace,
      name,
      kind: "table" as const,
      attributes: {},
      columnsComplete: false,
      edges: [],
      queries: [],
      aliases: [],
      provenance: { file: `${namespace}/shop` },
    });
    await store.apply({
      source: { id: "live", kind: "postgres", label: "PostgreSQL" },
      at: NOW,
      claims: [claim("shop.raw.ledger")],
      complete: true,
      problems: [],
    });
    await put("CODEOWNERS", "* @acme/data\n");
    await ingest("codeowners: CODEOWNERS");
    expect((await attributesOf("ledger"))?.owner).toBeUndefined();
    expect((await attributesOf("orders"))?.owner).toBe("@acme/data");
  });

  it("a tier that nobody says is guessed and marked so, one that is said stays as it is", async () => {
    await ingest("");
    expect(await attributesOf("board")).toMatchObject({ tier: 3, tierGuessed: true });
    expect(await attributesOf("orders")).toMatchObject({ tier: 4, tierGuessed: true });
    expect(await attributesOf("audit")).toMatchObject({ tier: 1, tierGuessed: false });
  });

  it("a guess gives way as soon as somebody says the tier, and comes back when they no longer do", async () => {
    await ingest("");
    await ingest("rules: [{kind: dashboard, set: {tier: 1}}]");
    expect(await attributesOf("board")).toMatchObject({ tier: 1, tierGuessed: false });
    await ingest("");
    expect(await attributesOf("board")).toMatchObject({ tier: 3, tierGuessed: true });
  });

  it("the same again writes nothing", async () => {
    const first = await ingest("rules: [{name: orders, set: {domain: retail}}]");
    const second = await ingest("rules: [{name: orders, set: {domain: retail}}]");
    expect([second.written, second.version]).toEqual([0, first.version]);
  });
});

describe("a folder of which the configuration says the kind", () => {
  const EVENT = JSON.stringify({
    eventTime: "2026-01-01T00:00:00Z",
    producer: "https://example.org/loader",
    run: { runId: "7c1b2c6e-7c3f-4f0a-9d55-0d2c7f3c8a11" },
    job: { namespace: "etl", name: "load" },
    outputs: [{ namespace: "db", name: "mart.orders" }],
  });
  const problemsOf = async () =>
    (await ingest("")).problems.map(({ code, file, severity }) => [code, file, severity]);

  it("is read without what else lies there, and what is broken is told", async () => {
    await put("shop/events.ndjson", EVENT);
    await put("shop/settings.json", '{"theme": "dark"}');
    await put("shop/cut.json", EVENT.slice(0, 12));
    const config = parseConfig("f", "sources: [{path: shop, as: openlineage}]");
    if (!config.ok) throw new Error(config.error.message);
    const done = await ingestConfigured({
      config: config.value,
      root,
      store,
      parser: await loadSqlParser(),
      now: NOW,
    });
    if (!done.ok) throw new Error(done.error.message);
    expect(done.value.problems.map(({ code, file }) => [code, file])).toEqual([
      ["not-recognised", "shop/settings.json"],
      ["not-recognised", "shop/tables.sql"],
      ["bad-json", "shop/cut.json"],
    ]);
    expect(done.value.assets).toBeGreaterThan(0);
  });

  it("leaves the configuration itself out", async () => {
    await put("shop/faultline.yaml", "version: 1\n");
    expect(await problemsOf()).toEqual([["not-recognised", "shop/faultline.yaml", "info"]]);
  });
});
