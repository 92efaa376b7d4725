"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import type { SearchHit } from "#lib/view/page-answers.ts";
import type { ViewAction } from "#lib/view/view-state.ts";
import { worstChangeOf } from "#lib/view/worst-change.ts";
import { FirstSteps } from "../page/first-steps.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PageLink } from "../ui/page-link.tsx";
import type { BlastOutcome } from "./blast-outcome.ts";

const HitPicker = dynamic(
  () => import("../shell/hit-picker.tsx").then((module) => module.HitPicker),
  { ssr: false },
);

interface EmptyProps {
  readonly outcome: Extract<BlastOutcome, { state: "empty" }>;
  readonly dispatch: (action: ViewAction) => void;
}

/** No change is chosen yet: what this screen answers, and two ways to begin. */
export function EmptyBlast({ outcome, dispatch }: EmptyProps) {
  const { stories, nothingRead } = outcome;
  const [open, setOpen] = useState(false);
  const pick = (hit: SearchHit, all: readonly SearchHit[]) => {
    setOpen(false);
    dispatch({ do: "add-change", change: worstChangeOf(hit, all) });
  };
  return (
    <section
      aria-label="How to begin"
      className="mx-auto w-full max-w-[46rem] flex-1 overflow-auto px-6 pt-16 pb-8 slim:px-3 slim:pt-8"
    >
      <h1 className="font-semibold text-answer tracking-[-0.018em]">
        Who breaks when a column changes?
      </h1>
      <p className="mt-2 max-w-[38rem] text-ink2 text-section">
        Choose a column and what happens to it. You see which dashboards, ML jobs and reports fail,
        which are silently wrong, who owns them, and the reason for each, step by step.
      </p>
      {nothingRead ? (
        <FirstSteps />
      ) : (
        <p className="mt-5">
          <Button look="primary" onClick={() => setOpen(true)}>
            Find a column or asset
          </Button>
        </p>
      )}
      {stories.length > 0 ? (
        <>
          <h2 className="mt-10 mb-2 font-semibold text-section">Or replay what happened</h2>
          <ul className="list-none divide-y divide-line rounded-card border border-line bg-surface">
            {stories.map((story) => (
              <li key={story.id}>
                <PageLink
                  href={story.href}
                  className="block px-4 py-3 first:rounded-t-card last:rounded-b-card hover:bg-canvas"
                >
                  <b className="font-semibold">{story.title}</b>
                  <span className="mt-0.5 block text-pretty text-ink2">{story.summary}</span>
                </PageLink>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Dialog open={open} onClose={() => setOpen(false)} label="Find a column or asset">
        <HitPicker onPick={pick} hint="opens what breaks without it" />
      </Dialog>
    </section>
  );
}
