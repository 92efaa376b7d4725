import { expect, it } from "vitest";
import type { Waiver } from "./waiver.ts";
import { whyIdle } from "./why-idle.ts";

const waiver = (of: Partial<Waiver>): Waiver => ({
  reason: "r",
  approver: "t",
  expires: "2026-04-01",
  ...of,
});
const known = {
  assets: [
    { name: "mart.revenue", tier: 1 as const },
    { name: "mart.old", tier: 4 as const },
  ],
  fingerprints: new Set(["aaaa"]),
};
const why = (of: Partial<Waiver>) => whyIdle(waiver(of), { today: "2026-03-03", known });

it("a waiver that may still excuse something is not idle", () => {
  expect(why({ selector: "revenue" })).toBeUndefined();
  expect(why({ selector: "mart.*" })).toBeUndefined();
  expect(why({ fingerprint: "aaaa" })).toBeUndefined();
  expect(whyIdle(waiver({ selector: "nothing" }), { today: "2026-03-03" })).toBeUndefined();
});

it("one that has ended, names nothing, or names what it may not excuse says so", () => {
  expect(why({ selector: "revenue", expires: "2026-03-02" })).toBe("it ended on 2026-03-02");
  expect(why({ selector: "nothing" })).toContain("names nothing");
  expect(why({ selector: "*.revenue" })).toContain("tiers 3 and 4 only");
  expect(why({ fingerprint: "bbbb" })).toContain("no run of the gate");
});

it("a fingerprint is not idle where no run was ever kept", () => {
  const none = { ...known, fingerprints: new Set<string>() };
  const fresh = waiver({ fingerprint: "bbbb" });
  expect(whyIdle(fresh, { today: "2026-03-03", known: none })).toBeUndefined();
});
