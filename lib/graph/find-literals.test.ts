import { expect, test } from "vitest";
import { findLiterals } from "./find-literals.ts";

test("a condition names the texts that it compares a column with", () => {
  expect(findLiterals("status <> 'Cancelled'", "status")).toBe("cancelled");
  expect(findLiterals("o.status not in ('b', 'a''s')", "status")).toBe("a's\nb");
  expect(
    findLiterals("case when status = 'x' then 1 when status in ('y') then 2 end", "status"),
  ).toBe("x\ny");
});

test("where a column is compared with anything else, or changed first, its texts are not known", () => {
  expect(findLiterals("status = previous_status", "status")).toBeUndefined();
  expect(findLiterals("status = 'a' or status = other", "status")).toBeUndefined();
  expect(findLiterals("upper(status) = 'A'", "status")).toBeUndefined();
  expect(findLiterals("status || 'x' = 'ax'", "status")).toBeUndefined();
  expect(findLiterals("status like 'a%'", "status")).toBeUndefined();
  expect(findLiterals("case when status = 'a' then …", "status")).toBeUndefined();
});
