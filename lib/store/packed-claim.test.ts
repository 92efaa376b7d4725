import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import { decodeClaim } from "./decode-claim.ts";
import { encodeClaim } from "./encode-claim.ts";
import { anyClaim, claimOf, UGLY_NAMES } from "./sample-batches.conformance.ts";

describe("the text of a claim", () => {
  it("gives back any claim exactly, and the same claim always has the same text", () => {
    fc.assert(
      fc.property(anyClaim, (claim) => {
        const text = encodeClaim(claim);
        const decoded = decodeClaim(text);
        expect(decoded).toEqual(claim);
        expect(decoded && encodeClaim(decoded)).toBe(text);
      }),
    );
  });

  it("gives back what does not fit into small numbers, and thousands of edges", () => {
    const asset = assetId("db", "wide");
    const all = Array.from(
      { length: 5_000 },
      (_, at): Edge => ({
        from: { asset, column: `c${at}` },
        to: { asset, column: `d${at % 7}` },
        use: "IDENTITY",
        provenance: { file: "wide.sql", line: at % 2 === 0 ? 70_000 + at : 3 },
      }),
    );
    const claim = claimOf("wide", { columns: [] });
    for (const edges of [all, all.slice(0, 3), all.slice(0, 1)])
      expect(decodeClaim(encodeClaim({ ...claim, edges }))?.edges).toEqual(edges);
  });

  it("tells any two claims apart that differ", () => {
    fc.assert(
      fc.property(anyClaim, anyClaim, (one, other) => {
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(encodeClaim(one) === encodeClaim(other)).toBe(isSame);
      }),
    );
  });

  it("keeps names that no other text could hold", () => {
    for (const ugly of UGLY_NAMES) {
      const claim = claimOf(ugly, { columns: UGLY_NAMES, provenance: { file: ugly } });
      expect(decodeClaim(encodeClaim(claim))).toStrictEqual(claim);
    }
  });

  it("takes a fifth of the room of plain JSON for a table with many edges", () => {
    const edges = Array.from(
      { length: 40 },
      (_, at) => `warehouse_orders.column_${at % 8} -> column_${at % 20}`,
    );
    const claim = claimOf("mart_customers", { columns: ["id"], edges });
    expect(encodeClaim(claim).length * 5).toBeLessThan(JSON.stringify(claim).length);
  });

  it("gives nothing for a text that is no claim, rather than half of one", () => {
    for (const text of ["", "{", "null", "[2,{},[],[0]]", '[1,{"asset":"a/b"}]', '"text"']) {
      expect(decodeClaim(text)).toBeUndefined();
    }
  });
});

/** The same value with its keys in one order, so that JSON compares it as data. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
