import fc from "fast-check";
import { expect, test } from "vitest";
import { buildSnapshot } from "./build-snapshot.ts";
import { findCycles } from "./cycles.ts";
import { graphOf, idOf } from "./graph-of.ts";
import { orderByReach } from "./order.ts";
import { startsOf } from "./pack-edges.ts";

const NODES = 7;
const pairs = fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1)), { maxLength: 14 });

function adjacency(edges: readonly (readonly [number, number])[]) {
  const start = startsOf([Int32Array.from(edges, ([from]) => from)], NODES);
  const bySource = [...edges].sort(([a], [b]) => a - b);
  return { start, target: Int32Array.from(bySource, ([, to]) => to) };
}

/** Who reaches whom, by repeated squaring of the obvious. */
function closure(edges: readonly (readonly [number, number])[]): boolean[][] {
  const reach = Array.from({ length: NODES }, (_, from) =>
    Array.from({ length: NODES }, (_, to) => edges.some(([a, b]) => a === from && b === to)),
  );
  for (let via = 0; via < NODES; via++) {
    for (const row of reach)
      if (row[via])
        reach[via]?.forEach((yes, to) => {
          if (yes) row[to] = true;
        });
  }
  return reach;
}

test("a node stands after whatever leads to it, and only members of a circle through others are marked (seed 411)", () => {
  fc.assert(
    fc.property(pairs, (edges) => {
      const { rank, cyclic, byRank } = orderByReach(adjacency(edges));
      const reach = closure(edges);
      for (let a = 0; a < NODES; a++) {
        expect(byRank[rank[a] ?? -1]).toBe(a);
        const inCircle = reach.some(
          (row, b) => b !== a && row[a] === true && reach[a]?.[b] === true,
        );
        expect(cyclic[a] === 1).toBe(inCircle);
        for (let b = 0; b < NODES; b++) {
          if (reach[a]?.[b] === true && reach[b]?.[a] !== true)
            expect(rank[a] ?? 0).toBeLessThan(rank[b] ?? 0);
        }
      }
    }),
    { seed: 411, numRuns: 800 },
  );
});

test("layer after layer, in a layer by number, and who is in a circle beside the others of it (seed 412)", () => {
  fc.assert(
    fc.property(pairs, (edges) => {
      const { byRank, layerStart } = orderByReach(adjacency(edges));
      const reach = closure(edges);
      const shares = (a: number, b: number): boolean =>
        a === b || (reach[a]?.[b] === true && reach[b]?.[a] === true);
      // The longest way to a node over circles, each counted once: by trying until nothing grows.
      const layer = new Array<number>(NODES).fill(0);
      for (let round = 0; round < NODES; round++)
        for (let a = 0; a < NODES; a++)
          for (let b = 0; b < NODES; b++)
            if (reach[a]?.[b] === true && !shares(a, b))
              layer[b] = Math.max(layer[b] ?? 0, (layer[a] ?? 0) + 1);
      const first = (node: number): number =>
        [...layer.keys()].find((other) => shares(other, node)) ?? node;
      const wanted = [...layer.keys()].sort(
        (a, b) => (layer[a] ?? 0) - (layer[b] ?? 0) || first(a) - first(b) || a - b,
      );
      expect([...byRank]).toEqual(wanted);
      const places = [...wanted.keys()];
      expect([...layerStart]).toEqual([
        ...places.filter((at) => layer[wanted[at] ?? 0] !== layer[wanted[at - 1] ?? -1]),
        NODES,
      ]);
    }),
    { seed: 412, numRuns: 800 },
  );
});

test("assets that read each other in a circle are found, each circle once", () => {
  const graph = graphOf(
    "a.x -> b.x; b.x -> a.x; c.x -> d.x; d.x -> e.x; e.x -> c.x; b.x -> c.x; e.x -> f.x",
  );
  expect(findCycles(buildSnapshot(graph))).toEqual([
    [idOf("a"), idOf("b")],
    [idOf("c"), idOf("d"), idOf("e")],
  ]);
});
