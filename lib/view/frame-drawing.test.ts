import { describe, expect, it } from "vitest";
import { frameDrawing } from "./frame-drawing.ts";

const drawing = (width: number, height: number, startY = 0) => ({
  width,
  height,
  lanes: [],
  positions: { start: { x: 0, y: startY } },
});

describe("where the camera starts", () => {
  it("centres a small drawing without blowing it up", () => {
    const frame = frameDrawing(drawing(200, 100), { width: 1000, height: 600, smallest: 0.7 });
    expect(frame.zoom).toBe(1.1);
    expect(frame.x + (200 * frame.zoom) / 2).toBeCloseTo(500);
    expect(frame.y + (100 * frame.zoom) / 2).toBeCloseTo(300);
  });

  it("never starts so small that words cannot be read", () => {
    expect(frameDrawing(drawing(9000, 9000), { width: 700, height: 500, smallest: 0.7 }).zoom).toBe(
      0.7,
    );
  });

  it.each([0, 700, 1500, 2900])(
    "has the changed card in view when it stands at %i of 3000 px",
    (y) => {
      const frame = frameDrawing(drawing(600, 3000, y), {
        width: 700,
        height: 500,
        smallest: 0.7,
        start: "start",
      });
      const seen = frame.y + y * frame.zoom;
      expect(seen).toBeGreaterThanOrEqual(0);
      expect(seen).toBeLessThan(500);
    },
  );
});
