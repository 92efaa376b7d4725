import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { factLanes } from "#lib/model/edge-lanes.ts";
import { withEdgesOnDemand } from "#lib/model/edges-on-demand.ts";
import { packEdges } from "#lib/model/pack-edges.ts";
import { unpackLater } from "#lib/model/unpack-edges.ts";
import { claimToFact } from "./claim-to-fact.ts";

const ORDERS = assetId("pg://db", "shop.orders");
const few = fc.constantFrom("a", "b", "__proto__", "b.c");
const asset = fc.constantFrom(
  ORDERS,
  assetId("pg://db", "shop.raw"),
  assetId("s3://lake", "raw/x"),
);

const edge = (more: readonly ("query" | "extra")[]): fc.Arbitrary<Edge> =>
  fc
    .record(
      {
        from: fc.record({ asset, column: few }, { requiredKeys: ["asset"] }),
        toColumn: fc.option(few, { nil: undefined }),
        use: fc.constantFrom("IDENTITY" as const, "UNKNOWN" as const),
        cap: fc.constantFrom("likely" as const, "possible" as const),
        expression: few,
        via: asset,
        said: fc.record(
          { namespace: few, name: few, path: fc.array(few, { minLength: 1, maxLength: 2 }) },
          { requiredKeys: ["namespace", "name"] },
        ),
        provenance: fc.record(
          { file: few, line: fc.integer({ min: 0, max: 3 }), event: few },
          { requiredKeys: [] },
        ),
        query: few,
        extra: fc.constant({ owner: "a" }),
      },
      { requiredKeys: ["from", "use", "provenance", "toColumn", ...more] },
    )
    .map(({ toColumn, query, extra, ...one }) => ({
      ...one,
      to: toColumn === undefined ? { asset: ORDERS } : { asset: ORDERS, column: toColumn },
      ...(more.includes("query") && query !== undefined ? { query } : {}),
      ...(more.includes("extra") && extra !== undefined ? { extra } : {}),
    }));

const claimOf = (edges: readonly Edge[]): AssetClaim => ({
  asset: ORDERS,
  namespace: "pg://db",
  name: "shop.orders",
  kind: "table",
  attributes: {},
  columnsComplete: false,
  edges,
  queries: [],
  aliases: [],
  provenance: {},
});

const fromStore = (claim: AssetClaim): AssetClaim =>
  withEdgesOnDemand(claim, unpackLater(packEdges(claim.edges)));

describe("a claim that comes out of a store, as a fact", () => {
  it("has its edges as lists, and they are those that its edges make one by one", () => {
    fc.assert(
      fc.property(fc.array(edge([]), { maxLength: 8 }), (edges) => {
        const fact = claimToFact(fromStore(claimOf(edges)));
        const lanes = fact && factLanes(fact);
        expect(fact).toEqual(claimToFact(claimOf(edges)));
        expect(lanes?.end.length ?? 0).toBe(edges.length);
        for (const [at, place] of (lanes?.firstPlace ?? []).entries())
          expect(place).toEqual(edges[lanes?.end.indexOf(at) ?? -1]?.provenance);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves out the edges of its queries, and keeps what is not modelled", () => {
    fc.assert(
      fc.property(fc.array(edge(["query"])), fc.array(edge(["extra"])), (queried, more) => {
        const edges = [...queried, ...more];
        const fact = claimToFact(fromStore(claimOf(edges)));
        expect(fact).toEqual(claimToFact(claimOf(edges)));
        expect(fact?.edges).toHaveLength(more.length);
      }),
      { numRuns: 200 },
    );
  });
});
