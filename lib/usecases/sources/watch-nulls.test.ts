import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";

const GRAPH = {
  assets: [
    {
      id: "crm.customers",
      kind: "table",
      columns: [{ name: "id" }, { name: "band", nullable: true }, { name: "note" }],
    },
    {
      id: "churn_train",
      kind: "ml_job",
      owner: "risk",
      queries: [{ name: "features", sql: "select id, band from crm.customers", dialect: "duckdb" }],
    },
  ],
  edges: [],
};

const profileOf = (nullShare: number) => ({
  profiles: [
    {
      asset: "customers",
      at: "2026-11-20T18:40:00Z",
      rows: 120,
      columns: { band: { nullShare }, note: { nullShare: 1 } },
    },
  ],
});

describe("a field that was always null since Friday", () => {
  let folder: string;
  let store: LineageStore;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "faultline-nulls-"));
    const opened = await openStore(`file:${join(folder, "store")}`, {});
    if (!opened.ok) throw new Error(opened.error.message);
    store = opened.value;
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ingest(name: string, content: unknown) {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    const report = await ingestPaths({
      paths: [path],
      store,
      parser: await loadSqlParser(),
      now: "2026-11-20T19:00:00Z",
    });
    if (!report.ok) throw new Error(report.error.message);
    return report.value.onlyNulls ?? [];
  }

  it("is told with the job that learns from it, once, and not the one that nobody reads", async () => {
    expect(await ingest("graph.json", GRAPH)).toEqual([]);
    expect(await ingest("profile.json", profileOf(0.2))).toEqual([]);
    const told = await ingest("profile.json", profileOf(1));
    expect(told).toMatchObject([
      {
        asset: { name: "crm.customers" },
        column: "band",
        nullable: true,
        rows: 120,
        observedAt: "2026-11-20T18:40:00Z",
        consumers: [{ name: "churn_train", owner: "risk", verdict: "breaks_silently" }],
      },
    ]);
    expect(await ingest("profile.json", profileOf(1))).toEqual([]);
  });
});
