import { describe, expect, it } from "vitest";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countReviewed } from "./count-reviewed.ts";

const entry = (
  verdict: ReviewedVerdict["verdict"],
  role?: ReviewedVerdict["role"],
): ReviewedVerdict => ({
  asset: `${verdict} ${role}`,
  name: "orders",
  verdict,
  certainty: "certain",
  ...(role === undefined ? {} : { role }),
});

describe("what a review counts", () => {
  it("consumers by verdict as the blast screen does, and what lies between in one number", () => {
    expect(
      countReviewed([
        entry("breaks_loudly", "between"),
        entry("breaks_silently", "consumer"),
        entry("breaks_loudly", "consumer"),
        entry("unknown", "between"),
      ]),
    ).toEqual({
      counted: "2 consumers",
      counts: [
        { verdict: "breaks_silently", count: 1 },
        { verdict: "breaks_loudly", count: 1 },
      ],
      between: "2 more in between",
    });
  });

  it("what lies there where no consumer is hit", () => {
    expect(countReviewed([entry("breaks_loudly", "between")])).toEqual({
      counted: "1 asset",
      counts: [{ verdict: "breaks_loudly", count: 1 }],
      between: "",
    });
  });

  it("all assets where a review of before does not say which of them are consumers", () => {
    expect(countReviewed([entry("breaks_loudly"), entry("degraded", "consumer")])).toMatchObject({
      counted: "2 assets",
      between: "",
    });
  });

  it("nothing where nobody else is affected", () => {
    expect(countReviewed([]).counts).toEqual([]);
  });
});
