import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Layout, type LayoutRequest, layOut } from "./layout.ts";

/** `a>b b>c`, lanes by the letters before a dot: `shop.orders>fin.revenue`. */
function graph(notation: string): LayoutRequest {
  const edges = notation.split(" ").map((text) => {
    const [source = "", target = ""] = text.split(">");
    return { id: text, source, target };
  });
  const ids = [...new Set(edges.flatMap((edge) => [edge.source, edge.target]))];
  return {
    items: ids.map((id) => ({ id, lane: id.split(".")[0] ?? "", width: 200, height: 60 })),
    edges,
  };
}

const random = fc
  .record({
    nodes: fc.integer({ min: 1, max: 40 }),
    lanes: fc.integer({ min: 1, max: 6 }),
    pairs: fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 90 }),
  })
  .map(
    ({ nodes, lanes, pairs }): LayoutRequest => ({
      items: Array.from({ length: nodes }, (_, at) => ({
        id: `n${at}`,
        lane: `lane${(at * 7) % lanes}`,
        width: 180,
        height: 40 + ((at * 37) % 90),
      })),
      edges: pairs.map(([a, b], at) => ({
        id: `e${at}`,
        source: `n${a % nodes}`,
        target: `n${b % nodes}`,
      })),
    }),
  );

const overlaps = (
  a: { x: number; y: number; width: number; height: number },
  b: typeof a,
): boolean =>
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;

function boxes(request: LayoutRequest, layout: Layout) {
  return request.items.map((item) => ({
    ...item,
    ...(layout.positions[item.id] ?? { x: Number.NaN, y: Number.NaN }),
  }));
}

/** Pairs in one layer, and how many of them changed places. */
function compareOrders(request: LayoutRequest, first: Layout, second: Layout) {
  const above = (layout: Layout, a: string, b: string) =>
    Math.sign((layout.positions[a]?.y ?? 0) - (layout.positions[b]?.y ?? 0));
  const pairs = request.items.flatMap((a, at) =>
    request.items
      .slice(at + 1)
      .filter((b) => first.positions[a.id]?.x === first.positions[b.id]?.x)
      .map((b) => above(first, a.id, b.id) === above(second, a.id, b.id)),
  );
  return { pairs: pairs.length, flips: pairs.filter((same) => !same).length };
}

describe("the layout of the graph", () => {
  it("lets no line back run behind a card, whatever the circles", () => {
    fc.assert(
      fc.property(random, (request) => {
        const layout = layOut(request);
        for (const [point] of Object.values(layout.routes)) {
          if (point === undefined || point.width >= 0) continue;
          const line = { x: point.x + point.width, y: point.y, width: -point.width, height: 0 };
          for (const box of boxes(request, layout)) expect(overlaps(line, box)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("draws the data's flow from left to right", () => {
    const { positions } = layOut(
      graph("shop.orders>fin.revenue fin.revenue>fin.board shop.orders>fin.board"),
    );
    expect(positions["shop.orders"]?.x).toBeLessThan(positions["fin.revenue"]?.x ?? 0);
    expect(positions["fin.revenue"]?.x).toBeLessThan(positions["fin.board"]?.x ?? 0);
  });

  it("leads a line that closes a circle below the cards that it passes", () => {
    const request = graph("w.a>w.b w.b>w.c w.c>w.a w.c>w.d w.e>w.c");
    const layout = layOut(request);
    const [back] = layout.routes["w.c>w.a"] ?? [];
    expect(back?.width).toBeLessThan(0);
    const line = { x: (back?.x ?? 0) + (back?.width ?? 0), width: -(back?.width ?? 0), height: 0 };
    for (const box of boxes(request, layout))
      expect(overlaps({ ...line, y: back?.y ?? 0 }, box)).toBe(false);
  });

  it("never lets cards or the boxes of domains overlap, in circles and with self-reading tables too", () => {
    fc.assert(
      fc.property(random, (request) => {
        const layout = layOut(request);
        const cards = boxes(request, layout);
        for (const [at, card] of cards.entries()) {
          expect(Number.isFinite(card.x) && Number.isFinite(card.y)).toBe(true);
          for (const other of cards.slice(at + 1)) expect(overlaps(card, other)).toBe(false);
        }
        for (const [at, lane] of layout.lanes.entries()) {
          for (const other of layout.lanes.slice(at + 1)) expect(overlaps(lane, other)).toBe(false);
        }
      }),
      { numRuns: 150, seed: 21 },
    );
  });

  it("puts every card inside a box of its own domain", () => {
    fc.assert(
      fc.property(random, (request) => {
        const layout = layOut(request);
        for (const card of boxes(request, layout)) {
          const home = layout.lanes.some(
            (lane) =>
              lane.lane === card.lane &&
              card.x >= lane.x &&
              card.x + card.width <= lane.x + lane.width &&
              card.y >= lane.y &&
              card.y + card.height <= lane.y + lane.height + 0.01,
          );
          expect(home).toBe(true);
        }
      }),
      { numRuns: 100, seed: 22 },
    );
  });

  it("leads long lines between the cards, not behind them", () => {
    fc.assert(
      fc.property(random, (request) => {
        const layout = layOut(request);
        const cards = boxes(request, layout);
        for (const point of Object.values(layout.routes).flat()) {
          const behind = cards.filter(
            (card) => card.x === point.x && point.y > card.y && point.y < card.y + card.height,
          );
          expect(behind).toEqual([]);
        }
      }),
      { numRuns: 100, seed: 23 },
    );
  });

  it("gives the same drawing for the same graph", () => {
    const request = graph("a.1>b.1 a.1>c.1 b.1>d.1 c.1>d.2 a.1>d.2");
    expect(layOut(request)).toEqual(layOut(request));
  });

  it("keeps the rest where it was when one card opens or joins", () => {
    const lanes = ["a", "b", "c", "d", "e", "f"];
    const wide = Array.from(
      { length: 90 },
      (_, at) =>
        `${lanes[Math.floor(at / 15)]}.${Math.floor(((at * 7) % 30) / 2)}>${lanes[(at * 5 + 1) % 6]}.x${at % 40}`,
    ).join(" ");
    const request = graph(wide);
    const first = layOut(request);
    const grown = {
      ...request,
      items: [
        ...request.items.map((item, at) => (at === 20 ? { ...item, height: 160 } : item)),
        { id: "new", lane: "c", width: 200, height: 60 },
      ],
      before: first.positions,
    };
    const second = layOut({
      ...grown,
      edges: [...request.edges, { id: "new", source: request.items[0]?.id ?? "", target: "new" }],
    });
    const shifts = request.items.map((item) =>
      Math.abs((second.positions[item.id]?.y ?? 0) - (first.positions[item.id]?.y ?? 0)),
    );
    expect(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length).toBeLessThanOrEqual(100);
    const { pairs, flips } = compareOrders(request, first, second);
    expect(pairs).toBeGreaterThan(100);
    expect(flips / pairs).toBeLessThanOrEqual(0.01);
  });

  it("crosses fewer lines than the order in which the assets came", () => {
    const ids = Array.from({ length: 8 }, (_, at) => at);
    const edges = ids.map((at) => `s.${at}>t${7 - at}.${7 - at}`).join(" ");
    expect(layOut(graph(edges)).crossings).toBe(0);
  });
});

describe("lines of one bundle", () => {
  const lines = ["a>b", "b>c", "c>d1", "c>d2", "c>d3", "a>d1", "a>d2", "a>d3", "d1>a", "d2>a"];
  const request = graph(lines.join(" "));
  const bundled = {
    ...request,
    edges: request.edges.map((edge) => ({ ...edge, bundle: "fails" })),
  };
  const heights = (layout: Layout, from: RegExp, layer: number) =>
    new Set(lines.filter((id) => from.test(id)).map((id) => layout.routes[id]?.[layer]?.y));

  it("run as one where they pass the same cards, forward and back", () => {
    const layout = layOut(bundled);
    expect(heights(layout, /^a>d/, 0).size).toBe(1);
    expect(heights(layout, /^a>d/, 1).size).toBe(1);
    expect(heights(layout, /^d.>a/, 0).size).toBe(1);
  });

  it("run apart where they are none", () => {
    const layout = layOut(request);
    expect(heights(layout, /^a>d/, 0).size).toBeGreaterThan(1);
    expect(heights(layout, /^d.>a/, 0).size).toBe(2);
  });
});
