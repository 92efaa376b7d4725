"use client";

import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { type GateMiss, isWrong } from "#lib/review/gate-run.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
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
    const refused = await send({ ...target, says, because: because.trim() });
    setSending(false);
    setProblem(refused);
    if (refused !== undefined) return;
    onDone();
    router.refresh();
  };
  return (
    <form
      className="grid gap-3 px-5 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        void judge();
      }}
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
      {problem === undefined ? null : (
        <p role="alert" className="font-medium wrap-anywhere">
          {saySentence(problem)}
        </p>
      )}
      <p className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={isSending}>
          {asks.does}
        </Button>
      </p>
    </form>
  );
}

/** Undefined: it is written down; else why it is not. */
async function send(body: unknown): Promise<string | undefined> {
  try {
    const response = await fetch("/api/v1/gate/misses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return undefined;
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    return problem.detail ?? `The server answered ${response.status}.`;
  } catch {
    return "The server does not answer: that was not written down. Try it again.";
  }
}
