import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { sayCertainty, sayVerdict } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "./verdict-mark.tsx";

/** Shape, colour and word of one asset's verdict, with how sure it is where it is not certain. */
export function VerdictWord({
  verdict,
  spelled = false,
}: {
  readonly verdict: AssetVerdict;
  readonly spelled?: boolean;
}) {
  const certainty = spelled ? (verdict.certainty ?? "") : sayCertainty(verdict.certainty);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <VerdictMark verdict={verdict.verdict} />
      <span>
        <span className={`font-[550] ${VERDICT_TEXT[verdict.verdict]}`}>{sayVerdict(verdict)}</span>
        {certainty === "" ? null : <span className="text-ink2">, {certainty}</span>}
      </span>
    </span>
  );
}
