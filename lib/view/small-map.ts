import type { Box } from "./layout.ts";

/** Empty pixels round the map. */
const EDGE = 5;

export interface MapFrame {
  /** What the map shows, in pixels of the drawing. */
  readonly frame: Box;
  /** Pixels of the drawing for one of the map. */
  readonly scale: number;
}

/** A map of the whole drawing, and of what is in view where that lies beside it, in the middle of its size. */
export function frameMap(
  { drawing, view }: { readonly drawing: Box; readonly view: Box },
  size: { readonly width: number; readonly height: number },
): MapFrame {
  const left = Math.min(drawing.x, view.x);
  const top = Math.min(drawing.y, view.y);
  const right = Math.max(drawing.x + drawing.width, view.x + view.width);
  const bottom = Math.max(drawing.y + drawing.height, view.y + view.height);
  const room = { width: size.width - 2 * EDGE, height: size.height - 2 * EDGE };
  const scale = Math.max((right - left) / room.width, (bottom - top) / room.height);
  const width = size.width * scale;
  const height = size.height * scale;
  return {
    frame: { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height },
    scale,
  };
}

/** Boxes as one path. */
export const drawBoxes = (boxes: readonly Box[]): string =>
  boxes.map(({ x, y, width, height }) => `M${x},${y}h${width}v${height}h${-width}z`).join("");
