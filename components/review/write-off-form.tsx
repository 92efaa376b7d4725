"use client";

import { useState } from "react";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

const FIELD = "w-full rounded-control border border-ink3 bg-surface px-2 py-1.5";

/** A reader that nobody looks after: somebody answers for leaving it behind. */
export function WriteOffForm({
  reader,
  role,
  onEnter,
  onDone,
}: {
  readonly reader: string;
  /** Who decides where nobody owns it. */
  readonly role: string;
  readonly onEnter: Enter;
  readonly onDone: () => void;
}) {
  const [approver, setApprover] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const submit = async () => {
    const refused = await onEnter({
      kind: "write_off",
      reader,
      approver: approver.trim(),
      reason: reason.trim(),
    });
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
          Write it off
        </Button>
      }
    >
      <div>
        <h2 className="font-semibold text-title wrap-anywhere">Write off {reader}</h2>
        <p className="mt-1 text-ink2">
          It will break, and holds up the removal no longer. Its owner must have been told on two
          working days; where nobody owns it, the {role} approves.
        </p>
      </div>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Approver</span>
        <input
          required
          maxLength={500}
          value={approver}
          onChange={(event) => setApprover(event.target.value)}
          className={FIELD}
        />
      </label>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Why</span>
        <input
          required
          maxLength={4_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className={FIELD}
        />
      </label>
    </DialogForm>
  );
}
