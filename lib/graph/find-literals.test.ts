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
  expect(findLiterals("substr(status, 1, 1) = 'A'", "status")).toBeUndefined();
  expect(findLiterals("upper(status || kind) = 'A'", "status")).toBeUndefined();
  expect(findLiterals("status || 'x' = 'ax'", "status")).toBeUndefined();
  expect(findLiterals("status like 'a%'", "status")).toBeUndefined();
  expect(findLiterals("case when status = 'a' then …", "status")).toBeUndefined();
});

test("another case and spaces around do not make it another text", () => {
  expect(findLiterals("upper(o.status) = 'PAID'", "status")).toBe("paid");
  expect(findLiterals("lower(trim(status)) in ('paid', 'open')", "status")).toBe("open\npaid");
});

test("the branches of a CASE are compared with the column too", () => {
  const paid =
    "case status when 'paid' then 1 when 'open' then case kind when 3 then 2 end else 0 end";
  expect(findLiterals(paid, "status")).toBe("open\npaid");
  expect(findLiterals(`sum(${paid})`, "status")).toBe("open\npaid");
  expect(findLiterals(paid, "kind")).toBeUndefined();
  expect(
    findLiterals("case status when other then 1 when 'a' then 2 end", "status"),
  ).toBeUndefined();
  expect(findLiterals("case status when 'a' then status end", "status")).toBeUndefined();
  expect(findLiterals("case status when 'a' || x then 1 end", "status")).toBeUndefined();
  expect(findLiterals("case status when 'a' then 1", "status")).toBeUndefined();
});

test("so are the rows of a list, at the column's place", () => {
  const rows = "(o.region, status) in (('EU', 'paid'), ('US', 'it''s, open'))";
  expect(findLiterals(rows, "status")).toBe("it's, open\npaid");
  expect(findLiterals(rows, "region")).toBe("eu\nus");
  expect(findLiterals("(id, status) in ((1, 'paid'))", "id")).toBeUndefined();
  expect(findLiterals("(id, status) in ((1, other))", "status")).toBeUndefined();
});

test("a comparison that takes null for a value is one", () => {
  expect(findLiterals("status is not distinct from 'paid'", "status")).toBe("paid");
});
