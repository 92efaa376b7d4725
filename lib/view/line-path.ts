import type { Waypoint } from "./layout-routes.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

const curve = (from: Point, to: Point): string => {
  const forward = to.x - from.x;
  const reach = forward > 0 ? forward / 2 : Math.max(60, -forward / 3);
  return `C${from.x + reach},${from.y} ${to.x - reach},${to.y} ${to.x},${to.y}`;
};

/** How far a line that turns round swings out. */
export const SWING = 36;

/** A half circle from level to level; `side` 1 swings out to the right, -1 to the left. */
const turn = (from: Point, to: Point, side: 1 | -1): string => {
  const out = side * SWING + (side > 0 ? Math.max(from.x, to.x) : Math.min(from.x, to.x));
  return `C${out},${from.y} ${out},${to.y} ${to.x},${to.y}`;
};

/** Out of a card, back below the others, and into the one that it leads to from the left. */
function drawBack(from: Point, to: Point, { x, y, width }: Waypoint): string {
  const [right, left] = [
    { x, y },
    { x: x + width, y },
  ];
  return `M${from.x},${from.y}${turn(from, right, 1)}L${left.x},${left.y}${turn(left, to, -1)}`;
}

/** An SVG path from port to port: it turns between the layers and runs level past the cards of those it only passes. */
export function drawLine(from: Point, to: Point, via: readonly Waypoint[]): string {
  const [only] = via;
  if (only !== undefined && only.width < 0) return drawBack(from, to, only);
  const parts = [`M${from.x},${from.y}`];
  let at = from;
  for (const point of via) {
    const enter = { x: point.x, y: point.y };
    parts.push(curve(at, enter));
    at = { x: point.x + point.width, y: point.y };
    parts.push(`L${at.x},${at.y}`);
  }
  parts.push(curve(at, to));
  return parts.join("");
}
