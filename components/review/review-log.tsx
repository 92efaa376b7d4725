"use client";

import { useState } from "react";
import type { ReviewEvent } from "#lib/review/review-action.ts";
import { sayClock } from "#lib/view/incident-words.ts";
import { sayReviewEntry } from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

const SHOWN = 30;

/** What was said and done, newest first; only ever added to. */
export function ReviewLog({
  events,
  day,
  onEnter,
}: {
  readonly events: readonly ReviewEvent[];
  /** ISO 8601: times of other days say the day. */
  readonly day: string;
  readonly onEnter: Enter;
}) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isAll, setAll] = useState(false);
  const newest = [...events].reverse();
  const shown = isAll ? newest : newest.slice(0, SHOWN);
  const add = async () => {
    if (text.trim() === "") return;
    const refused = await onEnter({ kind: "note", text: text.trim() });
    setProblem(refused);
    if (refused === undefined) setText("");
  };
  return (
    <>
      <form
        className="no-print flex gap-2 border-line border-b px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          aria-label="A word to everybody"
          placeholder="A question, an answer, a condition"
          maxLength={4_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-[1.875rem] min-w-0 flex-1 rounded-control border border-ink3 bg-surface px-2 placeholder:text-ink3"
        />
        <Button type="submit">Say</Button>
      </form>
      {problem === undefined ? null : (
        <p role="alert" className="px-4 py-2 font-medium wrap-anywhere">
          {saySentence(problem)}
        </p>
      )}
      <ol aria-live="polite" className="grid list-none gap-2.5 px-4 py-3">
        {shown.map((event) => (
          <li key={event.seq} className="flex gap-3">
            <time
              dateTime={event.at}
              className="w-[5.25rem] flex-none text-ink2 text-small tabular-nums"
            >
              {sayClock(event.at, day)}
            </time>
            <p className="min-w-0 flex-1 whitespace-pre-line wrap-anywhere">
              <b className="font-semibold">{event.actor}</b> {sayReviewEntry(event)}
            </p>
          </li>
        ))}
      </ol>
      {shown.length === newest.length ? null : (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-line border-t bg-sunken px-4 py-2 text-left text-ink2 text-small"
        >
          {newest.length - shown.length} earlier
        </button>
      )}
    </>
  );
}
