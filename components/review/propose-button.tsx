"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { ChangeInput } from "#lib/impact/change.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import type { Asked } from "#lib/view/owners-asked.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

type Proposal = { readonly detected: string } | { readonly changes: readonly ChangeInput[] };

interface ProposeProps {
  readonly body: Proposal;
  /** Absent: not known before it is judged. */
  readonly asked?: Asked;
  readonly children: ReactNode;
}

/** Makes a review and goes there, once somebody has said so: from then on its owners are asked. */
export function ProposeButton({ body, asked, children }: ProposeProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{children}</Button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        label="Propose for review"
        width="w-[32rem]"
      >
        <ProposeForm body={body} asked={asked} onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

/** What follows, in a sentence: who hears of it. */
function sayAsked(asked: Asked | undefined): string {
  if (asked === undefined) return "Everybody whose assets it reaches is told and asked to agree.";
  const { owners, unowned } = asked;
  const told = countOf(owners.length, { one: "owner is", many: "owners are" });
  const assets = countOf(unowned, {
    one: "asset that nobody owns",
    many: "assets that nobody owns",
  });
  return [
    owners.length === 0
      ? "No owner that we know is asked."
      : `${told} told and asked to agree: ${nameSome(owners)}.`,
    ...(unowned === 0 ? [] : [`For ${assets}, an approver answers.`]),
    "It is listed under Changes.",
  ].join(" ");
}

function ProposeForm({
  body,
  asked,
  onCancel,
}: Pick<ProposeProps, "body"> & {
  readonly asked: Asked | undefined;
  readonly onCancel: () => void;
}) {
  const router = useRouter();
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isSending, setSending] = useState(false);
  const propose = async () => {
    setSending(true);
    setProblem(undefined);
    const said = title.trim();
    const made = await send({ ...body, ...(said === "" ? {} : { title: said }) });
    if (typeof made === "string") {
      setProblem(made);
      setSending(false);
    } else router.push(`/changes/${made.id}`);
  };
  return (
    <DialogForm
      problem={problem}
      onSubmit={() => void propose()}
      onCancel={onCancel}
      actions={
        <Button type="submit" look="primary" disabled={isSending}>
          {isSending ? "Proposing…" : "Propose it"}
        </Button>
      }
    >
      <h2 className="font-semibold text-title">Propose for review</h2>
      <p className="text-pretty text-ink2 wrap-anywhere">{sayAsked(asked)}</p>
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Title (empty: what changes, in words)</span>
        <input
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </label>
    </DialogForm>
  );
}

async function send(body: unknown): Promise<{ readonly id: string } | string> {
  try {
    const response = await fetch("/api/v1/reviews", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as {
      readonly review?: { readonly id: string };
      readonly detail?: string;
    };
    return answer.review ?? answer.detail ?? `The server answered ${response.status}.`;
  } catch {
    return "The server does not answer.";
  }
}
