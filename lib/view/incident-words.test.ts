import { expect, it } from "vitest";
import { hoursFrom, nameOfRef, nameSome, sayClock, sayEntry, sayHours } from "./incident-words.ts";

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
  expect(sayClock("2026-11-16T23:05:00Z", "2026-11-17T09:00:00Z")).toBe("16 Nov 23:05");
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

it("many names are cut, and the rest is counted", () => {
  const names = Array.from({ length: 40 }, (_, at) => `t${at}`);
  expect(nameSome(names)).toBe("t0, t1, t2, t3, t4, t5 and 34 more");
  expect(nameSome(names.slice(0, 7))).toBe("t0, t1, t2, t3, t4, t5, t6");
});

it("a duplicate says of which incident", () => {
  const action = {
    kind: "set_state",
    state: "closed",
    closing: "duplicate",
    duplicateOf: "INC-7",
  } as const;
  expect(sayEntry({ seq: 2, at: "2026-11-17T06:31:00Z", actor: "finance-data", action })).toBe(
    "closed: a duplicate of INC-7",
  );
});
