import { beforeAll, expect, it } from "vitest";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import type { ChangeRecord } from "./judge-detected.ts";
import { judgeInStore } from "./judge-detected.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const openMemory = async (): Promise<LineageStore> => unwrap(await openStore("memory:", {}));

async function ingest(store: LineageStore, now: string, ...events: readonly unknown[]) {
  const text = events.map((event) => JSON.stringify(event)).join("\n");
  const files: readonly (SourceFile & { root: string })[] = [
    { path: "events.jsonl", text, root: "." },
  ];
  const { sources } = readSources({ files, at: now, parser });
  return unwrap(await ingestSources({ sources, parser, store, now }));
}

const orders = (time: string, ...fields: string[]) =>
  runEvent({ time, outputs: [dataset("shop.raw.orders", { schema: schema(...fields) })] });

const detected = async (store: LineageStore): Promise<readonly ChangeRecord[]> =>
  unwrap(await store.listRecords("changes")).map(({ body }) => body as ChangeRecord);

it("files of events tell of a column that is gone and of another type, once, and it is judged", async () => {
  const store = await openMemory();
  const first = await ingest(
    store,
    "2026-03-02T03:00:00Z",
    orders("2026-03-02T02:00:00Z", "id INT", "note TEXT"),
  );
  expect(first.changes).toBeUndefined();
  const later = orders("2026-03-03T02:00:00Z", "id BIGINT");
  const second = await ingest(store, "2026-03-03T03:00:00Z", later);
  const kinds = ["type_changed", "drop_column"];
  expect(second.changes?.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(kinds);
  expect((await ingest(store, "2026-03-03T04:00:00Z", later)).changes).toBeUndefined();
  const judged = await judgeInStore(store, () => new Date("2026-03-03T05:00:00Z"));
  expect(judged).toEqual({ ok: true, value: 1 });
  const [record] = await detected(store);
  expect(record?.changes.map(({ kind }) => kind)).toEqual(kinds);
  expect(record).toMatchObject({ version: 2, judgement: { counts: expect.any(Object) } });
});

it("a list of columns that does not claim to be whole tells of another type, and never of a column that is gone", async () => {
  const store = await openMemory();
  // dbt-ol lists the columns that somebody documented.
  const model = (time: string, ...fields: string[]) =>
    runEvent({
      time,
      outputs: [dataset("shop.raw.orders", { schema: schema(...fields), dbt_model: {} })],
    });
  await ingest(store, "2026-03-02T03:00:00Z", model("2026-03-02T02:00:00Z", "id INT", "note TEXT"));
  const [claim] = unwrap(await store.claims()).filter(
    ({ claim: one }) => one.columns !== undefined,
  );
  // Or the test shows nothing.
  expect(claim?.claim.columnsComplete).toBe(false);
  const report = await ingest(
    store,
    "2026-03-03T03:00:00Z",
    model("2026-03-03T02:00:00Z", "id BIGINT"),
  );
  expect(report.changes?.flatMap(({ changes }) => changes)).toEqual([
    expect.objectContaining({
      kind: "type_changed",
      column: "id",
      fromType: "INT",
      toType: "BIGINT",
    }),
  ]);
});
