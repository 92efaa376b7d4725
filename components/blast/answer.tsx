import { useMemo } from "react";
import type { Verdict } from "#lib/impact/assessment.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { countVerdicts } from "#lib/view/counts.ts";
import { type Headline, sayHeadline } from "#lib/view/headline.ts";
import { sayNumber, VERDICT_MEANS, VERDICT_ORDER } from "#lib/view/verdict-words.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";

const TONES: Readonly<Record<Headline["tone"], string>> = {
  silent: "text-silent",
  loud: "text-loud",
  calm: "text-ink",
  unknown: "text-ink2",
};

const SHORT: Readonly<Record<Verdict, { readonly narrow: string; readonly wide: string }>> = {
  breaks_silently: { narrow: "silent", wide: "silently wrong" },
  breaks_loudly: { narrow: "fail", wide: "fail" },
  degraded: { narrow: "late", wide: "late or relabelled" },
  unknown: { narrow: "unknown", wide: "unknown" },
  unaffected: { narrow: "unaffected", wide: "unaffected" },
};

interface AnswerProps {
  readonly answer: BlastAnswer;
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** The answer as a sentence, and its counts: consumers by verdict, each a filter. */
export function Answer({ answer, view, dispatch }: AnswerProps) {
  const { assessment } = answer;
  const headline = useMemo(() => sayHeadline(assessment), [assessment]);
  const counts = useMemo(() => countVerdicts(assessment), [assessment]);
  const shown = VERDICT_ORDER.filter(
    (verdict) => counts.consumers[verdict] > 0 || verdict !== "unknown",
  );
  return (
    <section
      aria-label="Answer"
      className="flex flex-none flex-wrap items-center gap-x-4 gap-y-1 border-line border-b bg-surface px-4 pt-2 pb-2.5 wide:flex-nowrap wide:items-end wide:gap-x-6 wide:pt-2.5 wide:pb-3"
    >
      <h1 className="min-w-0 flex-auto text-balance font-semibold text-[1.1875rem] leading-tight tracking-[-0.02em] wide:flex-1 wide:text-answer">
        {headline.lead}{" "}
        {headline.stress === undefined ? null : (
          <span className={TONES[headline.tone]}>{headline.stress}</span>
        )}
      </h1>
      <fieldset className="flex flex-none items-center border-0 p-0 max-wide:-mx-1.5 slim:flex-auto slim:flex-wrap">
        <legend className="sr-only">Consumers by verdict; each shows only its own</legend>
        {shown.map((verdict) => (
          <button
            key={verdict}
            type="button"
            aria-pressed={view.verdicts.includes(verdict)}
            title={VERDICT_MEANS[verdict]}
            onClick={() => dispatch({ do: "toggle-verdict", verdict })}
            className={`flex h-7 items-center gap-1 rounded-control border border-transparent px-1.5 hover:bg-sunken aria-pressed:border-ink3 aria-pressed:bg-sunken ${VERDICT_TEXT[verdict]}`}
          >
            <VerdictMark verdict={verdict} />
            <b className="font-semibold tabular-nums">{sayNumber(counts.consumers[verdict])}</b>
            <span className="wide:hidden">{SHORT[verdict].narrow}</span>
            <span className="hidden wide:inline">{SHORT[verdict].wide}</span>
          </button>
        ))}
      </fieldset>
    </section>
  );
}
