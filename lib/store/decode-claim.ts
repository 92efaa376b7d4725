import type { AssetClaim } from "#lib/model/claim.ts";
import { withEdgesOnDemand } from "#lib/model/edges-on-demand.ts";
import { sameColumn } from "#lib/model/same-values.ts";
import { unpackLater } from "#lib/model/unpack-edges.ts";
import { FORM, type Packed } from "./packed-claim.ts";

/** The claim that `encodeClaim` was given, or undefined where the text is not of that form. */
export function decodeClaim(text: string): AssetClaim | undefined {
  const packed = parsePacked(text);
  if (packed === undefined) return undefined;
  const [, head, texts, lanes] = packed;
  const { columns } = head;
  return withEdgesOnDemand(
    columns === undefined ? head : Object.assign(head, { columns: columns.map(sameColumn) }),
    unpackLater({ texts, lanes }),
  );
}

function parsePacked(text: string): Packed | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed[0] === FORM && parsed.length === 4
      ? (parsed as unknown as Packed)
      : undefined;
  } catch {
    return undefined;
  }
}
