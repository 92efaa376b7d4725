import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { FILE_KINDS } from "#lib/model/source-kind.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { batchOf, claimOf } from "#lib/store/sample-batches.conformance.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestPaths } from "./ingest-sources.ts";
import type { UnseenRequest } from "./ingest-unseen.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { SMALL_FILES } from "./small-files.fixture.ts";

const parser = await loadSqlParser();
const [MONDAY, TUESDAY, WEDNESDAY] = [
  "2026-04-06T02:00:00.000Z",
  "2026-04-07T02:00:00.000Z",
  "2026-04-08T02:00:00.000Z",
];
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "faultline-seen-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A store that counts how often all of it is read, which a source that is only seen again does not need. */
async function countingStore(): Promise<{ store: LineageStore; readings: () => number }> {
  const store = unwrap(await openStore("memory:", {}));
  let count = 0;
  const claims = store.claims.bind(store);
  store.claims = (at) => {
    if (at === undefined) count++;
    return claims(at);
  };
  return { store, readings: () => count };
}

type Asked = Pick<UnseenRequest, "paths" | "now"> & Partial<UnseenRequest>;

const requestOf = (store: LineageStore, asked: Asked): UnseenRequest => ({
  store,
  parser,
  cwd: asked.paths[0] ?? "",
  build: "one",
  ...asked,
});

const ingest = async (store: LineageStore, asked: Asked) =>
  unwrap(await ingestPaths(requestOf(store, asked)));

function withoutBuild({ build: _build, ...request }: UnseenRequest): UnseenRequest {
  return request;
}

const EVENTS = SMALL_FILES.openlineage[0]?.text ?? "";
const SQL = "create table mart.totals as select id, sum(n) as n from shop.mart.orders group by id;";

describe.each(FILE_KINDS)("files of the kind %s, read again and unchanged", (kind) => {
  it("come to what reading them in full comes to, times included", async () => {
    const files = SMALL_FILES[kind].map(({ path, text }) => [path, text] as const);
    const paths = [folderWith(Object.fromEntries(files))];
    const { store, readings } = await countingStore();
    const full = unwrap(await openStore("memory:", {}));
    const as = kind === "table-file" ? { as: kind } : {};
    for (const now of [MONDAY, TUESDAY]) {
      const before = readings();
      const report = await ingest(store, { paths, now, ...as });
      const expected = unwrap(
        await ingestPaths({ store: full, parser, cwd: paths[0] ?? "", paths, now, ...as }),
      );
      expect(report).toEqual(expected);
      expect(unwrap(await store.claims())).toEqual(unwrap(await full.claims()));
      expect(readings() - before).toBe(now === MONDAY ? 2 : 1);
    }
    expect(unwrap(await store.versions())).toEqual(unwrap(await full.versions()));
    await store.close();
    await full.close();
  });
});

describe("what was read before", () => {
  it("is read again where a file is another one, and what a file that is gone said becomes stale", async () => {
    const folder = folderWith({ "a.sql": SQL, "b.sql": "create table mart.b (id int);" });
    const { store } = await countingStore();
    await ingest(store, { paths: [folder], now: MONDAY });
    expect(await ingest(store, { paths: [folder], now: TUESDAY })).toMatchObject({ written: 0 });
    rmSync(join(folder, "b.sql"));
    writeFileSync(join(folder, "a.sql"), SQL.replace("sum", "max"));
    const report = await ingest(store, { paths: [folder], now: WEDNESDAY });
    expect(report).toMatchObject({ written: 1, madeStale: 1 });
    const claims = unwrap(await store.claims());
    const gone = claims.find(({ claim }) => claim.name.endsWith("mart.b"));
    expect(gone).toMatchObject({ lastSeen: TUESDAY, staleSince: WEDNESDAY });
    const [tuesday] = unwrap(await store.claims({ time: TUESDAY })).filter(
      ({ claim }) => claim.asset === gone?.claim.asset,
    );
    expect(tuesday?.staleSince).toBeUndefined();
    await store.close();
  });

  it.each<[string, (request: UnseenRequest) => UnseenRequest]>([
    ["another build", (request) => ({ ...request, build: "two" })],
    ["a program that does not say which it is", withoutBuild],
    ["another dialect", (request) => ({ ...request, dialect: "snowflake" })],
    ["another domain", (request) => ({ ...request, domain: "checkout" })],
    ["other names", (request) => ({ ...request, names: { ...DEFAULT_NAMES, case: "exact" } })],
  ])("is read again with %s", async (_what, change) => {
    const paths = [folderWith({ "a.sql": SQL })];
    const { store, readings } = await countingStore();
    await ingest(store, { paths, now: MONDAY });
    await ingest(store, { paths, now: TUESDAY });
    expect(readings()).toBe(1);
    unwrap(await ingestPaths(change(requestOf(store, { paths, now: WEDNESDAY }))));
    expect(readings()).toBe(2);
    await store.close();
  });

  it("is read again after somebody has written to the store, and remembered anew", async () => {
    const paths = [folderWith({ "events.ndjson": EVENTS })];
    const { store, readings } = await countingStore();
    await ingest(store, { paths, now: MONDAY });
    unwrap(await store.apply(batchOf([claimOf("mart.orders", { columns: ["id", "n"] })])));
    await ingest(store, { paths, now: TUESDAY });
    expect(readings()).toBe(2);
    await ingest(store, { paths, now: WEDNESDAY });
    expect(readings()).toBe(2);
    await store.close();
  });

  it("is not remembered of a dry run, which finds what it would find in full", async () => {
    const paths = [folderWith({ "a.sql": SQL })];
    const { store, readings } = await countingStore();
    await ingest(store, { paths, now: MONDAY, dryRun: true });
    expect(await ingest(store, { paths, now: MONDAY })).toMatchObject({ dryRun: false });
    expect(await ingest(store, { paths, now: TUESDAY, dryRun: true })).toMatchObject({
      dryRun: true,
      assets: 2,
    });
    expect(readings()).toBe(3);
    await store.close();
  });
});
