import { expect, it } from "vitest";
import { verdictOfMany } from "./verdict-words.ts";

it("a verdict after a number agrees with it", () => {
  expect(verdictOfMany("breaks_loudly", 1)).toBe("fails");
  expect(verdictOfMany("breaks_loudly", 3)).toBe("fail");
  expect(verdictOfMany("breaks_silently", 3)).toBe("silently wrong");
});
