import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countOf, VERDICT_ORDER, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";

/** How many assets of others get which verdict. */
export function VerdictCounts({ verdicts }: { readonly verdicts: readonly ReviewedVerdict[] }) {
  const counts = VERDICT_ORDER.flatMap((verdict) => {
    const count = verdicts.filter((entry) => entry.verdict === verdict).length;
    return count === 0 ? [] : [{ verdict, count }];
  });
  if (counts.length === 0) return <span>nobody else is affected</span>;
  return [
    <span key="all" className="whitespace-nowrap">
      {countOf(verdicts.length, { one: "asset", many: "assets" })} of others:
    </span>,
    ...counts.map(({ verdict, count }) => (
      <span
        key={verdict}
        className={`inline-flex items-center gap-1.5 whitespace-nowrap font-[550] ${VERDICT_TEXT[verdict]}`}
      >
        <VerdictMark verdict={verdict} />
        {count} {count > 1 && verdict === "breaks_loudly" ? "fail" : VERDICT_WORDS[verdict]}
      </span>
    )),
  ];
}
