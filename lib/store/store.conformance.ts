import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { LineageBatch } from "#lib/model/claim.ts";
import type { LineageStore } from "./lineage-store.ts";
import { describeNamesAndRecords } from "./records.conformance.ts";
import { anyBatches, batchOf, claimOf } from "./sample-batches.conformance.ts";
import { TwinStore } from "./twin.conformance.ts";
import { unwrap } from "./unwrap.conformance.ts";

export interface StoreUnderTest {
  readonly name: string;
  /** A store that holds nothing. */
  readonly openEmpty: () => Promise<LineageStore>;
  /** Random histories to compare with the slow twin. */
  readonly histories: number;
}

/** What every store must do. Each store's own test file calls it. */
export function describeLineageStore({ name, openEmpty, histories }: StoreUnderTest): void {
  const opened: LineageStore[] = [];
  const open = async (): Promise<LineageStore> => {
    const store = await openEmpty();
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  describe(`${name}: batches`, () => {
    it("starts at version 0 with nothing in it", async () => {
      const store = await open();
      expect(unwrap(await store.version())).toEqual({
        version: 0,
        at: "",
        source: "",
        written: 0,
      });
      expect(unwrap(await store.versions())).toEqual([]);
      expect(unwrap(await store.claims())).toEqual([]);
      expect(unwrap(await store.claimsSince(0))).toEqual({ version: 0, changed: [] });
    });

    it("gives back what was written, in the order of asset and source", async () => {
      const store = await open();
      const orders = claimOf("orders", { columns: ["id"], edges: ["raw.id -> id", "raw -> *"] });
      const raw = claimOf("raw", { columns: ["id"], columnsComplete: false, placeholder: true });
      expect(unwrap(await store.apply(batchOf([orders, raw])))).toEqual({
        version: 1,
        written: 2,
        unchanged: 0,
        madeStale: 0,
      });
      unwrap(await store.apply(batchOf([raw], { source: "a:first", at: "2026-04-01T00:00:00Z" })));
      const claims = unwrap(await store.claims());
      expect(claims.map(({ claim, source, version }) => [claim, source.id, version])).toEqual([
        [orders, "dbt:shop", 1],
        [raw, "a:first", 2],
        [raw, "dbt:shop", 1],
      ]);
    });

    it("holds every claim of a batch, however many it has, with what changed and what did not", async () => {
      const store = await open();
      const claimsOf = (count: number, column: string) =>
        Array.from({ length: count }, (_, at) =>
          claimOf(`table_${String(at).padStart(3, "0")}`, {
            columns: [at % 3 === 0 ? column : "id"],
          }),
        );
      for (const [at, count] of [1, 15, 16, 17, 33].entries()) {
        const claims = claimsOf(count, `column_${at}`);
        unwrap(await store.apply(batchOf(claims)));
        expect(unwrap(await store.claims()).map(({ claim }) => claim)).toEqual(claims);
      }
      expect(unwrap(await store.claims({ version: 3 })).map(({ claim }) => claim)).toEqual(
        claimsOf(16, "column_2"),
      );
    });

    it("writes nothing when the same batch comes again, and keeps the version", async () => {
      const store = await open();
      const batch = batchOf([claimOf("orders", { columns: ["id"] })]);
      unwrap(await store.apply(batch));
      const before = unwrap(await store.claims());
      expect(unwrap(await store.apply(batch))).toEqual({
        version: 1,
        written: 0,
        unchanged: 1,
        madeStale: 0,
      });
      expect(unwrap(await store.claims())).toEqual(before);
      expect(unwrap(await store.versions())).toHaveLength(1);
    });

    it("moves last seen without a new version when an unchanged claim is seen later, never back", async () => {
      const store = await open();
      for (const [at, complete] of [
        ["2026-03-01T00:00:00Z", true],
        ["2026-03-05T00:00:00Z", true],
        ["2026-03-07T00:00:00Z", false],
        ["2026-03-02T00:00:00Z", true],
      ] as const) {
        unwrap(await store.apply(batchOf([claimOf("orders")], { at, complete })));
      }
      const [claim] = unwrap(await store.claims());
      expect(claim).toMatchObject({
        version: 1,
        firstSeen: "2026-03-01T00:00:00Z",
        lastSeen: "2026-03-07T00:00:00Z",
      });
      expect(unwrap(await store.version()).version).toBe(1);
    });

    it("sees again all that a source says, without being told what, and leaves what is stale as it was", async () => {
      const store = await open();
      const claims = [claimOf("orders", { columns: ["id"] }), claimOf("raw")];
      unwrap(await store.apply(batchOf(claims, { at: "2026-03-01T00:00:00Z" })));
      unwrap(await store.apply(batchOf(claims.slice(0, 1), { at: "2026-03-02T00:00:00Z" })));
      unwrap(
        await store.apply(batchOf([claimOf("x")], { source: "other", at: "2026-03-02T00:00:00Z" })),
      );
      const again = batchOf([], {
        at: "2026-03-05T00:00:00Z",
        complete: false,
        seenAgain: true,
        readAt: 2,
      });
      expect(unwrap(await store.apply(again))).toEqual({
        version: 3,
        written: 0,
        unchanged: 1,
        madeStale: 0,
      });
      const seen = unwrap(await store.claims()).map(({ claim, lastSeen, staleSince }) => [
        claim.name,
        lastSeen.slice(0, 10),
        staleSince?.slice(0, 10),
      ]);
      expect(seen).toEqual([
        ["orders", "2026-03-05", undefined],
        ["raw", "2026-03-01", "2026-03-02"],
        ["x", "2026-03-02", undefined],
      ]);
      // Somebody has said more of the source since it was read.
      expect(await store.apply({ ...again, readAt: 1 })).toMatchObject({
        ok: false,
        error: { code: "conflict" },
      });
    });

    it("keeps only the last of two claims for one asset in a batch", async () => {
      const store = await open();
      const claims = [
        claimOf("orders", { columns: ["old"] }),
        claimOf("orders", { columns: ["new"] }),
      ];
      expect(unwrap(await store.apply(batchOf(claims))).written).toBe(1);
      expect(unwrap(await store.claims()).map(({ claim }) => claim)).toEqual([claims[1]]);
    });

    it("marks what a complete batch leaves out as stale, and takes the mark away when it returns", async () => {
      const store = await open();
      const [orders, raw] = [claimOf("orders", { columns: ["id"] }), claimOf("raw")];
      unwrap(await store.apply(batchOf([orders, raw], { at: "2026-03-01T00:00:00Z" })));
      const gone = unwrap(await store.apply(batchOf([raw], { at: "2026-03-02T00:00:00Z" })));
      expect(gone).toEqual({ version: 2, written: 0, unchanged: 1, madeStale: 1 });
      expect(unwrap(await store.claims()).map((claim) => claim.staleSince)).toEqual([
        "2026-03-02T00:00:00Z",
        undefined,
      ]);
      expect(unwrap(await store.claimsSince(1)).changed.map(({ claim }) => claim.name)).toEqual([
        "orders",
      ]);
      const back = unwrap(
        await store.apply(batchOf([orders, raw], { at: "2026-03-03T00:00:00Z" })),
      );
      expect(back).toEqual({ version: 3, written: 1, unchanged: 1, madeStale: 0 });
      expect(unwrap(await store.claims()).every((claim) => claim.staleSince === undefined)).toBe(
        true,
      );
      expect(unwrap(await store.claims({ version: 2 }))[0]?.staleSince).toBe(
        "2026-03-02T00:00:00Z",
      );
    });

    it("leaves other claims alone when a batch is not complete, and other sources always", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("orders")])));
      unwrap(await store.apply(batchOf([claimOf("raw")], { complete: false })));
      unwrap(await store.apply(batchOf([], { source: "other:source" })));
      expect(unwrap(await store.claims()).map((claim) => claim.staleSince)).toEqual([
        undefined,
        undefined,
      ]);
    });

    it("keeps the problems of a source beside its batch, each once", async () => {
      const store = await open();
      const problem = {
        code: "no-sql",
        message: "orders has no SQL",
        severity: "warning",
      } as const;
      const batch = batchOf([claimOf("orders")], { problems: [problem] });
      unwrap(await store.apply(batch));
      unwrap(await store.apply({ ...batch, complete: false }));
      const record = unwrap(await store.getRecord("problems", "dbt:shop"));
      expect(record?.body).toEqual({ source: batch.source, problems: [problem] });
      expect(record?.revision).toBe(1);
      unwrap(await store.apply(batchOf([claimOf("orders")])));
      expect(unwrap(await store.getRecord("problems", "dbt:shop"))?.body).toMatchObject({
        problems: [],
      });
    });

    it("refuses a batch that goes on from claims which somebody else has replaced since, and writes nothing of it", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("orders")])));
      unwrap(await store.apply(batchOf([claimOf("theirs")], { complete: false })));
      unwrap(await store.apply(batchOf([claimOf("raw")], { source: "other:source" })));
      const late = batchOf([claimOf("orders", { columns: ["id"] })], { readAt: 1 });
      expect(await store.apply(late)).toMatchObject({ ok: false, error: { code: "conflict" } });
      expect(unwrap(await store.version()).version).toBe(3);
      expect(unwrap(await store.claims()).map((claim) => claim.staleSince)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      // Version 3 is another source's.
      expect(unwrap(await store.apply({ ...late, readAt: 2 }))).toMatchObject({ version: 4 });
    });

    it("lets one of two writers who read the same version write", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("orders")])));
      const outcomes = await Promise.all(
        ["a", "b"].map((name) =>
          store.apply(batchOf([claimOf(name)], { complete: false, readAt: 1 })),
        ),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(unwrap(await store.claims())).toHaveLength(2);
    });

    it("refuses a batch with a record that somebody else has written since, and writes nothing of it", async () => {
      const store = await open();
      const record = { collection: "runs", key: "etl", body: { runs: 1 }, always: true } as const;
      const told = (name: string, ifRevision: number) =>
        store.apply(batchOf([claimOf(name)], { records: [{ ...record, ifRevision }] }));
      unwrap(await told("orders", 0));
      unwrap(await store.putRecord("runs", "etl", { runs: 2 }, 1));
      for (const seen of [0, 1])
        expect(await told("theirs", seen)).toMatchObject({
          ok: false,
          error: { code: "conflict" },
        });
      expect(unwrap(await store.getRecord("runs", "etl"))?.body).toEqual({ runs: 2 });
      expect(unwrap(await store.claims()).map(({ claim }) => claim.name)).toEqual(["orders"]);
      expect(unwrap(await told("theirs", 2))).toMatchObject({ version: 2, written: 1 });
    });

    it("refuses a batch whose time is not one, and writes nothing of it", async () => {
      const store = await open();
      const refused = await store.apply(batchOf([claimOf("orders")], { at: "yesterday" }));
      expect(refused).toMatchObject({ ok: false, error: { code: "refused" } });
      expect(unwrap(await store.version()).version).toBe(0);
    });
  });

  describe(`${name}: history`, () => {
    it("answers as of a version and as of a time", async () => {
      const store = await open();
      const [old, now] = [
        claimOf("orders", { columns: ["amount"] }),
        claimOf("orders", { columns: ["cents"] }),
      ];
      unwrap(await store.apply(batchOf([old], { at: "2026-03-01T00:00:00Z" })));
      unwrap(await store.apply(batchOf([now], { at: "2026-03-10T00:00:00+02:00" })));
      const at = async (asOf: Parameters<LineageStore["claims"]>[0]) =>
        unwrap(await store.claims(asOf)).map(({ claim }) => claim);
      expect(await at({ version: 0 })).toEqual([]);
      expect(await at({ version: 1 })).toEqual([old]);
      expect(await at({ version: 2 })).toEqual([now]);
      expect(await at({ version: 99 })).toEqual([now]);
      expect(await at({ time: "2026-02-28T23:59:59Z" })).toEqual([]);
      expect(await at({ time: "2026-03-01T00:00:00Z" })).toEqual([old]);
      expect(await at({ time: "2026-03-09T21:59:59Z" })).toEqual([old]);
      expect(await at({ time: "2026-03-09T22:00:00Z" })).toEqual([now]);
      expect(await store.claims({ time: "soon" })).toMatchObject({
        ok: false,
        error: { code: "refused" },
      });
      expect(await store.claims({ version: -1 })).toMatchObject({
        ok: false,
        error: { code: "refused" },
      });
    });

    it("tells followers exactly what changed after a version", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("a"), claimOf("b")])));
      unwrap(
        await store.apply(batchOf([claimOf("a"), claimOf("b", { columns: ["id"] }), claimOf("c")])),
      );
      const feed = unwrap(await store.claimsSince(1));
      expect(feed.version).toBe(2);
      expect(feed.changed.map(({ claim }) => claim.name)).toEqual(["b", "c"]);
      expect(unwrap(await store.claimsSince(2))).toEqual({ version: 2, changed: [] });
      expect(unwrap(await store.versions(1))).toEqual([
        { version: 2, at: "2026-03-31T02:00:00Z", source: "dbt:shop", written: 2 },
      ]);
    });

    it("answers any history of batches as the slow twin does", async () => {
      await fc.assert(
        fc.asyncProperty(anyBatches, async (batches) => {
          const store = await openEmpty();
          try {
            await compareWithTwin(store, batches);
          } finally {
            await store.close();
          }
        }),
        { numRuns: histories },
      );
    });
  });

  describeNamesAndRecords(name, open);
}

async function compareWithTwin(
  store: LineageStore,
  batches: readonly LineageBatch[],
): Promise<void> {
  const twin = new TwinStore();
  for (const batch of batches) expect(unwrap(await store.apply(batch))).toEqual(twin.apply(batch));
  expect(unwrap(await store.versions())).toEqual(twin.versions());
  expect(unwrap(await store.claims())).toEqual(twin.claims());
  for (let version = 0; version <= twin.versions().length; version++) {
    expect(unwrap(await store.claims({ version }))).toEqual(twin.claims({ version }));
    expect(unwrap(await store.claimsSince(version))).toEqual(twin.claimsSince(version));
  }
  for (const day of ["02-28", "03-02", "03-05", "03-09"]) {
    const time = `2026-${day}T12:00:00Z`;
    expect(unwrap(await store.claims({ time }))).toEqual(twin.claims({ time }));
  }
}
