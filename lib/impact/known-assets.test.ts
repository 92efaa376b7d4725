import fc from "fast-check";
import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { noteChanges } from "#lib/graph/graph-changes.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { knownAssets } from "./known-assets.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const IDS = ["a", "b", "c", "d", "e", "f", "g"];

/** What is said of the assets of one version: its name, tier and contract; absent: it is not there. */
const version = fc.dictionary(
  fc.constantFrom(...IDS),
  fc.record({
    name: fc.constantFrom("orders", "customers", "mart.orders", "b"),
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
    isPromised: fc.boolean(),
  }),
  { maxKeys: 6 },
);

test("what is known of a version that goes on from others is what is known of it alone (seed 20261123)", () => {
  let wentOn = 0;
  fc.assert(
    fc.property(fc.array(version, { minLength: 2, maxLength: 6 }), (versions) => {
      let graph: MergedGraph | undefined;
      let said: (typeof versions)[number] = {};
      for (const fresh of versions) {
        // Most of what was said stays; what is called "b" now goes.
        const kept = Object.entries({
          ...said,
          ...Object.fromEntries(Object.entries(fresh).slice(0, 2)),
        });
        said = Object.fromEntries(kept.filter(([id]) => fresh[id]?.name !== "b"));
        const assets = new Map<MergedAsset["id"], MergedAsset>();
        for (const [id, { name, tier, isPromised }] of Object.entries(said)) {
          const plain = graphOf("", { [id]: {} }).assets.get(idOf(id));
          if (plain === undefined) continue;
          const attributes = { tier, ...(isPromised ? { sla: { freshnessHours: 4 } } : {}) };
          const now = { ...plain, name, attributes };
          const before = graph?.assets.get(plain.id);
          const isSame = JSON.stringify(before) === JSON.stringify(now);
          assets.set(plain.id, isSame && before !== undefined ? before : now);
        }
        const next: MergedGraph = { version: 1, assets };
        if (graph !== undefined) {
          const { assets: old } = graph;
          const ids = [...old.keys(), ...assets.keys()];
          const changed = new Set(ids.filter((id) => old.get(id) !== assets.get(id)));
          noteChanges(graph, { after: next, changed });
          wentOn += changed.size < assets.size ? 1 : 0;
        }
        graph = next;
        const alone: MergedGraph = { version: 1, assets };
        expect(
          knownAssets({ snapshot: buildSnapshot(next), graph: next, policy: DEFAULT_POLICY }),
        ).toEqual(
          knownAssets({ snapshot: buildSnapshot(alone), graph: alone, policy: DEFAULT_POLICY }),
        );
      }
    }),
    { seed: 20261123, numRuns: 300 },
  );
  expect(wentOn).toBeGreaterThan(100);
});
