"use client";

import Link from "next/link";
import { useState } from "react";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentState } from "#lib/incidents/incident-action.ts";
import { CLOSING_WORDS, nameOfRef, STATE_WORDS } from "#lib/view/incident-words.ts";
import { Button } from "../ui/button.tsx";

/** The step that usually comes next, and what it is called on a button. */
const STEP: Partial<
  Record<IncidentState, { readonly state: IncidentState; readonly text: string }>
> = {
  reported: { state: "triaged", text: "Mark triaged" },
  triaged: { state: "mitigating", text: "Start to mitigate" },
  mitigating: { state: "repaired", text: "Mark repaired" },
  repaired: { state: "learned", text: "Learned from it" },
  closed: { state: "reported", text: "Open again" },
};

function Role({
  label,
  who,
  onTake,
}: {
  readonly label: string;
  readonly who: string | undefined;
  readonly onTake: (who: string) => void;
}) {
  const [isAsked, setAsked] = useState(false);
  const [name, setName] = useState("");
  if (isAsked)
    return (
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") onTake(name.trim());
          setAsked(false);
        }}
      >
        <input
          // biome-ignore lint/a11y/noAutofocus: the box is opened to type into it
          autoFocus
          aria-label={`${label}: which team`}
          placeholder="team"
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="h-6 w-32 rounded-control border border-ink3 bg-surface px-1.5"
        />
        <Button type="submit">Set</Button>
      </form>
    );
  return (
    <span>
      {label}{" "}
      <button
        type="button"
        onClick={() => setAsked(true)}
        className={
          who === undefined ? "text-accent hover:underline" : "font-semibold hover:underline"
        }
      >
        {who ?? "nobody yet"}
      </button>
    </span>
  );
}

/** Title, how bad, where it stands, who leads, and the next step. */
export function IncidentHead({
  incident,
  problem,
  onEnter,
}: {
  readonly incident: Incident;
  readonly problem: string | undefined;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  const { id, title, severity, state, closing, duplicateOf, roles, stamps } = incident;
  const step = STEP[state];
  const take = (role: "lead" | "cause_side" | "communications") => (who: string) => {
    const holder = roles[role];
    onEnter({
      kind: "take_role",
      role,
      who,
      ...(holder === undefined ? {} : { relieves: holder }),
    });
  };
  return (
    <header>
      <p className="text-ink3 text-small">
        <Link href="/incidents" className="hover:underline">
          Incidents
        </Link>{" "}
        / {id}
      </p>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h1 className="min-w-0 flex-1 text-balance break-words font-semibold text-answer tracking-[-0.018em]">
          {title}
        </h1>
        <div className="no-print flex flex-none gap-2">
          {stamps.mitigated === undefined && state === "mitigating" ? (
            <Button
              onClick={() =>
                onEnter({
                  kind: "stamp",
                  stamp: "mitigated",
                  time: new Date(Date.now() - 1_000).toISOString(),
                })
              }
            >
              Nothing wrong is served now
            </Button>
          ) : null}
          {step === undefined ? null : (
            <Button
              look="primary"
              onClick={() => onEnter({ kind: "set_state", state: step.state })}
            >
              {step.text}
            </Button>
          )}
        </div>
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-1.5 text-ink2">
        <span className="rounded-tag border border-ink2 px-1.5 font-semibold text-ink text-small">
          {severity}
        </span>
        <span>
          Status <b className="font-semibold text-ink">{STATE_WORDS[state]}</b>
          {closing === undefined ? null : `, ${CLOSING_WORDS[closing]}`}
          {duplicateOf === undefined ? null : (
            <>
              {" of "}
              <Link href={`/incidents/${duplicateOf}`} className="text-accent hover:underline">
                {duplicateOf}
              </Link>
            </>
          )}
        </span>
        <Role label="Lead" who={roles.lead} onTake={take("lead")} />
        <Role label="Cause side" who={roles.cause_side} onTake={take("cause_side")} />
        <Role label="Communications" who={roles.communications} onTake={take("communications")} />
      </div>
      <CauseLine incident={incident} onEnter={onEnter} />
      {problem === undefined ? null : (
        <p role="alert" className="mt-2 rounded-control border border-ink2 px-3 py-2 font-medium">
          {problem}
        </p>
      )}
    </header>
  );
}

/** A cause counts when both sides have confirmed it. */
function CauseLine({
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
      <span className="min-w-0 break-words">
        Cause{" "}
        <b className="font-medium font-mono">
          {nameOfRef(cause.asset)}
          {cause.column === undefined ? "" : `.${cause.column}`}
        </b>
      </span>
      {sides.map(({ side, text, isDone }) =>
        isDone ? (
          <span key={side} className="text-ink2">
            confirmed by {text}
          </span>
        ) : (
          <button
            key={side}
            type="button"
            className="text-accent hover:underline"
            onClick={() => onEnter({ kind: "confirm_cause", side })}
          >
            Confirm as {text}
          </button>
        ),
      )}
    </p>
  );
}
