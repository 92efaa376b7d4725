"use client";

import { useState } from "react";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

const ASKED = {
  abandoned: {
    title: "Abandon this change",
    label: "Why: those who were asked will read it",
    button: "Abandon it",
  },
  removed: {
    title: "The old is removed",
    label: "Who is on call (needed shortly before days off)",
    button: "It is removed",
  },
} as const;

/** A step that takes a word: why it is given up, or who is there when it goes wrong. */
export function StateForm({
  to,
  onEnter,
  onDone,
}: {
  readonly to: keyof typeof ASKED;
  readonly onEnter: Enter;
  readonly onDone: () => void;
}) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { title, label, button } = ASKED[to];
  const submit = async () => {
    const said = text.trim();
    const word = to === "abandoned" ? { reason: said } : { onCall: said };
    const refused = await onEnter({
      kind: "set_state",
      state: to,
      ...(said === "" ? {} : word),
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
          {button}
        </Button>
      }
    >
      <h2 className="font-semibold text-title">{title}</h2>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">{label}</span>
        <input
          required={to === "abandoned"}
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </label>
    </DialogForm>
  );
}
