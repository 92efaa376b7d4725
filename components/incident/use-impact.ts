"use client";

import { useEffect, useState } from "react";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";

export type ImpactState =
  | { readonly state: "asking" }
  | { readonly state: "answered"; readonly assessment: Assessment }
  | { readonly state: "failed"; readonly message: string };

/** What one change breaks; asked again when the change is another one. */
export function useImpact(change: ChangeInput): ImpactState {
  const [found, setFound] = useState<ImpactState>({ state: "asking" });
  const question = JSON.stringify({ changes: [change] });
  useEffect(() => {
    const stop = new AbortController();
    setFound({ state: "asking" });
    ask(question, stop.signal).then(setFound, () => {
      if (!stop.signal.aborted)
        setFound({ state: "failed", message: "The server does not answer." });
    });
    return () => stop.abort();
  }, [question]);
  return found;
}

async function ask(body: string, signal: AbortSignal): Promise<ImpactState> {
  const response = await fetch("/api/v1/impact", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal,
  });
  const answer = (await response.json().catch(() => ({}))) as Partial<Assessment> & {
    readonly detail?: string;
    readonly error?: { readonly message: string };
  };
  if (response.ok && answer.verdicts !== undefined)
    return { state: "answered", assessment: answer as Assessment };
  return {
    state: "failed",
    message: answer.detail ?? answer.error?.message ?? `The server answered ${response.status}.`,
  };
}
