import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Materialization } from "#lib/model/asset.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";
import type { Seed } from "./blast.ts";
import { BlastIndex } from "./blast-index.ts";
import type { Words } from "./boundary.ts";
import { LANES, type Lane, laneNumber, levelIn } from "./effects.ts";
import { propagate } from "./propagate.ts";
import { type Effects, Twin } from "./propagate-twin.ts";

const ASSETS = 5;
const NAMES = ["c0", "c1"] as const;
const USES: readonly Use[] = [
  "IDENTITY",
  "CAST",
  "ARITH",
  "AGG_SUM",
  "AGG_COUNT",
  "AGG_IDEMPOTENT",
  "COALESCE",
  "CONDITIONAL_NO_ELSE",
  "JOIN_INNER",
  "JOIN_LEFT",
  "FILTER",
  "GROUP_BY",
  "STAR",
  "POSITIONAL",
  "KEY_MERGE",
  "UNKNOWN",
];
const ROW_USES: readonly RowUse[] = ["each", "outer", "full", "grouped", "single", "distinct"];
const SEEDS: readonly Lane[] = [
  "GONE",
  "NULLS",
  "VALUE",
  "UNIT",
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_WIDE",
  "ENUM_REMOVED",
  "KEY_LOST",
  "POS",
];
const MATERIALS: readonly Materialization[] = ["table", "view", "incremental"];

const assetName = (asset: number): string => `a${asset}`;

const edges = fc.record({
  from: fc.nat(ASSETS - 1),
  column: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
  to: fc.nat(ASSETS - 1),
  toColumn: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
  use: fc.constantFrom(...USES),
});

const planRelations = fc.record({
  inputs: fc.array(fc.record({ from: fc.nat(7), rows: fc.constantFrom(...ROW_USES) }), {
    minLength: 1,
    maxLength: 2,
  }),
  edges: fc.array(
    fc.record({
      input: fc.nat(1),
      column: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
      to: fc.option(fc.nat(1), { nil: undefined }),
      use: fc.constantFrom(...USES),
      detail: fc.option(fc.constantFrom("carry", "op:=", "is_null", "cast:VARCHAR"), {
        nil: undefined,
      }),
    }),
    { maxLength: 4 },
  ),
});

const graphs = fc.record({
  edges: fc.array(edges, { maxLength: 7 }),
  assets: fc.array(
    fc.record({
      how: fc.constantFrom(...MATERIALS),
      enforced: fc.boolean(),
      isDashboard: fc.boolean(),
      plans: fc.array(fc.array(planRelations, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    }),
    { minLength: ASSETS, maxLength: ASSETS },
  ),
});

const questions = fc.array(
  fc.array(
    fc.record({
      asset: fc.nat(ASSETS - 1),
      slot: fc.constantFrom("col" as const, "col" as const, "rows" as const, "run" as const),
      column: fc.constantFrom(...NAMES),
      lane: fc.constantFrom(...SEEDS),
      level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  { minLength: 1, maxLength: 4 },
);

type TestGraph = typeof graphs extends fc.Arbitrary<infer G> ? G : never;
type TestQuestion = typeof questions extends fc.Arbitrary<(infer Q)[]> ? Q : never;

/** Inputs below the relation's own place are earlier relations of the plan, the others are assets. */
function planOf(asset: number, relations: TestGraph["assets"][number]["plans"][number]): QueryPlan {
  return {
    relations: relations.map(({ inputs, edges: uses }, place) => ({
      label: `step ${place}`,
      columns: NAMES.map((name) => ({ name })),
      inputs: inputs.map(({ from, rows }) =>
        from < place
          ? { relation: from, rows }
          : { asset: idOf(assetName((asset + 1 + (from % (ASSETS - 1))) % ASSETS)), rows },
      ),
      edges: uses
        .filter(({ input }) => input < inputs.length)
        .map(({ input, column, to, use, detail }) => ({
          input,
          use,
          ...(column === undefined ? {} : { column }),
          ...(to === undefined ? {} : { to }),
          ...(detail === undefined ? {} : { detail }),
        })),
    })),
  };
}

function snapshotOf(given: TestGraph): Snapshot {
  const text = given.edges
    .filter(({ from, to }) => from !== to)
    .map(({ from, column, to, toColumn, use }) => {
      const start = column === undefined ? assetName(from) : `${assetName(from)}.${column}`;
      const end = toColumn === undefined ? assetName(to) : `${assetName(to)}.${toColumn}`;
      return `${start} -${use}> ${end}`;
    })
    .join(";");
  const notes = given.assets.map(({ how, enforced, isDashboard, plans }, asset) => {
    const queries = plans.map(
      (plan, at): AssetQuery => ({
        name: `q${at}`,
        sql: "",
        dialect: "duckdb",
        provenance: { file: "graph" },
        plan: planOf(asset, plan),
      }),
    );
    return [
      assetName(asset),
      {
        kind: isDashboard ? ("dashboard" as const) : ("table" as const),
        columns: [...NAMES],
        attributes: {
          materialization: how,
          contract: { id: "c", status: "active" as const, enforced },
        },
        queries: isDashboard ? queries : queries.slice(0, 1),
      },
    ] as const;
  });
  return buildSnapshot(graphOf(text, Object.fromEntries(notes)));
}

function seedsOf(snapshot: Snapshot, question: TestQuestion): Seed[] {
  return question.map(({ asset, slot, column, lane, level }) => {
    const relation = findAsset(snapshot, idOf(assetName(asset)));
    const effect: Lane = slot === "run" ? "STALE" : slot === "rows" ? "ROWS_LOST" : lane;
    const end = slot === "col" ? { column: findColumn(snapshot, relation, column) } : {};
    return { relation, slot, ...end, lane: laneNumber(effect), level, change: 0 };
  });
}

const textOf = (effects: ReadonlyMap<Lane, number>): string =>
  [...effects]
    .filter(([, level]) => level > 0)
    .map(([lane, level]) => `${lane}=${level}`)
    .sort()
    .join(" ");

const effectsOf = (words: Words): Effects =>
  new Map(LANES.map((lane) => [lane, levelIn(words, laneNumber(lane))]));

function byPass(snapshot: Snapshot, seeds: readonly Seed[]): Map<string, string> {
  const index = new BlastIndex(propagate({ snapshot, seeds }));
  const found = new Map<string, string>();
  for (const relation of index.blast.relations) {
    found.set(`rows ${relation}`, textOf(effectsOf(index.rows(relation))));
    found.set(`run ${relation}`, textOf(effectsOf(index.run(relation))));
    for (const column of index.columnsOf(relation))
      found.set(`col ${column}`, textOf(effectsOf(index.column(column))));
  }
  return found;
}

/** Nodes without an effect say nothing beyond being reached, which columns alone tell. */
const told = (found: Iterable<readonly [string, string]>): string[] =>
  [...found]
    .filter(([node, effects]) => effects !== "" || node.startsWith("col"))
    .map(([node, effects]) => `${node}: ${effects}`)
    .sort();

describe("the pass against its plain twin", () => {
  it("finds the same in queries, on circles and question after question (seed 20261123)", () => {
    fc.assert(
      fc.property(graphs, questions, (given, asked) => {
        const snapshot = snapshotOf(given);
        for (const question of asked) {
          const seeds = seedsOf(snapshot, question);
          const twin = new Twin(snapshot, seeds).states;
          const plain = [...twin].map(([node, effects]) => [node, textOf(effects)] as const);
          expect(told(byPass(snapshot, seeds))).toEqual(told(plain));
        }
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});
