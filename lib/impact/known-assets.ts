import { changedSince, type GraphPlace, placeOf } from "#lib/graph/graph-changes.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { standingPoints } from "./points.ts";
import type { Policy } from "./policy.ts";

/** What is known of a snapshot's assets before any question, by their numbers. */
export interface KnownAssets {
  readonly policy: Policy;
  readonly assets: readonly (MergedAsset | undefined)[];
  readonly isThere: Uint8Array;
  /** 1: neither a contract nor a promised freshness, so its points are the verdict's and the standing ones. */
  readonly isPlain: Uint8Array;
  readonly standing: Float64Array;
  /** Where each stands among all by name, then id; and who stands there. */
  readonly namePlace: Int32Array;
  readonly byName: Int32Array;
}

const known = new WeakMap<Snapshot, KnownAssets>();

/** What was last known of a graph that changes, by the log of its changes. */
interface Latest {
  readonly ids: readonly AssetId[];
  readonly place: GraphPlace;
  readonly known: KnownAssets;
}

const latest = new WeakMap<object, Latest>();

/** Once for each snapshot: O(assets), and O(what changed) of more than copying where an earlier version was asked before. */
export function knownAssets({
  snapshot,
  graph,
  policy,
}: {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly policy: Policy;
}): KnownAssets {
  const ready = known.get(snapshot);
  if (ready?.policy === policy) return ready;
  const place = placeOf(graph);
  const ids = snapshot.assetIds;
  const before = latest.get(place.log);
  const changed = before?.known.policy === policy ? changedSince(before.place, graph) : undefined;
  const made =
    before === undefined || changed === undefined
      ? learnAll(ids, { graph, policy })
      : goOn(before, { ids, graph, changed });
  known.set(snapshot, made);
  latest.set(place.log, { ids, place, known: made });
  return made;
}

function learnAll(
  ids: readonly AssetId[],
  { graph, policy }: { readonly graph: MergedGraph; readonly policy: Policy },
): KnownAssets {
  const learnt = emptyOf(ids.length, policy);
  ids.forEach((id, number) => {
    learn(learnt, { number, asset: graph.assets.get(id) });
  });
  learnt.byName.sort(byNameIn(learnt.assets));
  return placed(learnt);
}

/** All lists are made as long as the assets, and filled afterwards. */
interface Learnt extends KnownAssets {
  readonly assets: (MergedAsset | undefined)[];
}

function emptyOf(count: number, policy: Policy): Learnt {
  const byName = new Int32Array(count);
  for (let number = 0; number < count; number++) byName[number] = number;
  return {
    policy,
    assets: new Array<MergedAsset | undefined>(count).fill(undefined),
    isThere: new Uint8Array(count),
    isPlain: new Uint8Array(count),
    standing: new Float64Array(count),
    namePlace: new Int32Array(count),
    byName,
  };
}

function learn(
  into: Learnt,
  { number, asset }: { readonly number: number; readonly asset: MergedAsset | undefined },
): void {
  const attributes = asset?.attributes;
  into.assets[number] = asset;
  into.isThere[number] = asset === undefined ? 0 : 1;
  into.isPlain[number] =
    attributes?.sla === undefined && attributes?.contract === undefined ? 1 : 0;
  into.standing[number] = attributes === undefined ? 0 : standingPoints(attributes, into.policy);
}

/** Goes through both lists of ids side by side; both ascend. */
function goOn(
  before: Latest,
  {
    ids,
    graph,
    changed,
  }: {
    readonly ids: readonly AssetId[];
    readonly graph: MergedGraph;
    readonly changed: ReadonlySet<AssetId>;
  },
): KnownAssets {
  const learnt = emptyOf(ids.length, before.known.policy);
  const newOf = new Int32Array(before.ids.length).fill(-1);
  const fresh: number[] = [];
  let old = 0;
  for (let number = 0; number < ids.length; number++) {
    const id = ids[number] ?? ("" as AssetId);
    while (old < before.ids.length && before.ids[old] !== id && (before.ids[old] ?? "") < id) old++;
    if (before.ids[old] === id && !changed.has(id)) {
      newOf[old] = number;
      copy({ from: before.known, old, into: learnt, number });
    } else {
      learn(learnt, { number, asset: graph.assets.get(id) });
      fresh.push(number);
    }
  }
  mergeByName(before.known.byName, { newOf, fresh, into: learnt });
  return placed(learnt);
}

function copy({
  from,
  old,
  into,
  number,
}: {
  readonly from: KnownAssets;
  readonly old: number;
  readonly into: Learnt;
  readonly number: number;
}): void {
  into.assets[number] = from.assets[old];
  into.isThere[number] = from.isThere[old] ?? 0;
  into.isPlain[number] = from.isPlain[old] ?? 0;
  into.standing[number] = from.standing[old] ?? 0;
}

/** The order of before, with those that are new in between. */
function mergeByName(
  before: Int32Array,
  {
    newOf,
    fresh,
    into: { assets, byName },
  }: { readonly newOf: Int32Array; readonly fresh: number[]; readonly into: Learnt },
): void {
  const compare = byNameIn(assets);
  fresh.sort(compare);
  let place = 0;
  let next = 0;
  for (const old of before) {
    const number = newOf[old] ?? -1;
    if (number < 0) continue;
    for (let one = fresh[next]; one !== undefined && compare(one, number) < 0; one = fresh[++next])
      byName[place++] = one;
    byName[place++] = number;
  }
  for (; next < fresh.length; next++) byName[place++] = fresh[next] ?? 0;
}

const byNameIn =
  (assets: readonly (MergedAsset | undefined)[]) =>
  (a: number, b: number): number => {
    const one = assets[a]?.name ?? "";
    const two = assets[b]?.name ?? "";
    return one < two ? -1 : one > two ? 1 : a - b;
  };

function placed(learnt: Learnt): KnownAssets {
  const { byName, namePlace } = learnt;
  for (let place = 0; place < byName.length; place++) namePlace[byName[place] ?? 0] = place;
  return learnt;
}
