import fc from "fast-check";
import { expect, it } from "vitest";
import { splitPath } from "./split-path.ts";

it("a name is told from where it lies, and a path is not cut at its dots", () => {
  expect(splitPath("warehouse.sales.orders")).toMatchObject({
    within: ["warehouse", "sales"],
    name: "orders",
  });
  expect(splitPath("exports/2026.11/orders.csv")).toMatchObject({
    within: ["exports", "2026.11"],
    name: "orders.csv",
  });
  expect(splitPath("orders")).toMatchObject({ within: [], name: "orders" });
});

it("its parts are the name", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { within, name, separator } = splitPath(text);
      expect([...within, name].join(separator)).toBe(text);
    }),
  );
});
