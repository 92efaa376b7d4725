"use client";

import dynamic from "next/dynamic";
import { useMemo, useReducer } from "react";
import { unpackAnswer } from "#lib/view/pack-answer.ts";
import { pickSelected, rankConsumers } from "#lib/view/ranking.ts";
import { EMPTY_VIEW, reduceView } from "#lib/view/view-state.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { ConsumerList } from "../blast/consumer-list.tsx";
import { GraphSkeleton } from "../blast/graph-skeleton.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";

const BlastCanvas = dynamic(
  () => import("../canvas/blast-canvas.tsx").then((module) => module.BlastCanvas),
  { ssr: false, loading: () => <GraphSkeleton /> },
);

/** Which graph the radius is drawn on. */
export interface RadiusPage {
  readonly on: "frozen" | "today";
  readonly version: string;
  /** The packed answer, or why there is none. */
  readonly packed?: string;
  readonly problem?: string;
}

/** Who breaks and along which lines, on the graph that was judged or on the one of today. */
export function ReviewRadius({
  id,
  frozen,
  today,
  radius,
}: {
  readonly id: string;
  readonly frozen: string;
  readonly today: string;
  readonly radius: RadiusPage;
}) {
  const answer = useMemo(
    () => (radius.packed === undefined ? undefined : unpackAnswer(radius.packed)),
    [radius.packed],
  );
  const [view, dispatch] = useReducer(reduceView, EMPTY_VIEW);
  const ranking = useMemo(
    () => (answer === undefined ? undefined : rankConsumers(answer.assessment, view)),
    [answer, view],
  );
  const choices = [
    { on: "frozen", text: `Frozen graph ${frozen}`, href: `/changes/${id}` },
    { on: "today", text: `Today's graph ${today}`, href: `/changes/${id}?graph=today` },
  ] as const;
  return (
    <Panel
      id="radius"
      title="Blast radius"
      note={`on graph ${radius.version}`}
      aside={
        <span className="no-print flex flex-wrap gap-3">
          {choices.map(({ on, text, href }) => (
            <PageLink
              key={on}
              href={href}
              scroll={false}
              aria-current={radius.on === on ? "true" : undefined}
              className="text-accent hover:underline aria-[current]:font-semibold aria-[current]:text-ink"
            >
              {text}
            </PageLink>
          ))}
          {answer === undefined ? null : (
            <PageLink
              href={blastHref(answer.assessment.changes)}
              className="text-accent hover:underline"
            >
              Whole screen
            </PageLink>
          )}
        </span>
      }
    >
      {answer === undefined || ranking === undefined ? (
        <p className="px-4 py-4 text-ink2 wrap-anywhere">{radius.problem}</p>
      ) : (
        <div className="grid h-[34rem] grid-cols-[18rem_minmax(0,1fr)] overflow-hidden rounded-b-card slim:h-auto slim:grid-cols-[minmax(0,1fr)]">
          <ConsumerList
            assessment={answer.assessment}
            ranking={ranking}
            view={view}
            selected={pickSelected(ranking, view.selected, answer.assessment)?.asset.id}
            dispatch={dispatch}
            onOpen={() => undefined}
          />
          <div className="relative min-h-0 slim:h-[28rem] [&>section]:h-full">
            <BlastCanvas
              answer={answer}
              view={view}
              selected={pickSelected(ranking, view.selected, answer.assessment)?.asset.id}
              dispatch={dispatch}
            />
          </div>
        </div>
      )}
    </Panel>
  );
}
