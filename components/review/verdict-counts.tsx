import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countReviewed } from "#lib/view/count-reviewed.ts";
import { verdictOfMany } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";

/** How many consumers of others get which verdict, with the same figures as the blast screen. */
export function VerdictCounts({ verdicts }: { readonly verdicts: readonly ReviewedVerdict[] }) {
  const { counted, counts, between } = countReviewed(verdicts);
  if (counts.length === 0) return <span>nobody else is affected</span>;
  return [
    <span key="all" className="whitespace-nowrap">
      {counted} of others:
    </span>,
    ...counts.map(({ verdict, count }) => (
      <span
        key={verdict}
        className={`inline-flex items-center gap-1.5 whitespace-nowrap font-[550] ${VERDICT_TEXT[verdict]}`}
      >
        <VerdictMark verdict={verdict} />
        {count} {verdictOfMany(verdict, count)}
      </span>
    )),
    between === "" ? null : (
      <span key="between" className="whitespace-nowrap text-ink3">
        {between}
      </span>
    ),
  ];
}
