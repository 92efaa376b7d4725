"use client";

import { useCallback, useEffect, useState } from "react";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import { hasWindow, saySunset } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { isTyping } from "../shell/is-typing.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { MeetingSlide } from "./meeting-slide.tsx";
import { VerdictCounts } from "./verdict-counts.tsx";

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  j: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  k: -1,
};

/** Which slide a key leads to; 0 is the agenda. */
function slideOf(key: string, at: number, count: number): number | undefined {
  const step = STEPS[key];
  if (step !== undefined) return Math.min(Math.max(at + step, 0), count);
  if (key === "Home" || key === "a") return 0;
  if (key === "End") return count;
  const number = Number(key);
  return key !== " " && Number.isInteger(number) && number >= 1 && number <= count
    ? number
    : undefined;
}

/** All that waits, one after another, in big type; the keyboard alone leads through it. On paper: all of it. */
export function MeetingScreen({ agenda }: { readonly agenda: readonly ShownReview[] }) {
  const [at, setAt] = useState(0);
  const count = agenda.length;
  const go = useCallback(
    (next: number) => {
      setAt(next);
      const id = agenda[next - 1]?.review.id;
      window.history.replaceState(null, "", id === undefined ? "#" : `#${id}`);
      window.scrollTo(0, 0);
    },
    [agenda],
  );

  useEffect(() => {
    const asked = agenda.findIndex(({ review }) => `#${review.id}` === window.location.hash);
    if (asked >= 0) setAt(asked + 1);
  }, [agenda]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const onControl = event.target instanceof HTMLElement && event.target.closest("a,button");
      if (event.key === " " && onControl) return;
      const next = slideOf(event.key, at, count);
      if (next === undefined) return;
      event.preventDefault();
      go(next);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [at, count, go]);

  const current = agenda[at - 1];
  return (
    <div data-present="true" className="flex min-h-0 flex-1 flex-col">
      <main
        id="main"
        className="mx-auto flex w-full max-w-[72rem] flex-1 flex-col px-8 pt-6 pb-10 wrap-anywhere slim:px-3"
      >
        <div className="flex-1 print:hidden" aria-live="polite">
          {current === undefined ? (
            <Agenda agenda={agenda} onGo={go} />
          ) : (
            <MeetingSlide shown={current} />
          )}
        </div>
        <div className="hidden print:block">
          <Agenda agenda={agenda} onGo={go} />
          {agenda.map((shown) => (
            <div key={shown.review.id} className="break-before-page pt-2">
              <MeetingSlide shown={shown} />
            </div>
          ))}
        </div>
        <nav
          aria-label="Slides"
          className="no-print mt-6 flex flex-wrap items-center gap-3 border-line border-t pt-3 text-ink2 text-small"
        >
          <Button disabled={at === 0} onClick={() => go(at - 1)}>
            Back
          </Button>
          <Button disabled={at === count} onClick={() => go(at + 1)}>
            Next
          </Button>
          <span className="tabular-nums">{at === 0 ? "Agenda" : `${at} of ${count}`}</span>
          <span className="flex flex-1 flex-wrap items-center justify-end gap-x-3 gap-y-1">
            <span>
              <Kbd>←</Kbd> <Kbd>→</Kbd> one after another
            </span>
            <span>
              <Kbd>1</Kbd>–<Kbd>9</Kbd> to a change
            </span>
            <span>
              <Kbd>a</Kbd> agenda
            </span>
            {current === undefined ? null : (
              <PageLink href={`/changes/${current.review.id}`} className={buttonClass()}>
                Open {current.review.id}
              </PageLink>
            )}
          </span>
        </nav>
      </main>
    </div>
  );
}

function sayOwners({ asks }: ShownReview["review"]): string {
  const owners = asks.map(({ owner }) => owner ?? "what nobody owns");
  return owners.length === 0 ? "" : `asked: ${nameSome(owners)}`;
}

function Agenda({
  agenda,
  onGo,
}: {
  readonly agenda: readonly ShownReview[];
  readonly onGo: (at: number) => void;
}) {
  return (
    <>
      <h1 className="font-semibold text-[2rem] leading-tight tracking-[-0.02em]">
        {agenda.length === 0
          ? "Nothing waits"
          : countOf(agenda.length, { one: "change to talk about", many: "changes to talk about" })}
      </h1>
      {agenda.length === 0 ? (
        <p className="mt-2 text-ink2 text-section">
          No change goes on.{" "}
          <PageLink href="/changes" className="text-accent underline underline-offset-2">
            All changes
          </PageLink>
        </p>
      ) : (
        <ol className="mt-5 list-none divide-y divide-line border-line border-y">
          {agenda.map(({ review, waiting, window }, index) => (
            <li key={review.id}>
              <button
                type="button"
                onClick={() => onGo(index + 1)}
                className="flex w-full items-baseline gap-4 px-2 py-3 text-left hover:bg-sunken focus-visible:outline-offset-[-2px]"
              >
                <span className="w-6 flex-none text-right text-ink3 tabular-nums">{index + 1}</span>
                <span className="min-w-0 flex-1 text-section">
                  <b className="font-medium">{review.title}</b>
                  <span className="block text-ink2 text-small">
                    {[
                      review.state,
                      waiting.length === 0
                        ? "everybody has agreed"
                        : `waits for ${countOf(waiting.length, { one: "answer", many: "answers" })}`,
                      ...(hasWindow(review) ? [saySunset(window.sunset)] : []),
                    ].join(" · ")}
                  </span>
                  <span className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-small">
                    <VerdictCounts verdicts={review.content.verdicts} />
                    <span className="text-ink2">{sayOwners(review)}</span>
                  </span>
                </span>
                <span className="flex-none font-mono text-ink3 text-small">{review.id}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
