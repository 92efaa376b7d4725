import { z } from "zod";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import { KEPT_FINDINGS } from "#lib/review/gate-run.ts";
import { tier, time } from "./impact-schemas.ts";

const text = z.string().min(1).max(4_000);
const outcome = z.enum(["passed", "blocked", "would_block", "incomplete", "would_be_incomplete"]);
const count = z.int().min(0);

const loggedFinding = z.strictObject({
  fingerprint: text,
  change: z.strictObject({
    kind: z.enum(CHANGE_KINDS),
    asset: text.describe("full name of the changed table"),
    column: text.exactOptional(),
  }),
  asset: text.describe("id of what breaks"),
  name: text,
  domain: text.exactOptional(),
  owner: text.exactOptional(),
  tier: tier.exactOptional(),
  verdict: z.enum(["breaks_loudly", "breaks_silently", "degraded", "unaffected", "unknown"]),
  certainty: z.enum(["certain", "likely", "possible"]).nullable(),
  counts: z.boolean().describe("a reason to stop, as the policy saw it"),
  waived: z.boolean(),
});

const runShape = {
  key: z.string().min(1).max(500).exactOptional().describe("of the pull request"),
  link: z.url().exactOptional(),
  base: text,
  head: text,
  policy: text.describe("version of the policy that decided"),
  outcome,
  seconds: z.number().min(0).max(86_400).describe("what the pipeline waited"),
  onCall: text.exactOptional().describe("who was named to be there, shortly before days off"),
  changes: count,
  found: count.describe("new findings in all"),
  counted: count,
  findings: z.array(loggedFinding).max(KEPT_FINDINGS),
};

/** A run as a pipeline sends it: when and who is what the server knows. */
export const sentRunSchema = z.strictObject(runShape);

export const gateRunSchema = z.strictObject({ at: time, actor: z.string(), ...runShape });

export const gateMissSchema = z.strictObject({
  fingerprint: z.string(),
  finding: loggedFinding,
  entries: z.array(
    z.strictObject({
      at: time,
      actor: z.string(),
      says: z.enum(["wrong", "right"]),
      because: z.string(),
    }),
  ),
});

export const judgeFindingSchema = z
  .strictObject({
    fingerprint: text.exactOptional().describe("of a finding in a run that is kept"),
    review: text.exactOptional().describe("in its place: a review, with `asset`"),
    asset: text.exactOptional().describe("id of what the review says breaks"),
    says: z.enum(["wrong", "right"]),
    because: z.string().trim().min(1).max(4_000),
  })
  .refine(
    ({ fingerprint, review, asset }) =>
      fingerprint === undefined
        ? review !== undefined && asset !== undefined
        : review === undefined,
    { message: "names a fingerprint, or a review and an asset" },
  );

const summary = z.strictObject({
  runs: count,
  byOutcome: z.record(outcome, count),
  changes: count.describe("pull requests; a run without one stands for itself"),
  stopped: count,
  wouldHaveStopped: count,
  passedLater: count,
  findings: count.describe("different findings that counted"),
  wrong: count.describe("of them, judged wrong"),
  seconds: z.strictObject({ total: z.number(), median: z.number(), p90: z.number() }).optional(),
});

export const gatePageSchema = z.strictObject({
  since: time,
  summary,
  months: z
    .array(z.strictObject({ month: z.string().describe("`2026-03`"), summary }))
    .describe("of all times, the newest first; also those whose runs are no longer kept"),
  stopped: z
    .array(
      z.strictObject({
        key: z.string().optional().describe("of the pull request"),
        link: z.string().optional(),
        at: time.describe("of its last run"),
        base: z.string(),
        head: z.string(),
        runs: count,
        outcome: outcome.exclude(["passed"]),
        passedLater: z.boolean(),
        findings: z.array(loggedFinding).describe("what counted, each once"),
      }),
    )
    .describe("changes that were stopped, or would have been; the last one first"),
  moreStopped: count,
  runs: z.array(gateRunSchema),
  moreRuns: count,
  misses: z.array(gateMissSchema),
});
