"use client";

import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { unpackAnswer } from "#lib/view/pack-answer.ts";
import { pickSelected, rankConsumers } from "#lib/view/ranking.ts";
import { Answer } from "./answer.tsx";
import { AsOf } from "./as-of.tsx";
import { BecausePanel } from "./because-panel.tsx";
import type { BlastOutcome } from "./blast-outcome.ts";
import { ChangeBar } from "./change-bar.tsx";
import { ConsumerList } from "./consumer-list.tsx";
import { EmptyBlast } from "./empty-blast.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FailedBlast } from "./failed-blast.tsx";
import { GraphSkeleton } from "./graph-skeleton.tsx";
import { Pane, type PaneName, PaneTabs } from "./pane-tabs.tsx";
import { useView, type ViewControl } from "./use-view.ts";

const BlastCanvas = dynamic(
  () => import("../canvas/blast-canvas.tsx").then((module) => module.BlastCanvas),
  {
    ssr: false,
    loading: () => <GraphSkeleton />,
  },
);

/** The heart: which consumers break when a column changes, how, and why. */
export function BlastScreen({ outcome }: { readonly outcome: BlastOutcome }) {
  const control = useView();
  const { view, dispatch, pending } = control;
  const packed = outcome.state === "answered" ? outcome.packed : undefined;
  const answer = useMemo(() => (packed === undefined ? undefined : unpackAnswer(packed)), [packed]);
  return (
    <div data-present={view.present} className="flex min-h-0 flex-1 flex-col">
      <main
        id="main"
        aria-busy={pending}
        className="flex h-[calc(100dvh-2.75rem)] min-h-0 flex-col slim:h-auto"
      >
        <section
          aria-label="Changes"
          className={`flex flex-none items-start gap-2 border-line bg-surface px-4 pt-2.5 slim:flex-wrap ${answer !== undefined ? "" : "border-b pb-2.5"}`}
        >
          <ChangeBar view={view} dispatch={dispatch} />
          {answer !== undefined ? (
            <>
              <AsOf
                answer={answer}
                className="pr-1 leading-[1.875rem] max-wide:text-tiny slim:leading-normal slim:min-w-0 slim:flex-1 slim:whitespace-normal slim:text-left"
              />
              <ExportMenu answer={answer} view={view} dispatch={dispatch} />
            </>
          ) : null}
        </section>
        <Body outcome={outcome} answer={answer} control={control} />
      </main>
    </div>
  );
}

function Body({
  outcome,
  answer,
  control,
}: {
  readonly outcome: BlastOutcome;
  readonly answer: BlastAnswer | undefined;
  readonly control: ViewControl;
}) {
  if (outcome.state === "empty")
    return <EmptyBlast outcome={outcome} dispatch={control.dispatch} />;
  if (outcome.state === "failed") return <FailedBlast problem={outcome.problem} />;
  return answer === undefined ? null : <Answered answer={answer} control={control} />;
}

function Answered({
  answer,
  control,
}: {
  readonly answer: BlastAnswer;
  readonly control: ViewControl;
}) {
  const { view, dispatch, pending } = control;
  const { assessment } = answer;
  const ranking = useMemo(() => rankConsumers(assessment, view), [assessment, view]);
  const selected = pickSelected(ranking, view.selected, assessment);
  const [pane, setPane] = useState<PaneName>("list");
  return (
    <>
      <Answer answer={answer} view={view} dispatch={dispatch} />
      <PaneTabs pane={pane} onChange={setPane} />
      <div
        className={`grid min-h-0 flex-1 grid-cols-[17.25rem_minmax(0,1fr)_19rem] transition-opacity wide:grid-cols-[22.5rem_minmax(0,1fr)_25rem] slim:block ${pending ? "opacity-50" : ""}`}
      >
        <Pane name="list" shown={pane}>
          <ConsumerList
            assessment={assessment}
            ranking={ranking}
            view={view}
            selected={selected?.asset.id}
            dispatch={dispatch}
            onOpen={() => setPane("because")}
          />
        </Pane>
        <Pane name="graph" shown={pane}>
          <BlastCanvas
            answer={answer}
            view={view}
            selected={selected?.asset.id}
            dispatch={dispatch}
          />
        </Pane>
        <Pane name="because" shown={pane}>
          <BecausePanel
            assessment={assessment}
            verdict={selected}
            view={view}
            dispatch={dispatch}
          />
        </Pane>
      </div>
    </>
  );
}
