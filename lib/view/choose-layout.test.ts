import { describe, expect, it } from "vitest";
import { buildScenes } from "./build-scene.ts";
import { CARD, SMALLEST_ZOOM } from "./card-geometry.ts";
import { chooseLayout, type LayoutCandidate } from "./choose-layout.ts";
import { buildBlastFixture } from "./fixtures/blast-answer.fixture.ts";
import { frameDrawing } from "./frame-drawing.ts";
import { toLayoutRequest } from "./scene-layout.ts";
import { EMPTY_VIEW } from "./view-state.ts";

const scenes = buildScenes(buildBlastFixture(), EMPTY_VIEW);
const [first, ...others] = scenes.flatMap((scene) =>
  CARD.widths.map((width): LayoutCandidate & { level: (typeof scene)["level"] } => ({
    level: scene.level,
    request: toLayoutRequest(scene, { width }),
    smallest: SMALLEST_ZOOM[scene.level],
  })),
);
if (first === undefined) throw new Error("the fixture changed");
const candidates = [first, ...others] as const;

describe("how much of the graph is drawn at first", () => {
  it("is every column where there is room for them", () => {
    const chosen = chooseLayout({ candidates, room: { width: 3000, height: 2000 } });
    expect(candidates[chosen.at]?.level).toBe("columns");
  });

  it.each([
    [700, 590],
    [1020, 830],
    [1160, 860],
  ])(
    "shows the change and all who break at %i x %i, in words that can be read",
    (width, height) => {
      const { at, layout } = chooseLayout({ candidates, room: { width, height } });
      const smallest = candidates[at]?.smallest ?? 1;
      const frame = frameDrawing(layout, { width, height, smallest });
      expect(frame.zoom).toBeGreaterThanOrEqual(smallest);
      const core = candidates[at]?.request.items.filter((item) => item.core === true) ?? [];
      expect(core).toHaveLength(7);
      for (const item of core) {
        const place = layout.positions[item.id] ?? { x: Number.NaN, y: Number.NaN };
        expect(frame.x + place.x * frame.zoom).toBeGreaterThanOrEqual(0);
        expect(frame.x + (place.x + item.width) * frame.zoom).toBeLessThanOrEqual(width);
        expect(frame.y + place.y * frame.zoom).toBeGreaterThanOrEqual(0);
        expect(frame.y + (place.y + item.height) * frame.zoom).toBeLessThanOrEqual(height);
      }
    },
  );
});

describe("a circle", () => {
  it("is drawn in no less detail for the line that runs back round its cards", () => {
    const items = ["a", "b", "c"].map((id) => ({ id, lane: "", width: 200, height: 44 }));
    const edges = [
      { id: "ab", source: "a", target: "b" },
      { id: "bc", source: "b", target: "c" },
    ];
    const back = { id: "ca", source: "c", target: "a" };
    const coarse = { request: { items: items.slice(0, 1), edges: [] }, smallest: 0.75 };
    const room = { width: 790 * 0.88 + 24, height: 500 };
    const at = (all: typeof edges) =>
      chooseLayout({
        candidates: [{ request: { items, edges: all, gap: 80 }, smallest: 0.88 }, coarse],
        room,
      }).at;
    expect(at(edges)).toBe(0);
    expect(at([...edges, back])).toBe(0);
  });
});
