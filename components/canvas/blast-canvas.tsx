"use client";

import { ReactFlowProvider } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { useEffect, useMemo, useRef, useState } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { buildScenes } from "#lib/view/build-scene.ts";
import type { Room } from "#lib/view/choose-layout.ts";
import { LEVELS, type ViewAction, type ViewState } from "#lib/view/view-state.ts";
import { Segmented } from "../ui/segmented.tsx";
import { FlowStage } from "./flow-stage.tsx";
import { LineLegend } from "./line-legend.tsx";
import { useLayout } from "./use-layout.ts";
import { ZoomTools } from "./zoom-tools.tsx";

/** A stage that grows or shrinks by less keeps its drawing. */
const STEP = 160;
const LEVEL_WORDS = {
  columns: "Columns",
  datasets: "Datasets",
  consumers: "Consumers",
  domains: "Domains",
} as const;
const LEVEL_OPTIONS = LEVELS.map((value) => ({ value, text: LEVEL_WORDS[value] }));

export interface CanvasProps {
  readonly answer: BlastAnswer;
  readonly view: ViewState;
  readonly selected: AssetId | undefined;
  readonly dispatch: (action: ViewAction) => void;
}

/** The graph of an answer: how far the change goes, in which domain, and where it stops. */
export function BlastCanvas({ answer, view, selected, dispatch }: CanvasProps) {
  const stage = useRef<HTMLDivElement>(null);
  const room = useRoom(stage);
  const { level, opened, find, verdicts, pathOnly } = view;
  // The worst consumer is selected on its own; only a chosen one may change what is drawn.
  const chosen = view.selected;
  const scenes = useMemo(
    () =>
      buildScenes(answer, {
        find,
        verdicts,
        opened,
        pathOnly,
        ...(level === undefined ? {} : { level }),
        ...(chosen === undefined ? {} : { selected: chosen }),
      }),
    [answer, find, verdicts, opened, pathOnly, level, chosen],
  );
  const picture = JSON.stringify([
    answer.assessment.graphVersion,
    answer.assessment.changes,
    level ?? "",
    find,
    verdicts,
    pathOnly && chosen,
    room === undefined ? "" : [Math.round(room.width / STEP), Math.round(room.height / STEP)],
  ]);
  const placed = useLayout({ scenes, picture, room });
  const scene = placed?.scene ?? scenes[0];
  return (
    <ReactFlowProvider>
      <section
        aria-label="Graph"
        className="flex min-h-0 min-w-0 flex-col bg-canvas slim:h-[calc(100dvh-6rem)] slim:min-h-[22rem]"
      >
        <div className="relative z-10 flex min-h-10 flex-none flex-wrap items-center gap-x-3 border-line border-b bg-surface px-3 py-1">
          <Segmented
            label="Draw"
            options={LEVEL_OPTIONS}
            value={scene.level}
            onChange={(next) => dispatch({ do: "zoom-to", level: next })}
          />
          <LineLegend scene={scene} />
        </div>
        <div ref={stage} className="relative min-h-0 flex-1">
          {placed === undefined || room === undefined ? null : (
            <FlowStage placed={placed} room={room} selected={selected} dispatch={dispatch} />
          )}
        </div>
        <ZoomTools
          scene={scene}
          layout={placed?.layout}
          complete={answer.assessment.complete}
          opened={opened.length > 0}
          onFoldAll={() => dispatch({ do: "fold-all" })}
        />
      </section>
    </ReactFlowProvider>
  );
}

/** The size of the stage, undefined until it is known. */
function useRoom(stage: React.RefObject<HTMLElement | null>): Room | undefined {
  const [room, setRoom] = useState<Room>();
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      // Out of sight behind another pane: what is drawn stays as it is.
      if (width === 0 || height === 0) return;
      setRoom((known) =>
        known !== undefined && isNear(known, { width, height }) ? known : { width, height },
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  return room;
}

const isNear = (a: Room, b: Room): boolean =>
  Math.abs(a.width - b.width) < STEP / 2 && Math.abs(a.height - b.height) < STEP / 2;
