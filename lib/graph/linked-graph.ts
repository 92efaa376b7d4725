import type { AssetId } from "#lib/model/asset-id.ts";
import { findAlwaysNull, type NullColumns } from "./always-null.ts";
import type { Contribution } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";
import { draftAsset, sameToReaders } from "./draft-asset.ts";
import { EdgeBook } from "./edge-book.ts";
import { changedSince, type GraphPlace, placeOf } from "./graph-changes.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
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
  readonly ids: readonly AssetId[];
  readonly book: EdgeBook;
  readonly nulls: NullColumns;
  readonly keys: KeysByAsset;
  readonly contributions: readonly Contribution[];
  /** The number of each asset that is read, by its place in `reads`. */
  readonly readNumbers: readonly Int32Array[];
  /** The asset's columns with those that only readers expect. */
  readonly tables: readonly ColumnNames[];
  /** Where each wanted column stands in the table of its asset. */
  readonly links: readonly Int32Array[];
  readonly place: GraphPlace;
  /** Some asset names one that the graph does not have. */
  readonly misses: boolean;
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
export function linkGraph(graph: MergedGraph, before: LinkedGraph | undefined): LinkedGraph {
  const changed =
    before === undefined || before.misses ? undefined : changedSince(before.place, graph);
  const earlier: Earlier = { before, changed };
  const numbers = renumberAssets(graph, { ids: before?.ids ?? [], changed });
  const { ids } = numbers;
  const { nulls, keys } = findKeysAndNulls(graph, earlier);
  const book = bookFor(before);
  const drafted = new Uint8Array(ids.length);
  const contributions = draftAll({ graph, ...earlier, numbers, nulls, keys, book, drafted });
  const readNumbers = numberReads({ before, numbers, contributions, drafted });
  const dirty = findDirty({ before, numbers, contributions, readNumbers, drafted });
  const { tables, links } = linkAll({
    before,
    numbers,
    contributions,
    readNumbers,
    drafted,
    dirty,
  });
  const place = placeOf(graph);
  const misses = contributions.some((contribution) => contribution.misses);
  return { ids, book, nulls, keys, contributions, readNumbers, tables, links, place, misses };
}

function linkAll({
  before,
  numbers: { ids, oldOf },
  contributions,
  readNumbers,
  drafted,
  dirty,
}: Linking & {
  readonly readNumbers: readonly Int32Array[];
  readonly dirty: Uint8Array;
}): Pick<LinkedGraph, "tables" | "links"> {
  const tables = contributions.map(({ columns }, number) =>
    dirty[number] === 0 ? (before?.tables[oldOf[number] ?? 0] ?? columns) : columns,
  );
  const owned = new Uint8Array(ids.length);
  const links = contributions.map((contribution, number) => {
    const known = drafted[number] === 1 ? undefined : before?.links[oldOf[number] ?? NO_ASSET];
    const reads = readNumbers[number] ?? NO_READS;
    if (known !== undefined && !reads.some((read) => dirty[read] === 1)) return known;
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
      if ((old?.queries.length ?? 0) + (now?.queries.length ?? 0) > 0) return false;
      return sameKeys(old ? declaredKeys(old) : NO_KEYS, now ? declaredKeys(now) : NO_KEYS);
    };
    if ([...changed].every(isLike)) return before;
  }
  return { nulls: findAlwaysNull(graph), keys: findUniqueKeys(graph) };
}

const NO_READS = new Int32Array(0);

/** More uses than this were met once and are used no more: then all assets are looked at again. */
const WORN_BOOK = 60_000;

const bookFor = (before: LinkedGraph | undefined): EdgeBook =>
  before === undefined ? new EdgeBook() : before.book;

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
}: Earlier & {
  readonly graph: MergedGraph;
  readonly numbers: Renumbering;
  readonly nulls: NullColumns;
  readonly keys: KeysByAsset;
  readonly book: EdgeBook;
  /** Is set to 1 for what is not taken over. */
  readonly drafted: Uint8Array;
}): Contribution[] {
  const looksNew = before === undefined ? NO_FLAGS : findNewLooks({ graph, before, changed, keys });
  const anyNew = looksNew.includes(1);
  const isSameAsset = (id: AssetId, asset: MergedAsset): boolean =>
    changed === undefined ? graph.assets.get(id) === asset : !changed.has(id);
  const isSameNulls = (id: AssetId): boolean =>
    before?.nulls === nulls || sameNames(before?.nulls.get(id), nulls.get(id));
  return ids.map((id, number) => {
    const old = oldOf[number] ?? NO_ASSET;
    const known = before?.contributions[old];
    const reads = before?.readNumbers[old] ?? NO_READS;
    if (
      known !== undefined &&
      !known.misses &&
      isSameAsset(id, known.asset) &&
      !(anyNew && reads.some((read) => looksNew[read] === 1)) &&
      isSameNulls(id)
    )
      return known;
    const asset = graph.assets.get(id);
    if (asset === undefined) throw new Error(`no asset ${id}`);
    drafted[number] = 1;
    return draftAsset(asset, { graph, book, alwaysNull: nulls.get(id), keys });
  });
}

const NO_FLAGS = new Uint8Array(0);

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

function numberReads({ before, numbers, contributions, drafted }: Linking): Int32Array[] {
  const { ids, oldOf, newOf, isSame } = numbers;
  const byId = before === undefined ? new Map(ids.map((id, number) => [id, number])) : undefined;
  const numberOf = (id: AssetId): number =>
    byId === undefined ? findNumber(ids, id) : (byId.get(id) ?? NO_ASSET);
  return contributions.map(({ reads }, number) => {
    const old = before?.readNumbers[oldOf[number] ?? NO_ASSET];
    if (drafted[number] === 1 || old === undefined) {
      const found = new Int32Array(reads.length);
      for (let at = 0; at < reads.length; at++) found[at] = numberOf(reads[at] ?? ("" as AssetId));
      return found;
    }
    return isSame ? old : old.map((read) => newOf[read] ?? NO_ASSET);
  });
}

/** By number: 1 for assets whose columns may be others than before: they changed, or a reader of them did. */
function findDirty({
  before,
  numbers: { oldOf, newOf },
  contributions,
  readNumbers,
  drafted,
}: Linking & { readonly readNumbers: readonly Int32Array[] }): Uint8Array {
  const dirty = drafted.slice();
  if (before === undefined) return dirty;
  contributions.forEach((_, number) => {
    if (drafted[number] === 0) return;
    for (const read of readNumbers[number] ?? []) dirty[read] = 1;
    for (const read of before.readNumbers[oldOf[number] ?? NO_ASSET] ?? []) {
      const now = newOf[read] ?? NO_ASSET;
      if (now >= 0) dirty[now] = 1;
    }
  });
  before.readNumbers.forEach((reads, old) => {
    if ((newOf[old] ?? NO_ASSET) >= 0) return;
    for (const read of reads) {
      const now = newOf[read] ?? NO_ASSET;
      if (now >= 0) dirty[now] = 1;
    }
  });
  return dirty;
}

function linkOne({
  contribution: { wanted, wantedCount },
  known,
  reads,
  dirty,
  tables,
  owned,
}: {
  readonly contribution: Contribution;
  /** The links of before, where the contribution was taken over. */
  readonly known: Int32Array | undefined;
  readonly reads: Int32Array;
  readonly dirty: Uint8Array;
  /** A table that takes in a column more is copied first: the contribution keeps its own. */
  readonly tables: ColumnNames[];
  /** 1 for tables that were copied. */
  readonly owned: Uint8Array;
}): Int32Array {
  let links = known;
  for (let slot = 0; slot < reads.length; slot++) {
    const read = reads[slot] ?? NO_ASSET;
    const columns = wanted[slot];
    if (columns === undefined || dirty[read] !== 1) continue;
    if (links === undefined || links === known)
      links = known === undefined ? new Int32Array(wantedCount) : known.slice();
    for (let at = 0; at < columns.names.length; at++) {
      const column = { name: columns.names[at] ?? "", expected: columns.expected[at] === 1 };
      links[columns.start + at] = placeIn({ tables, owned, read }, column);
    }
  }
  return links ?? NO_READS;
}

function placeIn(
  {
    tables,
    owned,
    read,
  }: { readonly tables: ColumnNames[]; readonly owned: Uint8Array; readonly read: number },
  { name, expected }: { readonly name: string; readonly expected: boolean },
): number {
  const table = tables[read];
  if (table === undefined) return 0;
  const found = table.find(name);
  if (found >= 0 && (expected || !table.isExpected(found))) return found;
  if (owned[read] === 1) return table.require(name, expected);
  owned[read] = 1;
  const copy = table.copy();
  tables[read] = copy;
  return copy.require(name, expected);
}
