import { expect, it } from "vitest";
import { addPoint, type ReaderPoint } from "./burn-down.ts";

const at = "2026-03-03T10:00:00Z";
const point = (version: number, ...names: string[]): ReaderPoint => ({ at, version, names });

it("an edit that takes more away counts at once, on the version on which it was proposed", () => {
  expect(addPoint([point(28, "a")], point(28, "a", "b"))).toEqual([
    point(28, "a"),
    point(28, "a", "b"),
  ]);
});

it("says nothing twice, and nothing of a version that was counted before", () => {
  const points = [point(28, "a", "b"), point(30, "a")];
  expect(addPoint(points, point(31, "a"))).toBe(points);
  expect(addPoint(points, point(29, "b"))).toBe(points);
});
