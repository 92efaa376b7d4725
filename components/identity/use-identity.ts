"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";

export interface Decision {
  readonly action: "confirm" | "reject" | "undo";
  readonly a: string;
  readonly b: string;
  readonly reason?: string;
}

/** Sends a decision and reads the page again; `failed` says why the last one was not taken. */
export function useIdentity(): {
  readonly isBusy: boolean;
  readonly failed: string | undefined;
  readonly decide: (decision: Decision) => Promise<void>;
} {
  const [isSending, setSending] = useState(false);
  const [failed, setFailed] = useState<string>();
  const [isReading, startTransition] = useTransition();
  const router = useRouter();
  const decide = async (decision: Decision): Promise<void> => {
    setSending(true);
    setFailed(await send(decision));
    setSending(false);
    startTransition(() => router.refresh());
  };
  return { isBusy: isSending || isReading, failed, decide };
}

/** Undefined: it was taken. */
async function send(decision: Decision): Promise<string | undefined> {
  try {
    const response = await fetch("/api/v1/identity", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(decision),
    });
    if (response.ok) return undefined;
    const problem = (await response.json().catch(() => ({}))) as {
      detail?: string;
      title?: string;
    };
    return problem.detail ?? problem.title ?? `the server said ${response.status}`;
  } catch {
    return "the server does not answer";
  }
}
