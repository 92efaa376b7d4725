"use client";

import { ReactFlowProvider } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { useEffect, useMemo, useRef, useState } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { buildScene } from "#lib/view/build-scene.ts";
import { LEVELS, type ViewAction, type ViewState } from "#lib/view/view-state.ts";
import { Segmented } from "../ui/segmented.tsx";
import { FlowStage } from "./flow-stage.tsx";
import { LineLegend } from "./line-legend.tsx";
import { useLayout } from "./use-layout.ts";
import { ZoomTools } from "./zoom-tools.tsx";

const NARROW_STAGE = 900;
const LEVEL_WORDS = { columns: "Columns", datasets: "Datasets", domains: "Domains" } as const;
const LEVEL_OPTIONS = LEVELS.map((value) => ({ value, text: LEVEL_WORDS[value] }));

export interface CanvasProps {
  readonly answer: BlastAnswer;
  readonly view: ViewState;
  readonly selected: AssetId | undefined;
  readonly dispatch: (action: ViewAction) => void;
}

/** The graph of an answer: how far the change goes, in which domain, and where it stops. */
export function BlastCanvas({ answer, view, selected, dispatch }: CanvasProps) {
  const stage = useRef<HTMLElement>(null);
  const narrow = useNarrow(stage);
  const { level, opened, find, verdicts, pathOnly } = view;
  // The worst consumer is selected on its own; only a chosen one may change what is drawn.
  const chosen = view.selected;
  const scene = useMemo(
    () =>
      buildScene(answer, {
        find,
        verdicts,
        opened,
        pathOnly,
        ...(level === undefined ? {} : { level }),
        ...(chosen === undefined ? {} : { selected: chosen }),
      }),
    [answer, find, verdicts, opened, pathOnly, level, chosen],
  );
  const picture = `${answer.assessment.graphVersion} ${JSON.stringify(answer.assessment.changes)} ${scene.level} ${narrow} ${pathOnly}`;
  const placed = useLayout({ scene, narrow, picture });
  return (
    <ReactFlowProvider>
      <section ref={stage} aria-label="Graph" className="flex min-h-0 min-w-0 flex-col bg-canvas">
        <div className="flex min-h-11 flex-none items-center gap-4 border-line border-b bg-surface px-3 py-1.5">
          <Segmented
            label="Draw"
            options={LEVEL_OPTIONS}
            value={scene.level}
            onChange={(next) => dispatch({ do: "zoom-to", level: next })}
          />
          <LineLegend scene={scene} />
        </div>
        <div className="relative min-h-0 flex-1">
          {placed === undefined ? null : (
            <FlowStage placed={placed} selected={selected} dispatch={dispatch} />
          )}
        </div>
        <ZoomTools
          scene={scene}
          complete={answer.assessment.complete}
          opened={opened.length > 0}
          onFoldAll={() => dispatch({ do: "fold-all" })}
        />
      </section>
    </ReactFlowProvider>
  );
}

function useNarrow(stage: React.RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(
    () => typeof window !== "undefined" && window.innerWidth < 1600,
  );
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setNarrow(entry.contentRect.width < NARROW_STAGE);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  return narrow;
}
