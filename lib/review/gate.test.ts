import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { decideGate } from "./decide-gate.ts";
import type { Finding } from "./finding.ts";
import { counts, DEFAULT_GATE, gatePolicySchema, overridePolicy, rulesFor } from "./gate-policy.ts";
import { writeStarterPolicy } from "./starter-policy.ts";

const finding = (
  more: Partial<Finding> & { readonly tier?: 1 | 2 | 3 | 4; readonly domain?: string },
): Finding => {
  const { tier, domain, ...rest } = more;
  return {
    fingerprint: "f",
    change: { kind: "drop_column", asset: { namespace: "n", name: "orders" } },
    asset: {
      id: "n/board" as Finding["asset"]["id"],
      namespace: "n",
      name: "board",
      shortName: "board",
      kind: "dashboard",
      ...(tier === undefined ? {} : { tier }),
      ...(domain === undefined ? {} : { domain }),
    },
    verdict: "breaks_loudly",
    certainty: "certain",
    points: 30,
    severity: "SEV3",
    because: [],
    new: true,
    waived: false,
    counts: false,
    blocks: false,
    ...rest,
  };
};

const BLOCKS = overridePolicy(DEFAULT_GATE, { failOn: "silent" });
const sure = { columnsKnown: 1, notUnderstood: [] };

describe("what counts", () => {
  it.each([
    ["loud", "breaks_loudly", true],
    ["loud", "breaks_silently", false],
    ["silent", "breaks_loudly", true],
    ["silent", "breaks_silently", true],
    ["silent", "degraded", false],
    ["degraded", "degraded", true],
    ["none", "breaks_silently", false],
    ["degraded", "unknown", false],
  ] as const)("at level %s, %s: %s", (failOn, verdict, expected) => {
    const rules = rulesFor(overridePolicy(DEFAULT_GATE, { failOn }), undefined);
    expect(counts(rules, { verdict, certainty: "certain", tier: 1 })).toBe(expected);
  });

  it("less certain than asked for, or less important, does not count", () => {
    const rules = rulesFor(
      overridePolicy(BLOCKS, { minCertainty: "likely", minTier: 2 }),
      undefined,
    );
    expect(counts(rules, { verdict: "breaks_loudly", certainty: "possible", tier: 1 })).toBe(false);
    expect(counts(rules, { verdict: "breaks_loudly", certainty: "likely", tier: 3 })).toBe(false);
    expect(counts(rules, { verdict: "breaks_loudly", certainty: "likely", tier: 2 })).toBe(true);
    expect(counts(rules, { verdict: "breaks_loudly", certainty: "certain", tier: undefined })).toBe(
      false,
    );
  });
});

describe("the decision", () => {
  const decide = (findings: readonly Finding[], policy = BLOCKS, confidence = sure) =>
    decideGate({ findings, policy, confidence, now: "2026-03-03T09:00:00Z" });

  it("blocks for what counts, is new and is not excused", () => {
    expect(decide([finding({})])).toMatchObject({ outcome: "blocked", exitCode: 1 });
    expect(decide([finding({ new: false })])).toMatchObject({ outcome: "passed", exitCode: 0 });
    expect(decide([finding({ waived: true })])).toMatchObject({ outcome: "passed", exitCode: 0 });
  });

  it("observes unless the policy or the domain of what breaks says otherwise", () => {
    expect(decide([finding({})], DEFAULT_GATE)).toMatchObject({
      outcome: "would_block",
      exitCode: 0,
    });
    const policy = { ...DEFAULT_GATE, domains: { finance: { mode: "block" as const } } };
    expect(decide([finding({ domain: "finance" })], policy).exitCode).toBe(1);
    expect(decide([finding({ domain: "other" })], policy).exitCode).toBe(0);
  });

  const hole = finding({ verdict: "unknown", certainty: null, tier: 1 });

  it("is incomplete where nobody can say what happens to something important", () => {
    expect(decide([hole])).toMatchObject({ outcome: "incomplete", exitCode: 3 });
    expect(decide([finding({ verdict: "unknown", certainty: null, tier: 3 })]).exitCode).toBe(0);
  });

  it("only warns of holes until nine tenths of the reads are known, and where the policy observes", () => {
    expect(decide([hole], BLOCKS, { ...sure, columnsKnown: 0.89 })).toMatchObject({
      outcome: "would_be_incomplete",
      exitCode: 0,
    });
    expect(decide([hole], DEFAULT_GATE)).toMatchObject({
      outcome: "would_be_incomplete",
      exitCode: 0,
    });
  });

  it("blocks before it is incomplete", () => {
    expect(decide([hole, finding({})]).exitCode).toBe(1);
  });
});

describe("shortly before days off", () => {
  const rule = { hours: 4, day_ends: "18:00", utc_offset: "+01:00" };
  const policy = gatePolicySchema.parse({ version: "t", mode: "block", last_hours: rule });
  // A Friday, 14:30 by the clocks of the place.
  const late = "2026-03-06T13:30:00Z";
  const decide = (
    more: Parameters<typeof finding>[0],
    asked: {
      readonly now?: string;
      readonly onCall?: string;
      readonly policy?: typeof policy;
    } = {},
  ) =>
    decideGate({
      findings: [finding({ verdict: "breaks_silently", certainty: "possible", tier: 1, ...more })],
      policy,
      confidence: sure,
      now: late,
      ...asked,
    });

  it("what may be silently wrong for tier 1, however unlikely, needs somebody named who is on call", () => {
    const stopped = decide({});
    expect(stopped).toMatchObject({ outcome: "blocked", exitCode: 1, onCall: { needed: true } });
    expect(stopped.why).toContain("nobody named who is on call");
    const named = decide({}, { onCall: "finance on-call" });
    expect(named).toMatchObject({
      outcome: "passed",
      onCall: { needed: true, named: "finance on-call" },
    });
    expect(decide({}, { now: "2026-03-05T13:30:00Z" })).toMatchObject({ outcome: "passed" });
    expect(decide({}, { now: "2026-03-05T13:30:00Z" })).not.toHaveProperty("onCall");
  });

  it.each([
    ["of a lower tier", { tier: 2 }],
    ["of no tier", { tier: undefined as never }],
    ["that stops with an error, which pages somebody by itself", { verdict: "breaks_loudly" }],
    ["that was there before", { new: false }],
    ["that is waived", { waived: true }],
  ] as const)("it is not asked for what is %s", (_what, more) => {
    expect(decide(more)).toMatchObject({ outcome: "passed", onCall: { needed: false } });
  });

  it("it is asked for where the level counts failures only, too", () => {
    const loud = { ...policy, fail_on: "loud" as const };
    expect(decide({}, { policy: loud })).toMatchObject({
      outcome: "blocked",
      onCall: { needed: true },
    });
    expect(decide({}, { policy: loud, onCall: "data" })).toMatchObject({ outcome: "passed" });
  });

  it("a name does not lift what the policy blocks at any hour", () => {
    expect(decide({ certainty: "certain" }, { onCall: "somebody" }).outcome).toBe("blocked");
  });

  it("is only told where the policy observes, and where nothing is to count", () => {
    expect(decide({}, { policy: { ...policy, mode: "observe" } })).toMatchObject({
      outcome: "would_block",
      exitCode: 0,
    });
    expect(decide({}, { policy: { ...policy, fail_on: "none" } }).outcome).toBe("passed");
  });
});

it("the starter policy is a policy, whatever the domains are called", () => {
  const text = writeStarterPolicy(
    [
      { name: 'a: "b" # c', tiers: { 1: 2, 3: 1 } },
      { name: "empty", tiers: {} },
    ],
    "2026-03-03",
  );
  const policy = gatePolicySchema.parse(parse(text));
  expect(policy).toMatchObject({ version: "2026-03-03", mode: "observe", unreachable: "warn" });
  expect(policy.domains['a: "b" # c']).toEqual({ mode: "observe", min_tier: 1 });
  expect(gatePolicySchema.parse(parse(writeStarterPolicy([], "1"))).domains).toEqual({});
});
