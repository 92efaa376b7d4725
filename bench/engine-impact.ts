/*
 * How long does the blast radius of a column take on a large graph?
 *
 *   npx tsx bench/engine-impact.ts [edges, default 1000000] [--peers]
 *
 * A power-law graph of column edges, 40% of them between domains, twelve domains, about 25 columns an asset. Measured is
 * the whole assessment: effects over every edge, a verdict and points for every asset that is reached, ranked, and the
 * first fifty written out with their reasons. Times are of the processor, so that a busy machine counts less. `--peers`
 * adds plain reachability on the same graph in the same run: over the packed arrays (the floor), by Map and Set, by a
 * recursive query in SQLite, and by graphology where it is installed (`npm install --no-save graphology`).
 */

import Database from "libsql";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { laneNumber } from "#lib/impact/effects.ts";
import { Judgement } from "#lib/impact/judgement.ts";
import { DEFAULT_POLICY } from "#lib/impact/policy.ts";
import { propagate } from "#lib/impact/propagate.ts";
import { randomFrom } from "../scripts/random.ts";
import { type Built, build, processorMs } from "./power-law-mesh.ts";

const FIRST_PAGE = 50;

const residentMb = (): string => `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB resident`;

interface Timing {
  readonly total: number;
  readonly spread: number;
  readonly reached: number;
  readonly edges: number;
  readonly assets: number;
}

function edgesOf({ edgeStart }: Snapshot, columns: Iterable<number>): number {
  let edges = 0;
  for (const column of columns) edges += (edgeStart[column + 1] ?? 0) - (edgeStart[column] ?? 0);
  return edges;
}

function assess({ snapshot, graph }: Built, column: number): Timing {
  const started = processorMs();
  const relation = snapshot.columnRelation[column] ?? 0;
  const blast = propagate({
    snapshot,
    seeds: [{ relation, slot: "col", column, lane: laneNumber("UNIT"), level: 3, change: 0 }],
  });
  const spread = processorMs() - started;
  const judgement = new Judgement({
    blast,
    graph,
    changes: [],
    changedUnderContract: false,
    policy: DEFAULT_POLICY,
  });
  for (let place = 0; place < Math.min(FIRST_PAGE, judgement.count); place++) judgement.at(place);
  const total = processorMs() - started;
  return {
    total,
    spread,
    reached: blast.columns.length,
    edges: edgesOf(snapshot, blast.columns),
    assets: judgement.count,
  };
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

function hubsOf({ snapshot }: Built, count: number): readonly number[] {
  const { edgeStart, columnCount } = snapshot;
  return Array.from({ length: columnCount }, (_, column) => column)
    .sort(
      (a, b) =>
        (edgeStart[b + 1] ?? 0) -
        (edgeStart[b] ?? 0) -
        ((edgeStart[a + 1] ?? 0) - (edgeStart[a] ?? 0)),
    )
    .slice(0, count);
}

/** What one writes first: adjacency in a Map, a Set of what was seen. Reach only, no effects. */
function mapPeer({ from, to }: Built): (column: number) => number {
  const next = new Map<number, number[]>();
  for (let edge = 0; edge < from.length; edge++) {
    const list = next.get(from[edge] ?? 0);
    if (list === undefined) next.set(from[edge] ?? 0, [to[edge] ?? 0]);
    else list.push(to[edge] ?? 0);
  }
  return (column) => {
    const seen = new Set([column]);
    const queue = [column];
    for (let at = 0; at < queue.length; at++) {
      for (const target of next.get(queue[at] ?? 0) ?? []) {
        if (seen.has(target)) continue;
        seen.add(target);
        queue.push(target);
      }
    }
    return seen.size;
  };
}

/** The floor: plain reach over the same packed arrays, without effects or verdicts. */
function packedPeer({
  snapshot: { edgeStart, edgeTarget, columnCount },
}: Built): (column: number) => number {
  const seen = new Int32Array(columnCount);
  const queue = new Int32Array(columnCount);
  let epoch = 0;
  return (column) => {
    epoch++;
    let size = 0;
    seen[column] = epoch;
    queue[size++] = column;
    for (let at = 0; at < size; at++) {
      const source = queue[at] ?? 0;
      for (let edge = edgeStart[source] ?? 0; edge < (edgeStart[source + 1] ?? 0); edge++) {
        const target = edgeTarget[edge] ?? 0;
        if (seen[target] === epoch) continue;
        seen[target] = epoch;
        queue[size++] = target;
      }
    }
    return size;
  };
}

/** What a database does: one recursive query over an indexed table, in memory. */
function sqlitePeer({ from, to }: Built): (column: number) => number {
  const database = new Database(":memory:");
  database.exec("CREATE TABLE edge (source INTEGER, target INTEGER)");
  const insert = database.prepare("INSERT INTO edge VALUES (?, ?)");
  database.exec("BEGIN");
  for (let edge = 0; edge < from.length; edge++) insert.run(from[edge], to[edge]);
  database.exec("COMMIT");
  database.exec("CREATE INDEX by_source ON edge (source, target)");
  const reach = database.prepare(
    `WITH RECURSIVE reached (id) AS (
       VALUES (?) UNION SELECT target FROM edge JOIN reached ON source = id
     ) SELECT count(*) AS size FROM reached`,
  );
  return (column) => (reach.get(column) as { readonly size: number }).size;
}

interface Graphology {
  addNode(key: number): void;
  mergeDirectedEdge(from: number, to: number): void;
  forEachOutNeighbor(node: number, visit: (neighbour: string) => void): void;
}

async function graphologyPeer({
  from,
  to,
  snapshot,
}: Built): Promise<((column: number) => number) | undefined> {
  const name = "graphology";
  const loaded = (await import(name).catch(() => undefined)) as
    | { default: { DirectedGraph: new () => Graphology } }
    | undefined;
  if (loaded === undefined) return undefined;
  const graph = new loaded.default.DirectedGraph();
  for (let column = 0; column < snapshot.columnCount; column++) graph.addNode(column);
  for (let edge = 0; edge < from.length; edge++)
    graph.mergeDirectedEdge(from[edge] ?? 0, to[edge] ?? 0);
  return (column) => {
    const seen = new Set([String(column)]);
    const queue = [String(column)];
    for (let at = 0; at < queue.length; at++) {
      graph.forEachOutNeighbor(queue[at] as unknown as number, (target) => {
        if (seen.has(target)) return;
        seen.add(target);
        queue.push(target);
      });
    }
    return seen.size;
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

const edgeCount = Number(process.argv[2] ?? 1_000_000);
const built = build(edgeCount);
const { snapshot } = built;
console.log(
  `${edgeCount.toLocaleString("en")} edges, ${snapshot.columnCount.toLocaleString("en")} columns, ${snapshot.assetCount.toLocaleString("en")} assets; both directions packed in ${ms(built.buildMs)} ms, ${residentMb()}`,
);
const random = randomFrom(7);
for (let warm = 0; warm < 200; warm++) assess(built, Math.floor(random() * snapshot.columnCount));
const randoms = Array.from({ length: 2000 }, () =>
  assess(built, Math.floor(random() * snapshot.columnCount)),
);
const hubs = hubsOf(built, 100);
const worst = hubs.map((column) => assess(built, column));
const largest = worst.reduce((a, b) => (b.reached > a.reached ? b : a));
const row = (name: string, timings: readonly Timing[]): void => {
  const total = timings.map((timing) => timing.total);
  console.log(
    `${name.padEnd(28)} p50 ${ms(quantile(total, 0.5)).padStart(8)} ms  p99 ${ms(quantile(total, 0.99)).padStart(8)} ms  max ${ms(Math.max(...total)).padStart(8)} ms  (effects alone: p50 ${ms(
      quantile(
        timings.map((timing) => timing.spread),
        0.5,
      ),
    )} ms)`,
  );
};
row("random column", randoms);
row("the 100 columns most read", worst);
console.log(
  `largest: ${largest.reached.toLocaleString("en")} columns over ${largest.edges.toLocaleString("en")} edges, of ${largest.assets.toLocaleString("en")} assets, judged in ${ms(largest.total)} ms, effects ${ms(largest.spread)} ms (${((largest.spread * 1e6) / largest.edges).toFixed(0)} ns an edge)`,
);
console.log(residentMb());
if (process.argv.includes("--peers")) {
  const sample = hubs.slice(0, 10);
  const timings = sample.map((column) => assess(built, column));
  const ours = mean(timings.map(({ total }) => total));
  const effects = mean(timings.map(({ spread }) => spread));
  console.log(`the ten most read: ${ms(ours)} ms, of it effects ${ms(effects)} ms`);
  const small = edgeCount <= 2_000_000;
  const peers: [string, ((column: number) => number) | undefined][] = [
    ["packed arrays, reach only", packedPeer(built)],
    ["Map and Set, reach only", small ? mapPeer(built) : undefined],
    ["SQLite, reach only", small ? sqlitePeer(built) : undefined],
    ["graphology, reach only", small ? await graphologyPeer(built) : undefined],
  ];
  for (const [name, peer] of peers) {
    if (peer === undefined) console.log(`${name}: not installed, or the graph is too large for it`);
    else {
      const theirs = mean(
        sample.map((column) => {
          const started = processorMs();
          peer(column);
          return processorMs() - started;
        }),
      );
      console.log(
        `${name}: ${ms(theirs)} ms, ${(theirs / ours).toFixed(1)} times our whole assessment, ${(theirs / effects).toFixed(1)} times our effects`,
      );
    }
  }
}
