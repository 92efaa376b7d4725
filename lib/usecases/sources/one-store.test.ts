import { expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

const NOW = "2026-03-03T09:00:00Z";
const event = (job: string, input: [string, string], output: [string, string]) =>
  JSON.stringify({
    eventType: "COMPLETE",
    eventTime: NOW,
    producer: "https://example.com/spark",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: "0190c3b1-0000-7000-8000-000000000001" },
    job: { namespace: job, name: job },
    inputs: [{ namespace: input[0], name: input[1] }],
    outputs: [{ namespace: output[0], name: output[1] }],
  });
const ICEBERG = JSON.stringify({
  "format-version": 2,
  "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
  location: "s3a://lake/wh/orders",
  "current-schema-id": 0,
  schemas: [
    {
      type: "struct",
      "schema-id": 0,
      fields: [{ id: 1, name: "id", required: true, type: "long" }],
    },
  ],
});

const bare = (name: string): string => name.replace(/^\//, "");

it("one bucket is one store, whichever client says so: the way goes on from event to table to query", async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  const parser = await loadSqlParser();
  const files = {
    "one.json": event("one", ["postgres://db:5432", "a.b.src"], ["s3n://lake/", "/wh/orders/"]),
    "two.json": event(
      "two",
      ["s3://lake", "wh/orders"],
      ["abfss://c@acme.dfs.core.windows.net", "/t"],
    ),
    "three.json": event(
      "three",
      ["wasbs://c@acme.blob.core.windows.net", "t"],
      ["s3://other", "wh/orders"],
    ),
    "v1.metadata.json": ICEBERG,
    "board.csv":
      "name,kind,sql\nboard,dashboard,select id from read_parquet('s3a://lake/wh/orders/*.parquet')\n",
  };
  const read = Object.entries(files).map(([path, text]) => ({ path, text, root: path }));
  const { sources } = readSources({ files: read, parser, at: NOW });
  const done = await ingestSources({ sources, store: opened.value, parser, now: NOW });
  if (!done.ok) throw new Error(done.error.message);
  const claims = await opened.value.claims();
  if (!claims.ok) throw new Error(claims.error.message);
  const { assets } = mergeClaims(claims.value, 1);
  const data = [...assets.values()].filter(({ kind }) => kind === "table" || kind === "file");
  expect(data.map(({ name }) => bare(name)).sort()).toEqual([
    "a.b.src",
    "t",
    "wh/orders",
    "wh/orders",
  ]);
  const lake = data.find(({ columns }) => columns.length > 0);
  const readers = [...assets.values()].filter(({ edges }) =>
    edges.some(({ from }) => from.asset === lake?.id),
  );
  expect(readers.map(({ name }) => bare(name)).sort()).toEqual(["board", "t"]);
  expect(done.value.unresolved).toBe(0);
});
