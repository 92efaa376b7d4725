import { expect, it } from "vitest";
import { readSla, unreadSla } from "./contract-sla.ts";

it("reads how complete the data is to be, and for how much of the time, as percent and as share", () => {
  const read = (...properties: readonly Record<string, unknown>[]) =>
    readSla(properties, ["orders"]);
  expect(read({ property: "completeness", value: 99.5, unit: "percent" })).toEqual({
    completeness: 0.995,
  });
  expect(
    read({ property: "completeness", value: "98%" }, { property: "availability", value: 0.999 }),
  ).toEqual({
    completeness: 0.98,
    target: 0.999,
  });
  expect(read({ property: "completeness", value: 1, unit: "%" })).toEqual({ completeness: 0.01 });
  expect(read({ property: "completeness", value: "much" })).toBeUndefined();
  expect(read({ property: "completeness", value: 99, element: "people.name" })).toBeUndefined();
});

it("reads times with a unit, in one word and as ISO 8601, of the table that is meant, also where its name has dots", () => {
  const hours = (property: Record<string, unknown>, ...names: readonly string[]) =>
    readSla([{ property: "latency", ...property }], names)?.freshnessHours;
  expect(hours({ value: 4, unit: "d" })).toBe(96);
  expect(hours({ value: "24h" })).toBe(24);
  expect(hours({ value: "PT4H" })).toBe(4);
  expect(hours({ value: "P1DT30M" })).toBe(24.5);
  for (const value of ["P", "PT", "soon", "", 4, "PxH"]) expect(hours({ value })).toBeUndefined();
  const dotted = { value: "4h", element: "raw.orders.placed_at" };
  expect(hours(dotted, "raw.orders")).toBe(4);
  expect(hours(dotted, "raw")).toBe(4);
  expect(hours(dotted, "raw.order", "orders")).toBeUndefined();
  expect(hours({ value: "4h", element: "people, raw.orders" }, "raw.orders")).toBe(4);
});

it("a service level that nothing can be held to is named with what is wrong", () => {
  const unread = (property: Record<string, unknown>) =>
    unreadSla([{ property: "latency", value: "4h" }, property], ["raw.orders"]);
  expect(unread({ property: "freshness", value: "soon" })).toEqual([
    { at: 1, message: expect.stringMatching(/slaProperties\[1\] \(freshness\).*"soon".*no time/) },
  ]);
  expect(unread({ property: "completeness", value: "much" })).toMatchObject([{ at: 1 }]);
  expect(unread({ property: "latency", value: "4h", element: "people.name" })).toEqual([
    { at: 1, message: expect.stringContaining("no table of the contract") },
  ]);
  expect(unread({ property: "availability", value: 0.999 })).toEqual([]);
  expect(unread({ property: "retention", value: "long" })).toEqual([]);
});
