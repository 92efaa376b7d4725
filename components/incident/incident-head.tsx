"use client";

import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentState } from "#lib/incidents/incident-action.ts";
import { CLOSING_WORDS, STATE_WORDS } from "#lib/view/incident-words.ts";
import { Button } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { CauseLine } from "./cause-line.tsx";
import { CloseMenu } from "./close-menu.tsx";
import { IncidentExport } from "./incident-export.tsx";
import { RoleHolder } from "./role-holder.tsx";
import { StepButton } from "./step-button.tsx";

/** What has been learned from is not closed, and what is closed is. */
const CLOSABLE: ReadonlySet<IncidentState> = new Set([
  "reported",
  "triaged",
  "mitigating",
  "repaired",
]);

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
        <PageLink href="/incidents" className="hover:underline">
          Incidents
        </PageLink>{" "}
        / {id}
      </p>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h1 className="min-w-0 flex-1 text-balance font-semibold text-answer tracking-[-0.018em] wrap-anywhere slim:basis-full">
          {title}
        </h1>
        <div className="no-print flex flex-wrap gap-2">
          <IncidentExport id={id} />
          {CLOSABLE.has(state) ? <CloseMenu id={id} onEnter={onEnter} /> : null}
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
          <StepButton incident={incident} onEnter={onEnter} />
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
              <PageLink href={`/incidents/${duplicateOf}`} className="text-accent hover:underline">
                {duplicateOf}
              </PageLink>
            </>
          )}
        </span>
        <RoleHolder label="Lead" who={roles.lead} onTake={take("lead")} />
        <RoleHolder label="Cause side" who={roles.cause_side} onTake={take("cause_side")} />
        <RoleHolder
          label="Communications"
          who={roles.communications}
          onTake={take("communications")}
        />
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
