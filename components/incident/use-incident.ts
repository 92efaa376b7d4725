"use client";

import { useCallback, useEffect, useState } from "react";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import type { IncidentTimes } from "#lib/incidents/incident-times.ts";

export interface IncidentPage {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
  readonly times: IncidentTimes;
}

export interface LiveIncident {
  readonly page: IncidentPage;
  /** Why the last entry was not taken, or why the page is no longer live. */
  readonly problem: string | undefined;
  readonly enter: (action: IncidentAction) => void;
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

  const enter = (action: IncidentAction) => {
    setRefusal(undefined);
    send(address, action).then(show, (error: Error) => setRefusal(error.message));
  };
  return { page, problem: refusal ?? (isAway ? AWAY : undefined), enter };
}

const AWAY = "The server does not answer; what is shown is the last that was read.";

async function send(address: string, action: IncidentAction): Promise<IncidentPage> {
  const response = await fetch(`${address}/entries`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ action }),
  }).catch(() => {
    throw new Error("The server does not answer: that was not written down. Try it again.");
  });
  if (response.ok) return (await response.json()) as IncidentPage;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; next?: string };
  const said = [problem.detail, problem.next].filter((part) => part !== undefined);
  throw new Error(said.length === 0 ? `The server answered ${response.status}.` : said.join(": "));
}
