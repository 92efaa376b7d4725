import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { type ApartName as Parts, ROW_NAME } from "#lib/view/tell-apart.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { VerdictWord } from "../verdict/verdict-word.tsx";
import { ApartName } from "./apart-name.tsx";
import { PointsBar } from "./points-bar.tsx";

export interface RowProps {
  readonly verdict: AssetVerdict;
  readonly rank?: number | undefined;
  readonly selected: boolean;
  readonly onSelect: (id: AssetId) => void;
}

/** A line of the list. `data-row` is what the arrow keys look for. */
export function ConsumerRow({
  verdict,
  parts,
  rank,
  selected,
  onSelect,
}: RowProps & {
  /** Its short name where it would look like another row's: what tells them apart. */
  readonly parts: Parts | undefined;
}) {
  const { asset } = verdict;
  return (
    <li className="border-line border-b [contain-intrinsic-block-size:auto_3.3375rem] [content-visibility:auto] wide:[contain-intrinsic-block-size:auto_3.5875rem]">
      <button
        type="button"
        data-row={asset.id}
        aria-current={selected ? "true" : undefined}
        onClick={() => onSelect(asset.id)}
        className="relative grid w-full grid-cols-[1rem_minmax(0,1fr)_2.75rem] gap-x-2 py-[0.4375rem] pr-3 pl-2 text-left before:absolute before:inset-y-0 before:left-0 before:w-[3px] hover:bg-canvas focus-visible:outline-offset-[-2px] aria-[current]:bg-accent-bg aria-[current]:before:bg-accent wide:grid-cols-[1.125rem_minmax(0,1fr)_4.5rem] wide:gap-x-2.5 wide:py-[0.5625rem] wide:pr-4 wide:pl-3"
      >
        <span className="text-right text-ink3 text-small leading-5 tabular-nums">{rank}</span>
        <span className="min-w-0">
          <span className="flex items-center gap-1.5 leading-5">
            <KindMark kind={asset.kind} />
            {parts === undefined ? (
              <EndKept text={asset.shortName} tail={ROW_NAME.end} className="font-[550] text-row" />
            ) : (
              <ApartName parts={parts} className="font-[550] text-row" />
            )}
          </span>
          <span className="mt-0.5 flex min-w-0 items-center gap-1.5 text-small">
            <VerdictWord verdict={verdict} />
            <span className="truncate text-ink3">
              {asset.owner === undefined ? "" : `· ${asset.owner}`}
            </span>
          </span>
        </span>
        <span className="text-right leading-5">
          {verdict.points === null ? null : (
            <>
              <b className="font-semibold text-row tabular-nums">{verdict.points.toFixed(1)}</b>
              {verdict.severity === null ? null : (
                <span className="ml-1.5 hidden text-ink3 text-tiny wide:inline">
                  {verdict.severity}
                </span>
              )}
              <PointsBar verdict={verdict} />
            </>
          )}
        </span>
      </button>
    </li>
  );
}

/** A shorter line for what lies between and for what is unaffected: its reason instead of points. */
export function QuietRow({
  verdict,
  selected,
  onSelect,
  note,
}: RowProps & { readonly note: string }) {
  const { asset } = verdict;
  return (
    <li>
      <button
        type="button"
        data-row={asset.id}
        aria-current={selected ? "true" : undefined}
        onClick={() => onSelect(asset.id)}
        className="block w-full px-4 py-1.5 text-left hover:bg-canvas focus-visible:outline-offset-[-2px] aria-[current]:bg-accent-bg"
      >
        <span className="flex items-center gap-1.5">
          <KindMark kind={asset.kind} />
          <EndKept text={asset.shortName} className="flex-1" />
          <span className="text-small">
            <VerdictWord verdict={verdict} />
          </span>
        </span>
        {note === "" ? null : (
          <span className="mt-0.5 block truncate pl-5 text-ink2 text-small">{note}</span>
        )}
      </button>
    </li>
  );
}
