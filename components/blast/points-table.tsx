import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { listTerms } from "#lib/view/points-words.ts";

/** The points as the sum they are: each term to one scale, and the total below the line. */
export function PointsTable({
  verdict,
  policy,
}: {
  readonly verdict: AssetVerdict;
  readonly policy: string;
}) {
  const terms = listTerms(verdict);
  const most = Math.max(1, ...terms.map((term) => term.points));
  if (terms.length === 0) return null;
  return (
    <>
      <h3 className="mt-3 flex items-baseline gap-2 font-semibold">
        Points <span className="font-normal text-ink3 text-small">policy {policy}</span>
      </h3>
      <table className="mt-1 w-full border-collapse text-small">
        <thead className="sr-only">
          <tr>
            <th scope="col">Term</th>
            <th scope="col">Because of</th>
            <th scope="col">Share</th>
            <th scope="col">Points</th>
          </tr>
        </thead>
        <tbody>
          {terms.map((term) => (
            <tr key={term.key}>
              <th scope="row" className="w-16 py-0.5 text-left font-normal">
                {term.label}
              </th>
              <td className="max-w-32 truncate pl-1 text-ink2">{term.detail}</td>
              <td className="w-16 pl-2 wide:w-24" aria-hidden="true">
                <span
                  className="block h-[7px] bg-ink3"
                  style={{ width: `${(100 * term.points) / most}%` }}
                />
              </td>
              <td className="w-10 text-right tabular-nums">{term.points.toFixed(1)}</td>
            </tr>
          ))}
          <tr className="border-line2 border-t font-semibold">
            <th scope="row" colSpan={3} className="pt-1 text-left font-semibold">
              Sum
            </th>
            <td className="pt-1 text-right tabular-nums">{(verdict.points ?? 0).toFixed(1)}</td>
          </tr>
        </tbody>
      </table>
    </>
  );
}
