import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import { BlastIndex } from "./blast-index.ts";
import { LANES, laneNumber, levelIn } from "./effects.ts";
import { CauseBook, type Finding, findingKey } from "./find-causes.ts";
import { stepOfWay, WayBook } from "./find-way.ts";
import { propagate } from "./propagate.ts";

const ASSETS = 7;
const COLUMNS = 2;
const USES = ["IDENTITY", "ARITH", "AGG_SUM", "JOIN_INNER", "FILTER", "CAST", "GROUP_BY"] as const;

const graphs = fc.array(
  fc
    .record({
      from: fc.nat(ASSETS - 1),
      column: fc.nat(COLUMNS - 1),
      to: fc.nat(ASSETS - 1),
      toColumn: fc.nat(COLUMNS - 1),
      use: fc.constantFrom(...USES),
    })
    .filter(({ from, to }) => from !== to),
  { minLength: 4, maxLength: 18 },
);

type TestEdges = typeof graphs extends fc.Arbitrary<infer E> ? E : never;

function indexOf(edges: TestEdges) {
  const text = edges
    .map(
      ({ from, column, to, toColumn, use }) => `a${from}.c${column} -${use}> a${to}.c${toColumn}`,
    )
    .join(";");
  const snapshot = buildSnapshot(graphOf(`a0.c0 -> a1.c0;${text}`));
  const relation = findAsset(snapshot, idOf("a0"));
  return new BlastIndex(
    propagate({
      snapshot,
      seeds: [
        {
          relation,
          slot: "col",
          column: findColumn(snapshot, relation, "c0"),
          lane: laneNumber("UNIT"),
          level: 3,
          change: 0,
        },
      ],
    }),
  );
}

/** Every effect at every column, and the levels that it has. */
function findingsOf(index: BlastIndex): { readonly finding: Finding; readonly level: number }[] {
  return [...index.blast.columns].flatMap((id) =>
    LANES.flatMap((_, lane) => {
      const level = levelIn(index.column(id), lane);
      return level === 0 ? [] : [{ finding: { slot: "col" as const, id, lane }, level }];
    }),
  );
}

/** The obvious twin: breadth first over all causes, with nothing to guide it and nothing kept. */
function fewestSteps(index: BlastIndex, finding: Finding, level: number): number | undefined {
  const causes = new CauseBook(index);
  const seen = new Set([findingKey(finding)]);
  let wave = [finding];
  for (let steps = 0; wave.length > 0; steps++) {
    if (wave.some((at) => isSeed(index, at))) return steps;
    const next: Finding[] = [];
    for (const { from } of wave.flatMap((at) => causes.causesOf(at, level))) {
      if (seen.has(findingKey(from))) continue;
      seen.add(findingKey(from));
      next.push(from);
    }
    wave = next;
  }
  return undefined;
}

const isSeed = ({ blast }: BlastIndex, { slot, id, lane }: Finding): boolean =>
  blast.seeds.some((seed) => seed.slot === slot && seed.lane === lane && seed.column === id);

describe("the way from a change to an effect", () => {
  it("is as short as a search that looks everywhere finds it, on circles too (seed 20261123)", () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const index = indexOf(edges);
        const ways = new WayBook(index);
        for (const { finding, level } of findingsOf(index)) {
          expect(ways.wayTo(finding, level)?.steps).toBe(fewestSteps(index, finding, level));
        }
      }),
      { seed: 20261123, numRuns: 400 },
    );
  });

  it("does not depend on what was asked before (seed 20261124)", () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const index = indexOf(edges);
        const told = (ways: WayBook, { finding, level }: ReturnType<typeof findingsOf>[number]) => {
          const keys: number[] = [];
          let step = ways.wayTo(finding, level);
          for (; step !== undefined; step = step.before?.step) keys.push(findingKey(step.at));
          return keys;
        };
        const forwards = new WayBook(index);
        const all = findingsOf(index);
        const first = all.map((each) => told(forwards, each));
        const backwards = new WayBook(index);
        const last = [...all].reverse().map((each) => told(backwards, each));
        expect(last.reverse()).toEqual(first);
      }),
      { seed: 20261124, numRuns: 400 },
    );
  });

  it("is found from its far end in few jumps", () => {
    const tables = 500;
    const chain = Array.from({ length: tables }, (_, at) => `t${at}.a -> t${at + 1}.a`).join(";");
    const snapshot = buildSnapshot(graphOf(chain));
    const relation = findAsset(snapshot, idOf("t0"));
    const column = findColumn(snapshot, relation, "a");
    const lane = laneNumber("UNIT");
    const index = new BlastIndex(
      propagate({
        snapshot,
        seeds: [{ relation, slot: "col", column, lane, level: 3, change: 0 }],
      }),
    );
    const end = findColumn(snapshot, findAsset(snapshot, idOf(`t${tables}`)), "a");
    const way = new WayBook(index).wayTo({ slot: "col", id: end, lane }, 3);
    if (way === undefined) throw new Error("no way");
    expect(way.steps).toBe(tables);
    for (const steps of [0, 1, 59, 250, 499, 500]) expect(stepOfWay(way, steps).steps).toBe(steps);
  });
});
