import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openStore } from "../open-store.ts";
import { batchOf, claimOf } from "../sample-batches.conformance.ts";
import { unwrap } from "../unwrap.conformance.ts";
import { EmbeddedStore } from "./embedded-store.ts";
import { MIGRATIONS, migrateStore } from "./schema.ts";
import { describeSqliteError } from "./sqlite-error.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "faultline-embedded-"));
const openFolder = async (folder: string) => unwrap(await openStore(`file:${folder}`, {}));
const errorOf = async (url: string) => {
  const opened = await openStore(url, {});
  return opened.ok ? undefined : opened.error;
};

describe("opening", () => {
  it("makes the folder, and finds everything again after it was closed", async () => {
    const folder = join(newFolder(), "a", "b");
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("orders", { columns: ["id"] })])));
    await store.close();
    const again = await openFolder(folder);
    expect(unwrap(await again.claims()).map(({ claim }) => claim.name)).toEqual(["orders"]);
    await again.close();
  });

  it("says what is wrong with a URL that names no store", async () => {
    expect(await errorOf("postgres://x")).toMatchObject({ code: "refused" });
    expect(await errorOf("file:")).toMatchObject({ code: "refused" });
  });

  it("says that the path is a file, that a file is damaged, and that it is somebody else's", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "plain"), "text");
    expect(await errorOf(`file:${join(folder, "plain")}`)).toMatchObject({ code: "unreachable" });
    writeFileSync(
      join(folder, "faultline.db"),
      "this is not a database, but long enough to be read".repeat(99),
    );
    expect(await errorOf(`file:${folder}`)).toMatchObject({ code: "corrupt" });
    const other = newFolder();
    const db = new Database(join(other, "faultline.db"));
    db.exec("CREATE TABLE theirs (x)");
    db.close();
    expect(await errorOf(`file:${other}`)).toMatchObject({ code: "refused" });
  });

  it("refuses a store of a newer format and leaves it as it is", async () => {
    const folder = newFolder();
    await (await openFolder(folder)).close();
    const db = new Database(join(folder, "faultline.db"));
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(await errorOf(`file:${folder}`)).toMatchObject({ code: "newer-format" });
    const after = new Database(join(folder, "faultline.db"));
    expect(after.prepare("PRAGMA user_version").raw().get()).toEqual([99]);
    after.close();
  });

  it("takes a store of an older format to the newest, with all that is in it", async () => {
    const folder = newFolder();
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("orders")])));
    await store.close();
    const db = new Database(join(folder, "faultline.db"));
    const next = [...MIGRATIONS, "ALTER TABLE sources ADD COLUMN note TEXT"];
    expect(migrateStore(db, next)).toEqual({ ok: true, value: "migrated" });
    expect(migrateStore(db, next)).toEqual({ ok: true, value: "current" });
    expect(db.prepare("SELECT key, note FROM sources").raw().all()).toEqual([["dbt:shop", null]]);
    expect(db.prepare("SELECT count(*) FROM claims").raw().get()).toEqual([1]);
    db.close();
  });

  it.skipIf(process.getuid?.() === 0)("says that a folder cannot be written", async () => {
    const folder = newFolder();
    chmodSync(folder, 0o500);
    expect(await errorOf(`file:${join(folder, "store")}`)).toMatchObject({ code: "refused" });
  });
});

describe("failures while writing", () => {
  it("keeps the old version whole when the disk is full, and goes on when there is space again", async () => {
    const db = new Database(join(newFolder(), "faultline.db"));
    db.exec("PRAGMA journal_mode = WAL");
    migrateStore(db);
    const store = new EmbeddedStore({ label: "small disk", writer: db });
    unwrap(await store.apply(batchOf([claimOf("orders")])));
    const before = unwrap(await store.claims());
    const pages = (db.prepare("PRAGMA page_count").raw().get() as number[])[0];
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const many = batchOf(
      Array.from({ length: 500 }, (_, at) =>
        claimOf(`table_${at}`, { columns: ["id", "x".repeat(500)] }),
      ),
    );
    expect(await store.apply(many)).toMatchObject({ ok: false, error: { code: "no-space" } });
    expect(unwrap(await store.claims())).toEqual(before);
    expect(unwrap(await store.version()).version).toBe(1);
    db.exec("PRAGMA max_page_count = 1000000");
    expect(unwrap(await store.apply(many))).toMatchObject({
      version: 2,
      written: 500,
      madeStale: 1,
    });
    await store.close();
  });

  it("says that another process holds the store when it does not let go in time", async () => {
    const file = join(newFolder(), "faultline.db");
    const [holder, writer] = [new Database(file), new Database(file)];
    for (const db of [holder, writer]) db.exec("PRAGMA journal_mode = WAL");
    migrateStore(holder);
    const store = new EmbeddedStore({ label: "store", writer, lockPatienceMs: 150 });
    holder.exec("BEGIN IMMEDIATE");
    const refused = await store.apply(batchOf([claimOf("orders")]));
    expect(refused).toMatchObject({ ok: false, error: { code: "refused" } });
    holder.exec("ROLLBACK");
    expect(unwrap(await store.apply(batchOf([claimOf("orders")]))).version).toBe(1);
    await store.close();
    holder.close();
  });

  it("has words for every failure that a person can do something about", () => {
    for (const [code, expected] of [
      ["ENOSPC", "no-space"],
      ["SQLITE_FULL", "no-space"],
      ["SQLITE_READONLY_DBMOVED", "refused"],
      ["EROFS", "refused"],
      ["SQLITE_CORRUPT_INDEX", "corrupt"],
      ["SQLITE_BUSY_SNAPSHOT", "refused"],
      ["SQLITE_IOERR_READ", "failed"],
    ] as const) {
      const error = describeSqliteError(Object.assign(new Error("said SQLite"), { code }), "store");
      expect([code, error.code]).toEqual([code, expected]);
    }
  });
});
