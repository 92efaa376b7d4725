import { expect, it } from "vitest";
import { hoursFrom, nameOfRef, sayClock, sayEntry, sayHours } from "./incident-words.ts";

it("durations are said in the two largest units that count", () => {
  expect([0.35, 1, 4.183, 5.933, 47.5, 48, 74].map(sayHours)).toEqual([
    "21 m",
    "1 h",
    "4 h 11 m",
    "5 h 56 m",
    "47 h 30 m",
    "2 d",
    "3 d 2 h",
  ]);
});

it("a time of another day says the day too", () => {
  expect(sayClock("2026-11-17T06:31:00Z", "2026-11-17T09:00:00Z")).toBe("06:31");
  expect(sayClock("2026-11-16T23:05:00Z", "2026-11-17T09:00:00Z")).toBe("16.11. 23:05");
});

it("hours between two times, never below none", () => {
  expect(hoursFrom("2026-11-17T02:14:00Z", "2026-11-17T06:14:00Z")).toBeCloseTo(4);
  expect(hoursFrom("2026-11-17T07:00:00Z", "2026-11-17T06:00:00Z")).toBe(0);
});

it("an entry reads behind the name of who made it", () => {
  const entry = { seq: 1, at: "2026-11-17T06:31:00Z", actor: "finance-data" };
  expect(
    sayEntry({
      ...entry,
      action: { kind: "take_role", role: "lead", who: "finance-data", relieves: "checkout-core" },
    }),
  ).toBe("lead: finance-data, relieving checkout-core");
  expect(
    sayEntry({ ...entry, action: { kind: "set_state", state: "closed", closing: "duplicate" } }),
  ).toBe("closed: a duplicate");
  expect(nameOfRef("Revenue today")).toBe("Revenue today");
});
