import { expect, it } from "vitest";
import type { Ask, SignOff } from "#lib/review/review.ts";
import { explainSignOff, saySignOff } from "./review-words.ts";

const answer = (more: Partial<SignOff>): SignOff => ({
  answer: "agree",
  by: "team",
  actor: "orders team",
  at: "2026-03-03T09:00:00Z",
  hash: "a",
  seq: 1,
  ...more,
});
const ask = (more: Partial<Ask>): Ask => ({
  owner: "orders",
  assets: ["orders"],
  domains: [],
  verdictKey: "k",
  since: "2026-03-03T09:00:00Z",
  voided: [],
  ...more,
});

it("an answer that became void is told with its reason while the team is asked again", () => {
  const voided = [answer({ answer: "object", reason: "the month end needs it" })];
  expect(saySignOff(ask({ voided }))).toBe("asked again");
  expect(explainSignOff(ask({ voided }))).toBe(
    "something else happens to it now: its answer (objects: the month end needs it) is void",
  );
});

it("what a team said to what was before is still told when it has answered again", () => {
  const voided = [answer({ answer: "object", reason: "the month end needs it" })];
  const signOff = answer({ seq: 4, reason: "it is kept until May" });
  expect(explainSignOff(ask({ voided, signOff }))).toBe(
    "by orders team: it is kept until May; to what it was before: objects: the month end needs it",
  );
});

it("silence and decisions that are void are told as such, the last of several", () => {
  const silent = answer({ by: "silence" });
  const decided = answer({ by: "decided", role: "data office", actor: "data office", seq: 3 });
  expect(explainSignOff(ask({ voided: [silent] }))).toContain("(agreed by silence) is void");
  expect(explainSignOff(ask({ voided: [silent, decided] }))).toContain("(decided: agrees) is void");
});

it("without a void answer nothing is said of one", () => {
  expect(explainSignOff(ask({}))).toBe("");
  expect(explainSignOff(ask({ signOff: answer({}) }))).toBe("by orders team");
});
