"use client";

import { useCallback, useEffect, useState } from "react";
import type { ReviewAction } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { sendEntry } from "../shell/send-entry.ts";

type Plain = Exclude<
  ReviewAction,
  { readonly kind: "propose" | "edit" | "judge_again" | "set_state" | "write_off" }
>;

/** What may be entered from the screen; what the graph says about it is added by the server. */
export type EnteredAction =
  | Plain
  | { readonly kind: "judge_again" }
  | Omit<Extract<ReviewAction, { readonly kind: "set_state" }>, "readers">
  | Omit<Extract<ReviewAction, { readonly kind: "write_off" }>, "readers">;

/** Undefined: it is written down; else why it is not. */
export type Enter = (action: EnteredAction) => Promise<string | undefined>;

export interface LiveReview {
  readonly shown: ShownReview;
  /** The page is no longer live. */
  readonly isAway: boolean;
  readonly enter: Enter;
}

const ASK_EVERY_MS = 1_000;

/** A review that follows what others write and what becomes of the graph, and takes entries. */
export function useReview(first: ShownReview): LiveReview {
  const [shown, setShown] = useState(first);
  const [isAway, setAway] = useState(false);
  const address = `/api/v1/reviews/${encodeURIComponent(first.review.id)}`;

  /** Answers may overtake one another; an older one never replaces a newer one. */
  const show = useCallback((next: ShownReview) => {
    setShown((known) => (next.review.seq >= known.review.seq ? next : known));
  }, []);

  const { seq } = shown.review;
  const { graphVersion } = shown.today;
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      if (document.visibilityState === "hidden") return;
      const state = await fetch(`${address}/state`, { cache: "no-store" });
      if (isOver) return;
      setAway(!state.ok);
      if (!state.ok) return;
      const known = (await state.json()) as { readonly seq: number; readonly graphVersion: string };
      if (known.seq === seq && known.graphVersion === graphVersion) return;
      const response = await fetch(address, { cache: "no-store" });
      if (!isOver && response.ok) show((await response.json()) as ShownReview);
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
  }, [address, show, seq, graphVersion]);

  const enter: Enter = async (action) => {
    const sent = await sendEntry<ShownReview>(`${address}/entries`, { action });
    if (!sent.ok) return sent.error;
    show(sent.value);
    return undefined;
  };
  return { shown, isAway, enter };
}
