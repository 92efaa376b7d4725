"use client";

import { useState } from "react";
import type { Ask } from "#lib/review/review.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

/** The answer of the role that the policy names, in the stead of who objects or does not answer. */
export function DecideForm({
  shown: { review },
  ask: { owner },
  onEnter,
  onDone,
}: {
  readonly shown: ShownReview;
  readonly ask: Ask;
  readonly onEnter: Enter;
  readonly onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const role = review.policy.decidingRole;
  const decide = async (answer: "agree" | "object") => {
    if (reason.trim() === "") return setProblem("a decision needs a reason");
    const refused = await onEnter({
      kind: "decide",
      ...(owner === undefined ? {} : { owner }),
      role,
      answer,
      reason: reason.trim(),
    });
    setProblem(refused);
    if (refused === undefined) onDone();
  };
  return (
    <DialogForm
      problem={problem}
      onSubmit={() => void decide("agree")}
      onCancel={onDone}
      actions={
        <>
          <Button onClick={() => void decide("object")}>It may not go</Button>
          <Button type="submit" look="primary">
            It may go
          </Button>
        </>
      }
    >
      <div>
        <h2 className="font-semibold text-title">
          The {role} decides for {owner ?? "what nobody owns"}
        </h2>
        <p className="mt-1 text-ink2">It is shown as decided by the {role}, with the reason.</p>
      </div>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Why</span>
        <textarea
          rows={3}
          maxLength={4_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </label>
    </DialogForm>
  );
}
