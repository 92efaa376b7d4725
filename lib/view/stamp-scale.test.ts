import { expect, it } from "vitest";
import { placeStamps } from "./stamp-scale.ts";

const NOW = "2026-11-17T12:00:00Z";

it("stamps stand to scale, with now at the end while it is not repaired", () => {
  const placed = placeStamps(
    { first_bad_run: "2026-11-17T02:00:00Z", detected: "2026-11-17T07:00:00Z" },
    NOW,
  );
  expect(placed.map(({ stamp, place }) => [stamp, place])).toEqual([
    ["first_bad_run", 0],
    ["detected", 0.5],
    ["now", 1],
  ]);
});

it("labels of stamps that lie close stand in rows of their own", () => {
  const placed = placeStamps(
    {
      detected: "2026-11-17T02:00:00Z",
      acknowledged: "2026-11-17T02:05:00Z",
      mitigated: "2026-11-17T02:10:00Z",
      repaired: "2026-11-17T11:00:00Z",
    },
    NOW,
  );
  expect(placed.map(({ row }) => row)).toEqual([0, 1, 2, 0]);
  expect(placed.some(({ stamp }) => stamp === "now")).toBe(false);
});

it("one stamp alone, and clocks that say the same, do not divide by nothing", () => {
  expect(placeStamps({ detected: NOW }, NOW).map(({ place }) => place)).toEqual([0, 0]);
});
