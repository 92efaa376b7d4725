import type { AssetId } from "#lib/model/asset-id.ts";
import { addsTheSame } from "./adds-the-same.ts";
import { findAlwaysNull, type NullColumns } from "./always-null.ts";
import type { Contribution } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";
import { draftAsset, sameToReaders } from "./draft-asset.ts";
import type { DraftShelf } from "./draft-shelf.ts";
import { EdgeBook } from "./edge-book.ts";
import { changedSince, type GraphPlace, placeOf } from "./graph-changes.ts";
import { linkOne } from "./link-one.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { NO_READ_NUMBERS, numberReads, type ReadNumbers, readsFlagged } from "./number-reads.ts";
import { findNumber, NO_ASSET, type Renumbering, renumberAssets } from "./renumber-assets.ts";
import {
  declaredKeys,
  findUniqueKeys,
  type KeysByAsset,
  NO_KEYS,
  sameKeys,
} from "./unique-keys.ts";

/**
 * A graph on its way to a snapshot: what each asset adds, and where the columns that assets want of each other stand. By
 * asset number, in the order of ids. The next version takes over what has not changed.
 */
export interface LinkedGraph {
  readonly graph: MergedGraph;
  readonly ids: readonly AssetId[];
  readonly book: EdgeBook;
  readonly nulls: NullColumns;
  readonly keys: KeysByAsset;
  readonly contributions: readonly Contribution[];
  readonly readNumbers: ReadNumbers;
  /** The asset's columns with those that only readers expect. */
  readonly tables: readonly ColumnNames[];
  /** Where each wanted column stands in the table of its asset. */
  readonly links: readonly Int32Array[];
  readonly place: GraphPlace;
  /** Some asset names one that the graph does not have. */
  readonly misses: boolean;
  /** All is as in the version that this one goes on from, but for notes and for what is not walked. */
  readonly isLike: boolean;
}

/** What to go on from, and what is known to be new since; `changed` absent: each asset has to be looked at. */
interface Earlier {
  readonly before: LinkedGraph | undefined;
  readonly changed: ReadonlySet<AssetId> | undefined;
}

/**
 * Links a graph, from an earlier version of it where there is one: assets that are still the same objects are taken over
 * with the numbers of their columns, unless something that they read has changed. O(assets), and O(what changed); where
 * the graph tells what changed since, the first part is no more than copying lists of numbers.
 */
export function linkGraph(
  graph: MergedGraph,
  before: LinkedGraph | undefined,
  shelf?: DraftShelf,
): LinkedGraph {
  const changed =
    before === undefined || before.misses ? undefined : changedSince(before.place, graph);
  const earlier: Earlier = { before, changed };
  const numbers = renumberAssets(graph, { ids: before?.ids ?? [], changed });
  const { ids } = numbers;
  const { nulls, keys } = findKeysAndNulls(graph, earlier);
  const book = before?.book ?? shelf?.book ?? new EdgeBook();
  const drafted = new Uint8Array(ids.length);
  const contributions = draftAll({
    graph,
    ...earlier,
    numbers,
    nulls,
    keys,
    book,
    drafted,
    ...(before === undefined && shelf ? { shelf } : {}),
  });
  const place = placeOf(graph);
  if (before !== undefined && !before.misses && ids === before.ids && !drafted.includes(1))
    return { ...before, graph, nulls, keys, contributions, place, isLike: true };
  const readNumbers = numberReads({
    before: before?.readNumbers,
    numbers,
    contributions,
    drafted,
  });
  const dirty = findDirty({ before, numbers, readNumbers, drafted });
  const { tables, links } = linkAll({
    before,
    numbers,
    contributions,
    readNumbers,
    drafted,
    dirty,
  });
  const misses = contributions.some((contribution) => contribution.misses);
  const found = { graph, ids, book, nulls, keys, contributions, readNumbers, tables, links };
  return { ...found, place, misses, isLike: false };
}

function linkAll({
  before,
  numbers: { ids, oldOf },
  contributions,
  readNumbers,
  drafted,
  dirty,
}: Linking & {
  readonly readNumbers: ReadNumbers;
  readonly dirty: Uint8Array;
}): Pick<LinkedGraph, "tables" | "links"> {
  const tables = contributions.map(({ columns }, number) =>
    dirty[number] === 0 ? (before?.tables[oldOf[number] ?? 0] ?? columns) : columns,
  );
  const readsDirty = dirty.includes(1);
  const owned = new Uint8Array(ids.length);
  const links = contributions.map((contribution, number) => {
    const known = drafted[number] === 1 ? undefined : before?.links[oldOf[number] ?? NO_ASSET];
    if (known !== undefined && !(readsDirty && readsFlagged(readNumbers, number, dirty)))
      return known;
    const { start, list } = readNumbers;
    const reads = list.subarray(start[number], start[number + 1]);
    return linkOne({ contribution, known, reads, dirty, tables, owned });
  });
  for (let number = 0; number < ids.length; number++)
    if (dirty[number] === 1) tables[number]?.forgetIndex();
  return { tables, links };
}

/** What an asset was before; it may be gone now. */
const assetBefore = ({ ids, contributions }: LinkedGraph, id: AssetId): MergedAsset | undefined =>
  contributions[findNumber(ids, id)]?.asset;

/** Both follow from declared keys and from queries alone: where neither changed, they are as before. */
function findKeysAndNulls(
  graph: MergedGraph,
  { before, changed }: Earlier,
): Pick<LinkedGraph, "nulls" | "keys"> {
  if (before !== undefined && changed !== undefined) {
    const isLike = (id: AssetId): boolean => {
      const [old, now] = [assetBefore(before, id), graph.assets.get(id)];
      if (!isSameMaking(old, now)) return false;
      return sameKeys(old ? declaredKeys(old) : NO_KEYS, now ? declaredKeys(now) : NO_KEYS);
    };
    if ([...changed].every(isLike)) return before;
  }
  return { nulls: findAlwaysNull(graph), keys: findUniqueKeys(graph) };
}

/** Whether the queries of both make the same, by their texts and plans, in tables of the same kind. */
function isSameMaking(one: MergedAsset | undefined, other: MergedAsset | undefined): boolean {
  const [queries, others] = [one?.queries ?? [], other?.queries ?? []];
  if (queries.length + others.length === 0 || queries === others) return true;
  return (
    one?.kind === other?.kind &&
    one?.attributes.materialization === other?.attributes.materialization &&
    queries.length === others.length &&
    queries.every(({ sql, plan }, at) => {
      const query = others[at];
      return sql === query?.sql && JSON.stringify(plan) === JSON.stringify(query.plan);
    })
  );
}

/** More uses than this were met once and are used no more: then all assets are looked at again. */
const WORN_BOOK = 60_000;

/** Whether a book is so full that starting anew is better than going on. */
export const isWorn = ({ book }: LinkedGraph): boolean =>
  book.uses.length > WORN_BOOK || book.types.length > WORN_BOOK;

function draftAll({
  graph,
  before,
  changed,
  numbers: { ids, oldOf },
  nulls,
  keys,
  book,
  drafted,
  shelf,
}: Earlier & {
  readonly graph: MergedGraph;
  readonly numbers: Renumbering;
  readonly nulls: NullColumns;
  readonly keys: KeysByAsset;
  readonly book: EdgeBook;
  /** Is set to 1 for what is not taken over. */
  readonly drafted: Uint8Array;
  /** Drafts of an earlier run, which speak in the numbers of `book`. */
  readonly shelf?: DraftShelf;
}): Contribution[] {
  const looksNew = before === undefined ? NO_FLAGS : findNewLooks({ graph, before, changed, keys });
  const anyNew = looksNew.includes(1);
  const isChanged = changed && flagNumbers(ids, changed);
  const isSameAsset = (number: number, asset: MergedAsset): boolean =>
    isChanged === undefined ? graph.assets.get(asset.id) === asset : isChanged[number] === 0;
  const isSameNulls = (id: AssetId): boolean =>
    before?.nulls === nulls || sameNames(before?.nulls.get(id), nulls.get(id));
  return ids.map((id, number) => {
    const old = oldOf[number] ?? NO_ASSET;
    const known = before?.contributions[old];
    if (
      known !== undefined &&
      !known.misses &&
      isSameAsset(number, known.asset) &&
      !(anyNew && readsFlagged(before?.readNumbers ?? NO_READ_NUMBERS, old, looksNew)) &&
      isSameNulls(id)
    )
      return known;
    const asset = graph.assets.get(id);
    if (asset === undefined) throw new Error(`no asset ${id}`);
    const given = { graph, book, alwaysNull: nulls.get(id), keys };
    const fresh = shelf ? shelf.draft(asset, given) : draftAsset(asset, given);
    if (known !== undefined && addsTheSame(known, fresh)) return { ...known, asset };
    drafted[number] = 1;
    return fresh;
  });
}

const NO_FLAGS = new Uint8Array(0);

/** By number: 1 for the assets of the set. */
function flagNumbers(ids: readonly AssetId[], set: Iterable<AssetId>): Uint8Array {
  const flags = new Uint8Array(ids.length);
  for (const id of set) {
    const number = findNumber(ids, id);
    if (number >= 0) flags[number] = 1;
  }
  return flags;
}

/** By old number: 1 for assets that are gone, or that their readers must look at again. */
function findNewLooks({
  graph,
  before,
  changed,
  keys,
}: {
  readonly graph: MergedGraph;
  readonly before: LinkedGraph;
  readonly changed: ReadonlySet<AssetId> | undefined;
  readonly keys: KeysByAsset;
}): Uint8Array {
  const looksNew = new Uint8Array(before.ids.length);
  const look = ({ asset }: Contribution, number: number): void => {
    const now = graph.assets.get(asset.id);
    const hasOtherKeys =
      before.keys !== keys && !sameKeys(before.keys.get(asset.id), keys.get(asset.id));
    if (now === asset && !hasOtherKeys) return;
    if (now === undefined || hasOtherKeys || !sameToReaders(asset, now)) looksNew[number] = 1;
  };
  if (changed === undefined || before.keys !== keys) before.contributions.forEach(look);
  else {
    for (const id of changed) {
      const number = findNumber(before.ids, id);
      const contribution = before.contributions[number];
      if (contribution !== undefined) look(contribution, number);
    }
  }
  return looksNew;
}

function sameNames(
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.size !== other.size) return false;
  return [...one].every((name) => other.has(name));
}

interface Linking {
  readonly before: LinkedGraph | undefined;
  readonly numbers: Renumbering;
  readonly contributions: readonly Contribution[];
  readonly drafted: Uint8Array;
}

/** By number: 1 for assets whose columns may be others than before: they changed, or a reader of them did. */
function findDirty({
  before,
  numbers: { ids, oldOf, newOf },
  readNumbers,
  drafted,
}: Omit<Linking, "contributions"> & { readonly readNumbers: ReadNumbers }): Uint8Array {
  const dirty = drafted.slice();
  if (before === undefined) return dirty;
  const { start, list } = before.readNumbers;
  const markOldReads = (old: number): void => {
    const end = start[old + 1] ?? 0;
    for (let at = start[old] ?? end; at < end; at++) {
      const now = newOf[list[at] ?? 0] ?? NO_ASSET;
      if (now >= 0) dirty[now] = 1;
    }
  };
  for (let number = 0; number < ids.length; number++) {
    if (drafted[number] === 0) continue;
    const end = readNumbers.start[number + 1] ?? 0;
    for (let at = readNumbers.start[number] ?? end; at < end; at++)
      dirty[readNumbers.list[at] ?? 0] = 1;
    markOldReads(oldOf[number] ?? NO_ASSET);
  }
  for (let old = 0; old < newOf.length; old++) if ((newOf[old] ?? NO_ASSET) < 0) markOldReads(old);
  return dirty;
}
