import type { ReviewState } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import {
  hasWindow,
  REVIEW_STATE_MEANS,
  REVIEW_STATE_WORDS,
  sayDay,
} from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { countOf } from "#lib/view/verdict-words.ts";

const STEPS: readonly ReviewState[] = ["proposed", "expanded", "migrating", "ready", "removed"];
/** Of what harms nobody and takes nothing away. */
const SHORT_STEPS: readonly ReviewState[] = ["proposed", "removed"];

/** The day on which each state was last entered. */
function daysOf({ review, events }: ShownReview): ReadonlyMap<ReviewState, string> {
  const days = new Map<ReviewState, string>([["proposed", review.proposedAt]]);
  for (const { action, at } of events) if (action.kind === "set_state") days.set(action.state, at);
  return days;
}

function noteOf(shown: ShownReview, state: ReviewState): string {
  const { review, window, readers } = shown;
  const left = readers.points.at(-1)?.names.length ?? 0;
  if (state === "migrating" && review.state === "migrating") {
    const until = window.sunset === undefined ? "" : `until ${sayDay(window.sunset)}, `;
    return `${until}${countOf(left, { one: "reader", many: "readers" })} left`;
  }
  const day = daysOf(shown).get(state);
  if (day !== undefined && STEPS.indexOf(state) <= STEPS.indexOf(review.state)) return sayDay(day);
  return {
    ready: "no reader left",
    removed: "after the date",
    proposed: "",
    expanded: "new beside old",
    migrating: "readers move",
    abandoned: "",
  }[state];
}

/** The way of a change, and where it stands. */
export function StateSteps({ shown }: { readonly shown: ShownReview }) {
  const { state, endedFor } = shown.review;
  if (state === "abandoned")
    return (
      <p className="mt-4 rounded-card border border-line bg-surface px-4 py-3">
        <b className="font-semibold">Abandoned.</b>{" "}
        {endedFor === undefined ? "" : saySentence(endedFor)}
      </p>
    );
  const isShort = !hasWindow(shown.review) && SHORT_STEPS.includes(state);
  const steps = isShort ? SHORT_STEPS : STEPS;
  const at = steps.indexOf(state);
  return (
    <ol
      className={`mt-4 grid list-none overflow-hidden rounded-card border border-line bg-surface slim:grid-cols-1 print:grid! print:border! ${isShort ? "grid-cols-2" : "grid-cols-5"}`}
    >
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? "step" : undefined}
          title={isShort ? undefined : REVIEW_STATE_MEANS[step]}
          className={`border-line px-4 py-2.5 not-first:border-l slim:not-first:border-t slim:not-first:border-l-0 ${index === at ? "bg-accent-bg shadow-[inset_0_-3px_var(--accent)]" : ""}`}
        >
          <span className={`block font-semibold ${index > at ? "text-ink2" : ""}`}>
            {isShort && step === "removed" ? "Done" : saySentence(REVIEW_STATE_WORDS[step])}
          </span>
          <span className="block text-ink2 text-small">
            {isShort && index > at ? "it needs no date" : noteOf(shown, step)}
          </span>
        </li>
      ))}
    </ol>
  );
}
