import { describe, expect, it } from "vitest";
import { refusesTypes } from "./refuses-types.ts";

describe("what a strict engine refuses when a column gets another kind of type", () => {
  it.each([
    ["sum(amount)", "amount"],
    ["round(o.amount, 2)", "amount"],
    ["amount * 100", "amount"],
    ["100 - amount", "amount"],
    ["o.amount > 5", "amount"],
    ["paid_at < date '2026-01-01'", "paid_at"],
    ["date_trunc('month', paid_at)", "paid_at"],
    ["paid_at - interval 1 day", "paid_at"],
    ["coalesce(amount, 0)", "amount"],
    ["lower(name) || '-x'", "name"],
    ["left(iban, 4) || '****' || right(iban, 2)", "iban"],
    ["name like 'a%'", "name"],
    ["max(p.booked) is null or max(p.booked) < current_date - p.booked", "booked"],
  ])("%s", (expression, column) => {
    expect(refusesTypes(expression, column)).toBe(true);
  });

  it.each([
    ["sum(cast(amount as integer))", "amount"],
    ["amount::integer * 100", "amount"],
    ["lower(amount::varchar)", "amount"],
    ["amount || '-x'", "amount"],
    ["concat(amount, 'x')", "amount"],
    ["amount = 5", "amount"],
    ["amount in (1, 2)", "amount"],
    ["coalesce(name, 'none')", "name"],
    ["paid_at > '2026-01-01'", "paid_at"],
    ["count(amount)", "amount"],
    ["max(amount)", "amount"],
    ["list(amount)", "amount"],
    ["lower(other) || amount", "amount"],
    ["'amount * 2' || note", "amount"],
    ["lower(a.name) || b.name", "name"],
    ["sum(amount_cents)", "amount"],
    ["upper(coalesce(name, 'x'))", "name"],
    ["case when amount is null then 0 end", "amount"],
    ["lower(name) || and so on…", "name"],
  ])("not %s", (expression, column) => {
    expect(refusesTypes(expression, column)).toBe(false);
  });
});
