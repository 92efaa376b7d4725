import fc from "fast-check";
import { expect, test } from "vitest";
import { cutName } from "./cut-name.ts";

test.each([
  ["Discount performance", 10, "performance"],
  ["stg_orders_daily_snapshot", 10, "snapshot"],
  ["Revenue by region and week", 10, "and week"],
  ["averyveryverylongname", 10, "rylongname"],
])("%s keeps words of its end whole", (name, tail, end) => {
  const cut = cutName(name, tail);
  expect(cut.end).toBe(end);
  expect(cut.begin + cut.end).toBe(name);
});

test("nothing of a name is lost, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (name, tail) => {
      const { begin, end } = cutName(name, tail);
      expect(begin + end).toBe(name);
      expect([...end].length).toBeLessThanOrEqual(tail + 6);
    }),
  );
});
