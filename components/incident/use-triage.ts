"use client";

import { useEffect, useState } from "react";
import type { Triage } from "#lib/incidents/suspect.ts";
import type { LookedAt } from "#lib/view/looked-at.ts";

/** A name that nothing answers to. */
export interface TriageFailure {
  /** `bad-usage`: it is named as broken and as healthy; else nothing, or not one thing, answers to it. */
  readonly code?: string;
  readonly ref: string;
  readonly message: string;
  readonly candidates?: readonly string[];
}

export type FoundTriage = Triage & { readonly errors?: readonly TriageFailure[] };

export type TriageState =
  | { readonly state: "idle" }
  | { readonly state: "asking"; readonly last: FoundTriage | undefined }
  | { readonly state: "answered"; readonly triage: FoundTriage }
  | { readonly state: "failed"; readonly message: string };

/** What is known while a newer question is asked. */
export function lastTriage(found: TriageState): FoundTriage | undefined {
  if (found.state === "answered") return found.triage;
  return found.state === "asking" ? found.last : undefined;
}

/** A server that was started again answers soon. */
const TRY_AGAIN_MS = 5_000;

/** Suspects for what was looked at; asked again whenever that changes, and answers to older questions are thrown away. */
export function useTriage({ broken, healthy }: LookedAt): TriageState {
  const [found, setFound] = useState<TriageState>({ state: "idle" });
  const question = JSON.stringify([broken, healthy]);
  useEffect(() => {
    const [symptoms, right] = JSON.parse(question) as [LookedAt["broken"], string[]];
    if (symptoms.length === 0) {
      setFound({ state: "idle" });
      return;
    }
    const stop = new AbortController();
    setFound((before) => ({
      state: "asking",
      last: lastTriage(before),
    }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tryIt = () => {
      ask(symptoms, right, stop.signal).then(setFound, () => {
        if (stop.signal.aborted) return;
        setFound({ state: "failed", message: "The server does not answer; it is asked again." });
        timer = setTimeout(tryIt, TRY_AGAIN_MS);
      });
    };
    tryIt();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [question]);
  return found;
}

async function ask(
  symptoms: LookedAt["broken"],
  healthy: readonly string[],
  signal: AbortSignal,
): Promise<TriageState> {
  const response = await fetch("/api/v1/triage", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      symptoms,
      healthy: healthy.map((ref) => ({ ref })),
    }),
    signal,
  });
  if (response.ok) return { state: "answered", triage: (await response.json()) as FoundTriage };
  if (response.status >= 502) throw new Error("the server is not ready");
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  return {
    state: "failed",
    message: problem.detail ?? `The server answered ${response.status}.`,
  };
}
