import type { Layout } from "./layout.ts";

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const PAD = 14;
const LARGEST = 1.1;

/**
 * Where the camera starts. A drawing that fits is centred; one that does not keeps its words readable and starts at its
 * top left, where the change begins: the rest is a scroll away.
 */
export function frameDrawing(
  layout: Pick<Layout, "width" | "height" | "lanes">,
  stage: { readonly width: number; readonly height: number; readonly smallest: number },
): Frame {
  const left = Math.min(0, ...layout.lanes.map((lane) => lane.x));
  const width = Math.max(layout.width, ...layout.lanes.map((lane) => lane.x + lane.width)) - left;
  const room = { width: stage.width - 2 * PAD, height: stage.height - 2 * PAD };
  const fitting = Math.min(room.width / width, room.height / layout.height);
  const zoom = Math.min(LARGEST, Math.max(stage.smallest, fitting));
  const spare = (space: number, size: number) => PAD + Math.max(0, (space - size * zoom) / 2);
  return { x: spare(room.width, width) - left * zoom, y: spare(room.height, layout.height), zoom };
}
