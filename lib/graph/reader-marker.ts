import type { ReaderMode } from "#lib/model/asset.ts";
import type { Use } from "#lib/model/use.ts";
import type { AssetDraft } from "./asset-draft.ts";

const READER_MARKER: Partial<Record<ReaderMode, Use>> = {
  strict: "STRICT_READ",
  skips_bad_rows: "SKIP_BAD_ROWS_READ",
  by_position: "POSITION_EXPORT",
};

/** A reader whose mode is known meets columns that are not there yet in that mode. */
export function addReaderMarker(
  draft: AssetDraft,
  {
    from,
    to,
    reader,
  }: { readonly from: number; readonly to: number; readonly reader: ReaderMode | undefined },
): void {
  const use = reader === undefined ? undefined : READER_MARKER[reader];
  if (use !== undefined)
    draft.addEdge({ from, column: undefined, to, toColumn: undefined, use: { use } });
}
