"use client";

import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { SMALLEST_ZOOM } from "#lib/view/card-geometry.ts";
import type { Room } from "#lib/view/choose-layout.ts";
import { type Frame, frameDrawing, frameWay } from "#lib/view/frame-drawing.ts";
import { shiftOf } from "#lib/view/shift-of.ts";
import { boxOfWay } from "#lib/view/way-box.ts";
import { travelTime } from "./motion.ts";
import type { Placed } from "./use-layout.ts";

const stageOf = ({ scene }: Placed, { width, height }: Room) => ({
  width,
  height,
  smallest: SMALLEST_ZOOM[scene.level],
});

/** Where the camera stands when a picture is new. */
export function openingFrame(placed: Placed, room: Room, selected: string | undefined): Frame {
  const { scene, layout } = placed;
  const start =
    scene.cards.find((card) => card.node.changed)?.id ??
    scene.domains.find((domain) => domain.changed > 0)?.id;
  const way = () => (selected === undefined ? undefined : boxOfWay(placed, selected));
  return frameDrawing(layout, { ...stageOf(placed, room), start, way });
}

/**
 * Frames a new picture, brings a chosen card into view, and lends the keyboard a way to any card. The first picture is
 * framed as the stage begins: framed later, cards would be drawn that are out of the frame.
 */
export function useCamera(placed: Placed, selected: string | undefined): (id: string) => void {
  const { setViewport, setCenter, getViewport } = useReactFlow();
  const store = useStoreApi();
  const framed = useRef(placed);
  const shown = useRef(selected);
  const { layout } = placed;

  useEffect(() => {
    const before = framed.current;
    framed.current = placed;
    if (before.picture === placed.picture) {
      // What is opened pushes the rest aside; the camera goes with the rest.
      const { x, y } = shiftOf(before.layout.positions, placed.layout.positions);
      const camera = getViewport();
      if (x !== 0 || y !== 0)
        setViewport({
          ...camera,
          x: camera.x - x * camera.zoom,
          y: camera.y - y * camera.zoom,
        }).catch(() => undefined);
      return;
    }
    setViewport(openingFrame(placed, store.getState(), shown.current)).catch(() => undefined);
  }, [placed, getViewport, setViewport, store]);

  const isOutOfView = useCallback(
    (id: string) => {
      const at = layout.positions[id];
      if (at === undefined) return false;
      const { x, y, zoom } = getViewport();
      const { width, height } = store.getState();
      const left = at.x * zoom + x;
      const top = at.y * zoom + y;
      return left < 0 || top < 0 || left > width - 120 * zoom || top > height - 40 * zoom;
    },
    [layout, getViewport, store],
  );
  const bringIntoView = useCallback(
    (id: string) => {
      const at = layout.positions[id];
      if (at === undefined || !isOutOfView(id)) return;
      const { zoom } = getViewport();
      setCenter(at.x + 100, at.y + 30, { zoom, duration: travelTime() }).catch(() => undefined);
    },
    [layout, isOutOfView, getViewport, setCenter],
  );

  useEffect(() => {
    if (selected === undefined || shown.current === selected) return;
    shown.current = selected;
    if (!isOutOfView(selected)) return;
    const way = boxOfWay(placed, selected);
    if (way === undefined) return bringIntoView(selected);
    const frame = frameWay(way, layout, stageOf(placed, store.getState()));
    setViewport(frame, { duration: travelTime() }).catch(() => undefined);
  }, [selected, placed, layout, isOutOfView, bringIntoView, setViewport, store]);

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
