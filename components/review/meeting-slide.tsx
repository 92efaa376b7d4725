import type { ShownReview } from "#lib/review/shown-review.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import { askWhether, explainSignOff, sayDay, saySignOff, worstOf } from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { countOf, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";
import { AnswerMark } from "./answer-mark.tsx";
import { BurnDownChart } from "./burn-down-chart.tsx";
import { CheckBoxMark } from "./check-box-mark.tsx";
import { MeetingChanges } from "./meeting-changes.tsx";
import { VerdictCounts } from "./verdict-counts.tsx";

/** One change for a room: what it is, whom it hurts, who says what, and what is in its way. */
export function MeetingSlide({ shown }: { readonly shown: ShownReview }) {
  const { review, conditions, waiting } = shown;
  return (
    <article>
      <p className="text-ink3">
        {review.id} · {saySentence(review.state)} · proposed {sayDay(review.proposedAt)} by{" "}
        {review.proposedBy}
      </p>
      <h1 className="mt-1 text-balance font-semibold text-[2rem] leading-tight tracking-[-0.02em]">
        {review.title}
      </h1>
      <p className="mt-3 flex flex-wrap gap-x-6 gap-y-1.5 text-section">
        <VerdictCounts verdicts={review.content.verdicts} />
      </p>
      <MeetingChanges content={review.content} />
      <div className="mt-5 grid gap-8 min-[60rem]:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <section aria-label="Owners">
          <h2 className="font-semibold text-title">Who says what</h2>
          <ul className="mt-2 list-none divide-y divide-line border-line border-y">
            {review.asks.map((ask) => {
              const worst = worstOf(review, ask.owner);
              const wait = waiting.find((one) => one.owner === ask.owner);
              return (
                <li
                  key={ask.owner ?? ""}
                  className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-3 py-2"
                >
                  <span className="self-start pt-1">
                    {worst === undefined ? null : <VerdictMark verdict={worst.verdict} />}
                  </span>
                  <span className="min-w-0">
                    <b className="font-semibold text-section">{ask.owner ?? "nobody owns these"}</b>{" "}
                    {worst === undefined ? null : (
                      <span className={VERDICT_TEXT[worst.verdict]}>
                        {VERDICT_WORDS[worst.verdict]}
                      </span>
                    )}
                    <span className="block text-ink2 text-small">
                      {[explainSignOff(ask) || nameSome(ask.assets)].join("")}
                    </span>
                  </span>
                  <span className="text-right">
                    <span className="inline-flex items-center gap-1.5 whitespace-nowrap font-medium">
                      <AnswerMark ask={ask} />
                      {saySignOff(ask)}
                    </span>
                    {wait === undefined || wait.workingDays === 0 ? null : (
                      <span className="block text-ink2 text-small">
                        {countOf(wait.workingDays, { one: "working day", many: "working days" })}
                        {wait.isDue ? `, the ${wait.decidingRole} decides` : ""}
                      </span>
                    )}
                  </span>
                </li>
              );
            })}
          </ul>
        </section>
        <section aria-label={askWhether(review)}>
          <h2 className="font-semibold text-title">{askWhether(review)}</h2>
          <ul className="mt-2 grid list-none gap-2">
            {conditions.map(({ id, isMet, text }) => (
              <li key={id} className="flex gap-3">
                <CheckBoxMark checked={isMet} />
                <span className="min-w-0">
                  <span className="sr-only">{isMet ? "Yes: " : "Not yet: "}</span>
                  {text}
                </span>
              </li>
            ))}
          </ul>
          <div className="mt-3">
            <BurnDownChart shown={shown} size="narrow" />
          </div>
        </section>
      </div>
    </article>
  );
}
