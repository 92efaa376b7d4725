import { describe, expect, it } from "vitest";
import { burnDown, type ReaderPoint } from "#lib/review/burn-down.ts";
import { isLine, sayPace } from "./burn-down-words.ts";

const point = (at: string, version: number, ...names: string[]): ReaderPoint => ({
  at: `${at}T10:00:00Z`,
  version,
  names,
});
const NOW = "2026-03-13T10:00:00Z";
const said = (points: readonly ReaderPoint[], daysLeft?: number): string =>
  sayPace(burnDown(points, NOW), daysLeft);

describe("how readers move, in a sentence", () => {
  it("says since when nobody has", () => {
    expect(said([point("2026-03-03", 1, "a", "b")])).toBe("Nobody has moved since 3 Mar.");
  });

  it("says a pace, and that it is too slow for the date", () => {
    const half = [point("2026-03-03", 1, "a", "b"), point("2026-03-08", 2, "a")];
    expect(said(half)).toBe("At this pace nobody is left in 10 days.");
    expect(said(half, 3)).toBe("At this pace nobody is left in 10 days, after the date.");
  });

  it("does not say that nobody has moved where somebody did today, came, or took a place", () => {
    const moved = [point("2026-03-13", 1, "a", "b"), point("2026-03-13", 2, "a")];
    expect(said(moved)).toBe("At first, on 13 Mar, there were 2.");
    const came = [point("2026-03-03", 1, "a"), point("2026-03-08", 2, "a", "b")];
    expect(said(came)).toBe("At first, on 3 Mar, there was 1.");
    const took = [point("2026-03-03", 1, "a"), point("2026-03-08", 2, "b")];
    expect(said(took)).toBe("As many as on 3 Mar.");
  });

  it("says that nobody is left", () => {
    expect(said([point("2026-03-03", 1, "a"), point("2026-03-08", 2)])).toBe(
      "Nobody reads it any more.",
    );
  });
});

it("is a line once a day has passed in which somebody moved", () => {
  const line = (...points: ReaderPoint[]) => isLine(burnDown(points, NOW), NOW);
  expect(line(point("2026-03-03", 1, "a"))).toBe(false);
  expect(line(point("2026-03-13", 1, "a"), point("2026-03-13", 1, "a", "b"))).toBe(false);
  expect(line(point("2026-03-12", 1, "a", "b"), point("2026-03-13", 2, "a"))).toBe(true);
});
