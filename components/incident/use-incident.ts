"use client";

import { useCallback, useEffect, useState } from "react";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import type { IncidentTimes } from "#lib/incidents/incident-times.ts";
import { sendEntry } from "../shell/send-entry.ts";

export interface IncidentPage {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
  readonly times: IncidentTimes;
}

export interface LiveIncident {
  readonly page: IncidentPage;
  /** Why the last entry was not taken, or why the page is no longer live. */
  readonly problem: string | undefined;
  /** Gives why the entry was not taken, which stands in `problem` too; undefined: it is written. */
  readonly enter: (action: IncidentAction) => Promise<string | undefined>;
}

/** Everybody who looks sees an entry within a second: short enough to ask, and nothing to keep open. */
const ASK_EVERY_MS = 700;

/** An incident that follows what others write, and takes entries. */
export function useIncident(first: IncidentPage): LiveIncident {
  const [page, setPage] = useState(first);
  const [isAway, setAway] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const address = `/api/v1/incidents/${encodeURIComponent(first.incident.id)}`;

  /** Answers may overtake one another; an older one never replaces a newer one. */
  const show = useCallback((next: IncidentPage) => {
    setPage((shown) => (next.incident.seq > shown.incident.seq ? next : shown));
  }, []);

  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      if (document.visibilityState === "hidden") return;
      const response = await fetch(address, { cache: "no-store" });
      if (isOver) return;
      if (response.ok) show((await response.json()) as IncidentPage);
      setAway(!response.ok);
    };
    const timer = setInterval(() => {
      ask().catch(() => {
        if (!isOver) setAway(true);
      });
    }, ASK_EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [address, show]);

  const enter = async (action: IncidentAction): Promise<string | undefined> => {
    setRefusal(undefined);
    const sent = await sendEntry<IncidentPage>(`${address}/entries`, { action });
    if (sent.ok) show(sent.value);
    else setRefusal(sent.error);
    return sent.ok ? undefined : sent.error;
  };
  return { page, problem: refusal ?? (isAway ? AWAY : undefined), enter };
}

const AWAY = "The server does not answer; what is shown is the last that was read.";
