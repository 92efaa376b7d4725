import type { AssetId } from "#lib/model/asset-id.ts";

/** The address of an asset's screen. The id is one segment, so its own slash is escaped once more. */
export const assetHref = (id: AssetId): string => `/assets/${encodeURIComponent(id)}`;

/** The id from the segment of the address, or undefined where it is none. */
export function assetFromSegment(segment: string): AssetId | undefined {
  try {
    const text = decodeURIComponent(segment);
    return text.split("/").length === 2 ? (text as AssetId) : undefined;
  } catch {
    // A stray percent sign: no address of ours.
    return undefined;
  }
}
