import { z } from "zod";
import type { Verdict } from "#lib/impact/assessment.ts";
import type { Certainty } from "#lib/impact/change.ts";
import type { Tier } from "#lib/model/asset.ts";
import { weightsSchema } from "./weights.ts";

/** Each level counts what those before it count, too; `none` counts nothing. */
export const FAIL_LEVELS = ["loud", "silent", "degraded", "none"] as const;
export type FailLevel = (typeof FAIL_LEVELS)[number];

export const CERTAINTIES = ["certain", "likely", "possible"] as const;

const tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], {
  error: "is none of the tiers 1, 2, 3 and 4",
});

const gate = {
  /** `observe` says what would have been blocked; `block` does it. */
  mode: z.enum(["observe", "block"]),
  fail_on: z.enum(FAIL_LEVELS),
  min_certainty: z.enum(CERTAINTIES),
  /** Up to this tier; an asset without one counts as 4. */
  min_tier: tier,
};

/** What a company calls its policy; without it nobody can say which one an answer used. */
const version = z
  .union([z.string().min(1), z.number()], {
    error: ({ input }) =>
      input === undefined
        ? "is missing: call this policy something, such as 2026-03"
        : "is a text or a number, such as 2026-03",
  })
  .transform(String);

const days = z.number().int().min(0).max(3650);

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is no time such as 17:00");

/** Hours before days off in which what may be silently wrong needs somebody on call. */
const lastHours = z.strictObject({
  hours: z.number().int().min(1).max(24).default(4),
  /** When a working day ends, by the clocks of `utc_offset`. */
  day_ends: clock.default("18:00"),
  utc_offset: z
    .string()
    .regex(/^[+-]([01]\d):[0-5]\d$/, "is no offset such as +01:00")
    .default("+00:00"),
  /** Up to this tier. */
  tier: tier.default(1),
  /** Days off beside Saturday and Sunday. */
  days_off: z.array(z.iso.date()).default([]),
});

/** `faultline.policy.yaml`. */
export const gatePolicySchema = z.strictObject({
  /** Shown in every answer that used it. */
  version,
  mode: gate.mode.default("observe"),
  fail_on: gate.fail_on.default("silent"),
  min_certainty: gate.min_certainty.default("likely"),
  min_tier: gate.min_tier.default(4),
  /** By the domain of what breaks: its owners opt into blocking. */
  domains: z
    .record(
      z.string(),
      z.strictObject({
        mode: gate.mode.optional(),
        fail_on: gate.fail_on.optional(),
        min_certainty: gate.min_certainty.optional(),
        min_tier: gate.min_tier.optional(),
      }),
    )
    .default({}),
  /** What an answer is worth whose lineage has holes. */
  incomplete: z
    .strictObject({
      mode: z.enum(["warn", "block"]).default("block"),
      /** Below this share of reads that are known to the column, holes only warn. */
      columns_known: z.number().min(0).max(1).default(0.9),
    })
    .default({ mode: "block", columns_known: 0.9 }),
  /** Where the store or the server does not answer: end with 4, or warn and pass. */
  unreachable: z.enum(["warn", "fail"]).default("fail"),
  /** Days between the announcement of a removal and the removal, by the best tier that reads it. */
  windows: z
    .strictObject({
      tier_1: days.default(30),
      tier_2: days.default(14),
      tier_3: days.default(7),
      tier_4: days.default(0),
    })
    .default({ tier_1: 30, tier_2: 14, tier_3: 7, tier_4: 0 }),
  /** Of change reviews. */
  reviews: z
    .strictObject({
      /** Absent: silence never counts as agreement. */
      silence: z.strictObject({ after_days: days.min(1), tiers: z.array(tier).min(1) }).optional(),
      /** Working days after which an objection or an open sign-off is decided. */
      escalate_after: days.default(5),
      /** The role that decides it then. */
      decides: z.string().min(1).default("change board"),
    })
    .default({ escalate_after: 5, decides: "change board" }),
  /** Of the record of runs. */
  runs: z
    .strictObject({
      /** A run is kept for so long; then only the counts of its month are. */
      keep_days: z.number().int().min(1).max(3650).default(400),
    })
    .default({ keep_days: 400 }),
  /** How much things count in points, here and on every screen; absent: as the product has it. */
  weights: weightsSchema.optional(),
  /** Absent: a change goes out at any hour. */
  last_hours: lastHours.optional(),
  /** Waivers that stand in SQL, `-- faultline: ignore …`: taken, or told and not taken. */
  pragmas: z.enum(["allow", "refuse"]).default("allow"),
  /** The file of waivers, relative to this one. */
  waivers: z.string().min(1).optional(),
});

export type GatePolicy = z.output<typeof gatePolicySchema>;

/** Where no file says anything: look, tell, and let it pass. */
export const DEFAULT_GATE: GatePolicy = gatePolicySchema.parse({ version: "faultline-1" });

/** What the command line says over the file. */
export interface GateOverrides {
  readonly failOn?: FailLevel;
  readonly minCertainty?: Certainty;
  readonly minTier?: Tier;
}

/** Who asks for a level wants it to count, so `--fail-on` blocks also where the file only observes. */
export function overridePolicy(policy: GatePolicy, overrides: GateOverrides): GatePolicy {
  const { failOn, minCertainty, minTier } = overrides;
  const own = {
    ...(failOn === undefined ? {} : { fail_on: failOn, mode: "block" as const }),
    ...(minCertainty === undefined ? {} : { min_certainty: minCertainty }),
    ...(minTier === undefined ? {} : { min_tier: minTier }),
  };
  const domains = Object.fromEntries(
    Object.entries(policy.domains).map(([name, rules]) => [name, { ...rules, ...own }]),
  );
  return { ...policy, ...own, domains };
}

export interface GateRules {
  readonly mode: "observe" | "block";
  readonly fail_on: FailLevel;
  readonly min_certainty: Certainty;
  readonly min_tier: Tier;
}

/** The rules for what breaks in a domain. */
export function rulesFor(policy: GatePolicy, domain: string | undefined): GateRules {
  const { mode, fail_on, min_certainty, min_tier } = policy;
  const own = domain === undefined ? undefined : policy.domains[domain];
  return {
    mode: own?.mode ?? mode,
    fail_on: own?.fail_on ?? fail_on,
    min_certainty: own?.min_certainty ?? min_certainty,
    min_tier: own?.min_tier ?? min_tier,
  };
}

/** Domains that the policy has rules for and nothing is of; nothing is said where no domain is known at all. */
export function unknownDomains(
  { domains }: GatePolicy,
  known: ReadonlySet<string>,
): readonly string[] {
  return known.size === 0 ? [] : Object.keys(domains).filter((name) => !known.has(name));
}

const COUNTED: Readonly<Record<FailLevel, ReadonlySet<Verdict>>> = {
  loud: new Set<Verdict>(["breaks_loudly"]),
  silent: new Set<Verdict>(["breaks_loudly", "breaks_silently"]),
  degraded: new Set<Verdict>(["breaks_loudly", "breaks_silently", "degraded"]),
  none: new Set<Verdict>(),
};

/** Whether the rules count a verdict as a reason to stop. */
export function counts(
  rules: GateRules,
  found: {
    readonly verdict: Verdict;
    readonly certainty: Certainty | null;
    readonly tier: Tier | undefined;
  },
): boolean {
  const isSure =
    found.certainty !== null &&
    CERTAINTIES.indexOf(found.certainty) <= CERTAINTIES.indexOf(rules.min_certainty);
  return COUNTED[rules.fail_on].has(found.verdict) && isSure && (found.tier ?? 4) <= rules.min_tier;
}
