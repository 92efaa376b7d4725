import { type AssetId, assetId, assetNameOf, parseAssetId } from "#lib/model/asset-id.ts";

/** The address of an asset's screen. The id is one segment, so its own slash is escaped once more. */
export const assetHref = (id: AssetId): string => `/assets/${encodeURIComponent(id)}`;

/** What the segment of an address names: an id, or the tail of a name as people type it. Undefined where it is no text. */
export function assetFromSegment(segment: string): string | undefined {
  try {
    const text = decodeURIComponent(segment);
    return text.trim() === "" ? undefined : text;
  } catch {
    // A stray percent sign: no address of ours.
    return undefined;
  }
}

/** The name that stands in an id, or the text itself where it is a name already. */
export function nameInAddress(text: string): string {
  const id = parseAssetId(text);
  return id === undefined ? text : assetNameOf(id).name;
}

/** Where a name that may have been meant leads: `namespace name` where several assets share a name, else a name. */
export function candidateHref(candidate: string): string {
  const cut = candidate.indexOf(" ");
  const isBoth = cut > 0 && candidate.slice(0, cut).includes(":");
  return isBoth
    ? assetHref(assetId(candidate.slice(0, cut), candidate.slice(cut + 1)))
    : `/assets/${encodeURIComponent(candidate)}`;
}
