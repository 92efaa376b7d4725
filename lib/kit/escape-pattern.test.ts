import fc from "fast-check";
import { expect, it } from "vitest";
import { escapePattern } from "./escape-pattern.ts";

it("a text that is escaped is found as it is, and in nothing else", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      const pattern = new RegExp(`^${escapePattern(text)}$`, "s");
      expect(pattern.test(text)).toBe(true);
      expect(pattern.test(other)).toBe(other === text);
    }),
  );
});
