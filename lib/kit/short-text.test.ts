import { expect, test } from "vitest";
import { shortJson, shortText } from "./short-text.ts";

test("a name that no person would read to its end is told with its beginning and its length", () => {
  expect(shortText("x".repeat(200_000), 5)).toBe("xxxxx… (200000 characters)");
  expect(shortText("orders", 6)).toBe("orders");
  expect(shortJson("a".repeat(200_000)).length).toBeLessThan(250);
  expect(shortJson(undefined)).toBe("nothing");
});
