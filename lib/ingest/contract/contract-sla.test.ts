import { expect, it } from "vitest";
import { readSla } from "./contract-sla.ts";

it("reads how complete the data is to be, and for how much of the time, as percent and as share", () => {
  const read = (...properties: readonly Record<string, unknown>[]) => readSla(properties, "orders");
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
