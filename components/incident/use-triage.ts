"use client";

import { useEffect, useState } from "react";
import type { Triage } from "#lib/incidents/suspect.ts";

export interface Looked {
  readonly broken: readonly string[];
  readonly healthy: readonly string[];
}

export type TriageState =
  | { readonly state: "idle" }
  | { readonly state: "asking"; readonly last: Triage | undefined }
  | { readonly state: "answered"; readonly triage: Triage }
  | { readonly state: "failed"; readonly message: string };

/** Suspects for what was looked at; asked again whenever that changes, and answers to older questions are thrown away. */
export function useTriage({ broken, healthy }: Looked): TriageState {
  const [found, setFound] = useState<TriageState>({ state: "idle" });
  const question = JSON.stringify([broken, healthy]);
  useEffect(() => {
    const [symptoms, right] = JSON.parse(question) as [string[], string[]];
    if (symptoms.length === 0) {
      setFound({ state: "idle" });
      return;
    }
    const stop = new AbortController();
    setFound((before) => ({
      state: "asking",
      last: before.state === "answered" ? before.triage : undefined,
    }));
    ask(symptoms, right, stop.signal).then(setFound, () => {
      if (!stop.signal.aborted)
        setFound({ state: "failed", message: "The server does not answer." });
    });
    return () => stop.abort();
  }, [question]);
  return found;
}

async function ask(
  broken: readonly string[],
  healthy: readonly string[],
  signal: AbortSignal,
): Promise<TriageState> {
  const response = await fetch("/api/v1/triage", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      symptoms: broken.map((ref) => ({ ref })),
      healthy: healthy.map((ref) => ({ ref })),
    }),
    signal,
  });
  if (response.ok) return { state: "answered", triage: (await response.json()) as Triage };
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  return {
    state: "failed",
    message: problem.detail ?? `The server answered ${response.status}.`,
  };
}
