import type { LeftOut, PlanPlace } from "#lib/graph/branch-marks.ts";
import { findPlanRelation } from "#lib/graph/plan-relations.ts";
import { edgeEnd, edgesFrom, findAsset, ROW_CODES, type Snapshot } from "#lib/graph/snapshot.ts";
import { type Lane, laneAt } from "./effects.ts";

/** A read of one relation by another whose condition leaves parts of a union out. */
interface PartialRead {
  /** As the uses of its edges name it. */
  readonly leftOut: string;
  readonly pairs: readonly number[];
  /** Relations from which a way leads here that is not through those parts. */
  readonly others: ReadonlySet<number>;
  /** Assets whose queries hand the mark on: what changes in one of those may be the mark itself. */
  readonly owners: ReadonlySet<number>;
}

/** Reads that bring nothing of some changes. */
export interface ReadsLeftOut {
  readonly uses: ReadonlySet<string>;
  /** Indexes of pairs over which no rows come. */
  readonly pairs: ReadonlySet<number>;
}

const found = new WeakMap<Snapshot, readonly PartialRead[]>();
/** Beyond this many relations on the way it is not worth looking: the read then counts as one of all parts. */
const MOST_RELATIONS = 5000;
const NONE = ROW_CODES.indexOf("none");

/**
 * Effects that stay in the rows in which they arise. A type, a name or a failure of one part of a union is one of all its
 * rows.
 */
const OF_ROWS: ReadonlySet<Lane> = new Set<Lane>([
  "NULLS",
  "VALUE",
  "UNIT",
  "SHIFTED",
  "ENUM_ADDED",
  "ENUM_REMOVED",
  "ROWS_LOST",
  "ROWS_EXTRA",
  "GRAIN",
  "REGROUPED",
  "THINNED",
]);

export const isOfRows = (lane: Lane): boolean => OF_ROWS.has(lane);

interface Start {
  readonly relation: number;
  readonly lane: number;
}

/** The reads that meet none of the rows in which these changes are; undefined where there are none. */
export function readsLeftOut(
  snapshot: Snapshot,
  seeds: readonly Start[],
): ReadsLeftOut | undefined {
  const reads = partialReads(snapshot);
  if (reads.length === 0 || !seeds.every(({ lane }) => isOfRows(laneAt(lane)))) return undefined;
  const { owner } = snapshot;
  const out = reads.filter(({ others, owners }) =>
    seeds.every(
      ({ relation }) => !others.has(relation) && !owners.has(owner[relation] ?? relation),
    ),
  );
  if (out.length === 0) return undefined;
  return {
    uses: new Set(out.map(({ leftOut }) => leftOut)),
    pairs: new Set(out.flatMap(({ pairs }) => pairs)),
  };
}

function partialReads(snapshot: Snapshot): readonly PartialRead[] {
  const known = found.get(snapshot);
  if (known !== undefined) return known;
  const made = snapshot.uses.some(({ leftOut }) => leftOut !== undefined)
    ? findPartialReads(snapshot)
    : [];
  found.set(snapshot, made);
  return made;
}

/** One pass over the edges. Two reads of the same parts share their uses, so both must leave a change out. */
function findPartialReads(snapshot: Snapshot): readonly PartialRead[] {
  const byUse = new Map<string, Map<string, readonly [from: number, to: number]>>();
  for (let column = 0; column < snapshot.columnCount; column++) {
    const [first, last] = edgesFrom(snapshot, column);
    for (let edge = first; edge < last; edge++) {
      const leftOut = snapshot.uses[snapshot.edgeUse[edge] ?? 0]?.leftOut;
      const end = leftOut === undefined ? 0 : edgeEnd(snapshot, edge);
      if (leftOut === undefined || end >= 0) continue;
      const from = snapshot.columnRelation[column] ?? 0;
      const reads = byUse.get(leftOut) ?? new Map<string, readonly [number, number]>();
      byUse.set(leftOut, reads.set(`${from} ${~end}`, [from, ~end]));
    }
  }
  return [...byUse].flatMap(([leftOut, reads]) => {
    const conditions = JSON.parse(leftOut) as readonly LeftOut[];
    const others = waysBeside(snapshot, conditions);
    if (others === undefined) return [];
    const pairs = [...reads.values()].flatMap((read) => pairsOf(snapshot, read));
    return [{ leftOut, pairs, others, owners: ownersOf(snapshot, conditions) }];
  });
}

function pairsOf(
  { pairStart, pairTarget }: Snapshot,
  [from, to]: readonly [number, number],
): readonly number[] {
  const pairs: number[] = [];
  for (let at = pairStart[from] ?? 0; at < (pairStart[from + 1] ?? 0); at++)
    if (pairTarget[at] === to) pairs.push(at);
  return pairs;
}

const ownersOf = (snapshot: Snapshot, leftOut: readonly LeftOut[]): ReadonlySet<number> =>
  new Set(
    leftOut.flatMap(({ union, through }) =>
      [union, ...through.map(({ at }) => at)].map(([asset]) => findAsset(snapshot, asset)),
    ),
  );

/** Of several conditions each leaves something out: a relation is on a way beside them where it is so for all. */
function waysBeside(
  snapshot: Snapshot,
  leftOut: readonly LeftOut[],
): ReadonlySet<number> | undefined {
  const sets = leftOut.flatMap((each) => waysBesideParts(snapshot, each) ?? []);
  const [first, ...rest] = sets;
  if (first === undefined) return undefined;
  return new Set([...first].filter((relation) => rest.every((set) => set.has(relation))));
}

/**
 * The relations that hand the mark on, and all from which a way leads to one of them that is not the handed rows of the
 * parts that are left out. Undefined where the plans do not stand in the snapshot relation by relation.
 */
function waysBesideParts(snapshot: Snapshot, leftOut: LeftOut): ReadonlySet<number> | undefined {
  const links = linksOf(snapshot, leftOut);
  if (links === undefined) return undefined;
  const seen = new Set(links.keys());
  const pending = [...links].flatMap(([relation, handed]) =>
    inputsOf(snapshot, relation).filter((input) => !handed.has(input)),
  );
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    // What hands the mark on is read beside it too: then its rows are not left out.
    if (links.has(next) || seen.size > MOST_RELATIONS) return undefined;
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...inputsOf(snapshot, next));
  }
  return seen;
}

/** Each relation on the way of the mark, and which of its inputs bring nothing but handed rows, or are left out. */
function linksOf(
  snapshot: Snapshot,
  { union, parts, through }: LeftOut,
): ReadonlyMap<number, ReadonlySet<number>> | undefined {
  const [asset, , count] = union;
  const places = parts.map((place): PlanPlace => [asset, place, count]);
  const links = new Map<number, ReadonlySet<number>>();
  let before = relationsAt(snapshot, places);
  for (const { at, sides } of [{ at: union, sides: [] }, ...through]) {
    const beside = relationsAt(
      snapshot,
      sides.map((place): PlanPlace => [at[0], place, at[2]]),
    );
    const [relation] = relationsAt(snapshot, [at]) ?? [];
    if (before === undefined || beside === undefined || relation === undefined) return undefined;
    links.set(relation, new Set([...before, ...beside]));
    for (const side of beside) links.set(side, new Set([...before, ...beside]));
    before = [relation];
  }
  return links;
}

function relationsAt(
  snapshot: Snapshot,
  places: readonly PlanPlace[],
): readonly number[] | undefined {
  const found = places.flatMap((place) => relationAt(snapshot, place) ?? []);
  return found.length === places.length ? found : undefined;
}

function relationAt(snapshot: Snapshot, [asset, place, count]: PlanPlace): number | undefined {
  const number = findAsset(snapshot, asset);
  return number < 0 ? undefined : findPlanRelation(snapshot, { asset: number, place, count });
}

/** What a relation reads; that an inner relation fails its whole query is no way of rows. */
function inputsOf(
  { backPairStart, backPairSource, backPairRows }: Snapshot,
  relation: number,
): readonly number[] {
  const inputs: number[] = [];
  for (let at = backPairStart[relation] ?? 0; at < (backPairStart[relation + 1] ?? 0); at++)
    if (backPairRows[at] !== NONE) inputs.push(backPairSource[at] ?? 0);
  return inputs;
}
