import { describe, expect, it } from "vitest";
import { assetId } from "./asset-id.ts";
import type { Edge } from "./edge.ts";
import { withEdgesOnDemand } from "./edges-on-demand.ts";

const asset = assetId("db", "orders");
const edgesOf = (count: number): Edge[] =>
  Array.from({ length: count }, (_, at) => ({
    from: { asset, column: `c${at}` },
    to: { asset },
    use: "IDENTITY",
    provenance: {},
  }));

describe("edges that are made when somebody asks", () => {
  it("are made once for who asks several times in a row, and again after many others asked", () => {
    let times = 0;
    const small = withEdgesOnDemand(
      { name: "small" },
      {
        make: () => {
          times++;
          return edgesOf(2);
        },
      },
    );
    expect(times).toBe(0);
    expect(small.edges).toBe(small.edges);
    expect(times).toBe(1);
    const large = withEdgesOnDemand({ name: "large" }, { make: () => edgesOf(60_000) });
    expect(large.edges).toHaveLength(60_000);
    expect(small.edges).toEqual(edgesOf(2));
    expect(times).toBe(2);
  });

  it("go along into a copy, into JSON and into a comparison", () => {
    const claim = withEdgesOnDemand({ name: "orders" }, { make: () => edgesOf(1) });
    const plain = { name: "orders", edges: edgesOf(1) };
    expect({ ...claim }).toEqual(plain);
    expect(JSON.stringify(claim)).toBe(JSON.stringify(plain));
    expect(structuredClone(claim)).toEqual(plain);
  });

  it("stand in the place of those that were there", () => {
    const claim = withEdgesOnDemand(
      { name: "orders", edges: [], queries: [] },
      { make: () => edgesOf(1) },
    );
    expect(Object.keys(claim)).toEqual(["name", "edges", "queries"]);
    expect(claim.edges).toEqual(edgesOf(1));
  });
});
