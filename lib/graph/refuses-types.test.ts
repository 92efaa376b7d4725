import fc from "fast-check";
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
    ["md5(p.sku)", "sku"],
    ["strptime(booked_on, '%Y%m%d')", "booked_on"],
    ["max(p.booked) is null or max(p.booked) < current_date - p.booked", "booked"],
    ["category = 'Revenue'", "category"],
    ["(o.status not in ('1', 'void'))", "status"],
    ["status <> ''", "status"],
    [
      "coalesce(lead(valid_from) over (partition by id order by valid_from), timestamp '9999-12-31')",
      "valid_from",
    ],
    ["coalesce(max(amount), 0)", "amount"],
    ["max(coalesce(k.moved_at, v.left_at, timestamp '2026-12-31'))", "moved_at"],
    ["max(coalesce(k.moved_at, v.left_at, timestamp '2026-12-31'))", "left_at"],
    ["max(coalesce(k.moved_at, v.left_at, cast('2026-12-31' as timestamp)))", "left_at"],
    ["coalesce(left_at, '2026-12-31'::date)", "left_at"],
    ["customer not in (select buyer from orders where buyer is not null)", "customer"],
    ["customer not in (select buyer from orders where buyer is not null)", "buyer"],
    ["c.id in (select distinct o.id from orders o)", "id"],
    ["customer = any (select buyer from orders)", "buyer"],
    ["bool_or(o.is_gift)", "is_gift"],
    ["count_if(is_gift)", "is_gift"],
  ])("%s", (expression, column) => {
    expect(refusesTypes(expression, column)).toBe(true);
  });

  it.each([
    ["sum(cast(amount as integer))", "amount"],
    ["amount::integer * 100", "amount"],
    ["cast(customer as integer) in (select buyer from orders)", "customer"],
    ["customer in (select cast(buyer as integer) from orders)", "buyer"],
    ["customer in (first_buyer, buyer)", "buyer"],
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
    ["sum(case when is_food then price else 0 end)", "is_food"],
    ["sum(case when price > 0 then 1 when is_food then 2 end)", "is_food"],
    ["lower(name) || and so on…", "name"],
    ["flag = '1'", "flag"],
    ["flag in ('true', 'f')", "flag"],
    ["booked = '2026-01-01'", "booked"],
    ["case when status = 'void' then 1 end", "status"],
    ["status = 'void' or amount = 1", "status"],
    ["coalesce(lead(name) over (order by id), 'none')", "name"],
    ["bool_and(not is_gift)", "is_gift"],
    ["bool_or(status = 'void')", "status"],
    ["md5(id || '-' || day)", "id"],
    ["md5(id || '-' || day)", "day"],
    ["coalesce(name, nick, 'none')", "name"],
  ])("not %s", (expression, column) => {
    expect(refusesTypes(expression, column)).toBe(false);
  });
});

/** The comparisons as they read, each made anew: no sign is looked for first, and no pattern is kept. */
function refusesByReading(expression: string, column: string): boolean {
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const bare = `(?<!\\w)${column}(?!\\w)(?!\\s*::)`;
  const asked = new RegExp(`^[(\\s]*(?:\\w+\\.)*${bare}\\s*=\\s*'(?:-x|a)'[)\\s]*$`, "i");
  if (asked.test(expression)) return true;
  const qualifiers = [...plain.matchAll(new RegExp(`((?:\\w+\\.)*)${bare}`, "gi"))];
  if (new Set(qualifiers.map(([, one]) => one?.toLowerCase())).size > 1) return false;
  const name = `(?:\\w+\\.)*${bare}`;
  const value = "(?:-?\\d|(?:date|timestamp)\\s*''|current_date|current_timestamp|now\\s*\\()";
  const call = new RegExp(
    `\\b(sum|round|lower|date_trunc)\\s*\\(((?:[^()]*[\\s,])?)${name}(?!\\s*\\|\\|)[^()]*\\)`,
    "gi",
  );
  const called = [...plain.matchAll(call)].some(([, , before = ""]) => !/\|\|\s*$/.test(before));
  if (called) return true;
  return [
    new RegExp(`${name}\\s*(?:[<>]=?|(?:not\\s+)?between)\\s*${value}`, "i"),
    new RegExp(`${name}\\s+(?:not\\s+)?i?like\\b`, "i"),
    new RegExp(`\\b(?:coalesce|ifnull)\\s*\\(\\s*${name}\\s*,\\s*${value}`, "i"),
    new RegExp(
      `\\b(?:coalesce|ifnull)\\s*\\((?=[^()]*,\\s*${value})(?:[^()]*,)?\\s*${name}\\s*,`,
      "i",
    ),
    new RegExp(
      `\\b(?:coalesce|ifnull)\\s*\\(\\s*max\\s*\\(\\s*${name}\\s*(?:,[^()]*)?\\)\\s*,\\s*${value}`,
      "i",
    ),
    new RegExp(`${name}\\s*(?:[-+*%^]|//?)(?![->])`, "i"),
    new RegExp(`(?<![|-])(?:[-+*%^]|//?)(?![->])\\s*${name}(?!\\s*[(|:])`, "i"),
  ].some((pattern) => pattern.test(plain));
}

it("what is looked for first rules out nothing that the comparisons would find", () => {
  const word = fc.constantFrom(
    ..."amount o.amount p.amount id 5 '-x' 'a' ( ) , + - * / % || :: -> < >= = between not like and".split(
      " ",
    ),
    ..."ilike coalesce( sum( round( LOWER( max( date_trunc( now( text ^ // ifnull(".split(" "),
  );
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 9 }),
      fc.constantFrom("amount", "id"),
      (all, column) => {
        const expression = all.join(" ");
        expect(refusesTypes(expression, column)).toBe(refusesByReading(expression, column));
      },
    ),
    { numRuns: 3000 },
  );
});
