import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetAttributes, AssetKind } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { guessTiersOf } from "./guess-tiers.ts";

interface Sketch {
  readonly kind: AssetKind;
  readonly reads?: readonly string[];
  readonly attributes?: AssetAttributes;
}

function graphOf(sketches: Readonly<Record<string, Sketch>>): MergedGraph {
  const assets = Object.entries(sketches).map(([name, { kind, reads = [], attributes = {} }]) => {
    const id = assetId("db", name);
    const asset: MergedAsset = {
      id,
      namespace: "db",
      name,
      shortName: name,
      kind,
      attributes,
      columns: [],
      columnsComplete: false,
      edges: reads.map((from) => ({
        from: { asset: assetId("db", from) },
        to: { asset: id },
        use: "IDENTITY",
        provenance: {},
      })),
      queries: [],
      aliases: [],
      sources: [],
      placeholder: false,
    };
    return asset;
  });
  return { version: 1, assets: new Map(assets.map((asset) => [asset.id, asset])) };
}

const guessesOf = (sketches: Readonly<Record<string, Sketch>>) =>
  Object.fromEntries([...guessTiersOf(graphOf(sketches))].map(([{ name }, tier]) => [name, tier]));

const dashboards = (count: number, reads: string): Record<string, Sketch> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `d${index}`,
      { kind: "dashboard", reads: [reads] },
    ]),
  );

describe("guessed tiers", () => {
  it("leave alone what any source says", () => {
    expect(
      guessesOf({
        said: { kind: "table", attributes: { tier: 4, tierGuessed: false } },
        earlier: { kind: "table", attributes: { tier: 1, tierGuessed: true } },
      }),
    ).toEqual({ earlier: 4 });
  });

  it("of a table rise with the dashboards that hang on it, through all that lies between", () => {
    const between = { raw: { kind: "table" }, mart: { kind: "view", reads: ["raw"] } } as const;
    expect(guessesOf({ ...between, ...dashboards(1, "mart") })["raw"]).toBe(4);
    expect(guessesOf({ ...between, ...dashboards(2, "mart") })["raw"]).toBe(3);
    expect(guessesOf({ ...between, ...dashboards(8, "mart") })["raw"]).toBe(2);
    expect(guessesOf({ ...between, ...dashboards(60, "mart") })["raw"]).toBe(1);
  });

  it("count a dashboard of many charts once, and give the charts its tier", () => {
    const board = assetId("db", "board");
    const charts = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `chart${index}`,
        { kind: "chart" as const, reads: ["raw"], attributes: { partOf: board } },
      ]),
    );
    const said = { kind: "dashboard", attributes: { tier: 1 } } as const;
    expect(guessesOf({ raw: { kind: "table" }, board: said, ...charts })).toMatchObject({
      raw: 4,
      chart0: 1,
      chart29: 1,
    });
  });

  it("are the same as by counting every consumer of every asset, circles included", () => {
    const size = 40;
    const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 120 });
    fc.assert(
      fc.property(
        edges,
        fc.array(fc.boolean(), { minLength: size, maxLength: size }),
        (pairs, ends) => {
          const sketches: Record<string, Sketch> = {};
          for (let node = 0; node < size; node++) {
            const reads = pairs.filter(([, to]) => to === node).map(([from]) => `n${from}`);
            sketches[`n${node}`] = { kind: ends[node] ? "chart" : "table", reads };
          }
          for (const [name, tier] of Object.entries(guessesOf(sketches))) {
            const reached = reachedBy(name, sketches);
            const count = [...reached].filter((one) => sketches[one]?.kind === "chart").length;
            expect(tier).toBe(count >= 25 ? 1 : count >= 8 ? 2 : count >= 2 ? 3 : 4);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function reachedBy(start: string, sketches: Readonly<Record<string, Sketch>>): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const one of reached) {
    for (const [name, { reads = [] }] of Object.entries(sketches))
      if (reads.includes(one)) reached.add(name);
  }
  reached.delete(start);
  return reached;
}
