import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import type { Materialization } from "#lib/model/asset.ts";
import type { Use } from "#lib/model/use.ts";
import { BlastIndex } from "./blast-index.ts";
import type { Certainty } from "./change.ts";
import { LANES, type Lane, laneNumber, levelIn, levelOf } from "./effects.ts";
import { propagate } from "./propagate.ts";
import { ruleFor } from "./rule-book.ts";
import { ROW_SET_RULES } from "./rules/row-sets.ts";

/*
 * Two slow and obvious twins of the pass. One enumerates every simple path and takes the best of their bottlenecks, over
 * views of which none surely fails, so that nothing is hidden; the other works through tables and views one by one, with
 * what a failed one hides.
 * Both read the rules as they are written, and neither knows of words, bits, orders or snapshots.
 */
interface TestEdge {
  readonly from: number;
  readonly column: number;
  readonly to: number;
  /** Absent: the whole asset. */
  readonly toColumn: number | undefined;
  readonly use: Use;
}

interface TestGraph {
  readonly edges: readonly TestEdge[];
  readonly tables: readonly boolean[];
  readonly seed: {
    readonly asset: number;
    readonly column: number;
    readonly lane: Lane;
    readonly level: 1 | 2 | 3;
  };
}

const ASSETS = 5;
const COLUMNS = 2;
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
  "FILTER_IN",
  "GROUP_BY",
  "WINDOW",
  "POSITIONAL",
  "KEY_MERGE",
  "LENIENT_READ",
  "MEASURE",
  "DIMENSION",
  "ML_FEATURE",
  "UNKNOWN",
  "NOT_USED",
];
const SEEDS: readonly Lane[] = [
  "GONE",
  "RENAMED",
  "NULLS",
  "VALUE",
  "UNIT",
  "SHIFTED",
  "TYPE_INCOMPAT",
  "TYPE_LOSSY",
  "TYPE_WIDE",
  "ENUM_ADDED",
  "ENUM_REMOVED",
  "KEY_LOST",
  "POS",
];

const graphs = (acyclic: boolean): fc.Arbitrary<TestGraph> =>
  fc.record({
    edges: fc.array(
      fc
        .record({
          from: fc.nat(ASSETS - 1),
          column: fc.nat(COLUMNS - 1),
          to: fc.nat(ASSETS - 1),
          toColumn: fc.option(fc.nat(COLUMNS - 1), { nil: undefined }),
          use: fc.constantFrom(...USES),
        })
        .filter(({ from, to }) => (acyclic ? from < to : from !== to)),
      { maxLength: 9 },
    ),
    tables: fc.array(fc.boolean(), { minLength: ASSETS, maxLength: ASSETS }),
    seed: fc.record({
      asset: acyclic ? fc.constant(0) : fc.nat(ASSETS - 1),
      column: fc.nat(COLUMNS - 1),
      lane: fc.constantFrom(...SEEDS),
      level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    }),
  });

const assetName = (asset: number): string => `a${asset}`;
const columnName = (column: number): string => `c${column}`;
const columnNode = (asset: number, column: number): string => `col:${asset}.${column}`;

function run({ edges, tables, seed }: TestGraph): BlastIndex {
  const text = edges
    .map(({ from, column, to, toColumn, use }) => {
      const end =
        toColumn === undefined ? assetName(to) : `${assetName(to)}.${columnName(toColumn)}`;
      return `${assetName(from)}.${columnName(column)} -${use}> ${end}`;
    })
    .join(";");
  const graph = graphOf(
    text,
    Object.fromEntries(
      tables.map((table, asset) => [
        assetName(asset),
        {
          columns: Array.from({ length: COLUMNS }, (_, column) => columnName(column)),
          attributes: { materialization: (table ? "table" : "view") as Materialization },
        },
      ]),
    ),
  );
  const snapshot = buildSnapshot(graph);
  const relation = findAsset(snapshot, idOf(assetName(seed.asset)));
  const column = findColumn(snapshot, relation, columnName(seed.column));
  return new BlastIndex(
    propagate({
      snapshot,
      seeds: [
        {
          relation,
          slot: "col",
          column,
          lane: laneNumber(seed.lane),
          level: seed.level,
          change: 0,
        },
      ],
    }),
  );
}

/** All levels above 0, as `node lane` to level. */
function levelsOf(index: BlastIndex, { seed }: TestGraph): Map<string, number> {
  const { snapshot } = index.blast;
  const found = new Map<string, number>();
  const note = (node: string, words: { readonly lo: number; readonly hi: number }): void => {
    for (const lane of LANES) {
      const level = levelIn(words, laneNumber(lane));
      if (level > 0) found.set(`${node} ${lane}`, level);
    }
  };
  for (let asset = 0; asset < ASSETS; asset++) {
    const relation = findAsset(snapshot, idOf(assetName(asset)));
    note(`rows:${asset}`, index.rows(relation));
    note(`run:${asset}`, index.run(relation));
    for (let column = 0; column < COLUMNS; column++) {
      note(
        columnNode(asset, column),
        index.column(findColumn(snapshot, relation, columnName(column))),
      );
    }
  }
  void seed;
  return found;
}

interface Step {
  readonly node: string;
  readonly lane: Lane;
  readonly level: number;
}

/** Where an effect goes over one edge, by the rules as written. */
function overEdge(graph: TestGraph, { from, to, toColumn, use }: TestEdge, lane: Lane): Step[] {
  // Where the reader's columns have edges of their own, a key of its groups only decides which rows there are.
  const regroups =
    use === "GROUP_BY" &&
    toColumn === undefined &&
    graph.edges.some((edge) => edge.from === from && edge.to === to && edge.toColumn !== undefined);
  return (ruleFor(regroups ? "GROUP_BY:rows" : use, lane)?.gives ?? []).map((gives) => {
    const [slot, effect, certainty] = gives.split(" ") as [string, Lane | "same", Certainty];
    const ownColumn = slot === "col" && toColumn !== undefined;
    const node = slot === "run" ? `run:${to}` : ownColumn ? columnNode(to, toColumn) : `rows:${to}`;
    return { node, lane: effect === "same" ? lane : effect, level: levelOf(certainty) };
  });
}

const FOLDS = new Set<Use>([
  "AGG_SUM",
  "AGG_COUNT",
  "AGG_DISTINCT",
  "AGG_IDEMPOTENT",
  "COUNT_STAR",
  "MEASURE",
]);

/** How the rows of one asset become another's, said once more from the documentation. */
function rowsBetween(edges: readonly TestEdge[], isJoined: boolean): string {
  const uses = edges.map(({ use }) => use);
  if (uses.every((use) => use === "UNKNOWN")) return "none";
  if (uses.every((use) => use === "KEY_MERGE")) return "merge";
  if (uses.every((use) => FOLDS.has(use))) return "single";
  return uses.some((use) => FOLDS.has(use) || use === "GROUP_BY")
    ? "folded"
    : isJoined
      ? "joined"
      : "each";
}

function overRows({ edges }: TestGraph, from: number, lane: Lane): Step[] {
  const steps: Step[] = [];
  for (let to = 0; to < ASSETS; to++) {
    const between = edges.filter((edge) => edge.from === from && edge.to === to);
    if (between.length === 0) continue;
    const sources = new Set(edges.filter((edge) => edge.to === to).map((edge) => edge.from));
    const code = rowsBetween(between, sources.size > 1);
    const rule = ROW_SET_RULES.find(
      ({ rows, on }) => (rows as readonly string[]).includes(code) && on.includes(lane),
    );
    for (const [effect, certainty] of rule?.gives ?? []) {
      steps.push({
        node: `rows:${to}`,
        lane: effect === "same" ? lane : effect,
        level: levelOf(certainty),
      });
    }
  }
  return steps;
}

function overRun({ edges, tables }: TestGraph, from: number, lane: Lane): Step[] {
  const readers = new Set(edges.filter((edge) => edge.from === from).map(({ to }) => to));
  const passed: Lane | undefined =
    lane === "STALE" ? "STALE" : lane === "ERROR" ? (tables[from] ? "STALE" : "ERROR") : undefined;
  return passed === undefined
    ? []
    : [...readers].map((to) => ({ node: `run:${to}`, lane: passed, level: 3 }));
}

/** Everything that one effect at one node leads to. */
function next(graph: TestGraph, node: string, lane: Lane): Step[] {
  const [kind, place = ""] = node.split(":");
  const asset = Number(place.split(".")[0]);
  if (kind === "run") return overRun(graph, asset, lane);
  const leaving = graph.edges.filter((edge) => edge.from === asset);
  if (kind === "rows")
    return [
      ...overRows(graph, asset, lane),
      ...leaving.flatMap((edge) => overEdge(graph, edge, lane)),
    ];
  return leaving
    .filter((edge) => columnNode(asset, edge.column) === node)
    .flatMap((edge) => overEdge(graph, edge, lane));
}

function byPaths(graph: TestGraph): Map<string, number> {
  const best = new Map<string, number>();
  const walk = (node: string, lane: Lane, level: number, path: ReadonlySet<string>): void => {
    const key = `${node} ${lane}`;
    best.set(key, Math.max(level, best.get(key) ?? 0));
    for (const step of next(graph, node, lane)) {
      const after = `${step.node} ${step.lane}`;
      if (!path.has(after))
        walk(step.node, step.lane, Math.min(level, step.level), new Set([...path, after]));
    }
  };
  const start = columnNode(graph.seed.asset, graph.seed.column);
  walk(start, graph.seed.lane, graph.seed.level, new Set([`${start} ${graph.seed.lane}`]));
  return best;
}

/** Asset by asset in the order of their numbers: first the run, then what a failed one hides, then everything onward. */
function byTurns(graph: TestGraph): Map<string, number> {
  const levels = new Map<string, number>([
    [`${columnNode(graph.seed.asset, graph.seed.column)} ${graph.seed.lane}`, graph.seed.level],
  ]);
  for (let asset = 0; asset < ASSETS; asset++) {
    const isOwn = (key: string): boolean =>
      key.startsWith(`rows:${asset} `) || key.startsWith(`col:${asset}.`);
    if (asset !== graph.seed.asset && levels.get(`run:${asset} ERROR`) === 3) {
      for (const key of [...levels.keys()]) if (isOwn(key)) levels.delete(key);
    }
    for (const [key, level] of [...levels]) {
      const [node = "", lane] = key.split(" ");
      if (!isOwn(key) && !node.startsWith(`run:${asset}`)) continue;
      if (node !== `run:${asset}` && node.startsWith("run:")) continue;
      for (const step of next(graph, node, lane as Lane)) {
        const after = `${step.node} ${step.lane}`;
        levels.set(after, Math.max(Math.min(level, step.level), levels.get(after) ?? 0));
      }
    }
  }
  return levels;
}

const sorted = (levels: Map<string, number>): [string, number][] =>
  [...levels].sort(([a], [b]) => (a < b ? -1 : 1));

describe("the pass against slow twins", () => {
  it("finds what the best of all simple paths bears, on cycles too (seed 20260211)", () => {
    fc.assert(
      fc.property(graphs(false), (given) => {
        const graph = { ...given, tables: given.tables.map(() => false) };
        const paths = byPaths(graph);
        // What surely fails hides what it would have shown: that is for the other twin.
        fc.pre(![...paths].some(([key, level]) => /^run:\d+ ERROR$/.test(key) && level === 3));
        expect(sorted(levelsOf(run(graph), graph))).toEqual(sorted(paths));
      }),
      { seed: 20260211, numRuns: 1500 },
    );
  });

  it("hides behind a failed table or view what it would have published (seed 20260212)", () => {
    fc.assert(
      fc.property(graphs(true), (graph) => {
        expect(sorted(levelsOf(run(graph), graph))).toEqual(sorted(byTurns(graph)));
      }),
      { seed: 20260212, numRuns: 3000 },
    );
  });
});
