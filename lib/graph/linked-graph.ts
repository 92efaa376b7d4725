import type { AssetId } from "#lib/model/asset-id.ts";
import { findAlwaysNull, type NullColumns } from "./always-null.ts";
import type { Contribution } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";
import { draftAsset, sameToReaders } from "./draft-asset.ts";
import { EdgeBook } from "./edge-book.ts";
import type { MergedGraph } from "./merged-graph.ts";
import { findUniqueKeys, type KeysByAsset, sameKeys } from "./unique-keys.ts";

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
}

const NO_ASSET = -1;

/** Numbers of the same asset before and now; -1 where there is none. */
interface Renumbering {
  readonly ids: readonly AssetId[];
  readonly oldOf: Int32Array;
  readonly newOf: Int32Array;
  readonly isSame: boolean;
}

/**
 * Links a graph, from an earlier version of it where there is one: assets that are still the same objects are taken over
 * with the numbers of their columns, unless something that they read has changed. O(assets), and O(what changed).
 */
export function linkGraph(graph: MergedGraph, before: LinkedGraph | undefined): LinkedGraph {
  const numbers = renumber(graph, before);
  const { ids } = numbers;
  const nulls = findAlwaysNull(graph);
  const keys = findUniqueKeys(graph);
  const book = bookFor(before);
  const drafted = new Uint8Array(ids.length);
  const contributions = draftAll({ graph, before, numbers, nulls, keys, book, drafted });
  const readNumbers = numberReads({ before, numbers, contributions, drafted });
  const dirty = findDirty({ before, numbers, contributions, readNumbers, drafted });
  const tables = contributions.map(({ columns }, number) =>
    dirty[number] === 0 ? (before?.tables[numbers.oldOf[number] ?? 0] ?? columns) : columns,
  );
  const owned = new Uint8Array(ids.length);
  const links = contributions.map((contribution, number) => {
    const known =
      drafted[number] === 1 ? undefined : before?.links[numbers.oldOf[number] ?? NO_ASSET];
    const reads = readNumbers[number] ?? NO_READS;
    return linkOne({ contribution, known, reads, dirty, tables, owned });
  });
  for (let number = 0; number < ids.length; number++)
    if (dirty[number] === 1) tables[number]?.forgetIndex();
  return { ids, book, nulls, keys, contributions, readNumbers, tables, links };
}

const NO_READS = new Int32Array(0);

/** The number of an id, by binary search; -1 where there is none. */
export function findNumber(ids: readonly AssetId[], id: AssetId): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = ids[middle] ?? "";
    if (at === id) return middle;
    if (at < id) low = middle + 1;
    else high = middle - 1;
  }
  return NO_ASSET;
}

function renumber(graph: MergedGraph, before: LinkedGraph | undefined): Renumbering {
  const old = before?.ids ?? [];
  if (old.length === graph.assets.size && old.every((id) => graph.assets.has(id))) {
    const same = Int32Array.from({ length: old.length }, (_, number) => number);
    return { ids: old, oldOf: same, newOf: same, isSame: true };
  }
  const ids = [...graph.assets.keys()].sort();
  const oldOf = new Int32Array(ids.length).fill(NO_ASSET);
  const newOf = new Int32Array(old.length).fill(NO_ASSET);
  let at = 0;
  ids.forEach((id, number) => {
    while (at < old.length && (old[at] ?? "") < id) at++;
    if (old[at] !== id) return;
    oldOf[number] = at;
    newOf[at] = number;
  });
  return { ids, oldOf, newOf, isSame: false };
}

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
  numbers: { ids, oldOf },
  nulls,
  keys,
  book,
  drafted,
}: {
  readonly graph: MergedGraph;
  readonly before: LinkedGraph | undefined;
  readonly numbers: Renumbering;
  readonly nulls: NullColumns;
  readonly keys: KeysByAsset;
  readonly book: EdgeBook;
  /** Is set to 1 for what is not taken over. */
  readonly drafted: Uint8Array;
}): Contribution[] {
  const looksNew = before === undefined ? new Uint8Array(0) : findNewLooks({ graph, before, keys });
  const anyNew = looksNew.includes(1);
  return ids.map((id, number) => {
    const asset = graph.assets.get(id);
    if (asset === undefined) throw new Error(`no asset ${id}`);
    const old = oldOf[number] ?? NO_ASSET;
    const known = before?.contributions[old];
    const reads = before?.readNumbers[old] ?? NO_READS;
    if (
      known !== undefined &&
      known.asset === asset &&
      !known.misses &&
      !(anyNew && reads.some((read) => looksNew[read] === 1)) &&
      sameNames(before?.nulls.get(id), nulls.get(id))
    )
      return known;
    drafted[number] = 1;
    return draftAsset(asset, { graph, book, alwaysNull: nulls.get(id), keys });
  });
}

/** By old number: 1 for assets that are gone, or that their readers must look at again. */
function findNewLooks({
  graph,
  before,
  keys,
}: {
  readonly graph: MergedGraph;
  readonly before: LinkedGraph;
  readonly keys: KeysByAsset;
}): Uint8Array {
  const looksNew = new Uint8Array(before.ids.length);
  before.contributions.forEach(({ asset }, number) => {
    const now = graph.assets.get(asset.id);
    const hasOtherKeys = !sameKeys(before.keys.get(asset.id), keys.get(asset.id));
    if (now === asset && !hasOtherKeys) return;
    if (now === undefined || hasOtherKeys || !sameToReaders(asset, now)) looksNew[number] = 1;
  });
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
