import fc from "fast-check";
import { expect, test } from "vitest";
import { buildWideFixture } from "./fixtures/blast-answer.fixture.ts";
import { packAnswer, packValue, unpackAnswer, unpackValue } from "./pack-answer.ts";

test("an answer comes out as it went in, to the letter", () => {
  const blastAnswer = buildWideFixture(60);
  expect(JSON.stringify(unpackAnswer(packAnswer(blastAnswer)))).toBe(JSON.stringify(blastAnswer));
});

test("any value comes out as JSON would have kept it", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: false }), (value) => {
      const plain = JSON.stringify({ value });
      expect(JSON.stringify(unpackValue(packValue(JSON.parse(plain))))).toBe(plain);
    }),
  );
});

test("a key of any name stays a key, and what was not said stays unsaid", () => {
  const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "": 3}') as object;
  expect(JSON.stringify(unpackValue(packValue(odd)))).toBe(JSON.stringify(odd));
  expect(unpackValue(packValue({ a: undefined, b: [undefined, Number.NaN] }))).toEqual({
    b: [null, null],
  });
});

test("what is said again costs a number", () => {
  const reason = { node: "col:checkout.orders.amount", text: "the column gets another name" };
  const once = packValue([reason]).length;
  const often = packValue(Array.from({ length: 500 }, () => reason)).length;
  expect(often - once).toBeLessThan(500 * 3);
});
