import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyReviewEvent, foldReview } from "./fold-review.ts";
import { listConditions } from "./list-conditions.ts";
import { hasOld } from "./needs-window.ts";
import { planMigration } from "./plan-migration.ts";
import type { Review } from "./review.ts";
import type {
  ReviewAction,
  ReviewContent,
  ReviewEvent,
  ReviewedVerdict,
  ReviewPolicy,
} from "./review-action.ts";
import { workingDaysBetween } from "./review-days.ts";

const POLICY: ReviewPolicy = {
  version: "7",
  windowDays: { 1: 30, 2: 14, 3: 7, 4: 0 },
  silence: { afterDays: 10, tiers: [3, 4] },
  escalateAfter: 5,
  decidingRole: "data board",
};

const entry = (
  owner: string | undefined,
  tier: 1 | 2 | 3 | 4,
  verdict: ReviewedVerdict["verdict"] = "breaks_loudly",
): ReviewedVerdict => ({
  asset: `${owner ?? "nobody"}-${tier}`,
  name: `${owner ?? "nobody"}_${tier}`,
  ...(owner === undefined ? {} : { owner }),
  tier,
  verdict,
  certainty: "certain",
});

const contentOf = (
  hash: string,
  verdicts: readonly ReviewedVerdict[],
  names: readonly string[] = [],
): ReviewContent => ({
  changes: [{ kind: "drop_column", asset: "orders", column: hash }],
  hash,
  graphVersion: "1",
  complete: true,
  verdicts,
  readers: { names },
});

const FIRST = contentOf("h1", [entry("finance", 2), entry("search", 3)]);

/** An action and on which day of March 2026 (the 2nd is a Monday) it is taken. */
type Step = readonly [day: number, action: ReviewAction];

const timeOf = (day: number): string =>
  new Date(Date.UTC(2026, 2, day, 9)).toISOString().replace(".000", "");

const eventsOf = (steps: readonly Step[]): ReviewEvent[] =>
  steps.map(([day, action], at) => ({
    seq: at + 1,
    at: timeOf(day),
    actor: "someone",
    action,
  }));

const proposed = (content = FIRST): Step => [
  2,
  { kind: "propose", title: "orders.amount goes", content, policy: POLICY },
];

function after(...steps: readonly Step[]): Review {
  const folded = foldReview("REV-1", eventsOf(steps));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value;
}

function refusal(...steps: readonly Step[]) {
  after(...steps.slice(0, -1));
  const folded = foldReview("REV-1", eventsOf(steps));
  return folded.ok ? undefined : folded.error;
}

const sign = (owner: string, more: Partial<Extract<ReviewAction, { kind: "sign" }>> = {}) =>
  ({ kind: "sign", owner, answer: "agree", hash: "h1", ...more }) as const;
const go = (
  state: Review["state"],
  names: readonly string[] = [],
): Extract<ReviewAction, { kind: "set_state" }> => ({
  kind: "set_state",
  state,
  readers: { names },
});

const MIGRATING: readonly Step[] = [
  proposed(),
  [2, sign("finance")],
  [2, sign("search")],
  [3, go("expanded")],
  [3, { kind: "set_sunset", date: "2026-03-17" }],
  [3, go("migrating")],
];

describe("a change that harms nobody and takes nothing away", () => {
  const wider = (more: Partial<ReviewContent> = {}): ReviewContent => ({
    ...contentOf("h1", []),
    changes: [{ kind: "type_widened", asset: "orders", column: "amount", toType: "bigint" }],
    ...more,
  });

  it("is done at once, from every state, without a date", () => {
    expect(after(proposed(wider()), [2, go("removed")]).state).toBe("removed");
    expect(after(proposed(wider()), [2, go("expanded")], [3, go("removed")]).state).toBe("removed");
    const shown = listConditions(after(proposed(wider())), {
      readers: { names: [] },
      now: timeOf(2),
    });
    expect(shown).toEqual([{ id: "agreed", isMet: true, text: "Nobody else is affected." }]);
    expect(hasOld(wider())).toBe(false);
  });

  it.each([
    ["harms somebody", wider({ verdicts: [entry("finance", 2)] })],
    ["is not known as a whole", wider({ complete: false })],
    ["has readers that nobody can count", wider({ readers: { names: [], notCounted: "lost" } })],
    ["takes a column away that nobody reads", contentOf("h1", [])],
  ])("keeps its window where it %s", (_why, content) => {
    expect(refusal(proposed(content), [2, go("removed")])?.message).toBe(
      "a review that is proposed does not become removed",
    );
    expect(hasOld(content)).toBe(true);
  });

  it("waits for whom it harms by now", () => {
    expect(refusal(proposed(wider()), [2, go("removed", ["finance.revenue"])])?.message).toBe(
      "1 still reads it: finance.revenue",
    );
  });

  it("has no plan: nothing has to stand beside it", () => {
    const plan = (content: ReviewContent) =>
      planMigration(after(proposed(content)), {
        readers: content.readers,
        now: timeOf(2),
        findTable: () => ({ name: "orders", dialect: "postgres", isBuilt: false }),
      });
    expect(plan(wider())).toMatchObject({ sql: [], tasks: [] });
    const harming = wider({ verdicts: [{ ...entry("finance", 2), cause: 0 }] });
    expect(plan(harming).sql.map(({ target }) => target)).toEqual(["orders.amount"]);
    const changes: ReviewContent["changes"] = [
      ...wider().changes,
      { kind: "rename_column", asset: "orders", column: "note", to: "memo" },
    ];
    const mixed = wider({ changes, verdicts: [{ ...entry("finance", 2), cause: 1 }] });
    expect(plan(mixed).sql.map(({ target }) => target)).toEqual(["orders.note"]);
  });
});

describe("a review of a change", () => {
  it("goes from proposed over expanded, migrating and ready to removed, one step at a time", () => {
    expect(after(...MIGRATING, [16, go("ready")], [18, go("removed")]).state).toBe("removed");
    expect(refusal(proposed(), [3, go("ready")])).toMatchObject({
      code: "not-allowed",
      next: "it may become expanded, abandoned",
    });
    expect(
      refusal(...MIGRATING, [16, go("ready")], [18, go("removed")], [18, go("ready")])?.code,
    ).toBe("not-allowed");
  });

  it("does not remove a column on the day of the date or before it", () => {
    expect(refusal(...MIGRATING, [16, go("ready")], [17, go("removed")])?.message).toBe(
      "the date 2026-03-17 has not passed",
    );
  });

  it("does not remove a column that somebody still reads, or whose readers nobody can count", () => {
    const ready: readonly Step[] = [...MIGRATING, [16, go("ready")]];
    expect(refusal(...ready, [18, go("removed", ["finance.revenue"])])?.message).toBe(
      "1 still reads it: finance.revenue",
    );
    expect(refusal(...ready, [18, { kind: "set_state", state: "removed" }])?.code).toBe(
      "not-allowed",
    );
    const lost = { names: [], notCounted: "orders is gone" };
    expect(
      refusal(...ready, [18, { kind: "set_state", state: "removed", readers: lost }])?.message,
    ).toBe("readers cannot be counted: orders is gone");
  });

  it("is given up only with a reason, and takes no sign-offs afterwards", () => {
    expect(refusal(proposed(), [3, { kind: "set_state", state: "abandoned" }])?.code).toBe(
      "not-allowed",
    );
    const gone: Step = [3, { kind: "set_state", state: "abandoned", reason: "kept after all" }];
    expect(after(proposed(), gone)).toMatchObject({
      state: "abandoned",
      endedFor: "kept after all",
    });
    expect(refusal(proposed(), gone, [3, sign("finance")])?.message).toBe("REV-1 is abandoned");
  });

  it("lets readers have the days of the best tier that is affected, and the date only move later", () => {
    expect(refusal(proposed(), [3, { kind: "set_sunset", date: "2026-03-16" }])?.message).toBe(
      "13 days from the announcement to 2026-03-16; the policy asks for 14",
    );
    const set: Step = [3, { kind: "set_sunset", date: "2026-03-20" }];
    expect(refusal(proposed(), set, [4, { kind: "set_sunset", date: "2026-03-19" }])?.message).toBe(
      "the date may only move later: it is 2026-03-20",
    );
    expect(
      after(proposed(), set, [4, { kind: "set_sunset", date: "2026-04-01" }]).sunset?.date,
    ).toBe("2026-04-01");
    expect(refusal(proposed(), [3, { kind: "set_sunset", date: "2026-02-30" }])?.message).toBe(
      "2026-02-30 is no date",
    );
  });

  it("gives the whole window again to a team that an edit reaches late", () => {
    const wider = contentOf("h2", [...FIRST.verdicts, entry("board", 1)]);
    const edited = after(
      ...MIGRATING,
      [10, { kind: "edit", content: wider }],
      [10, sign("board", { hash: "h2", approver: "head of board reporting" })],
    );
    expect(edited.sunset?.announcedAt).toBe(timeOf(10));
    const next = applyReviewEvent({
      id: "REV-1",
      review: edited,
      event: { seq: edited.seq + 1, at: timeOf(18), actor: "x", action: go("ready") },
    });
    expect(next).toMatchObject({
      error: { message: "7 days from the announcement to 2026-03-17; the policy asks for 30" },
    });
  });
});

describe("a sign-off", () => {
  it("comes from an affected team, for the content that it has read", () => {
    expect(refusal(proposed(), [3, sign("marketing")])).toMatchObject({
      code: "not-affected",
      message: "marketing is not affected by this",
    });
    expect(refusal(proposed(), [3, sign("finance", { hash: "h0" })])?.code).toBe("changed");
  });

  it("is voided by an edit only for the team to which something else happens now", () => {
    const content = contentOf("h2", [entry("finance", 2, "breaks_silently"), entry("search", 3)]);
    const { asks } = after(
      proposed(),
      [3, sign("finance")],
      [3, sign("search")],
      [4, { kind: "edit", content }],
    );
    const [finance, search] = asks;
    expect(finance?.signOff).toBeUndefined();
    expect(finance?.voided).toMatchObject([{ answer: "agree", hash: "h1" }]);
    expect(finance?.since).toBe(timeOf(4));
    expect(search).toMatchObject({ signOff: { answer: "agree", hash: "h1" }, since: timeOf(2) });
  });

  it("against it, or for more time, gives a reason and holds the change up", () => {
    expect(refusal(proposed(), [3, sign("finance", { answer: "object" })])?.code).toBe(
      "not-allowed",
    );
    const objects: Step = [3, sign("finance", { answer: "object", reason: "month end" })];
    const date: Step = [3, { kind: "set_sunset", date: "2026-03-31" }];
    expect(
      refusal(proposed(), objects, date, [3, go("expanded")], [4, go("migrating")])?.message,
    ).toBe("there is an objection of finance");
  });

  it("for tier 1 names who approves", () => {
    const board = proposed(contentOf("h1", [entry("board", 1)]));
    expect(refusal(board, [3, sign("board")])?.message).toBe(
      "tier 1 is affected: a named approver has to agree",
    );
    expect(
      after(board, [3, sign("board", { approver: "head of board" })]).asks[0]?.signOff,
    ).toMatchObject({ approver: "head of board", by: "team" });
  });

  it("is not overwritten unseen by a colleague who signs at the same moment", () => {
    const first: Step = [3, sign("finance", { answer: "object", reason: "month end" })];
    expect(refusal(proposed(), first, [3, sign("finance")])).toMatchObject({
      code: "changed",
      message: "an answer was given for finance by someone: object (entry 2)",
      next: "to change that, say so: replaces 2",
    });
    const replaced = after(proposed(), first, [3, sign("finance", { replaces: 2 })]);
    expect(replaced.asks[0]?.signOff?.answer).toBe("agree");
  });

  it("by silence counts only for tiers of the policy, after its days, and is shown as silence", () => {
    const silent = (day: number, owner: string): Step => [day, { kind: "count_silence", owner }];
    expect(refusal(proposed(), silent(11, "search"))?.message).toBe(
      "search was asked 9 days ago; silence counts after 10",
    );
    expect(refusal(proposed(), silent(31, "finance"))?.message).toBe(
      "policy 7 does not let silence count for tier 2",
    );
    const counted = after(proposed(), silent(12, "search"));
    expect(counted.asks[1]?.signOff).toMatchObject({ answer: "agree", by: "silence" });
    const late = after(proposed(), silent(12, "search"), [
      13,
      sign("search", { answer: "object", reason: "was away" }),
    ]);
    expect(late.asks[1]?.signOff).toMatchObject({ answer: "object", by: "team" });
  });
});

describe("an objection that nobody resolves", () => {
  const objects: Step = [3, sign("finance", { answer: "object", reason: "month end" })];
  const decision = (role = "data board"): ReviewAction => ({
    kind: "decide",
    owner: "finance",
    role,
    answer: "agree",
    reason: "the new column is there",
  });

  it("is decided after five working days by the role of the policy, and shown as decided by it", () => {
    expect(refusal(proposed(), objects, [9, decision()])?.message).toBe(
      "it has waited 4 working days; data board decides after 5",
    );
    expect(refusal(proposed(), objects, [10, decision("finance")])?.message).toBe(
      "finance does not decide here",
    );
    const [finance] = after(proposed(), objects, [10, decision()]).asks;
    expect(finance?.signOff).toMatchObject({ answer: "agree", by: "decided", role: "data board" });
  });

  it("is not taken up again by the team against the decision, unless an edit asks it again", () => {
    const again = sign("finance", { answer: "object", reason: "still", replaces: 3 });
    expect(refusal(proposed(), objects, [10, decision()], [11, again])?.code).toBe("changed");
  });

  it("of what nobody owns is decided by the role at once: no answer will come", () => {
    const orphan = proposed(contentOf("h1", [entry(undefined, 2)]));
    const { asks } = after(orphan, [
      2,
      { kind: "decide", role: "data board", answer: "agree", reason: "unused" },
    ]);
    expect(asks[0]?.signOff?.by).toBe("decided");
  });
});

describe("working days", () => {
  it("are those that a calendar gives when it is walked day by day", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20000 }),
        fc.integer({ min: 0, max: 60 }),
        (from, days) => {
          const time = (day: number): string => new Date(day * 86_400_000).toISOString();
          let counted = 0;
          for (let day = from + 1; day <= from + days; day++) {
            const weekday = new Date(day * 86_400_000).getUTCDay();
            if (weekday !== 0 && weekday !== 6) counted++;
          }
          expect(workingDaysBetween(time(from), time(from + days))).toBe(counted);
        },
      ),
    );
  });
});

const owner = fc.constantFrom("finance", "search", "board", "marketing");
const hash = fc.constantFrom("h1", "h2", "h3");
const verdicts = fc.uniqueArray(
  fc.record({
    owner,
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
    verdict: fc.constantFrom("breaks_loudly" as const, "breaks_silently" as const),
  }),
  { selector: ({ owner: of }) => of, maxLength: 4 },
);
const content = fc.tuple(hash, verdicts).map(([of, all]) =>
  contentOf(
    of,
    all.map((one) => entry(one.owner, one.tier, one.verdict)),
  ),
);
const anyAction: fc.Arbitrary<ReviewAction> = fc.oneof(
  fc.record({ kind: fc.constant("edit" as const), content }),
  fc.record({
    kind: fc.constant("sign" as const),
    owner,
    hash,
    answer: fc.constantFrom("agree" as const, "object" as const, "ask_for_time" as const),
    reason: fc.constant("because"),
    approver: fc.constant("head"),
    replaces: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ kind: fc.constant("count_silence" as const), owner }),
  fc.record({
    kind: fc.constant("decide" as const),
    owner,
    role: fc.constant("data board"),
    answer: fc.constantFrom("agree" as const, "object" as const),
    reason: fc.constant("because"),
  }),
  fc
    .integer({ min: 10, max: 31 })
    .map((day) => ({ kind: "set_sunset" as const, date: `2026-03-${day}` })),
  fc
    .record({
      state: fc.constantFrom(
        "expanded" as const,
        "migrating" as const,
        "ready" as const,
        "removed" as const,
      ),
      names: fc.constantFrom([], ["reader"]),
    })
    .map(({ state, names }) => go(state, names)),
);

describe("any row of entries, those refused left out,", () => {
  it("folds to what it was step by step, never moves a date earlier, and removes only what all agreed to and nobody reads", () => {
    fc.assert(
      fc.property(
        content,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), anyAction), { maxLength: 40 }),
        (first, steps) => {
          const kept: ReviewEvent[] = eventsOf([proposed(first)]);
          let review = after(proposed(first));
          let day = 2;
          for (const [days, action] of steps) {
            day += days;
            const event = { seq: kept.length + 1, at: timeOf(day), actor: "someone", action };
            const next = applyReviewEvent({ id: "REV-1", review, event });
            if (!next.ok) continue;
            const before = review.sunset?.date ?? "";
            review = next.value;
            kept.push(event);
            expect((review.sunset?.date ?? "") >= before).toBe(true);
            if (review.state !== "removed") continue;
            expect(review.asks.every(({ signOff }) => signOff?.answer === "agree")).toBe(true);
            expect(timeOf(day).slice(0, 10) > (review.sunset?.date ?? "9999")).toBe(true);
          }
          expect(foldReview("REV-1", kept)).toEqual({ ok: true, value: review });
          expect(review.proposal).toEqual(first);
        },
      ),
      { numRuns: 300 },
    );
  });
});
