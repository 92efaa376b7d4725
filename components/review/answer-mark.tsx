import type { Ask } from "#lib/review/review.ts";

/** The shape of an answer; always beside its word. Ink only: colours are for verdicts. */
export function AnswerMark({ ask: { signOff, voided } }: { readonly ask: Ask }) {
  return (
    <svg viewBox="0 0 16 16" className="size-[0.9375rem] flex-none text-ink" aria-hidden="true">
      {signOff?.answer === "agree" ? (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path
            d="M4.8 8.2l2.2 2.2 4.2-4.6"
            fill="none"
            stroke="var(--surface)"
            strokeWidth="1.6"
          />
        </>
      ) : (
        <>
          <circle
            cx="8"
            cy="8"
            r="6.3"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            strokeDasharray={signOff === undefined && voided.length > 0 ? "2.4 2" : undefined}
          />
          {signOff?.answer === "object" ? (
            <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke="currentColor" strokeWidth="1.6" />
          ) : null}
          {signOff?.answer === "ask_for_time" ? (
            <path d="M8 4.6V8l2.4 1.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
          ) : null}
        </>
      )}
    </svg>
  );
}
