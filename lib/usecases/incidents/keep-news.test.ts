import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openMemoryStore } from "#lib/store/embedded/open-embedded-store.ts";
import { parseConfig } from "../config/faultline-config.ts";
import { ingestConfigured } from "../sources/ingest-configured.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { listSignals } from "./keep-signals.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const NOW = "2026-11-20T08:00:00Z";

const event = (eventType: string, eventTime: string) => ({
  eventType,
  eventTime,
  producer: "https://example.com/etl",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json",
  run: { runId: "01941f29-7c00-7000-8000-000000000001" },
  job: { namespace: "etl", name: "load_orders" },
  inputs: [],
  outputs: [{ namespace: "postgres://db:5432", name: "shop.orders" }],
});

const results = {
  metadata: {
    dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
    generated_at: "2026-11-20T07:00:00Z",
  },
  results: [{ unique_id: "model.shop.orders", status: "error", message: "no column amount" }],
};

describe("files that tell of failures", () => {
  it("raise signals as events over HTTP do, once, however often they are read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signals-"));
    folders.push(folder);
    await writeFile(join(folder, "run_results.json"), JSON.stringify(results));
    const file = join(folder, "events.ndjson");
    const opened = openMemoryStore();
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    const parser = await loadSqlParser();
    const read = async () => {
      await ingestPaths({ paths: [folder], store, parser, now: NOW });
      const kept = await listSignals(store);
      return kept.ok ? [...kept.value.values()] : [];
    };
    await writeFile(file, `${JSON.stringify(event("FAIL", "2026-11-20T07:10:00Z"))}\n`);
    const first = await read();
    expect(first.map(({ toldBy, isOver }) => [toldBy, isOver]).sort()).toEqual([
      ["OpenLineage", false],
      ["dbt", false],
    ]);
    expect(await read()).toEqual(first);
    await writeFile(file, `${JSON.stringify(event("COMPLETE", "2026-11-20T07:30:00Z"))}\n`);
    expect((await read()).find(({ toldBy }) => toldBy === "OpenLineage")?.isOver).toBe(true);
  });

  it("raise them too where the configuration names the files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signals-"));
    folders.push(folder);
    await mkdir(join(folder, "target"));
    await writeFile(join(folder, "target", "run_results.json"), JSON.stringify(results));
    await writeFile(
      join(folder, "events.ndjson"),
      `${JSON.stringify(event("FAIL", "2026-11-20T07:10:00Z"))}\n`,
    );
    const opened = openMemoryStore();
    if (!opened.ok) throw new Error(opened.error.message);
    const config = parseConfig(
      "faultline.yaml",
      "sources: [{path: target}, {path: events.ndjson}]",
    );
    if (!config.ok) throw new Error("the configuration is wrong");
    const parser = await loadSqlParser();
    const at = { config: config.value, root: folder, store: opened.value, parser, now: NOW };
    expect((await ingestConfigured(at)).ok).toBe(true);
    const kept = await listSignals(opened.value);
    expect(kept.ok && [...kept.value.values()].map(({ toldBy }) => toldBy).sort()).toEqual([
      "OpenLineage",
      "dbt",
    ]);
  });
});
