import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { VerdictMark } from "../verdict/verdict-mark.tsx";

interface UnknownFrameProps {
  readonly verdicts: readonly AssetVerdict[];
  readonly selected: AssetId | undefined;
  readonly onSelect: (id: AssetId) => void;
}

/** Consumers of which nobody can say, set apart: no points, and not safe. */
export function UnknownFrame({ verdicts, selected, onSelect }: UnknownFrameProps) {
  return (
    <div className="mx-3 my-2.5 rounded-control border-[1.5px] border-ink2 border-dashed text-ink2 text-small">
      <p className="flex items-center gap-1.5 px-2.5 pt-2 text-body text-ink">
        <VerdictMark verdict="unknown" />
        <b className="font-semibold">{verdicts.length} unknown</b>
      </p>
      <p className="px-2.5 pt-0.5">
        Reached, but which columns they read is not known. Not scored, not safe.
      </p>
      <ul className="list-none py-1">
        {verdicts.map(({ asset }) => (
          <li key={asset.id}>
            <button
              type="button"
              data-row={asset.id}
              aria-current={asset.id === selected ? "true" : undefined}
              onClick={() => onSelect(asset.id)}
              className="flex w-full items-baseline gap-2 px-2.5 py-1 text-left hover:bg-canvas focus-visible:outline-offset-[-2px] aria-[current]:bg-accent-bg"
            >
              <span className="truncate font-[550] text-ink" title={asset.name}>
                {asset.shortName}
              </span>
              <span className="ml-auto whitespace-nowrap">
                {[
                  asset.owner ?? asset.domain,
                  asset.tier === undefined ? undefined : `tier ${asset.tier}`,
                ]
                  .filter((part) => part !== undefined)
                  .join(", ")}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
