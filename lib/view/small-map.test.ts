import fc from "fast-check";
import { expect, test } from "vitest";
import { drawBoxes, frameMap } from "./small-map.ts";

const SIZE = { width: 150, height: 96 };
const side = fc.integer({ min: -5_000, max: 5_000 });
const length = fc.integer({ min: 1, max: 9_000 });
const box = fc.record({ x: side, y: side, width: length, height: length });

test("the map holds the whole drawing and what is in view, and keeps a little room round them", () => {
  fc.assert(
    fc.property(box, box, (drawing, view) => {
      const { frame, scale } = frameMap({ drawing, view }, SIZE);
      const edge = 4.99 * scale;
      for (const { x, y, width, height } of [drawing, view]) {
        expect(x - edge).toBeGreaterThanOrEqual(frame.x);
        expect(y - edge).toBeGreaterThanOrEqual(frame.y);
        expect(x + width + edge).toBeLessThanOrEqual(frame.x + frame.width);
        expect(y + height + edge).toBeLessThanOrEqual(frame.y + frame.height);
      }
    }),
  );
});

test("the map is as large as it may be and not out of shape: it fills its size in one direction", () => {
  fc.assert(
    fc.property(box, (drawing) => {
      const { frame, scale } = frameMap({ drawing, view: drawing }, SIZE);
      expect(frame.width / scale).toBeCloseTo(SIZE.width, 6);
      expect(frame.height / scale).toBeCloseTo(SIZE.height, 6);
      const filled = [drawing.width / scale - 140, drawing.height / scale - 86];
      expect(Math.max(...filled)).toBeCloseTo(0, 6);
    }),
  );
});

test("cards of one colour are one path, a box for each", () => {
  expect(
    drawBoxes([
      { x: 1, y: 2, width: 30, height: 40 },
      { x: -5, y: 0, width: 1, height: 1 },
    ]),
  ).toBe("M1,2h30v40h-30zM-5,0h1v1h-1z");
});
