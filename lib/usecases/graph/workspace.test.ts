import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { describeHistory } from "../history/describe-history.ts";
import type { Workspace } from "./workspace.ts";
import { openWorkspace } from "./workspace.ts";

const claimOf = (
  name: string,
  columns: readonly string[],
  more: Partial<AssetClaim> = {},
): AssetClaim => ({
  asset: assetId("mesh", name),
  namespace: "mesh",
  name,
  kind: "table",
  attributes: { domain: "checkout" },
  columns: columns.map((column) => ({ name: column, type: "INTEGER" })),
  columnsComplete: true,
  edges: [],
  queries: [],
  aliases: [],
  provenance: { file: "x.json" },
  ...more,
});

const batchOf = (claims: readonly AssetClaim[], at = "2026-11-03T02:00:00.000Z"): LineageBatch => ({
  source: { id: "graph:x", kind: "graph", label: "x" },
  at,
  claims,
  complete: true,
  problems: [],
});

let folder: string;
let store: LineageStore;
let isAway: boolean;
const open: Workspace[] = [];

/** The real embedded store behind a wire that can be cut. */
const opener = async (): Promise<Result<LineageStore, StoreError>> => {
  if (isAway) return away();
  const opened = await openStore(`file:${folder}/store`, {});
  if (!opened.ok) return opened;
  const real = opened.value;
  return ok({
    ...bind(real),
    version: () => (isAway ? Promise.resolve(away()) : real.version()),
    claims: (at) => (isAway ? Promise.resolve(away()) : real.claims(at)),
    claimsSince: (version) => (isAway ? Promise.resolve(away()) : real.claimsSince(version)),
  });
};

const away = (): Result<never, StoreError> =>
  err({ code: "unreachable", message: "the wire is cut" });

function bind(real: LineageStore): LineageStore {
  return {
    label: real.label,
    apply: (batch) => real.apply(batch),
    version: () => real.version(),
    versions: (since) => real.versions(since),
    claims: (at) => real.claims(at),
    claimsSince: (version) => real.claimsSince(version),
    getRecord: (collection, key) => real.getRecord(collection, key),
    listRecords: (collection) => real.listRecords(collection),
    putRecord: (...record) => real.putRecord(...record),
    deleteRecord: (collection, key) => real.deleteRecord(collection, key),
    close: () => real.close(),
  };
}

function workspaceOf(more: { readonly pollMs?: number } = {}): Workspace {
  const workspace = openWorkspace({
    open: opener,
    snapshotFile: join(folder, "snapshot.bin"),
    now: () => new Date(),
    ...more,
  });
  open.push(workspace);
  return workspace;
}

const namesIn = async (workspace: Workspace): Promise<readonly string[]> => {
  const view = await workspace.view();
  if (!view.ok) throw new Error(view.error.message);
  return [...view.value.graph.assets.values()].map(({ name }) => name);
};

beforeEach(async () => {
  isAway = false;
  folder = await mkdtemp(join(tmpdir(), "faultline-workspace-"));
  const opened = await openStore(`file:${folder}/store`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

afterEach(async () => {
  for (const workspace of open.splice(0)) await workspace.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a workspace", () => {
  it("sees what another process commits within a second", async () => {
    const workspace = workspaceOf();
    expect(await namesIn(workspace)).toEqual([]);
    await store.apply(batchOf([claimOf("orders", ["id"])]));
    await expect.poll(() => namesIn(workspace), { timeout: 5_000 }).toEqual(["orders"]);
  });

  it("answers from what it read last while the store is away, says so, and catches up by itself", async () => {
    await store.apply(batchOf([claimOf("orders", ["id"])]));
    const workspace = workspaceOf({ pollMs: 20 });
    await namesIn(workspace);
    isAway = true;
    await workspace.refresh();
    const view = await workspace.view();
    expect(view).toMatchObject({
      ok: true,
      value: { asOf: { version: 1, staleBecause: "the wire is cut" } },
    });
    isAway = false;
    await store.apply(batchOf([claimOf("orders", ["id"]), claimOf("refunds", ["id"])]));
    await expect.poll(() => namesIn(workspace), { timeout: 5_000 }).toEqual(["orders", "refunds"]);
    expect((await workspace.view()) as unknown).not.toMatchObject({
      value: { asOf: { staleBecause: expect.anything() } },
    });
  });

  it("starts from its file while the store is away", async () => {
    await store.apply(batchOf([claimOf("orders", ["id"])]));
    const first = workspaceOf();
    await namesIn(first);
    await first.close();
    isAway = true;
    const second = workspaceOf();
    expect(await namesIn(second)).toEqual(["orders"]);
    expect(await second.view()).toMatchObject({
      value: { asOf: { version: 1, staleBecause: "the wire is cut" } },
    });
  });

  it("does not believe a damaged file, at any byte", async () => {
    await store.apply(batchOf([claimOf("orders", ["id"])]));
    const first = workspaceOf();
    await namesIn(first);
    await first.close();
    const path = join(folder, "snapshot.bin");
    const good = await readFile(path);
    isAway = true;
    for (const at of [0, 9, 17, 40, Math.floor(good.length / 2), good.length - 1]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0xff;
      await writeFile(path, bad);
      expect((await workspaceOf().view()).ok, `byte ${at}`).toBe(false);
    }
    await writeFile(path, good.subarray(0, good.length - 3));
    expect((await workspaceOf().view()).ok).toBe(false);
  });

  it("does not take another store's file for its own, though the number of the version is the same", async () => {
    await store.apply(batchOf([claimOf("orders", ["id"])]));
    const first = workspaceOf();
    await namesIn(first);
    await first.close();
    await store.close();
    await rm(join(folder, "store"), { recursive: true });
    const other = await openStore(`file:${folder}/store`, {});
    if (!other.ok) throw new Error(other.error.message);
    store = other.value;
    await store.apply(batchOf([claimOf("refunds", ["id"])], "2026-11-05T05:05:05.000Z"));
    const second = workspaceOf();
    expect(await namesIn(second)).toEqual(["refunds"]);
    expect(await second.view()).toMatchObject({ value: { asOf: { version: 1 } } });
  });

  it("has the same graph from the change feed as from all claims", async () => {
    await store.apply(batchOf([claimOf("orders", ["id"]), claimOf("refunds", ["id"])]));
    const fed = workspaceOf();
    await namesIn(fed);
    await store.apply(batchOf([claimOf("orders", ["id", "amount"]), claimOf("charges", ["id"])]));
    await store.apply(batchOf([claimOf("charges", ["id", "fee"])]));
    await fed.refresh();
    const whole = await workspaceOf().viewAt("3");
    const view = await fed.view();
    expect(view.ok && whole.ok).toBe(true);
    if (view.ok && whole.ok) {
      const sorted = (graph: typeof view.value.graph) =>
        new Map([...graph.assets].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(sorted(view.value.graph)).toEqual(sorted(whole.value.graph));
      expect(view.value.asOf).toEqual(whole.value.asOf);
    }
  });

  it("reads the graph as it was, by version and by time", async () => {
    await store.apply(batchOf([claimOf("orders", ["id", "amount"])], "2026-11-01T00:00:00.000Z"));
    await store.apply(batchOf([claimOf("orders", ["id"])], "2026-11-05T00:00:00.000Z"));
    const workspace = workspaceOf();
    const columnsAt = async (at: string) => {
      const view = await workspace.viewAt(at);
      return view.ok
        ? [...view.value.graph.assets.values()].map(({ columns }) => columns.length)
        : view.error;
    };
    expect(await columnsAt("1")).toEqual([2]);
    expect(await columnsAt("2")).toEqual([1]);
    expect(await columnsAt("0")).toEqual([]);
    expect(await columnsAt("soon")).toMatchObject({ code: "bad-usage" });
  });
});

describe("history", () => {
  it("tells what came, went and changed, newest first, and offers the change to judge", async () => {
    await store.apply(batchOf([claimOf("orders", ["id", "amount"]), claimOf("refunds", ["id"])]));
    await store.apply(
      batchOf([
        claimOf("orders", ["id"], {
          columns: [
            { name: "id", type: "BIGINT" },
            { name: "currency", type: "VARCHAR" },
          ],
        }),
        claimOf("charges", ["id"]),
      ]),
    );
    const history = await describeHistory(store, { claims: 3 });
    expect(history.ok).toBe(true);
    const said = history.ok
      ? history.value.map(
          ({ shortName, column, what }) => `${shortName}${column ? `.${column}` : ""} ${what}`,
        )
      : [];
    expect(said.sort()).toEqual([
      "charges is new",
      "orders.amount was removed",
      "orders.currency was added",
      "orders.id changed its type from INTEGER to BIGINT",
      "refunds is no longer mentioned by x",
    ]);
    const removed = history.ok
      ? history.value.find(({ column }) => column === "amount")
      : undefined;
    expect(removed?.change).toMatchObject({
      kind: "drop_column",
      asset: { namespace: "mesh", name: "orders" },
      column: "amount",
    });
  });
});
