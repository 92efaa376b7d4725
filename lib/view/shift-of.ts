import type { Layout } from "./layout.ts";

type Positions = Layout["positions"];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** How far most of what is in both drawings has moved, in pixels of the drawing. */
export function shiftOf(
  before: Positions,
  after: Positions,
): { readonly x: number; readonly y: number } {
  const moves = Object.entries(after).flatMap(([id, to]) => {
    const from = before[id];
    return from === undefined ? [] : [{ x: to.x - from.x, y: to.y - from.y }];
  });
  return { x: median(moves.map((move) => move.x)), y: median(moves.map((move) => move.y)) };
}
