import type { Box, Layout } from "./layout.ts";
import { SWING } from "./line-path.ts";

/** A camera: where the drawing's origin stands on the stage, and how large it is. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** Words are read with ease down to this zoom. */
  readonly smallest: number;
  /** The card where the change begins: in view where neither all fits nor something is selected. */
  readonly start?: string | undefined;
  /** What is selected with the way that leads there; asked for only where not all fits. */
  readonly way?: () => WayBox | undefined;
}

/** Round what is lit, and round the selected card at its end. */
export interface WayBox {
  readonly all: Box;
  readonly end: Box;
}

const PAD = 12;
const LARGEST = 1.1;
/** The farthest away that the camera goes. */
export const LEAST = 0.08;
/** To be seen as a whole is worth words that are smaller by so much: about 9 pixels. */
const SMALLER = 0.8;

interface Axis {
  readonly room: number;
  readonly size: number;
  /** What should be near the middle, in the drawing's own pixels. */
  readonly wish: number;
}

/** Centres what fits; of what does not, shows the part around the wish, without empty space beyond the ends. */
function placeAxis({ room, size, wish }: Axis): number {
  if (size <= room + 2 * PAD) return PAD + (room - size) / 2;
  return PAD + Math.min(0, Math.max(room - size, room / 2 - wish));
}

/** The zoom at which a box just fits on a stage. */
export function fitBox(
  box: Pick<Box, "width" | "height">,
  room: { readonly width: number; readonly height: number },
): number {
  return Math.min((room.width - 2 * PAD) / box.width, (room.height - 2 * PAD) / box.height);
}

type Bounded = Pick<Layout, "width" | "height" | "lanes"> & Partial<Pick<Layout, "routes">>;

/** The whole drawing, with its lanes and with the lines that run back round the cards. */
export function boundsOf({ width, height, lanes, routes = {} }: Bounded): Box {
  const edges = { left: 0, right: width, top: 0, bottom: height };
  const reach = (from: number, to: number) => {
    edges.left = Math.min(edges.left, from);
    edges.right = Math.max(edges.right, to);
  };
  for (const lane of lanes) reach(lane.x, lane.x + lane.width);
  for (const point of Object.values(routes).flat()) {
    edges.top = Math.min(edges.top, point.y);
    edges.bottom = Math.max(edges.bottom, point.y);
    if (point.width < 0) reach(point.x + point.width - SWING, point.x + SWING);
  }
  const { left, right, top, bottom } = edges;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

interface View {
  readonly zoom: number;
  /** What should be near the middle. */
  readonly middle: { readonly x: number; readonly y: number };
}

const middleOf = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** The way that is lit as far as there is room, from its end. */
function viewOfWay({ all, end }: WayBox, stage: Stage): View {
  const fit = fitBox(all, stage);
  const zoom = Math.min(stage.smallest, Math.max(fit, SMALLER * stage.smallest));
  const shown = (stage.width - 2 * PAD) / zoom;
  if (fit >= zoom) return { zoom, middle: middleOf(all) };
  const left = Math.max(all.x, end.x + end.width - shown);
  return { zoom, middle: { x: left + shown / 2, y: middleOf(end).y } };
}

/** All of it where words stay readable; else the change and all who break; else what is selected; else the change. */
function chooseView(layout: Drawing, stage: Stage): View {
  const { smallest } = stage;
  const all = boundsOf(layout);
  const fit = fitBox(all, stage);
  const isHeld = all.width * smallest <= stage.width && all.height * smallest <= stage.height;
  if (fit >= smallest || isHeld)
    return { zoom: Math.min(LARGEST, Math.max(fit, smallest)), middle: middleOf(all) };
  if (fit >= SMALLER * smallest) return { zoom: fit, middle: middleOf(all) };
  const { core, positions } = layout;
  if (core !== undefined && fitBox(core, stage) >= smallest)
    return { zoom: smallest, middle: middleOf(core) };
  const way = stage.way?.();
  if (way !== undefined) return viewOfWay(way, stage);
  return { zoom: smallest, middle: positions[stage.start ?? ""] ?? { x: 0, y: 0 } };
}

type Drawing = Bounded & Pick<Layout, "positions" | "core">;

function frameOf({ zoom, middle }: View, layout: Bounded, stage: Stage): Frame {
  const all = boundsOf(layout);
  const room = { width: stage.width - 2 * PAD, height: stage.height - 2 * PAD };
  const wish = { x: (middle.x - all.x) * zoom, y: (middle.y - all.y) * zoom };
  const x = placeAxis({ room: room.width, size: all.width * zoom, wish: wish.x });
  const y = placeAxis({ room: room.height, size: all.height * zoom, wish: wish.y });
  return { x: x - all.x * zoom, y: y - all.y * zoom, zoom };
}

/** Where the camera starts. */
export const frameDrawing = (layout: Drawing, stage: Stage): Frame =>
  frameOf(chooseView(layout, stage), layout, stage);

/** Where the camera goes when something out of view is selected. */
export const frameWay = (way: WayBox, layout: Bounded, stage: Stage): Frame =>
  frameOf(viewOfWay(way, stage), layout, stage);

/** Where the camera goes to show all, however small. */
export function frameWhole(layout: Bounded, stage: Pick<Stage, "width" | "height">): Frame {
  const all = boundsOf(layout);
  const zoom = Math.max(LEAST, Math.min(LARGEST, fitBox(all, stage)));
  return frameOf({ zoom, middle: middleOf(all) }, layout, { ...stage, smallest: zoom });
}

/** A sheet of A4 upright, within its margins, in CSS pixels; the height that the style sheet gives the graph. */
const PAPER = { width: 700, height: 560 };

/** On paper nobody scrolls: the whole drawing, in the upper left corner. */
export function frameOnPaper(layout: Bounded): Frame {
  const all = boundsOf(layout);
  const zoom = Math.min(1, fitBox(all, PAPER));
  return { x: -all.x * zoom, y: -all.y * zoom, zoom };
}
