/*
 * How long does the blast radius of a column take on a large graph?
 *
 *   npx tsx bench/engine-impact.ts [edges, default 1000000] [--peers]
 *
 * Two power-law graphs of column edges (see power-law-mesh.ts), twelve domains, about 25 columns an asset. Measured are
 * effects over every edge with a verdict and points for every asset that is reached, ranked; and the same with the first
 * fifty written out with their reasons. Times are of the processor, so that a busy machine counts less. `--peers`
 * adds plain reachability on the same graph in the same run: over the packed arrays (the floor), by Map and Set, by a
 * recursive query in SQLite, and by graphology where it is installed (`npm install --no-save graphology`).
 */

import Database from "libsql";
import { startsOf } from "#lib/graph/pack-edges.ts";
import { edgesFrom, type Snapshot } from "#lib/graph/snapshot.ts";
import { laneNumber } from "#lib/impact/effects.ts";
import { Judgement } from "#lib/impact/judgement.ts";
import { DEFAULT_POLICY } from "#lib/impact/policy.ts";
import { propagate } from "#lib/impact/propagate.ts";
import { randomFrom } from "../scripts/random.ts";
import { type Built, build, processorMs, type Shape } from "./power-law-mesh.ts";

const FIRST_PAGE = 50;
/** Until then threads beside compile the code, which counts as time of the processor. */
const WARM_UP = 2000;

const residentMb = (): string => `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB resident`;

/** Milliseconds. */
interface Timing {
  /** Effects. */
  readonly spread: number;
  /** Effects and verdicts, ranked. */
  readonly judged: number;
  /** With the first page written out. */
  readonly total: number;
  readonly reached: number;
  readonly edges: number;
  readonly assets: number;
}

function readersOf(snapshot: Snapshot, column: number): number {
  const [first, last] = edgesFrom(snapshot, column);
  return last - first;
}

function edgesOf(snapshot: Snapshot, columns: Iterable<number>): number {
  let edges = 0;
  for (const column of columns) edges += readersOf(snapshot, column);
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
  const judged = processorMs() - started;
  for (let place = 0; place < Math.min(FIRST_PAGE, judgement.count); place++) judgement.at(place);
  const total = processorMs() - started;
  return {
    spread,
    judged,
    total,
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
  const readers = Int32Array.from({ length: snapshot.columnCount }, (_, column) =>
    readersOf(snapshot, column),
  );
  return Array.from(readers, (_, column) => column)
    .sort((a, b) => (readers[b] ?? 0) - (readers[a] ?? 0))
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

/** The floor: plain reach over packed arrays in the numbers of columns, without effects or verdicts. */
function packedPeer({ snapshot, from, to }: Built): (column: number) => number {
  const { columnCount } = snapshot;
  const start = startsOf([from], columnCount);
  const next = start.slice();
  const target = new Int32Array(to.length);
  for (let edge = 0; edge < to.length; edge++) {
    const source = from[edge] ?? 0;
    const at = next[source] ?? 0;
    next[source] = at + 1;
    target[at] = to[edge] ?? 0;
  }
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
      for (let edge = start[source] ?? 0; edge < (start[source + 1] ?? 0); edge++) {
        const end = target[edge] ?? 0;
        if (seen[end] === epoch) continue;
        seen[end] = epoch;
        queue[size++] = end;
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

const row = (name: string, timings: readonly Timing[]): void => {
  const of = (part: (timing: Timing) => number): string => {
    const all = timings.map(part);
    return `p50 ${ms(quantile(all, 0.5))}  p99 ${ms(quantile(all, 0.99))}  max ${ms(Math.max(...all))} ms`;
  };
  console.log(`${name.padEnd(26)} judged: ${of(({ judged }) => judged)}`);
  console.log(`${"".padEnd(26)} with the first ${FIRST_PAGE} rows: ${of(({ total }) => total)}`);
};

function tellWorst(worst: readonly Timing[]): void {
  const largest = worst.reduce((a, b) => (b.reached > a.reached ? b : a));
  const count = (value: number): string => value.toLocaleString("en");
  const each = (value: number): string =>
    `${((value * 1e6) / largest.edges).toFixed(0)} ns an edge`;
  console.log(
    `worst: ${count(largest.reached)} columns over ${count(largest.edges)} edges, of ${count(largest.assets)} assets, judged in ${ms(largest.judged)} ms (${each(largest.judged)}), of it effects ${ms(largest.spread)} ms (${each(largest.spread)})`,
  );
}

/** The ten columns that are read most: the best of three runs each, ours and a peer's in turn. */
async function comparePeers(built: Built, hubs: readonly number[]): Promise<void> {
  const sample = hubs.slice(0, 10);
  const small = built.from.length <= 2_000_000;
  const peers: [string, ((column: number) => number) | undefined][] = [
    ["packed arrays", packedPeer(built)],
    ["Map and Set", small ? mapPeer(built) : undefined],
    ["SQLite", small ? sqlitePeer(built) : undefined],
    ["graphology", small ? await graphologyPeer(built) : undefined],
  ];
  for (const [name, peer] of peers) {
    if (peer === undefined) {
      console.log(`${name}: not installed, or the graph is too large for it`);
      continue;
    }
    const ours = mean(sample.map((column) => best(() => assess(built, column).judged)));
    const theirs = mean(sample.map((column) => best(() => timed(() => peer(column)))));
    console.log(
      `${name}, reach only: ${ms(theirs)} ms, ${(theirs / ours).toFixed(1)} times our effects and verdicts (${ms(ours)} ms)`,
    );
  }
}

const timed = (work: () => unknown): number => {
  const started = processorMs();
  work();
  return processorMs() - started;
};

const best = (run: () => number): number => Math.min(run(), run(), run());

async function measure(shape: Shape): Promise<void> {
  const built = build(edgeCount, shape);
  const { snapshot } = built;
  console.log(
    `${shape}: ${edgeCount.toLocaleString("en")} edges, ${snapshot.columnCount.toLocaleString("en")} columns, ${snapshot.assetCount.toLocaleString("en")} assets; both directions packed in ${ms(built.buildMs)} ms, ${residentMb()}`,
  );
  const random = randomFrom(7);
  const any = (): number => Math.floor(random() * snapshot.columnCount);
  for (let warm = 0; warm < WARM_UP; warm++) assess(built, any());
  const hubs = hubsOf(built, 100);
  for (const hub of hubs.slice(0, 10)) assess(built, hub);
  row(
    "a column at random",
    Array.from({ length: 2000 }, () => assess(built, any())),
  );
  const worst = hubs.map((column) => assess(built, column));
  row("the 100 columns most read", worst);
  tellWorst(worst);
  console.log(residentMb());
  if (process.argv.includes("--peers")) await comparePeers(built, hubs);
}

const edgeCount = Number(process.argv[2] ?? 1_000_000);
for (const shape of ["mesh", "wide"] as const) await measure(shape);
