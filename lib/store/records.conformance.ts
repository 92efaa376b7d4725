import { describe, expect, it } from "vitest";
import type { LineageStore } from "./lineage-store.ts";
import { batchOf, claimOf, UGLY_NAMES } from "./sample-batches.conformance.ts";
import { unwrap } from "./unwrap.conformance.ts";

/** Names that are hard to keep, and small records, of every store. */
export function describeNamesAndRecords(name: string, open: () => Promise<LineageStore>): void {
  describe(`${name}: names`, () => {
    it("tells ugly names apart and gives them back as they were", async () => {
      const store = await open();
      const claims = UGLY_NAMES.map((ugly) =>
        claimOf(ugly, {
          columns: UGLY_NAMES,
          attributes: { owner: ugly, domain: ugly },
          provenance: { file: ugly, line: 1 },
        }),
      );
      const batch = batchOf(claims, { source: UGLY_NAMES[9] ?? "" });
      expect(unwrap(await store.apply(batch)).written).toBe(UGLY_NAMES.length);
      expect(unwrap(await store.apply(batch)).unchanged).toBe(UGLY_NAMES.length);
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
      const stored = unwrap(await store.claims()).map(({ claim }) => claim);
      expect([...stored].sort(byName)).toEqual([...claims].sort(byName));
    });

    it("keeps records under ugly names apart", async () => {
      const store = await open();
      for (const ugly of UGLY_NAMES) unwrap(await store.putRecord(ugly, ugly, { ugly }));
      for (const ugly of UGLY_NAMES) {
        expect(unwrap(await store.listRecords(ugly)).map(({ key, body }) => [key, body])).toEqual([
          [ugly, { ugly }],
        ]);
      }
    });
  });

  describe(`${name}: records`, () => {
    it("counts revisions and lets only the first of two writers win", async () => {
      const store = await open();
      expect(unwrap(await store.getRecord("waivers", "w1"))).toBeUndefined();
      expect(unwrap(await store.putRecord("waivers", "w1", { by: "team-a" }, 0)).revision).toBe(1);
      expect(unwrap(await store.putRecord("waivers", "w1", { by: "team-b" }, 1)).revision).toBe(2);
      for (const seen of [0, 1, 3]) {
        expect(await store.putRecord("waivers", "w1", {}, seen)).toMatchObject({
          ok: false,
          error: { code: "conflict" },
        });
      }
      expect(unwrap(await store.getRecord("waivers", "w1"))).toMatchObject({
        collection: "waivers",
        key: "w1",
        body: { by: "team-b" },
        revision: 2,
      });
    });

    it("lets exactly one of many that write at once win", async () => {
      const store = await open();
      const tries = await Promise.all(
        Array.from({ length: 8 }, (_, writer) => store.putRecord("tokens", "t", { writer }, 0)),
      );
      expect(tries.filter((result) => result.ok)).toHaveLength(1);
    });

    it("lists a collection in the order of keys, and deletes", async () => {
      const store = await open();
      for (const key of ["b", "a", "é", "B"]) unwrap(await store.putRecord("reviews", key, key));
      unwrap(await store.putRecord("other", "x", null));
      expect(unwrap(await store.listRecords("reviews")).map(({ key }) => key)).toEqual([
        "B",
        "a",
        "b",
        "é",
      ]);
      expect(unwrap(await store.deleteRecord("reviews", "a"))).toBe(true);
      expect(unwrap(await store.deleteRecord("reviews", "a"))).toBe(false);
      expect(unwrap(await store.listRecords("reviews"))).toHaveLength(3);
      expect(unwrap(await store.putRecord("reviews", "a", 1, 0)).revision).toBe(1);
    });

    it("keeps the records of a batch together with it, with the version that it made", async () => {
      const store = await open();
      const by = { collection: "mutations", key: "2026-03-31 a", body: { by: "team-a" } };
      const run = {
        collection: "runs",
        key: "run 1",
        body: { state: "ok" },
        always: true,
      } as const;
      const batch = batchOf([claimOf("orders")], { records: [by, run] });
      unwrap(await store.apply(batch));
      expect(unwrap(await store.listRecords("mutations"))).toEqual([
        { ...by, body: { by: "team-a", version: 1 }, revision: 1, at: batch.at },
      ]);
      expect(unwrap(await store.getRecord("runs", "run 1"))?.body).toEqual({
        state: "ok",
        version: 1,
      });
    });

    it("keeps no record of a batch that changes nothing, but those that are always kept", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("orders")])));
      const by = { collection: "mutations", key: "b", body: {} };
      const run = {
        collection: "runs",
        key: "run 1",
        body: { state: "ok" },
        always: true,
      } as const;
      for (const revision of [1, 2]) {
        unwrap(await store.apply(batchOf([claimOf("orders")], { records: [by, run] })));
        expect(unwrap(await store.getRecord("runs", "run 1"))).toMatchObject({
          revision,
          body: { state: "ok", version: 1 },
        });
      }
      expect(unwrap(await store.listRecords("mutations"))).toEqual([]);
    });

    it("keeps no record of a batch that is refused", async () => {
      const store = await open();
      const record = { collection: "runs", key: "r", body: {}, always: true } as const;
      const refused = await store.apply(batchOf([], { at: "yesterday", records: [record] }));
      expect(refused.ok).toBe(false);
      expect(unwrap(await store.getRecord("runs", "r"))).toBeUndefined();
    });
  });
}
