import Link from "next/link";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { nameOfRef } from "#lib/view/incident-words.ts";
import { blastHref } from "#lib/view/view-url.ts";

/** A cause counts when both sides have confirmed it. */
export function CauseLine({
  incident: { cause },
  onEnter,
}: {
  readonly incident: Incident;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  if (cause === undefined) return null;
  const sides = [
    { side: "lead", text: "the lead", isDone: cause.confirmedByLead },
    { side: "cause_side", text: "the causing side", isDone: cause.confirmedByCauseSide },
  ] as const;
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="min-w-0 wrap-anywhere">
        Cause{" "}
        <b className="font-medium font-mono">
          {nameOfRef(cause.asset)}
          {cause.column === undefined ? "" : `.${cause.column}`}
        </b>
      </span>
      <Link href={blastHref([changeOfCause(cause)])} className="text-accent hover:underline">
        Its blast radius
      </Link>
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
    </p>
  );
}
