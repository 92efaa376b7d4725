/*
 * How long does the ranking of suspects take on a large mesh?
 *
 *   npx tsx bench/triage.ts [edges, default 1000000] [symptoms, default 50]
 *
 * The mesh of the engine's bench. For each question a column of the upper layers is broken for real: of the assets that
 * its fault breaks, up to so many are symptoms; twice as many others, taken at random, were seen healthy; the fault is in
 * the log, with 200 innocent changes. The peer is what people do by hand: everything upstream of each symptom, by Map and
 * Set, and how often each asset is met. The first five questions are not counted: the code is compiled while they run.
 */
import { BlastIndex } from "#lib/impact/blast-index.ts";
import { laneNumber } from "#lib/impact/effects.ts";
import { propagate } from "#lib/impact/propagate.ts";
import type { Observation } from "#lib/incidents/observation.ts";
import { rankSuspects } from "#lib/incidents/rank-suspects.ts";
import type { LoggedChange } from "#lib/incidents/suspect.ts";
import { randomFrom } from "../scripts/random.ts";
import { build, processorMs } from "./power-law-mesh.ts";

const QUESTIONS = Number(process.argv[4] ?? 100);
const WARM_UP = 5;
const INNOCENT = 200;
const NOW = "2026-01-15T06:00:00Z";
const BEFORE = "2026-01-15T02:00:00Z";

const edges = Number(process.argv[2] ?? 1_000_000);
const most = Number(process.argv[3] ?? 50);
const built = build(edges);
const { graph, from, to } = built;
/** The log calls columns by their names, which the mesh has none of. */
const snapshot = {
  ...built.snapshot,
  columnNames: Array.from(
    { length: built.snapshot.columnCount },
    (_, column) =>
      `c${column - (built.snapshot.columnStart[built.snapshot.columnRelation[column] ?? 0] ?? 0)}`,
  ),
};
const random = randomFrom(11);
const any = (count: number): number => Math.floor(random() * count);

function changeOf(column: number): readonly [number, LoggedChange] {
  const relation = snapshot.columnRelation[column] ?? 0;
  const asset = snapshot.assetIds[relation] ?? "";
  const name = snapshot.columnNames.at(column) ?? "";
  const change = { kind: "unit_or_meaning_changed" as const, asset, column: name };
  return [relation, { asset, column: name, at: BEFORE, change }];
}

interface Question {
  readonly cause: number;
  readonly observations: readonly Observation[];
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
}

/** Nothing where the fault reaches too few assets to be a question. */
function makeQuestion(): Question | undefined {
  const column = any(snapshot.columnCount / 3);
  const cause = snapshot.columnRelation[column] ?? 0;
  const seed = {
    relation: cause,
    slot: "col" as const,
    column,
    lane: laneNumber("UNIT"),
    level: 3 as const,
    change: 0,
  };
  const index = new BlastIndex(propagate({ snapshot, seeds: [seed] }));
  const reached = [...index.blast.relations].filter(
    (relation) => relation < snapshot.assetCount && relation !== cause,
  );
  if (reached.length < 5) return undefined;
  const broken = new Set(Array.from({ length: most }, () => reached[any(reached.length)] ?? 0));
  const healthy = new Set(
    Array.from({ length: 2 * most }, () => any(snapshot.assetCount)).filter(
      (relation) => index.placeOf(relation) < 0,
    ),
  );
  const changesAt = new Map<number, LoggedChange[]>(
    [changeOf(column)].map(([at, one]) => [at, [one]]),
  );
  for (let count = 0; count < INNOCENT; count++) {
    const [at, change] = changeOf(any(snapshot.columnCount));
    changesAt.set(at, [...(changesAt.get(at) ?? []), change]);
  }
  const observe = (relation: number, isBroken: boolean): Observation => ({
    ref: String(relation),
    relation,
    isBroken,
  });
  return {
    cause,
    observations: [
      ...[...broken].map((relation) => observe(relation, true)),
      ...[...healthy].map((relation) => observe(relation, false)),
    ],
    changesAt,
  };
}

/** What one writes first: who is met how often on the way up. */
function peer(): (observations: readonly Observation[]) => number {
  const above = new Map<number, Set<number>>();
  for (let edge = 0; edge < from.length; edge++) {
    const reader = snapshot.columnRelation[to[edge] ?? 0] ?? 0;
    const set = above.get(reader) ?? new Set<number>();
    above.set(reader, set);
    set.add(snapshot.columnRelation[from[edge] ?? 0] ?? 0);
  }
  return (observations) => {
    const met = new Map<number, number>();
    for (const { relation, isBroken } of observations) {
      if (!isBroken) continue;
      const seen = new Set([relation]);
      const queue = [relation];
      for (let at = 0; at < queue.length; at++) {
        for (const source of above.get(queue[at] ?? 0) ?? []) {
          if (seen.has(source)) continue;
          seen.add(source);
          queue.push(source);
        }
      }
      for (const asset of seen) met.set(asset, (met.get(asset) ?? 0) + 1);
    }
    return met.size;
  };
}

const byHand = peer();
const ours: number[] = [];
const theirs: number[] = [];
let first = 0;
let third = 0;
for (let asked = -WARM_UP; asked < QUESTIONS; ) {
  const question = makeQuestion();
  if (question === undefined) continue;
  asked++;
  const { cause, observations, changesAt } = question;
  const started = processorMs();
  const { suspects } = rankSuspects({
    snapshot,
    graph,
    observations,
    changesAt,
    failedRuns: new Map(),
    now: NOW,
  });
  const spent = processorMs() - started;
  const peerStarted = processorMs();
  byHand(observations);
  if (asked <= 0) continue;
  ours.push(spent);
  theirs.push(processorMs() - peerStarted);
  const place = suspects.findIndex(({ asset }) => asset.id === snapshot.assetIds[cause]);
  if (place === 0) first++;
  if (place >= 0 && place < 3) third++;
}
const at = (list: readonly number[], share: number): string =>
  ([...list].sort((a, b) => a - b)[Math.floor(list.length * share)] ?? 0).toFixed(1);
console.log(
  `${edges.toLocaleString("en")} edges, ${snapshot.assetCount.toLocaleString("en")} assets, ${QUESTIONS} questions of up to ${most} symptoms
ranked suspects          p50 ${at(ours, 0.5)} ms  p99 ${at(ours, 0.99)} ms of the processor; the cause first in ${first}, among three in ${third}
upstream by Map and Set  p50 ${at(theirs, 0.5)} ms  p99 ${at(theirs, 0.99)} ms: ${(Number(at(theirs, 0.5)) / Number(at(ours, 0.5))).toFixed(1)} × ours, and nothing is ranked`,
);
