"use client";

import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { SMALLEST_ZOOM } from "#lib/view/card-geometry.ts";
import { frameDrawing } from "#lib/view/frame-drawing.ts";
import { shiftOf } from "#lib/view/shift-of.ts";
import { travelTime } from "./motion.ts";
import type { Placed } from "./use-layout.ts";

/** Frames a new picture, brings a chosen card into view, and lends the keyboard a way to any card. */
export function useCamera(placed: Placed, selected: string | undefined): (id: string) => void {
  const { setViewport, setCenter, getViewport } = useReactFlow();
  const store = useStoreApi();
  const isReady = useStore((state) => state.width > 0 && state.panZoom !== null);
  const framed = useRef<string | undefined>(undefined);
  const shown = useRef(selected);
  const positions = useRef<Placed["layout"]["positions"]>({});
  const { layout, picture, scene } = placed;
  const smallest = SMALLEST_ZOOM[scene.level];
  const start =
    scene.cards.find((card) => card.node.changed)?.id ??
    scene.domains.find((domain) => domain.changed > 0)?.id;

  useEffect(() => {
    if (!isReady) return;
    const before = positions.current;
    positions.current = layout.positions;
    if (framed.current === picture) {
      // What is opened pushes the rest aside; the camera goes with the rest.
      const { x, y } = shiftOf(before, layout.positions);
      const camera = getViewport();
      if (x !== 0 || y !== 0)
        setViewport({
          ...camera,
          x: camera.x - x * camera.zoom,
          y: camera.y - y * camera.zoom,
        }).catch(() => undefined);
      return;
    }
    framed.current = picture;
    const { width, height } = store.getState();
    setViewport(frameDrawing(layout, { width, height, smallest, start })).catch(() => undefined);
  }, [isReady, picture, layout, smallest, start, getViewport, setViewport, store]);

  const bringIntoView = useCallback(
    (id: string) => {
      const at = layout.positions[id];
      if (at === undefined) return;
      const { x, y, zoom } = getViewport();
      const { width, height } = store.getState();
      const left = at.x * zoom + x;
      const top = at.y * zoom + y;
      const isInView =
        left >= 0 && top >= 0 && left <= width - 120 * zoom && top <= height - 40 * zoom;
      if (!isInView)
        setCenter(at.x + 100, at.y + 30, { zoom, duration: travelTime() }).catch(() => undefined);
    },
    [layout, getViewport, setCenter, store],
  );

  useEffect(() => {
    if (selected === undefined || shown.current === selected) return;
    shown.current = selected;
    bringIntoView(selected);
  }, [selected, bringIntoView]);

  return useCallback(
    (id: string) => {
      bringIntoView(id);
      focusCard(id, 30);
    },
    [bringIntoView],
  );
}

/** Cards out of view are not in the page until the camera has come to them. */
function focusCard(id: string, tries: number): void {
  const element = document.querySelector<HTMLElement>(
    `.react-flow__node[data-id="${CSS.escape(id)}"]`,
  );
  if (element !== null) element.focus();
  else if (tries > 0) requestAnimationFrame(() => focusCard(id, tries - 1));
}
