import fc from "fast-check";
import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import { isOutside } from "./find-suspects.ts";
import type { Observation } from "./observation.ts";
import { rankSuspects } from "./rank-suspects.ts";
import { reachObserved } from "./reach-observed.ts";
import {
  COLUMN_FAULTS,
  type SupposedFault,
  supposeFault,
  supposeLogged,
  TABLE_FAULTS,
} from "./suppose-faults.ts";
import type { LoggedChange } from "./suspect.ts";
import { DEFAULT_TRIAGE_WEIGHTS, type TriageWeights } from "./triage-weights.ts";
import { weighEvidence } from "./weigh-evidence.ts";
import { weighLog } from "./weigh-log.ts";

const ASSETS = 9;
const COLUMNS = ["a", "b"] as const;
const ROUNDED = 0.02;
const NOW = "2026-03-03T06:00:00Z";
const USES = ["IDENTITY", "AGG_COUNT", "CAST", "NOT_NULL_CHECK", "COALESCE"] as const;

const edge = fc.record({
  from: fc.nat(ASSETS - 2),
  column: fc.constantFrom(...COLUMNS),
  step: fc.integer({ min: 1, max: 4 }),
  toColumn: fc.option(fc.constantFrom(...COLUMNS), { nil: undefined }),
  use: fc.constantFrom(...USES),
});
type Edge = typeof edge extends fc.Arbitrary<infer T> ? T : never;

const textOf = (edges: readonly Edge[]): string =>
  edges
    .map(({ from, column, step, toColumn, use }) => {
      const to = Math.min(ASSETS - 1, from + step);
      return toColumn === undefined
        ? `t${from}.${column} -FILTER> t${to}`
        : `t${from}.${column} -${use}> t${to}.${toColumn}`;
    })
    .join(";");

interface World {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly observations: readonly Observation[];
  /** Assets whose column `a` has another unit, four hours ago. */
  readonly changed: ReadonlySet<number>;
  readonly weights: TriageWeights;
}

interface Guess {
  readonly fault: SupposedFault;
  readonly prior: number;
  /** A known change is a suspect too where no effect of it is foreseen, if only it stands above what is broken. */
  readonly isLogged: boolean;
}

const recentOf = ({ change }: TriageWeights): number =>
  change.recent - 4 / change.fadesInHours + 0.2;

interface Best {
  readonly score: number;
  /** No fault that is not worth showing is as good. */
  readonly isSure: boolean;
}

/** Every fault of every asset, walked in full; the best score of each asset whose best fault is worth showing. */
function bestByAsset(world: World): Map<string, Best> {
  const best = new Map<string, Best>();
  for (const [id, asset] of world.graph.assets) {
    const relation = findAsset(world.snapshot, id);
    const scored = guessesAt(world, asset, relation).map(({ fault, prior, isLogged }) => {
      const { snapshot, observations, weights } = world;
      const found = weighEvidence({ snapshot, observations, weights, fault });
      const isShown = found.explains.length > 0 || (isLogged && found.symptoms > 0);
      return { score: found.symptoms + found.healthy + prior, isShown };
    });
    const own = world.observations.find((one) => one.relation === relation);
    scored.sort((a, b) => b.score - a.score);
    const top = scored[0]?.score ?? 0;
    // Scores are rounded, so one that explains nothing may take the place of one that does as much.
    const near = scored.filter(({ score }) => score > top - ROUNDED);
    if (near.some(({ isShown }) => isShown)) {
      const score = top + (own?.isBroken === false ? world.weights.seenHealthy : 0);
      best.set(id, { score, isSure: near.every(({ isShown }) => isShown) });
    }
  }
  return best;
}

function guessesAt(world: World, asset: MergedAsset, relation: number): Guess[] {
  const { snapshot, graph, observations, changed, weights } = world;
  const recent = recentOf(weights);
  const reach = reachObserved(
    snapshot,
    observations.filter(({ isBroken }) => isBroken),
  );
  const quiet = isOutside(snapshot, relation) ? weights.noChangeOutside : weights.noChange;
  const place = { graph, snapshot, asset, relation };
  const guesses = TABLE_FAULTS.flatMap((kind, order) =>
    guessOf(supposeFault(place, { kind, order }), { prior: quiet, isLogged: false }),
  );
  for (const [at, name] of COLUMNS.entries()) {
    const column = (snapshot.columnStart[relation] ?? 0) + at;
    // Only what reaches a symptom by itself is guessed at.
    if (reach.anyColumn[column] === 0) continue;
    // The log names a unit; another guess of what happened to that column is less likely.
    const isLogged = changed.has(relation) && name === "a";
    const prior = isLogged ? recent - 1 : quiet;
    for (const kind of COLUMN_FAULTS)
      guesses.push(
        ...guessOf(supposeFault(place, { kind, column, order: 0 }), { prior, isLogged }),
      );
  }
  if (changed.has(relation))
    guesses.push(
      ...guessOf(supposeLogged(place, changeOf(asset.id)), { prior: recent, isLogged: true }),
    );
  return guesses;
}

const guessOf = (fault: SupposedFault | undefined, known: Omit<Guess, "fault">): Guess[] =>
  fault === undefined ? [] : [{ fault, ...known }];

const changeOf = (asset: string): LoggedChange => ({
  asset,
  column: "a",
  at: "2026-03-03T02:00:00Z",
  change: { kind: "unit_or_meaning_changed", asset, column: "a" },
});

it("what is not walked would have changed nothing: the same suspects with the same scores as from walking everything", () => {
  let ranked = 0;
  fc.assert(
    fc.property(
      fc.array(edge, { minLength: 4, maxLength: 22 }),
      fc.array(
        fc.record({
          at: fc.nat(ASSETS - 1),
          isBroken: fc.boolean(),
          shows: fc.constantFrom(undefined, "wrong" as const, "fails" as const, "stale" as const),
        }),
        { minLength: 2, maxLength: 8 },
      ),
      fc.uniqueArray(fc.nat(ASSETS - 1), { maxLength: 3 }),
      (edges, looked, logged) => {
        const notes: Record<string, AssetNote> = Object.fromEntries(
          Array.from({ length: ASSETS }, (_, at) => [`t${at}`, { columns: COLUMNS }]),
        );
        const graph = graphOf(textOf(edges), notes);
        const snapshot = buildSnapshot(graph);
        const observed = new Map(
          looked.map(({ at, isBroken, shows }): [number, Observation] => {
            const relation = findAsset(snapshot, idOf(`t${at}`));
            const said = isBroken && shows !== undefined ? { shows } : {};
            return [relation, { ref: `t${at}`, relation, isBroken, ...said }];
          }),
        );
        const observations = [...observed.values()];
        if (!observations.some(({ isBroken }) => isBroken)) return;
        const changesAt = new Map(
          logged.map((at) => {
            const asset = idOf(`t${at}`);
            return [findAsset(snapshot, asset), [changeOf(asset)]] as const;
          }),
        );
        const { suspects, notWalked } = rankSuspects({
          snapshot,
          graph,
          observations,
          changesAt,
          failedRuns: new Map(),
          now: NOW,
        });
        const best = bestByAsset({
          snapshot,
          graph,
          observations,
          changed: new Set(changesAt.keys()),
          weights: weighLog({
            weights: DEFAULT_TRIAGE_WEIGHTS,
            changesAt,
            assetCount: snapshot.assetCount,
            now: NOW,
          }),
        });
        const first = suspects.filter(({ cause }) => cause === 1);
        expect(notWalked).toBe(0);
        for (const { asset, score } of first) {
          ranked++;
          expect(Math.abs((best.get(asset.id)?.score ?? Number.NaN) - score)).toBeLessThan(0.1);
        }
        const shown = new Set(suspects.map(({ asset }) => asset.id as string));
        const lowest = Math.min(...first.map(({ score }) => score));
        for (const [id, { score, isSure }] of best)
          if (isSure && score > lowest + 0.1) expect(shown).toContain(id);
        if ([...best.values()].some(({ isSure }) => isSure))
          expect(first.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 150 },
  );
  expect(ranked).toBeGreaterThan(300);
});
