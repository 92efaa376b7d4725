import { useState } from "react";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { nameOfRef } from "#lib/view/incident-words.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { Button } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";

/** A cause counts when both sides have confirmed it. */
export function CauseLine({
  incident: { cause, suspected },
  onEnter,
}: {
  readonly incident: Incident;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  if (cause === undefined) {
    return suspected === undefined ? null : (
      <p className="mt-2 text-ink2 wrap-anywhere">
        Probably{" "}
        <b className="font-medium font-mono text-ink">
          {suspected.name}
          {suspected.column === undefined ? "" : `.${suspected.column}`}
        </b>
        : {suspected.fault}. Nobody has picked a cause yet.
      </p>
    );
  }
  const sides = [
    { side: "lead", text: "the lead", isDone: cause.confirmedByLead },
    { side: "cause_side", text: "the causing side", isDone: cause.confirmedByCauseSide },
  ] as const;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="min-w-0 wrap-anywhere">
        Cause{" "}
        <b className="font-medium font-mono">
          {nameOfRef(cause.asset)}
          {cause.column === undefined ? "" : `.${cause.column}`}
        </b>
      </span>
      {cause.reach === "unknown" ? (
        <span className="text-ink2">not in the graph: its reach is not known</span>
      ) : null}
      <PageLink href={blastHref([changeOfCause(cause)])} className="text-accent hover:underline">
        Its blast radius
      </PageLink>
      {sides.map(({ side, text, isDone }) =>
        isDone ? (
          <span key={side} className="text-ink2">
            confirmed by {text}
          </span>
        ) : (
          <button
            key={side}
            type="button"
            className="no-print text-accent hover:underline"
            onClick={() => onEnter({ kind: "confirm_cause", side })}
          >
            Confirm as {text}
          </button>
        ),
      )}
      <Dispute cause={cause} onEnter={onEnter} />
    </div>
  );
}

/** Who does not agree says why; both sides have five working days, then a named role decides. */
function Dispute({
  cause: { dispute, domain },
  onEnter,
}: {
  readonly cause: NonNullable<Incident["cause"]>;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  if (dispute?.decided !== undefined)
    return (
      <span className="text-ink2 wrap-anywhere">
        {dispute.decided.role} decided that it{" "}
        {dispute.decided.stands ? "stands" : "does not stand"}: {dispute.decided.reason}
      </span>
    );
  if (dispute !== undefined)
    return (
      <span className="min-w-0 font-medium text-loud wrap-anywhere">
        disputed by {dispute.domain} since {sayTime(dispute.at)}: {dispute.reason}
      </span>
    );
  if (domain === undefined) return null;
  if (!isOpen)
    return (
      <button
        type="button"
        className="no-print text-accent hover:underline"
        onClick={() => setOpen(true)}
      >
        Dispute it for {domain}
      </button>
    );
  return (
    <form
      className="no-print flex flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === "") return;
        onEnter({ kind: "dispute_cause", domain, reason: reason.trim() });
        setOpen(false);
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the box is opened to type into it
        autoFocus
        aria-label={`Why ${domain} does not agree`}
        maxLength={2_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        className="h-[1.875rem] w-72 max-w-full rounded-control border border-ink3 bg-surface px-2"
      />
      <Button type="submit" look="primary">
        Dispute
      </Button>
      <Button onClick={() => setOpen(false)}>Cancel</Button>
    </form>
  );
}
