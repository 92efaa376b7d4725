"use client";

import { useState } from "react";
import type { Condition } from "#lib/review/list-conditions.ts";
import type { ReviewState } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { askWhether, hasWindow, sayDone } from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CheckBoxMark } from "./check-box-mark.tsx";
import { StateForm } from "./state-form.tsx";
import { SunsetForm } from "./sunset-form.tsx";
import type { Enter } from "./use-review.ts";

const TITLES: Readonly<Record<Condition["id"], string>> = {
  agreed: "Everyone agreed",
  date: "Date passed",
  readers: "No reader to wait for",
};

/** The step that comes next, as its button says it. */
const NEXT: Readonly<Partial<Record<ReviewState, { state: ReviewState; text: string }>>> = {
  proposed: { state: "expanded", text: "The new is there" },
  expanded: { state: "migrating", text: "Start the window" },
  migrating: { state: "ready", text: "Mark ready" },
  ready: { state: "removed", text: "It is removed" },
};

const IS_DONE = { state: "removed", text: "It is done" } as const;

/** Where nothing has to be waited for, the next step is the last. */
const DONE: typeof NEXT = { proposed: IS_DONE, expanded: IS_DONE, migrating: IS_DONE };

type Form = "sunset" | "state" | "abandon" | undefined;

/** The one question of a review: may the old go, or the change go out, and what is still in its way. */
export function MayItGo({
  shown,
  onEnter,
}: {
  readonly shown: ShownReview;
  readonly onEnter: Enter;
}) {
  const [form, setForm] = useState<Form>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { review, conditions } = shown;
  const open = conditions.filter(({ isMet }) => !isMet).length;
  const waits = hasWindow(review);
  const next = waits || review.state === "ready" ? NEXT[review.state] : DONE[review.state];
  const isOver = next === undefined;
  const go = async () => {
    if (next === undefined) return;
    if (next.state === "removed" && review.policy.lastHours !== undefined) return setForm("state");
    setProblem(await onEnter({ kind: "set_state", state: next.state }));
  };
  return (
    <section
      aria-labelledby="may"
      className="min-w-0 rounded-card border border-ink2 bg-surface px-4 py-3.5"
    >
      <p className="text-ink2 text-small">{askWhether(review)}</p>
      <h2 id="may" className="font-semibold text-title tracking-[-0.01em]">
        {sayAnswer(shown, open)}
      </h2>
      <ul className="mt-2 list-none divide-y divide-line">
        {conditions.map(({ id, isMet, text }) => (
          <li key={id} className="flex gap-3 py-2.5">
            <CheckBoxMark checked={isMet} />
            <span className="min-w-0">
              <b className="block font-semibold">
                {TITLES[id]}
                <span className="sr-only">{isMet ? ": yes" : ": not yet"}</span>
              </b>
              <span className="block text-ink2 text-small wrap-anywhere">{text}</span>
            </span>
          </li>
        ))}
      </ul>
      {problem === undefined ? null : (
        <p role="alert" className="mt-1 mb-2 font-medium wrap-anywhere">
          {saySentence(problem)}
        </p>
      )}
      {isOver ? null : (
        <p className="no-print mt-1 flex flex-wrap gap-2">
          <Button look="primary" onClick={() => void go()}>
            {next.text}
          </Button>
          {waits ? (
            <Button onClick={() => setForm("sunset")}>
              {review.sunset === undefined ? "Set the date" : "Move the date"}
            </Button>
          ) : null}
          <Button look="ghost" onClick={() => setForm("abandon")}>
            Abandon
          </Button>
        </p>
      )}
      <Dialog
        open={form !== undefined}
        onClose={() => setForm(undefined)}
        label={form === "sunset" ? "The date" : "The next step"}
        width="w-[30rem]"
      >
        {form === "sunset" ? (
          <SunsetForm shown={shown} onEnter={onEnter} onDone={() => setForm(undefined)} />
        ) : form === undefined ? null : (
          <StateForm
            to={form === "abandon" ? "abandoned" : "removed"}
            onEnter={onEnter}
            onDone={() => setForm(undefined)}
          />
        )}
      </Dialog>
    </section>
  );
}

function sayAnswer({ review, conditions }: ShownReview, open: number): string {
  if (review.state === "removed") return sayDone(review);
  if (review.state === "abandoned") return "It stays: the change was abandoned";
  if (open === 0) return review.state === "ready" ? "Yes" : "Nothing is in its way";
  return `Not yet: ${open} of ${conditions.length} conditions ${open === 1 ? "is" : "are"} open`;
}
