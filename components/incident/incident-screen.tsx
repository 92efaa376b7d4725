"use client";

import { useEffect, useState } from "react";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import { listPublished } from "#lib/incidents/incident.ts";
import type { Suspect } from "#lib/incidents/suspect.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { AlsoHitPanel } from "./also-hit.tsx";
import { IncidentHead } from "./incident-head.tsx";
import { PublishedTasks, RepairTasks } from "./open-tasks.tsx";
import { SeenBy } from "./seen-by.tsx";
import { StampLine } from "./stamp-line.tsx";
import { StatusPanel } from "./status-panel.tsx";
import { SuspectList } from "./suspect-list.tsx";
import { SymptomTable } from "./symptom-table.tsx";
import { Timeline } from "./timeline.tsx";
import { UnreadNames } from "./unread-names.tsx";
import { type IncidentPage, useIncident } from "./use-incident.ts";
import { lastTriage, useTriage } from "./use-triage.ts";

const MINUTE = 60_000;

/** The time of the server when the page was made, then of this clock: the first drawing is the same on both. */
function useNow(first: string): string {
  const [now, setNow] = useState(first);
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const unread = (ref: string) => ({ ref, message: `no asset answers to ${JSON.stringify(ref)}` });

/** One record of an incident that everybody shares: cause, radius, owners, repair. */
export function IncidentScreen({
  first,
  now: made,
  strange,
}: {
  readonly first: IncidentPage;
  /** Symptoms that nothing in the graph answers to: nobody can walk upstream of them. */
  readonly strange: readonly string[];
  /** ISO 8601. */
  readonly now: string;
}) {
  const { page, problem, enter } = useIncident(first);
  const { incident, events, times } = page;
  const clock = useNow(made);
  const last = events.at(-1)?.at ?? clock;
  const now = [last, clock].sort().at(-1) ?? clock;
  const isStrange = new Set(strange);
  const placed = incident.symptoms.filter(({ ref }) => !isStrange.has(ref));
  const found = useTriage({
    broken: placed.map(({ ref, shows, found, since }) => ({
      ref,
      ...(shows === undefined ? {} : { shows }),
      ...(found === undefined ? {} : { found }),
      ...(since === undefined ? {} : { since }),
    })),
    healthy: incident.healthy,
  });
  const triage = lastTriage(found);
  const { cause } = incident;
  const pick = ({ asset, column, change }: Suspect) =>
    enter({
      kind: "pick_suspect",
      asset: asset.id,
      ...(asset.domain === undefined ? {} : { domain: asset.domain }),
      ...(column === undefined ? {} : { column }),
      ...(change === undefined ? {} : { change }),
    });
  const domains = new Set(incident.affected.flatMap(({ domain }) => domain ?? []));
  const seen = Object.keys(incident.acknowledged).length;
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 wrap-anywhere slim:px-3"
    >
      <IncidentHead incident={incident} problem={problem} onEnter={enter} />
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        <Panel id="stamps" title="Time stamps" note="drawn to scale, UTC">
          <StampLine stamps={incident.stamps} times={times} now={now} />
        </Panel>
        <div className="grid items-start gap-5 min-[64rem]:grid-cols-[minmax(0,1fr)_22rem] [&>div]:grid [&>div]:min-w-0 [&>div]:gap-5">
          <div>
            <Panel id="suspects" title="Suspects" note="the higher, the more speaks for it">
              {triage === undefined ? (
                <PanelEmpty>
                  {found.state === "failed" ? (
                    <span role="alert">{saySentence(found.message)}</span>
                  ) : placed.length === 0 ? (
                    "Nothing in the graph answers to what is told to be broken, so there is nothing to walk upstream from."
                  ) : (
                    "Walking upstream…"
                  )}
                </PanelEmpty>
              ) : (
                <>
                  <UnreadNames errors={[...strange.map(unread), ...(triage.errors ?? [])]} />
                  <SuspectList triage={triage} picked={cause} onPick={pick} />
                </>
              )}
            </Panel>
            <Panel
              id="symptoms"
              title="Symptoms"
              note={`${incident.symptoms.length + (incident.unlisted ?? 0)} broken, ${incident.healthy.length} seen right; both count`}
            >
              <SymptomTable incident={incident} now={now} />
            </Panel>
            {cause === undefined ? null : (
              <AlsoHitPanel page={page} change={changeOfCause(cause)} />
            )}
            <StatusPanel page={page} day={now} onEnter={enter} />
          </div>
          <div>
            <Panel
              id="seen"
              title="Seen by"
              note={
                domains.size === 0
                  ? undefined
                  : `${seen} of ${countOf(domains.size, { one: "domain", many: "domains" })}`
              }
            >
              <SeenBy incident={incident} times={times} now={now} onEnter={enter} />
            </Panel>
            {listPublished(incident.published).length === 0 ? null : (
              <Panel id="published" title="Went out while wrong">
                <PublishedTasks incident={incident} onEnter={enter} />
              </Panel>
            )}
            {incident.repair.length === 0 ? null : (
              <Panel id="repair" title="Repair" note="top down">
                <RepairTasks incident={incident} onEnter={enter} />
              </Panel>
            )}
            <Panel id="timeline" title="Timeline" note="only added to">
              <Timeline events={events} day={now} onEnter={enter} />
            </Panel>
          </div>
        </div>
      </div>
    </main>
  );
}
