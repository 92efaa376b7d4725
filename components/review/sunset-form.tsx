"use client";

import { useState } from "react";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

/** The day after which the old may go. It only ever moves later. */
export function SunsetForm({
  shown: { review, window },
  onEnter,
  onDone,
}: {
  readonly shown: ShownReview;
  readonly onEnter: Enter;
  readonly onDone: () => void;
}) {
  const [date, setDate] = useState(review.sunset?.date ?? "");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const submit = async () => {
    const refused = await onEnter({ kind: "set_sunset", date });
    setProblem(refused);
    if (refused === undefined) onDone();
  };
  return (
    <DialogForm
      problem={problem}
      onSubmit={() => void submit()}
      onCancel={onDone}
      actions={
        <Button type="submit" look="primary">
          Set the date
        </Button>
      }
    >
      <div>
        <h2 className="font-semibold text-title">
          {review.sunset === undefined ? "Until when do readers have time?" : "Move the date"}
        </h2>
        <p className="mt-1 text-ink2">
          At least {countOf(window.leastDays, { one: "day", many: "days" })} from its announcement,
          by the tiers that are affected. Readers plan with it: it may only move later.
        </p>
      </div>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Date</span>
        <input
          type="date"
          required
          min={review.sunset?.date}
          value={date}
          onChange={(event) => setDate(event.target.value)}
          className="w-44 rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </label>
    </DialogForm>
  );
}
