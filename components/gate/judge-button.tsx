"use client";

import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { type GateMiss, isWrong } from "#lib/review/gate-run.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { sendEntry } from "../shell/send-entry.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** A finding by its fingerprint, or what a review says of an asset. */
export type JudgeTarget =
  | { readonly fingerprint: string }
  | { readonly review: string; readonly asset: string };

/** Says that a finding is wrong, because …; or that it is right after all. */
export function JudgeButton({
  about,
  target,
  miss,
}: {
  /** What breaks, by its name. */
  readonly about: string;
  readonly target: JudgeTarget;
  readonly miss: GateMiss | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  const says = miss !== undefined && isWrong(miss) ? "right" : "wrong";
  const word = says === "wrong" ? "Wrong, because …" : "Right after all";
  return (
    <>
      <button
        type="button"
        className="no-print flex-none text-accent text-small whitespace-nowrap hover:underline"
        onClick={() => setOpen(true)}
      >
        {word}
        <span className="sr-only">: {about}</span>
      </button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        label={`${word} ${about}`}
        width="w-[34rem]"
      >
        <JudgeForm about={about} target={target} says={says} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const ASKS = {
  wrong: {
    title: "is judged wrong",
    means: "It goes on the list of misses with your reason. What the gate says stays as it is.",
    label: "What did the gate not see?",
    does: "It is wrong",
  },
  right: {
    title: "is right after all",
    means: "It stays on the list, and does not count as wrong any more.",
    label: "What has turned out?",
    does: "It is right",
  },
} as const;

function JudgeForm({
  about,
  target,
  says,
  onDone,
}: {
  readonly about: string;
  readonly target: JudgeTarget;
  readonly says: "wrong" | "right";
  readonly onDone: () => void;
}) {
  const router = useRouter();
  const id = useId();
  const [because, setBecause] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isSending, setSending] = useState(false);
  const asks = ASKS[says];
  const judge = async () => {
    if (because.trim() === "") return setProblem("a finding is judged with a reason");
    setSending(true);
    const entry = { ...target, says, because: because.trim() };
    const sent = await sendEntry("/api/v1/gate/misses", entry);
    setSending(false);
    setProblem(sent.ok ? undefined : sent.error);
    if (!sent.ok) return;
    onDone();
    router.refresh();
  };
  return (
    <DialogForm
      problem={problem}
      onSubmit={() => void judge()}
      onCancel={onDone}
      actions={
        <Button type="submit" look="primary" disabled={isSending}>
          {asks.does}
        </Button>
      }
    >
      <div>
        <h2 className="font-semibold text-title wrap-anywhere">
          {about} {asks.title}
        </h2>
        <p className="mt-1 text-ink2">{asks.means}</p>
      </div>
      <div className="grid gap-1">
        <label htmlFor={id} className="text-ink2 text-small">
          {asks.label}
        </label>
        <textarea
          id={id}
          rows={3}
          maxLength={4_000}
          value={because}
          onChange={(event) => setBecause(event.target.value)}
          className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </div>
    </DialogForm>
  );
}
