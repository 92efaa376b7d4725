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

/** An SVG path from port to port: it turns between the layers and runs level past the cards of those it only passes. */
export function drawLine(from: Point, to: Point, via: readonly Waypoint[]): string {
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
