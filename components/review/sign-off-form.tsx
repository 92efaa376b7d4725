"use client";

import { useId, useState } from "react";
import type { Ask } from "#lib/review/review.ts";
import { SIGN_OFFS, type SignOffAnswer } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import type { Enter } from "./use-review.ts";

const CHOICES: Readonly<Record<SignOffAnswer, { readonly word: string; readonly means: string }>> =
  {
    agree: { word: "Agree", means: "we will have moved by the date" },
    object: { word: "Object", means: "it must not happen like this" },
    ask_for_time: { word: "Ask for time", means: "it may happen, but later" },
  };

const FIELD = "w-full rounded-control border border-ink3 bg-surface px-2 py-1.5";

/** A team's answer to what happens to it, for the content that is shown. */
export function SignOffForm({
  shown: { review },
  ask,
  onEnter,
  onDone,
}: {
  readonly shown: ShownReview;
  readonly ask: Ask & { readonly owner: string };
  readonly onEnter: Enter;
  readonly onDone: () => void;
}) {
  const [answer, setAnswer] = useState<SignOffAnswer>("agree");
  const [reason, setReason] = useState("");
  const [approver, setApprover] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isSending, setSending] = useState(false);
  const id = useId();
  const needsReason = answer !== "agree";
  const needsApprover = answer === "agree" && ask.tier === 1;
  const given = ask.signOff;
  const submit = async () => {
    setSending(true);
    const refused = await onEnter({
      kind: "sign",
      owner: ask.owner,
      answer,
      hash: review.content.hash,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
      ...(approver.trim() === "" ? {} : { approver: approver.trim() }),
      ...(given?.by === "team" ? { replaces: given.seq } : {}),
    });
    setSending(false);
    setProblem(refused);
    if (refused === undefined) onDone();
  };
  return (
    <DialogForm
      problem={problem}
      onSubmit={() => void submit()}
      onCancel={onDone}
      actions={
        <Button type="submit" look="primary" disabled={isSending}>
          Sign
        </Button>
      }
    >
      <div>
        <h2 className="font-semibold text-title">Answer for {ask.owner}</h2>
        <p className="mt-1 text-ink2 wrap-anywhere">
          Affected: {nameSome(ask.assets)}. The answer is for the change as it stands here (
          <code className="font-mono text-small">{review.content.hash.slice(0, 8)}</code>).
        </p>
      </div>
      <fieldset className="grid gap-1.5 border-0 p-0">
        <legend className="sr-only">Answer</legend>
        {SIGN_OFFS.map((one) => (
          <label key={one} className="flex items-baseline gap-2">
            <input
              type="radio"
              name={id}
              checked={answer === one}
              onChange={() => setAnswer(one)}
              className="accent-[var(--accent)]"
            />
            <span>
              <b className="font-semibold">{CHOICES[one].word}</b>{" "}
              <span className="text-ink2">{CHOICES[one].means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">
          {needsReason ? "Why" : "A condition or a word, if there is one"}
        </span>
        <textarea
          rows={3}
          required={needsReason}
          maxLength={4_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className={FIELD}
        />
      </label>
      {needsApprover ? (
        <label className="grid gap-1">
          <span className="text-ink2 text-small">
            Approver: tier 1 is affected, so somebody answers for it by name
          </span>
          <input
            required
            maxLength={500}
            value={approver}
            onChange={(event) => setApprover(event.target.value)}
            className={FIELD}
          />
        </label>
      ) : null}
    </DialogForm>
  );
}
