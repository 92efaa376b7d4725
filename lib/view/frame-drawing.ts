import type { Box, Layout } from "./layout.ts";

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

const PAD = 12;
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

/** The zoom at which a box just fits on a stage. */
export function fitBox(
  box: Pick<Box, "width" | "height">,
  room: { readonly width: number; readonly height: number },
): number {
  return Math.min((room.width - 2 * PAD) / box.width, (room.height - 2 * PAD) / box.height);
}

/** The whole drawing, its lanes included. */
export function boundsOf(layout: Pick<Layout, "width" | "height" | "lanes">): Box {
  const left = Math.min(0, ...layout.lanes.map((lane) => lane.x));
  const right = Math.max(layout.width, ...layout.lanes.map((lane) => lane.x + lane.width));
  return { x: left, y: 0, width: right - left, height: layout.height };
}

/** The change and all who break where both fit, else the change. */
function focusOf({ core, positions }: Pick<Layout, "core" | "positions">, stage: Stage): Box {
  if (core !== undefined && fitBox(core, stage) >= stage.smallest) return core;
  return { ...(positions[stage.start ?? ""] ?? { x: 0, y: 0 }), width: 0, height: 0 };
}

/** Where the camera starts: all of it, where words stay readable; else at the change and who breaks, the rest a scroll away. */
export function frameDrawing(
  layout: Pick<Layout, "width" | "height" | "lanes" | "positions" | "core">,
  stage: Stage,
): Frame {
  const all = boundsOf(layout);
  const focus = focusOf(layout, stage);
  const room = { width: stage.width - 2 * PAD, height: stage.height - 2 * PAD };
  const zoom = Math.min(LARGEST, Math.max(stage.smallest, fitBox(all, stage)));
  const wish = { x: focus.x + focus.width / 2 - all.x, y: focus.y + focus.height / 2 };
  const x = placeAxis({ room: room.width, size: all.width * zoom, wish: wish.x * zoom });
  const y = placeAxis({ room: room.height, size: all.height * zoom, wish: wish.y * zoom });
  return { x: x - all.x * zoom, y, zoom };
}

/** A sheet of A4 upright, within its margins, in CSS pixels; the height that the style sheet gives the graph. */
const PAPER = { width: 700, height: 560 };

/** On paper nobody scrolls: the whole drawing, in the upper left corner. */
export function frameOnPaper(layout: Pick<Layout, "width" | "height" | "lanes">): Frame {
  const all = boundsOf(layout);
  const zoom = Math.min(1, fitBox(all, PAPER));
  return { x: -all.x * zoom, y: -all.y * zoom, zoom };
}
