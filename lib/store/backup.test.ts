import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Result } from "#lib/kit/result.ts";
import { type BackupOutcome, backupStore, restoreStore } from "./backup.ts";
import { openEventInbox } from "./event-inbox.ts";
import { openStore } from "./open-store.ts";
import { batchOf, claimOf } from "./sample-batches.conformance.ts";
import type { StoreError } from "./store-error.ts";
import { unwrap } from "./unwrap.conformance.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "faultline-backup-"));
const openFolder = async (folder: string) => unwrap(await openStore(`file:${folder}`, {}));

/** In a process of its own, as the command does it: a closed database of this one is let go only at some later time. */
async function restoreAlone(
  folder: string,
  file: string,
): Promise<Result<BackupOutcome & { readonly previous?: string }, StoreError>> {
  const script = join(import.meta.dirname, "embedded/restore-child.conformance.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--import", "tsx", script],
    ...[`file:${folder}`, file],
  ]);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof restoreAlone>>;
}

/** A store with one table, as a file that no process has open. */
async function copyOfOne(): Promise<string> {
  const folder = newFolder();
  const file = join(newFolder(), "copy.db");
  const store = await openFolder(folder);
  unwrap(await store.apply(batchOf([claimOf("orders")])));
  unwrap(await backupStore(`file:${folder}`, file));
  await store.close();
  return file;
}

describe("backup and restore", () => {
  it("copies one moment of a store in use, and refuses a file that is there", async () => {
    const folder = newFolder();
    const url = `file:${folder}`;
    const file = join(newFolder(), "new", "copy.db");
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("orders")])));
    expect(unwrap(await backupStore(url, file))).toMatchObject({ file, version: 1 });
    expect(await backupStore(url, file)).toMatchObject({ ok: false, error: { code: "refused" } });
    await store.close();
  });

  it("puts a copy back, and keeps what was there beside it", async () => {
    const [folder, file] = [newFolder(), await copyOfOne()];
    writeFileSync(join(folder, "faultline.db"), readFileSync(file));
    const restored = unwrap(await restoreAlone(folder, file));
    expect(restored.version).toBe(1);
    expect(readFileSync(restored.previous ?? "").length).toBeGreaterThan(0);
    const again = await openFolder(folder);
    expect(unwrap(await again.claims()).map(({ claim }) => claim.name)).toEqual(["orders"]);
    unwrap(await again.apply(batchOf([claimOf("orders"), claimOf("later")])));
    await again.close();
  });

  it("carries the events that were accepted and are not in the graph yet, and those that were set aside", async () => {
    const [folder, elsewhere] = [newFolder(), newFolder()];
    const file = join(newFolder(), "copy.db");
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("orders")])));
    const inbox = unwrap(openEventInbox(folder));
    unwrap(inbox.append(["first", "odd", "second"]));
    const odd = unwrap(inbox.read({ after: 0, maxSize: 100 })).find(({ body }) => body === "odd");
    if (odd) unwrap(inbox.setAside(odd, "nobody can read it"));
    expect(unwrap(await backupStore(`file:${folder}`, file))).toMatchObject({ waiting: 2 });
    inbox.close();
    await store.close();
    const theirs = unwrap(openEventInbox(elsewhere));
    unwrap(theirs.append(["of the store that is replaced"]));
    theirs.close();
    expect(unwrap(await restoreAlone(elsewhere, file))).toMatchObject({ version: 1, waiting: 2 });
    const again = unwrap(openEventInbox(elsewhere));
    const bodies = unwrap(again.read({ after: 0, maxSize: 100 })).map(({ body }) => body);
    expect(bodies).toEqual(["first", "second"]);
    expect(unwrap(again.listAside())).toEqual([{ body: "odd", reason: "nobody can read it" }]);
    again.close();
    expect(readdirSync(elsewhere).filter((name) => /inbox.*before-restore/.test(name))).not.toEqual(
      [],
    );
    // A copy of what was restored carries them on.
    const next = join(newFolder(), "next.db");
    expect(unwrap(await backupStore(`file:${elsewhere}`, next))).toMatchObject({ waiting: 2 });
  });

  it("is refused while a server has the store open, which then goes on as before", async () => {
    const [folder, file] = [newFolder(), await copyOfOne()];
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("theirs")])));
    expect(await restoreAlone(folder, file)).toMatchObject({
      ok: false,
      error: { code: "refused", next: expect.stringContaining("Stop the server") },
    });
    unwrap(await store.apply(batchOf([claimOf("theirs"), claimOf("more")])));
    expect(unwrap(await store.claims())).toHaveLength(2);
    await store.close();
  });

  it("replaces a store that is damaged: that is what it is for", async () => {
    const [folder, file] = [newFolder(), await copyOfOne()];
    writeFileSync(join(folder, "faultline.db"), "no store at all".repeat(1000));
    expect(unwrap(await restoreAlone(folder, file)).version).toBe(1);
  });

  it("refuses a backup that is damaged, and leaves the store", async () => {
    const folder = newFolder();
    const store = await openFolder(folder);
    unwrap(await store.apply(batchOf([claimOf("orders")])));
    await store.close();
    const file = join(newFolder(), "bad.db");
    writeFileSync(file, "no backup at all".repeat(1000));
    expect(await restoreStore(`file:${folder}`, file)).toMatchObject({
      ok: false,
      error: { code: "corrupt" },
    });
    const again = await openFolder(folder);
    expect(unwrap(await again.claims())).toHaveLength(1);
    await again.close();
  });
});
