import { describe, expect, it } from "vitest";
import { addressOfLooked, lookedOfAddress, pickLooked, putLooked } from "./looked-at.ts";
import type { SearchHit } from "./page-answers.ts";

const NOTHING = { broken: [], healthy: [] };
const hit = (name: string, more: Partial<SearchHit> = {}): SearchHit =>
  ({ asset: `mesh:${name}`, shortName: name, name, namespace: "mesh", ...more }) as SearchHit;

describe("what was looked at", () => {
  it("comes back from the address of the page with how it shows", () => {
    const looked = {
      broken: [{ ref: "Revenue today", shows: "wrong" as const }, { ref: "orders" }],
      healthy: ["Top customers"],
    };
    expect(lookedOfAddress(addressOfLooked(looked))).toEqual(looked);
    const strange = {
      broken: ["orders"],
      healthy: [],
      shows: ["loud orders", "fails refunds", ""],
    };
    expect(lookedOfAddress(strange)).toEqual({ broken: [{ ref: "orders" }], healthy: [] });
  });

  it("is broken or right, not both, and stays in its place when more is said of it", () => {
    const two = putLooked(putLooked(NOTHING, "a", "broken"), "b", "broken");
    expect(putLooked(two, "a", "stale").broken).toEqual([
      { ref: "a", shows: "stale" },
      { ref: "b" },
    ]);
    expect(putLooked(two, "a", "healthy")).toEqual({ broken: [{ ref: "b" }], healthy: ["a"] });
    expect(putLooked(two, "a", undefined).broken).toEqual([{ ref: "b" }]);
  });

  it("is all that an error text says where it says what failed, and one of its guesses where it does not", () => {
    const failed = hit("fct_revenue", { shows: "fails" });
    const gone = hit("orders", { column: "amount", shows: "gone" });
    const side = "broken" as const;
    expect(pickLooked(NOTHING, { hit: gone, all: [failed, gone], side }).broken).toEqual([
      { ref: "mesh:fct_revenue", shows: "fails" },
      { ref: "orders.amount", shows: "gone" },
    ]);
    const other = hit("charges", { column: "amount", shows: "gone" });
    expect(pickLooked(NOTHING, { hit: other, all: [gone, other], side }).broken).toEqual([
      { ref: "charges.amount", shows: "gone" },
    ]);
  });
});
