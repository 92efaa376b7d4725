import { expect, it } from "vitest";
import { sameColumn } from "./same-values.ts";

it("columns that say a name and a type alone are one object for all tables; what says more stays its own", () => {
  const one = sameColumn({ name: "id", type: "bigint" });
  expect(one).toEqual({ name: "id", type: "bigint" });
  expect(sameColumn({ name: "id", type: "bigint" })).toBe(one);
  expect(sameColumn({ name: "id", type: "text" })).toEqual({ name: "id", type: "text" });
  expect(sameColumn({ name: "i", type: "dbigint" })).not.toBe(one);
  const noted = { name: "id", type: "bigint", nullable: false };
  expect(sameColumn(noted)).toBe(noted);
  expect(sameColumn({ name: "id" })).toEqual({ name: "id" });
});

it("a column that was written type first is written so again", () => {
  expect(JSON.stringify(sameColumn({ type: "bigint", name: "id" }))).toBe(
    '{"type":"bigint","name":"id"}',
  );
});
