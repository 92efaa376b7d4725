import type { Layout } from "./layout.ts";

/** A camera: where the drawing's origin stands on the stage, and how large it is. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** Words cannot be read below this zoom. */
  readonly smallest: number;
  /** The card where the change begins: it is in view, whatever does not fit. */
  readonly start?: string | undefined;
}

const PAD = 14;
const LARGEST = 1.1;

interface Axis {
  readonly room: number;
  readonly size: number;
  /** What should be near the middle, in the drawing's own pixels. */
  readonly wish: number;
}

/** Centres what fits; of what does not, shows the part around the wish, without empty space beyond the ends. */
function placeAxis({ room, size, wish }: Axis): number {
  if (size <= room) return PAD + (room - size) / 2;
  return PAD + Math.min(0, Math.max(room - size, room / 2 - wish));
}

/** Where the camera starts: all of it, where words stay readable; else at the change, the rest a scroll away. */
export function frameDrawing(
  layout: Pick<Layout, "width" | "height" | "lanes" | "positions">,
  stage: Stage,
): Frame {
  const left = Math.min(0, ...layout.lanes.map((lane) => lane.x));
  const width = Math.max(layout.width, ...layout.lanes.map((lane) => lane.x + lane.width)) - left;
  const room = { width: stage.width - 2 * PAD, height: stage.height - 2 * PAD };
  const fitting = Math.min(room.width / width, room.height / layout.height);
  const zoom = Math.min(LARGEST, Math.max(stage.smallest, fitting));
  const start = layout.positions[stage.start ?? ""] ?? { x: 0, y: 0 };
  const x = placeAxis({ room: room.width, size: width * zoom, wish: (start.x - left) * zoom });
  const y = placeAxis({ room: room.height, size: layout.height * zoom, wish: start.y * zoom });
  return { x: x - left * zoom, y, zoom };
}
