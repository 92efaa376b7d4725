import { expect, test } from "vitest";
import { keepByText } from "./keep-by-text.ts";

test("what is made of a text is made once, and of another text anew", () => {
  const asked: string[] = [];
  const patternOf = keepByText((text) => {
    asked.push(text);
    return new RegExp(text);
  });
  expect(patternOf("amount")).toBe(patternOf("amount"));
  expect(patternOf("id").source).toBe("id");
  expect(asked).toEqual(["amount", "id"]);
});

test("of many texts only the last ones stay", () => {
  let made = 0;
  const of = keepByText((text) => {
    made += 1;
    return { text };
  });
  for (let at = 0; at < 5000; at++) of(`column_${at}`);
  expect(of("column_4999")).toEqual({ text: "column_4999" });
  expect(made).toBe(5000);
  expect(of("column_0")).toEqual({ text: "column_0" });
  expect(made).toBe(5001);
});
