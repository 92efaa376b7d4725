import { describe, expect, it } from "vitest";
import { boundsOf, frameDrawing, frameWay } from "./frame-drawing.ts";

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

describe("what a whole drawing is worth", () => {
  const stage = { width: 700, height: 500, smallest: 0.88 };

  it("shows all of it where words need to be only a little smaller than one likes", () => {
    const frame = frameDrawing(drawing(700, 640), stage);
    expect(frame.zoom).toBeCloseTo(476 / 640);
    expect(frame.y).toBeGreaterThanOrEqual(0);
    expect(frame.y + 640 * frame.zoom).toBeLessThanOrEqual(500);
  });

  it("keeps the words' size where all of it just fits without a margin", () => {
    const frame = frameDrawing(drawing(700, 560), stage);
    expect(frame.zoom).toBe(0.88);
    expect(frame.y).toBeGreaterThanOrEqual(0);
    expect(frame.y + 560 * frame.zoom).toBeLessThanOrEqual(500);
  });

  it("holds the lines that run back round the cards", () => {
    const routes = { back: [{ x: 400, y: 130, width: -400 }] };
    const all = boundsOf({ ...drawing(400, 100), routes });
    expect(all.x).toBeLessThan(-20);
    expect(all.x + all.width).toBeGreaterThan(420);
    expect(all.height).toBe(130);
  });

  it("shows what is selected, and its way as far as there is room, where not all fits", () => {
    const end = { x: 2800, y: 1500, width: 150, height: 44 };
    const way = { all: { x: 0, y: 900, width: 2950, height: 700 }, end };
    const frame = frameDrawing(drawing(3000, 3000), { ...stage, start: "start", way: () => way });
    expect(frame.x + end.x * frame.zoom).toBeGreaterThan(350);
    expect(frame.x + (end.x + end.width) * frame.zoom).toBeLessThanOrEqual(700);
    expect(frame.y + end.y * frame.zoom).toBeGreaterThan(0);
    expect(frame.y + (end.y + end.height) * frame.zoom).toBeLessThan(500);
  });

  it("shows the whole way to what is selected where that fits", () => {
    const way = {
      all: { x: 1000, y: 1000, width: 800, height: 300 },
      end: { x: 1650, y: 1000, width: 150, height: 44 },
    };
    const { x, y, zoom } = frameWay(way, drawing(3000, 3000), stage);
    expect(x + way.all.x * zoom).toBeGreaterThanOrEqual(0);
    expect(x + (way.all.x + way.all.width) * zoom).toBeLessThanOrEqual(700);
    expect(y + way.all.y * zoom).toBeGreaterThanOrEqual(0);
    expect(y + (way.all.y + way.all.height) * zoom).toBeLessThanOrEqual(500);
  });
});
