import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import type { TriageCase } from "./make-cases.ts";

/** Ranks suspects by a rule that people or other tools use, over tables. The likeliest first. */
export type Baseline = (dag: AssetDag, triageCase: TriageCase) => readonly AssetId[];

/** Which asset reads which, and how far. */
export class AssetDag {
  readonly view: GraphView;
  readonly #snapshot: Snapshot;
  readonly #above: readonly (readonly number[])[];
  readonly #ancestors = new Map<AssetId, ReadonlyMap<AssetId, number>>();

  constructor(view: GraphView) {
    this.view = view;
    this.#snapshot = view.snapshot;
    this.#above = assetsAbove(view.snapshot);
  }

  /** Assets upstream of one, itself included, each with the fewest steps. */
  ancestorsOf(id: AssetId): ReadonlyMap<AssetId, number> {
    const known = this.#ancestors.get(id) ?? this.#walkUp(id);
    this.#ancestors.set(id, known);
    return known;
  }

  #walkUp(id: AssetId): ReadonlyMap<AssetId, number> {
    const start = findAsset(this.#snapshot, id);
    const steps = new Map<number, number>([[start, 0]]);
    const queue = [start];
    for (let at = 0; at < queue.length; at++) {
      const relation = queue[at] ?? 0;
      for (const above of this.#above[relation] ?? []) {
        if (steps.has(above)) continue;
        steps.set(above, (steps.get(relation) ?? 0) + 1);
        queue.push(above);
      }
    }
    return new Map(
      [...steps].flatMap(([relation, count]) => {
        const found = this.#snapshot.assetIds[relation];
        return found === undefined ? [] : [[found, count] as const];
      }),
    );
  }

  readsOf(id: AssetId): readonly AssetId[] {
    return (this.#above[findAsset(this.#snapshot, id)] ?? []).flatMap(
      (relation) => this.#snapshot.assetIds[relation] ?? [],
    );
  }
}

function assetsAbove(snapshot: Snapshot): number[][] {
  const above = Array.from({ length: snapshot.assetCount }, () => new Set<number>());
  for (let relation = 0; relation < snapshot.relationCount; relation++) {
    const from = snapshot.owner[relation] ?? relation;
    const end = snapshot.pairStart[relation + 1] ?? 0;
    for (let at = snapshot.pairStart[relation] ?? 0; at < end; at++) {
      const target = snapshot.pairTarget[at] ?? 0;
      const to = snapshot.owner[target] ?? target;
      if (to !== from) above[to]?.add(from);
    }
  }
  return above.map((set) => [...set]);
}

interface Counted {
  readonly id: AssetId;
  readonly symptoms: number;
  readonly healthy: number;
  readonly hops: number;
}

function countAncestors(dag: AssetDag, { symptoms, healthy }: TriageCase): Counted[] {
  const counted = new Map<AssetId, { symptoms: number; healthy: number; hops: number }>();
  for (const [refs, key] of [
    [symptoms, "symptoms"],
    [healthy, "healthy"],
  ] as const) {
    for (const { ref } of refs) {
      for (const [id, steps] of dag.ancestorsOf(ref as AssetId)) {
        const entry = counted.get(id) ?? { symptoms: 0, healthy: 0, hops: 0 };
        entry[key]++;
        if (key === "symptoms") entry.hops += steps;
        counted.set(id, entry);
      }
    }
  }
  return [...counted]
    .filter(([, { symptoms: explained }]) => explained > 0)
    .map(([id, entry]) => ({ id, ...entry, hops: entry.hops / entry.symptoms }));
}

const rankBy = (counted: readonly Counted[], score: (one: Counted) => number): readonly AssetId[] =>
  counted
    .map((one) => ({ one, value: score(one) }))
    .sort((a, b) => b.value - a.value || a.one.hops - b.one.hops || (a.one.id < b.one.id ? -1 : 1))
    .map(({ one }) => one.id);

/** What is broken and reads nothing broken, the one that most others stand on first. */
const nearestFailingUpstream: Baseline = (dag, triageCase) => {
  const broken = new Set(triageCase.symptoms.map(({ ref }) => ref as AssetId));
  const isFirst = (id: AssetId): boolean =>
    ![...dag.ancestorsOf(id).keys()].some((above) => above !== id && broken.has(above));
  return rankBy(countAncestors(dag, triageCase), ({ id, symptoms }) =>
    broken.has(id) && isFirst(id) ? 1_000 + symptoms : 0,
  );
};

const mostRecentChange: Baseline = (dag, triageCase) => {
  const newest = new Map<AssetId, string>();
  for (const { asset, at } of triageCase.changes) {
    const found = findAssetByName(dag.view.graph, asset);
    if (found.ok && at !== undefined && at > (newest.get(found.value.id) ?? ""))
      newest.set(found.value.id, at);
  }
  return rankBy(countAncestors(dag, triageCase), ({ id }) =>
    Date.parse(newest.get(id) ?? "1970-01-01"),
  );
};

const coverage: Baseline = (dag, triageCase) =>
  rankBy(countAncestors(dag, triageCase), ({ symptoms }) => symptoms);

const ochiai: Baseline = (dag, triageCase) =>
  rankBy(
    countAncestors(dag, triageCase),
    ({ symptoms, healthy }) =>
      symptoms / Math.sqrt(triageCase.symptoms.length * (symptoms + healthy)),
  );

const STEPS = 30;
const RESTART = 0.15;

/** A walk upstream that begins at the symptoms again and again. */
const personalisedPageRank: Baseline = (dag, triageCase) => {
  const starts = triageCase.symptoms.map(({ ref }) => ref as AssetId);
  let mass = new Map(starts.map((id) => [id, 1 / starts.length]));
  for (let step = 0; step < STEPS; step++) {
    const next = new Map(starts.map((id) => [id, RESTART / starts.length]));
    for (const [id, share] of mass) {
      const reads = dag.readsOf(id);
      const to = reads.length === 0 ? [id] : reads;
      for (const above of to)
        next.set(above, (next.get(above) ?? 0) + ((1 - RESTART) * share) / to.length);
    }
    mass = next;
  }
  return rankBy(countAncestors(dag, triageCase), ({ id }) => mass.get(id) ?? 0);
};

export const BASELINES: Readonly<Record<string, Baseline>> = {
  "nearest failing upstream": nearestFailingUpstream,
  "most recent change": mostRecentChange,
  coverage,
  Ochiai: ochiai,
  "personalised PageRank": personalisedPageRank,
};
