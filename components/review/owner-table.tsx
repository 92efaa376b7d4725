"use client";

import { useState } from "react";
import type { Ask } from "#lib/review/review.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { explainSignOff, sayDay, saySignOff, worstOf } from "#lib/view/review-words.ts";
import { countOf, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { Dialog } from "../ui/dialog.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";
import { AnswerMark } from "./answer-mark.tsx";
import { DecideForm } from "./decide-form.tsx";
import { SignOffForm } from "./sign-off-form.tsx";
import type { Enter } from "./use-review.ts";

type Open = { readonly form: "sign" | "decide"; readonly ask: Ask } | undefined;

const readsOf = ({ today }: ShownReview, owner: string | undefined): number =>
  today.readers.names.filter((name) => today.readers.owners?.[name] === owner).length;

/** Each affected owner: what happens to it, what it says, and how much of it still reads. */
export function OwnerTable({
  shown,
  onEnter,
}: {
  readonly shown: ShownReview;
  readonly onEnter: Enter;
}) {
  const [open, setOpen] = useState<Open>(undefined);
  const { review } = shown;
  const isOver = review.state === "removed" || review.state === "abandoned";
  const close = () => setOpen(undefined);
  if (review.asks.length === 0)
    return <PanelEmpty>Nobody else is affected, as far as the lineage is known.</PanelEmpty>;
  return (
    <>
      <section
        aria-label="Owners, scrolls"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        className="relative overflow-x-auto"
      >
        <table className="w-full min-w-[40rem] border-collapse">
          <thead>
            <tr className="border-line2 border-b text-left text-ink2 text-small [&>th]:whitespace-nowrap">
              <th scope="col" className="px-4 py-2 font-medium">
                Owner
              </th>
              <th scope="col" className="px-2 py-2 text-right font-medium">
                Tier
              </th>
              <th scope="col" className="px-2 py-2 font-medium">
                Worst verdict
              </th>
              <th scope="col" className="px-2 py-2 text-right font-medium">
                Assets
              </th>
              <th scope="col" className="px-2 py-2 font-medium">
                Sign-off
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Still reads
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {review.asks.map((ask) => (
              <Row
                key={ask.owner ?? ""}
                shown={shown}
                ask={ask}
                isOver={isOver}
                onOpen={(form) => setOpen({ form, ask })}
                onEnter={onEnter}
              />
            ))}
          </tbody>
        </table>
      </section>
      <Dialog
        open={open !== undefined}
        onClose={close}
        label={open?.form === "decide" ? "Decide" : "Sign"}
        width="w-[34rem]"
      >
        {open === undefined ? null : open.form === "sign" && open.ask.owner !== undefined ? (
          <SignOffForm
            shown={shown}
            ask={{ ...open.ask, owner: open.ask.owner }}
            onEnter={onEnter}
            onDone={close}
          />
        ) : (
          <DecideForm shown={shown} ask={open.ask} onEnter={onEnter} onDone={close} />
        )}
      </Dialog>
    </>
  );
}

function Row({
  shown,
  ask,
  isOver,
  onOpen,
  onEnter,
}: {
  readonly shown: ShownReview;
  readonly ask: Ask;
  readonly isOver: boolean;
  readonly onOpen: (form: "sign" | "decide") => void;
  readonly onEnter: Enter;
}) {
  const { owner, tier, assets } = ask;
  const worst = worstOf(shown.review, owner);
  const reads = readsOf(shown, owner);
  const waiting = shown.waiting.find((one) => one.owner === owner);
  const explained = explainSignOff(ask);
  return (
    <tr className="align-top">
      <th scope="row" className="min-w-32 px-4 py-2.5 text-left font-semibold wrap-anywhere">
        {owner ?? <span className="font-normal text-ink2">nobody owns these</span>}
      </th>
      <td className="px-2 py-2.5 text-right tabular-nums">{tier ?? "–"}</td>
      <td className="px-2 py-2.5">
        {worst === undefined ? (
          "–"
        ) : (
          <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <VerdictMark verdict={worst.verdict} />
            <span className={`font-[550] ${VERDICT_TEXT[worst.verdict]}`}>
              {VERDICT_WORDS[worst.verdict]}
            </span>
          </span>
        )}
      </td>
      <td className="px-2 py-2.5 text-right tabular-nums" title={assets.join(", ")}>
        {assets.length}
      </td>
      <td className="min-w-48 px-2 py-2.5">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="inline-flex items-center gap-1.5 font-medium">
            <AnswerMark ask={ask} />
            {saySignOff(ask)}
          </span>
          {isOver ? null : (
            <Actions ask={ask} isDue={waiting?.isDue === true} onOpen={onOpen} onEnter={onEnter} />
          )}
        </span>
        <span className="block text-ink2 text-small wrap-anywhere">
          {[
            ask.since > shown.review.proposedAt ? `asked on ${sayDay(ask.since)}` : "",
            explained,
            waiting === undefined || waiting.workingDays === 0
              ? ""
              : `waits ${countOf(waiting.workingDays, { one: "working day", many: "working days" })}${waiting.isDue ? `; the ${waiting.decidingRole} may decide` : ""}`,
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </span>
      </td>
      <td
        className={`px-4 py-2.5 text-right tabular-nums ${reads === 0 ? "text-ink3" : "font-semibold"}`}
      >
        {reads}
      </td>
    </tr>
  );
}

const LINK = "no-print text-accent text-small hover:underline";

function Actions({
  ask,
  isDue,
  onOpen,
  onEnter,
}: {
  readonly ask: Ask;
  readonly isDue: boolean;
  readonly onOpen: (form: "sign" | "decide") => void;
  readonly onEnter: Enter;
}) {
  const { owner, signOff } = ask;
  return (
    <>
      {owner === undefined || signOff?.by === "decided" ? null : (
        <button type="button" className={LINK} onClick={() => onOpen("sign")}>
          {signOff === undefined ? "Answer" : "Change"}
          <span className="sr-only"> for {owner}</span>
        </button>
      )}
      {owner === undefined || signOff !== undefined ? null : (
        <button
          type="button"
          className={LINK}
          onClick={() => void onEnter({ kind: "remind", owner, readers: [] })}
        >
          Remind<span className="sr-only"> {owner}</span>
        </button>
      )}
      {isDue ? (
        <button type="button" className={LINK} onClick={() => onOpen("decide")}>
          Decide<span className="sr-only"> for {owner ?? "what nobody owns"}</span>
        </button>
      ) : null}
    </>
  );
}
