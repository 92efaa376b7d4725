"use client";

import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { sayCounts, sayWhetherComplete } from "#lib/view/collapse.ts";
import { frameWhole } from "#lib/view/frame-drawing.ts";
import type { Layout } from "#lib/view/layout.ts";
import type { Scene } from "#lib/view/scene.ts";
import { travelTime } from "./motion.ts";

const TOOL =
  "grid h-[1.625rem] min-w-7 place-items-center border-line2 border-l px-1.5 text-small first:border-l-0 hover:bg-sunken";

interface ToolsProps {
  readonly scene: Scene;
  /** Absent until the drawing has its places. */
  readonly layout: Layout | undefined;
  readonly complete: boolean;
  readonly opened: boolean;
  readonly onFoldAll: () => void;
}

/** Zoom, fit, and the truth about what is drawn and what is not. */
export function ZoomTools({ scene, layout, complete, opened, onFoldAll }: ToolsProps) {
  const { zoomIn, zoomOut, setViewport } = useReactFlow();
  const store = useStoreApi();
  const fit = () => {
    if (layout === undefined) return;
    const frame = frameWhole(layout, store.getState());
    setViewport(frame, { duration: travelTime() }).catch(() => undefined);
  };
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="flex flex-none items-center gap-3 border-line border-t bg-surface px-3 py-1.5">
      <div className="no-print flex overflow-hidden rounded-control border border-line2 bg-surface">
        <button type="button" className={TOOL} aria-label="Zoom out" onClick={() => zoomOut()}>
          −
        </button>
        <span className={`${TOOL} w-12 tabular-nums hover:bg-transparent`}>{zoom}%</span>
        <button type="button" className={TOOL} aria-label="Zoom in" onClick={() => zoomIn()}>
          +
        </button>
        <button type="button" className={TOOL} onClick={fit}>
          Fit
        </button>
      </div>
      {opened ? (
        <button
          type="button"
          className="text-accent text-small hover:underline"
          onClick={onFoldAll}
        >
          Fold again
        </button>
      ) : null}
      <p
        className="min-w-0 flex-1 truncate text-right text-ink2 text-small"
        data-testid="graph-counts"
      >
        <b className="font-semibold text-ink">{sayWhetherComplete(complete)}</b>{" "}
        {sayCounts(scene.counts)}
      </p>
    </div>
  );
}
