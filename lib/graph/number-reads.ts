import type { AssetId } from "#lib/model/asset-id.ts";
import type { Contribution } from "./asset-draft.ts";
import { findNumber, NO_ASSET, type Renumbering } from "./renumber-assets.ts";

/** The numbers of the assets that each asset reads, one asset after the other: a list for each would be most of the memory. */
export interface ReadNumbers {
  /** By asset: where its reads begin; one more entry than there are assets. */
  readonly start: Int32Array;
  readonly list: Int32Array;
}

export const NO_READ_NUMBERS: ReadNumbers = { start: new Int32Array(1), list: new Int32Array(0) };

/** What was taken over keeps its reads, under the numbers of now; O(reads). */
export function numberReads({
  before,
  numbers: { ids, oldOf, newOf },
  contributions,
  drafted,
}: {
  readonly before: ReadNumbers | undefined;
  readonly numbers: Renumbering;
  readonly contributions: readonly Contribution[];
  /** 1 for assets that are not taken over. */
  readonly drafted: Uint8Array;
}): ReadNumbers {
  const byId = before === undefined ? new Map(ids.map((id, number) => [id, number])) : undefined;
  const numberOf = (id: AssetId): number =>
    byId === undefined ? findNumber(ids, id) : (byId.get(id) ?? NO_ASSET);
  const start = new Int32Array(ids.length + 1);
  for (let asset = 0; asset < ids.length; asset++)
    start[asset + 1] = (start[asset] ?? 0) + (contributions[asset]?.reads.length ?? 0);
  const list = new Int32Array(start[ids.length] ?? 0);
  let place = 0;
  for (let asset = 0; asset < ids.length; asset++) {
    const old = drafted[asset] === 1 ? NO_ASSET : (oldOf[asset] ?? NO_ASSET);
    if (before === undefined || old === NO_ASSET) {
      for (const id of contributions[asset]?.reads ?? []) list[place++] = numberOf(id);
      continue;
    }
    const end = before.start[old + 1] ?? 0;
    for (let at = before.start[old] ?? 0; at < end; at++)
      list[place++] = newOf[before.list[at] ?? 0] ?? NO_ASSET;
  }
  return { start, list };
}

/** Whether one of the assets that `asset` reads has its flag set; flags by number. */
export function readsFlagged(
  { start, list }: ReadNumbers,
  asset: number,
  flags: Uint8Array,
): boolean {
  const end = start[asset + 1] ?? 0;
  for (let at = start[asset] ?? end; at < end; at++) if (flags[list[at] ?? 0] === 1) return true;
  return false;
}
