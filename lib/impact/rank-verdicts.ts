import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Blast } from "./blast.ts";
import type { BlastIndex } from "./blast-index.ts";
import { type KnownAssets, knownAssets } from "./known-assets.ts";
import { LazyOrder, LEFT_OUT } from "./lazy-order.ts";
import { pointsOf, type Scored, type ScoreInput, score, verdictPoints } from "./points.ts";
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
const MOST_POINTS = 200;
const RANKS_PER_POINT = 20;
const NAME_BITS = 2 ** 26;
const HOP_BITS = 2 ** 13;

/**
 * Judges every reached asset. The order is by points, hops and name, sorted as far as it is read: with tens of thousands
 * of assets comparing objects would cost more than the walk.
 */
export function rankVerdicts(given: RankInput): Ranking {
  const { blast, graph, index } = given;
  const { relations, source, hops } = blast;
  const known = knownAssets({ snapshot: blast.snapshot, graph, policy: given.policy });
  const memo = new JudgedMemo(given.policy);
  const bucketOf = new Uint16Array(relations.length);
  for (let place = 0; place < relations.length; place++) {
    const relation = relations[place] ?? 0;
    if (source[place] === 1 || known.isThere[relation] !== 1) bucketOf[place] = LEFT_OUT;
    else {
      const points = pointsAt(given, { known, relation, verdict: memo.at(blast, place) });
      const rank = Math.round((MOST_POINTS - (points ?? UNKNOWN_POINTS)) * RANKS_PER_POINT);
      bucketOf[place] = Math.max(0, rank);
    }
  }
  const order = new LazyOrder({
    bucketOf,
    keyOf: (place) => {
      const near = Math.min(hops[place] ?? 0, HOP_BITS - 1);
      const name = known.namePlace[relations[place] ?? 0] ?? 0;
      return ((bucketOf[place] ?? 0) * HOP_BITS + near) * NAME_BITS + name;
    },
    itemOf: (key) => index.placeOf(known.byName[key % NAME_BITS] ?? 0),
  });
  return {
    count: order.count,
    at: (rank) => {
      const place = order.at(rank);
      const relation = place === undefined ? undefined : relations[place];
      const asset = relation === undefined ? undefined : known.assets[relation];
      if (place === undefined || relation === undefined || asset === undefined) return undefined;
      const { judged } = memo.at(blast, place);
      const scored = score(scoreInput(given, { relation, asset, judged }));
      return { relation, asset, judged, scored, hops: hops[place] ?? 0 };
    },
  };
}

function pointsAt(
  given: RankInput,
  {
    known,
    relation,
    verdict,
  }: { readonly known: KnownAssets; readonly relation: number; readonly verdict: JudgedState },
): number | null {
  const asset = known.assets[relation];
  if (verdict.points === null || verdict.points === 0 || asset === undefined) return verdict.points;
  const standing = known.standing[relation] ?? 0;
  const isPlain = known.isPlain[relation] === 1 && !given.changedUnderContract;
  if (isPlain) return Math.round((verdict.points + standing) * 10) / 10;
  return pointsOf(scoreInput(given, { relation, asset, judged: verdict.judged }), standing);
}

const MEMO_SLOTS = 256;
const MIXER = 0x9e3779b1;

interface JudgedState {
  readonly run: number;
  readonly rows: number;
  readonly columns: number;
  readonly judged: readonly Judged[];
  /** Points of the verdict alone; null for `unknown`, 0 for `unaffected`. */
  readonly points: number | null;
}

/** States repeat a great deal, so each is judged once: a small table by state, and before it the one asked for last. */
class JudgedMemo {
  readonly #policy: Policy;
  readonly #judged: (JudgedState | undefined)[] = new Array<undefined>(MEMO_SLOTS).fill(undefined);
  #last: JudgedState | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  at(blast: Blast, place: number): JudgedState {
    const run = blast.run[place] ?? 0;
    const rows = blast.rows[place] ?? 0;
    const columns = blast.joined[place] ?? 0;
    const last = this.#last;
    if (last !== undefined && last.columns === columns && last.rows === rows && last.run === run)
      return last;
    const slot = Math.imul(columns ^ Math.imul(rows, 131) ^ Math.imul(run, 1031), MIXER) >>> 24;
    let found = this.#judged[slot];
    if (found?.columns !== columns || found.rows !== rows || found.run !== run)
      found = this.#judge({ run, rows, columns }, blast);
    this.#judged[slot] = found;
    this.#last = found;
    return found;
  }

  #judge(
    { run, rows, columns }: Pick<JudgedState, "run" | "rows" | "columns">,
    { states }: Blast,
  ): JudgedState {
    const judged = judge(
      { run: states.wordsOf(run), rows: states.wordsOf(rows), columns: states.wordsOf(columns) },
      this.#policy,
    );
    return { run, rows, columns, judged, points: verdictPoints(judged[0], this.#policy) };
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
