import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Blast } from "./blast.ts";
import type { BlastIndex } from "./blast-index.ts";
import { pointsOf, type Scored, type ScoreInput, score, standingPoints } from "./points.ts";
import type { Policy } from "./policy.ts";
import { type Judged, judge } from "./verdict.ts";

export interface RankInput {
  readonly blast: Blast;
  readonly index: BlastIndex;
  readonly graph: MergedGraph;
  /** An active contract names what changed. */
  readonly changedUnderContract: boolean;
  readonly policy: Policy;
  readonly now?: string | undefined;
}

export interface Ranked {
  readonly relation: number;
  readonly asset: MergedAsset;
  readonly judged: readonly Judged[];
  readonly scored: Scored;
  readonly hops: number;
}

/** Verdicts in the order of points, hops, name; an entry is made when it is read. */
export interface Ranking {
  readonly count: number;
  at(rank: number): Ranked | undefined;
}

/** `unknown` has no points; it stands behind every known harm and before what is proved unaffected. */
const UNKNOWN_POINTS = 0.05;
const NAME_BITS = 2 ** 26;
const HOP_BITS = 2 ** 13;

/**
 * Judges every reached asset. The order is one number for each (points, hops and name packed), sorted as numbers: with
 * tens of thousands of assets comparing objects would cost more than the walk.
 */
export function rankVerdicts(given: RankInput): Ranking {
  const { blast, graph } = given;
  const { snapshot } = blast;
  const assets = assetsOf(snapshot, graph);
  const names = namePlaces(snapshot, assets);
  const standing = standingOf(snapshot, assets, given.policy);
  const judgedAt: (readonly Judged[])[] = [];
  const memo = new JudgedMemo(given.policy);
  const keys = new Float64Array(blast.relations.length);
  const places = new Map<number, number>();
  let count = 0;
  for (let place = 0; place < blast.relations.length; place++) {
    const relation = blast.relations[place] ?? 0;
    const asset = assets[relation];
    if (asset === undefined || blast.source[place] === 1) continue;
    const judged = memo.at(blast, place);
    judgedAt[place] = judged;
    const points = pointsOf(
      scoreInput(given, { relation, asset, judged }),
      standing[relation] ?? 0,
    );
    const hops = Math.min(blast.hops[place] ?? 0, HOP_BITS - 1);
    const rank = Math.round((200 - (points ?? UNKNOWN_POINTS)) * 20);
    keys[count++] = (rank * HOP_BITS + hops) * NAME_BITS + (names[relation] ?? 0);
    places.set(names[relation] ?? 0, place);
  }
  const ordered = keys.subarray(0, count).sort();
  return {
    count,
    at: (rank) => {
      const key = ordered[rank];
      const place = key === undefined ? undefined : places.get(key % NAME_BITS);
      if (place === undefined) return undefined;
      const relation = blast.relations[place] ?? 0;
      const asset = assets[relation];
      const judged = judgedAt[place];
      if (asset === undefined || judged === undefined) return undefined;
      const scored = score(scoreInput(given, { relation, asset, judged }));
      return { relation, asset, judged, scored, hops: blast.hops[place] ?? 0 };
    },
  };
}

const MEMO_SLOTS = 256;
const MIXER = 0x9e3779b1;

/** States repeat a great deal, so each is judged once: a small table by state. */
class JudgedMemo {
  readonly #policy: Policy;
  readonly #keys = new Int32Array(MEMO_SLOTS * 3);
  readonly #judged: (readonly Judged[] | undefined)[] = new Array<undefined>(MEMO_SLOTS).fill(
    undefined,
  );

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  at({ run, rows, joined, states }: Blast, place: number): readonly Judged[] {
    const ofRun = run[place] ?? 0;
    const ofRows = rows[place] ?? 0;
    const ofColumns = joined[place] ?? 0;
    const mixed = Math.imul(ofColumns ^ Math.imul(ofRows, 131) ^ Math.imul(ofRun, 1031), MIXER);
    const slot = mixed >>> 24;
    const key = slot * 3;
    const keys = this.#keys;
    const known = this.#judged[slot];
    if (
      known !== undefined &&
      keys[key] === ofRun &&
      keys[key + 1] === ofRows &&
      keys[key + 2] === ofColumns
    ) {
      return known;
    }
    const made = judge(
      {
        run: states.wordsOf(ofRun),
        rows: states.wordsOf(ofRows),
        columns: states.wordsOf(ofColumns),
      },
      this.#policy,
    );
    keys.set([ofRun, ofRows, ofColumns], key);
    this.#judged[slot] = made;
    return made;
  }
}

function scoreInput(
  { index, changedUnderContract, now, policy }: RankInput,
  { relation, asset, judged }: Pick<Ranked, "relation" | "asset" | "judged">,
): ScoreInput {
  return {
    judged: judged[0] ?? { verdict: "unaffected", certainty: null },
    attributes: asset.attributes,
    underContract: changedUnderContract || namesHitColumn(asset, index, relation),
    now,
    policy,
  };
}

function namesHitColumn(asset: MergedAsset, index: BlastIndex, relation: number): boolean {
  const { contract } = asset.attributes;
  if (contract?.status !== "active") return false;
  if (contract.columns === undefined) return true;
  const named = new Set(contract.columns.map((column) => column.toLowerCase()));
  return index.columnsOf(relation).some((column) => named.has(index.nameOf(column).toLowerCase()));
}

const assetLists = new WeakMap<Snapshot, readonly (MergedAsset | undefined)[]>();

function assetsOf(snapshot: Snapshot, graph: MergedGraph): readonly (MergedAsset | undefined)[] {
  const known = assetLists.get(snapshot);
  if (known !== undefined) return known;
  const made = snapshot.assetIds.map((id) => graph.assets.get(id));
  assetLists.set(snapshot, made);
  return made;
}

const standings = new WeakMap<
  Snapshot,
  { readonly policy: Policy; readonly points: Float64Array }
>();

function standingOf(
  snapshot: Snapshot,
  assets: readonly (MergedAsset | undefined)[],
  policy: Policy,
): Float64Array {
  const known = standings.get(snapshot);
  if (known?.policy === policy) return known.points;
  const points = Float64Array.from(assets, (asset) =>
    asset === undefined ? 0 : standingPoints(asset.attributes, policy),
  );
  standings.set(snapshot, { policy, points });
  return points;
}

const nameLists = new WeakMap<Snapshot, Int32Array>();

/** Where each asset stands among all by name, then id. */
function namePlaces(snapshot: Snapshot, assets: readonly (MergedAsset | undefined)[]): Int32Array {
  const known = nameLists.get(snapshot);
  if (known !== undefined) return known;
  const name = (asset: number): string => assets[asset]?.name ?? "";
  const sorted = Array.from({ length: assets.length }, (_, asset) => asset).sort((a, b) => {
    const one = name(a);
    const two = name(b);
    return one < two ? -1 : one > two ? 1 : a - b;
  });
  const made = new Int32Array(assets.length);
  sorted.forEach((asset, place) => {
    made[asset] = place;
  });
  nameLists.set(snapshot, made);
  return made;
}
