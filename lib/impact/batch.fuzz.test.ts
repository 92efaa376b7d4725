import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import { BlastIndex } from "./blast-index.ts";
import { laneNumber } from "./effects.ts";
import { propagate } from "./propagate.ts";

interface ColumnEdge {
  readonly from: readonly [asset: number, column: number];
  readonly to: readonly [asset: number, column: number];
}

interface Reached {
  /** As `asset.column`. */
  readonly columns: readonly string[];
  /** By asset: how many assets lie between it and the change. */
  readonly hops: Readonly<Record<string, number>>;
}

const assetName = (asset: number): string => `a${String(asset).padStart(5, "0")}`;
const nodeOf = ([asset, column]: ColumnEdge["from"]): string => `${assetName(asset)}.c${column}`;

/** What a change of the unit of `a00000.c0` reaches. */
function reach({
  assets,
  columns,
  edges,
}: {
  readonly assets: number;
  readonly columns: number;
  readonly edges: readonly ColumnEdge[];
}): Reached {
  const names = Array.from({ length: columns }, (_, column) => `c${column}`);
  const graph = graphOf(
    edges.map(({ from, to }) => `${nodeOf(from)} -IDENTITY> ${nodeOf(to)}`).join(";"),
    Object.fromEntries(
      Array.from({ length: assets }, (_, asset) => [assetName(asset), { columns: names }]),
    ),
  );
  const snapshot = buildSnapshot(graph);
  const relation = findAsset(snapshot, idOf(assetName(0)));
  const column = findColumn(snapshot, relation, "c0");
  const lane = laneNumber("UNIT");
  const blast = propagate({
    snapshot,
    seeds: [{ relation, slot: "col", column, lane, level: 3, change: 0 }],
  });
  const index = new BlastIndex(blast);
  const nameOf = (asset: number): string =>
    graph.assets.get(snapshot.assetIds[asset] ?? idOf(""))?.name ?? "";
  return {
    columns: [...blast.columns]
      .map((at) => `${nameOf(index.relationOf(at))}.${index.nameOf(at)}`)
      .sort(),
    hops: Object.fromEntries(
      [...blast.relations].map((at, place) => [nameOf(at), blast.hops[place] ?? 0]).sort(),
    ) as Record<string, number>,
  };
}

/** The obvious way: breadth first, then the fewest steps between assets over edges of what is reached. */
function reachSlowly(edges: readonly ColumnEdge[]): Reached {
  const columns = new Set([nodeOf([0, 0])]);
  for (let before = 0; before < columns.size; ) {
    before = columns.size;
    for (const { from, to } of edges) if (columns.has(nodeOf(from))) columns.add(nodeOf(to));
  }
  const used = edges.filter(({ from }) => columns.has(nodeOf(from)));
  const hops = new Map([[assetName(0), 0]]);
  for (let rises = true; rises; ) {
    rises = false;
    for (const { from, to } of used) {
      const next = (hops.get(assetName(from[0])) ?? Number.POSITIVE_INFINITY) + 1;
      if (next >= (hops.get(assetName(to[0])) ?? Number.POSITIVE_INFINITY)) continue;
      hops.set(assetName(to[0]), next);
      rises = true;
    }
  }
  return { columns: [...columns].sort(), hops: Object.fromEntries([...hops].sort()) };
}

const ASSETS = 24;
const COLUMNS = 3;

const ends = fc.tuple(fc.nat(ASSETS - 1), fc.nat(COLUMNS - 1));

describe("relations that do not read each other are seen to together", () => {
  it("and a change reaches the columns, over the hops, that a walk step by step finds, cycles and reads of oneself among them (seed 413)", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ from: ends, to: ends }).map(({ from, to }): ColumnEdge => {
            const [low, high] = from[0] <= to[0] ? [from, to] : [to, from];
            return { from: low, to: high };
          }),
          { minLength: 20, maxLength: 90 },
        ),
        fc.array(fc.record({ from: ends, to: ends }), { maxLength: 2 }),
        (forwards, others) => {
          const edges = [...forwards, ...others];
          expect(reach({ assets: ASSETS, columns: COLUMNS, edges })).toEqual(reachSlowly(edges));
        },
      ),
      { seed: 413, numRuns: 250 },
    );
  });

  it("as many as there are: a column that five thousand tables read, and what reads them", () => {
    const readers = 5_000;
    const last = readers + 1;
    const edges = Array.from({ length: readers }, (_, at): ColumnEdge[] => [
      { from: [0, 0], to: [at + 1, at % 2] },
      { from: [at + 1, at % 2], to: [last + (at % 7), 1] },
    ]).flat();
    const found = reach({ assets: last + 7, columns: 2, edges });
    expect(found.columns).toHaveLength(1 + readers + 7);
    expect(Object.values(found.hops).filter((hops) => hops === 1)).toHaveLength(readers);
    expect(Object.values(found.hops).filter((hops) => hops === 2)).toHaveLength(7);
  });
});
