import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { listTerms } from "#lib/view/points-words.ts";

const INKS = ["bg-ink", "bg-ink2", "bg-ink3", "bg-ink3", "bg-line2", "bg-line2"] as const;

/** Points as the sum of their terms, to scale: the whole width is 100. */
export function PointsBar({ verdict }: { readonly verdict: AssetVerdict }) {
  return (
    <span className="mt-1.5 flex h-[5px] gap-px bg-sunken" aria-hidden="true">
      {listTerms(verdict).map((term, at) =>
        term.points > 0 ? (
          <span
            key={term.key}
            className={`block ${INKS[at] ?? "bg-line2"}`}
            style={{ width: `${term.points}%` }}
          />
        ) : null,
      )}
    </span>
  );
}
