import { matchesGlob } from "#lib/kit/match-glob.ts";
import { isConsumerKind, type Tier } from "#lib/model/asset.ts";
import type { OwnershipRow } from "./page-answers.ts";
import { KIND_WORDS } from "./verdict-words.ts";

export const LACKS = ["any", "domain", "owner", "tier"] as const;
/** Which assets are listed: all, or those of which somebody still has to say this. */
export type Lack = (typeof LACKS)[number];

export const SORTS = ["consumers", "name"] as const;
export type OwnershipSort = (typeof SORTS)[number];

/** What is about to be said of the chosen assets. */
export interface OwnershipEdit {
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
}

export interface OwnershipWish {
  readonly find: string;
  readonly lack: Lack;
  readonly sort: OwnershipSort;
}

/** A pattern as rules have them (`checkout.*`), not a part of a name. */
export const isPattern = (find: string): boolean => find.includes("*");

function fits(row: OwnershipRow, find: string): boolean {
  if (find === "") return true;
  // The same names that a rule in faultline.yaml would be about.
  if (isPattern(find)) {
    const name = row.name.toLowerCase();
    return matchesGlob(find, name, "./") || matchesGlob(`**.${find}`, name, "./");
  }
  const texts = [row.name, row.namespace, row.domain, row.owner, KIND_WORDS[row.kind].one];
  return texts.some((text) => text?.toLowerCase().includes(find));
}

function lacks(row: OwnershipRow, lack: Lack): boolean {
  if (lack === "any") return true;
  if (lack === "tier") return row.tier === undefined || row.tierGuessed;
  return row[lack] === undefined;
}

/** What is listed, in its order: what most consumers hang on first, or by name. */
export function listOwnership(
  rows: readonly OwnershipRow[],
  { find, lack, sort }: OwnershipWish,
): readonly OwnershipRow[] {
  const needle = find.trim().toLowerCase();
  const listed = rows.filter((row) => lacks(row, lack) && fits(row, needle));
  if (sort === "name") return listed;
  // Rows come by name, and sorting keeps that order among equals.
  return [...listed].sort((a, b) => weightOf(b) - weightOf(a));
}

/** A consumer stands for itself. */
const weightOf = (row: OwnershipRow): number =>
  isConsumerKind(row.kind) ? Math.max(1, row.consumers) : row.consumers;

/** What one asset would say afterwards, where that is something else than now. */
export function changesOf(row: OwnershipRow, edit: OwnershipEdit): OwnershipEdit {
  const { domain, owner, tier } = edit;
  return {
    ...(domain === undefined || domain === row.domain ? {} : { domain }),
    ...(owner === undefined || owner === row.owner ? {} : { owner }),
    ...(tier === undefined || (tier === row.tier && !row.tierGuessed) ? {} : { tier }),
  };
}

export interface EditPreview {
  /** Assets of which something else would be said than now. */
  readonly changed: number;
  /** Of those: assets of which a source already says another thing. */
  readonly overruled: number;
}

/** How much an edit would change, before it is made. A guess is overruled without a word. */
export function previewEdit(rows: readonly OwnershipRow[], edit: OwnershipEdit): EditPreview {
  let changed = 0;
  let overruled = 0;
  for (const row of rows) {
    const keys = Object.keys(changesOf(row, edit)) as (keyof OwnershipEdit)[];
    if (keys.length === 0) continue;
    changed++;
    const wasSaid = (key: keyof OwnershipEdit): boolean =>
      row[key] !== undefined && !(key === "tier" && row.tierGuessed);
    if (keys.some(wasSaid)) overruled++;
  }
  return { changed, overruled };
}

/** The same as a rule of `faultline.yaml`, for assets that come later too. Quoted as JSON, which is YAML as well. */
export function sayRule(pattern: string, edit: OwnershipEdit): string {
  const set = Object.entries(edit).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `rules:\n  - name: ${JSON.stringify(pattern.trim())}\n    set: {${set.join(", ")}}`;
}
