import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { countReads, readsOf } from "#lib/graph/reads-of.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { SearchAnswer, SearchHit } from "#lib/view/page-answers.ts";
import type { ReadText } from "../incidents/find-in-error-text.ts";
import { type AddressedAssets, addressesIn } from "./addresses-in.ts";
import { findSimilarNames } from "./find-similar-names.ts";
import { findByAddress, isAddress } from "./search-address.ts";

/**
 * All names of a graph version as two long texts, a line a name: one scan of 20 MB finds a part of any of a million
 * columns in a few milliseconds, with no index to keep.
 */
export interface SearchIndex {
  readonly assets: readonly MergedAsset[];
  /** Folded full names, and who reads how much, by position in `assets`. */
  readonly names: readonly string[];
  /** Folded: whose it is, its other names, its kind. Found after names. */
  readonly about: readonly string[];
  /** Those of them that open at an address. */
  readonly opening: AddressedAssets;
  readonly readers: Uint32Array;
  readonly columnText: string;
  /** Where each line of `columnText` starts. */
  readonly starts: Uint32Array;
  /** The asset of each line. */
  readonly owners: Uint32Array;
  readonly totalColumns: number;
}

/** What an asset adds to an index: found once for an asset, however many versions it lasts. */
interface SearchEntry {
  readonly name: string;
  readonly about: string;
  /** A line a column, the last one ended too; empty where there is none. */
  readonly columnText: string;
  /** Of each column. */
  readonly lengths: readonly number[];
  /** The assets that it has edges from, itself at the end. */
  readonly reads: readonly AssetId[];
  /** Of each of them: how many edges. */
  readonly counts: readonly number[];
}

const ENTRIES = new WeakMap<MergedAsset, SearchEntry>();

function entryOf(asset: MergedAsset): SearchEntry {
  const known = ENTRIES.get(asset);
  if (known !== undefined) return known;
  const names = asset.columns.map(({ name }) => fold(name).replaceAll("\n", " "));
  const entry: SearchEntry = {
    name: fold(asset.name),
    about: aboutOf(asset),
    columnText: names.map((name) => `${name}\n`).join(""),
    lengths: names.map((name) => name.length),
    reads: [...readsOf(asset), asset.id],
    counts: countReads(asset),
  };
  ENTRIES.set(asset, entry);
  return entry;
}

/** Of a version that follows another, what is looked at anew is what has changed; the rest is put together again. */
export function buildSearchIndex(graph: MergedGraph): SearchIndex {
  const assets = [...graph.assets.values()];
  const entries = assets.map(entryOf);
  const position = new Map(assets.map((asset, i) => [asset.id, i]));
  const totalColumns = assets.reduce((sum, asset) => sum + asset.columns.length, 0);
  const starts = new Uint32Array(totalColumns);
  const owners = new Uint32Array(totalColumns);
  const readers = new Uint32Array(assets.length);
  let line = 0;
  let length = 0;
  entries.forEach(({ lengths, reads, counts }, i) => {
    owners.fill(i, line, line + lengths.length);
    for (let at = 0; at < lengths.length; at++) {
      starts[line++] = length;
      length += (lengths[at] ?? 0) + 1;
    }
    reads.forEach((id, at) => {
      const from = position.get(id);
      if (from !== undefined) readers[from] = (readers[from] ?? 0) + (counts[at] ?? 0);
    });
  });
  return {
    assets,
    names: entries.map(({ name }) => name),
    about: entries.map(({ about }) => about),
    opening: addressesIn(graph),
    readers,
    columnText: entries.map(({ columnText }) => columnText).join("") || "\n",
    starts,
    owners,
    totalColumns,
  };
}

const aboutOf = ({ attributes, aliases, kind }: MergedAsset): string =>
  fold([attributes.owner, attributes.domain, kind, ...aliases].filter(Boolean).join(" "));

interface Candidate {
  readonly asset: number;
  readonly column: string | undefined;
  readonly type: string | undefined;
  readonly score: number;
}

/** Looked at per question; who types two letters gets the best of the first so many. */
const MAX_SCANNED_HITS = 20_000;

interface SearchOptions {
  readonly limit: number;
  readonly reachedBy: (hit: MergedAsset, column?: string) => number;
}

/**
 * Assets and columns whose names hold the query. `orders amount` and `checkout.orders.am` look for the last part in
 * columns of assets that the first parts name. Exact names come first, then beginnings, then beginnings of a word, then
 * owners, domains and other names. The address of a dashboard finds it. Where nothing is found, slips of the keyboard are
 * forgiven, and the answer says what was looked for instead.
 */
export function searchAssets(
  index: SearchIndex,
  query: string,
  options: SearchOptions,
): SearchAnswer {
  if (isAddress(query)) return answerOf(index, { query, found: addressed(index, query), options });
  const parts = partsOf(query);
  const found = findParts(index, parts);
  if (found.length > 0 || parts.length === 0) return answerOf(index, { query, found, options });
  const meant = forgive(index, parts);
  if (meant === undefined) return answerOf(index, { query, found, options });
  const answer = answerOf(index, { query, found: findParts(index, meant), options });
  return { ...answer, meant: meant.join(" ") };
}

const partsOf = (query: string): readonly string[] =>
  fold(query)
    .split(/[\s.#]+/)
    .filter((part) => part !== "");

const findParts = (index: SearchIndex, parts: readonly string[]): readonly Candidate[] =>
  parts.length === 0 ? [] : [...findAssets(index, parts), ...findColumns(index, parts)];

const addressed = (index: SearchIndex, query: string): readonly Candidate[] =>
  findByAddress(index.opening.addresses, query).map(({ at, score }) => ({
    asset: index.opening.positions[at] ?? 0,
    column: undefined,
    type: undefined,
    score,
  }));

/** An answer of what an error text speaks of, in the order that it is given in. */
export function listFound(
  index: SearchIndex,
  {
    query,
    text: { found, lookedFor, isAmbiguous, unknown },
    options,
  }: { readonly query: string; readonly text: ReadText; readonly options: SearchOptions },
): SearchAnswer {
  const hits = found.slice(0, options.limit).map(({ asset, column, shows }): SearchHit => {
    const type = asset.columns.find(({ name }) => name === column)?.type;
    const hit = toHit(
      asset,
      { asset: 0, column, type, score: 0 },
      options.reachedBy(asset, column),
    );
    return shows === undefined ? hit : { ...hit, shows };
  });
  return {
    query,
    text: { names: lookedFor, isAmbiguous, unknown },
    hits,
    totalColumns: index.totalColumns,
    totalAssets: index.assets.length,
  };
}

function answerOf(
  index: SearchIndex,
  {
    query,
    found,
    options,
  }: {
    readonly query: string;
    readonly found: readonly Candidate[];
    readonly options: SearchOptions;
  },
): SearchAnswer {
  const sorted = [...found].sort((a, b) => compareCandidates(index, a, b));
  const hits = sorted.slice(0, options.limit).flatMap((candidate): SearchHit[] => {
    const asset = index.assets[candidate.asset];
    return asset ? [toHit(asset, candidate, options.reachedBy(asset, candidate.column))] : [];
  });
  return {
    query,
    hits,
    totalColumns: index.totalColumns,
    totalAssets: index.assets.length,
  };
}

/** Shorter words are too near to too many others. */
const SHORTEST_FORGIVEN = 4;
/** Tried for each part, the nearest first. */
const TRIED = 3;
/** Looking through more words than this would be felt at every key. */
const MOST_WORDS = 300_000;

const WORDS = new WeakMap<SearchIndex, readonly string[]>();

/** Every name, and the words that names are made of. */
function wordsOf(index: SearchIndex): readonly string[] {
  const kept = WORDS.get(index);
  if (kept) return kept;
  const words = new Set<string>();
  const add = (name: string): void => {
    if (words.size >= MOST_WORDS) return;
    words.add(name);
    for (const word of name.split(/[^\p{L}\p{N}]+/u)) if (word.length > 2) words.add(word);
  };
  for (const name of index.names) for (const part of name.split(/[./]/)) add(part);
  for (const name of index.columnText.split("\n")) add(name);
  for (const about of index.about) for (const part of about.split(" ")) add(part);
  words.delete("");
  const all = [...words];
  WORDS.set(index, all);
  return all;
}

/** The parts with the fewest slips put right so that something is found; undefined where that does not help. */
function forgive(index: SearchIndex, parts: readonly string[]): readonly string[] | undefined {
  const words = wordsOf(index);
  const choices = parts.map((part) =>
    part.length < SHORTEST_FORGIVEN || words.some((word) => word.includes(part))
      ? [part]
      : findSimilarNames(part, words, TRIED),
  );
  if (choices.some((choice) => choice.length === 0)) return undefined;
  for (let tried = 0; tried < TRIED; tried++) {
    const meant = choices.map((choice) => choice[Math.min(tried, choice.length - 1)] ?? "");
    if (findParts(index, meant).length > 0) return meant;
  }
  return undefined;
}

function findAssets(index: SearchIndex, parts: readonly string[]): Candidate[] {
  const last = parts[parts.length - 1] ?? "";
  const found: Candidate[] = [];
  index.names.forEach((name, i) => {
    const isNamed = parts.every((part) => name.includes(part));
    const about = index.about[i] ?? "";
    if (!isNamed && !parts.every((part) => name.includes(part) || about.includes(part))) return;
    const asset = index.assets[i];
    if (!asset) return;
    if (!isNamed) {
      found.push({ asset: i, column: undefined, type: undefined, score: 0 });
      return;
    }
    // A consumer is rarely what somebody wants to change, so data comes before it at the same rank.
    const bonus = isConsumerKind(asset.kind) ? 0 : 1;
    const score = 10 * rankOf(fold(asset.shortName), last) + bonus;
    found.push({ asset: i, column: undefined, type: undefined, score });
  });
  return found;
}

function findColumns(index: SearchIndex, parts: readonly string[]): Candidate[] {
  const last = parts[parts.length - 1] ?? "";
  const before = parts.slice(0, -1);
  const found: Candidate[] = [];
  let from = 0;
  for (let scanned = 0; scanned < MAX_SCANNED_HITS; scanned++) {
    const at = index.columnText.indexOf(last, from);
    if (at < 0) break;
    const line = lineAt(index.starts, at);
    from = (index.starts[line + 1] ?? index.columnText.length) | 0;
    const candidate = candidateOf(index, { line, last, before });
    if (candidate) found.push(candidate);
    if (from >= index.columnText.length) break;
  }
  return found;
}

function candidateOf(
  index: SearchIndex,
  {
    line,
    last,
    before,
  }: { readonly line: number; readonly last: string; readonly before: readonly string[] },
): Candidate | undefined {
  const owner = index.owners[line] ?? 0;
  const name = index.names[owner] ?? "";
  if (!before.every((part) => name.includes(part))) return undefined;
  const asset = index.assets[owner];
  const column = asset?.columns[line - firstLineOf(index.owners, owner, line)];
  if (!asset || !column) return undefined;
  const shortName = fold(asset.shortName);
  const nearest = before[before.length - 1];
  const tableRank = nearest === undefined ? 0 : rankOf(shortName, nearest);
  const score = 10 * rankOf(fold(column.name), last) + tableRank;
  return { asset: owner, column: column.name, type: column.type, score };
}

/** 4 the name itself, 3 its beginning, 2 the beginning of a word in it, 1 anywhere, 0 not at all. */
function rankOf(name: string, part: string): number {
  if (name === part) return 4;
  const at = name.indexOf(part);
  if (at < 0) return 0;
  if (at === 0) return 3;
  return /[^a-z0-9]/.test(name[at - 1] ?? "") ? 2 : 1;
}

function compareCandidates(index: SearchIndex, a: Candidate, b: Candidate): number {
  return (
    b.score - a.score ||
    (index.readers[b.asset] ?? 0) - (index.readers[a.asset] ?? 0) ||
    compareText(index.names[a.asset] ?? "", index.names[b.asset] ?? "") ||
    compareText(a.column ?? "", b.column ?? "")
  );
}

function toHit(asset: MergedAsset, { column, type }: Candidate, reached: number): SearchHit {
  return {
    asset: asset.id,
    ...(column === undefined ? {} : { column }),
    shortName: asset.shortName,
    name: asset.name,
    namespace: asset.namespace,
    kind: asset.kind,
    ...(asset.attributes.domain === undefined ? {} : { domain: asset.attributes.domain }),
    ...(type === undefined ? {} : { type }),
    reached,
  };
}

/** The last line that starts at or before `offset`, by halving. */
function lineAt(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first line of an asset's columns; lines of one asset stand together and owners ascend. */
function firstLineOf(owners: Uint32Array, owner: number, line: number): number {
  let low = 0;
  let high = line;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((owners[middle] ?? 0) < owner) low = middle + 1;
    else high = middle;
  }
  return low;
}

const fold = (text: string): string => text.toLowerCase();
