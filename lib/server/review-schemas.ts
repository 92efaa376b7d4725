import { z } from "zod";
import { REVIEW_STATES, SIGN_OFFS } from "#lib/review/review-action.ts";
import {
  reviewActionSchema,
  reviewedChangesSchema,
} from "#lib/usecases/reviews/review-action-schema.ts";
import { tier, time } from "./impact-schemas.ts";

const verdict = z.strictObject({
  asset: z.string(),
  name: z.string(),
  owner: z.string().optional(),
  domain: z.string().optional(),
  tier: tier.optional(),
  verdict: z.enum(["breaks_loudly", "breaks_silently", "degraded", "unaffected", "unknown"]),
  certainty: z.enum(["certain", "likely", "possible"]).nullable(),
});
const readers = z.strictObject({
  names: z.array(z.string()).describe("what still reads the old columns at first hand"),
  notCounted: z.string().optional().describe("why nobody can say how many there are"),
});
const content = z.strictObject({
  changes: z.array(z.looseObject({ kind: z.string() })),
  hash: z.string().describe("sign-offs are for this"),
  graphVersion: z.string(),
  complete: z.boolean(),
  verdicts: z.array(verdict),
  readers,
});
const signOff = z.strictObject({
  answer: z.enum(SIGN_OFFS),
  by: z.enum(["team", "silence", "decided"]),
  actor: z.string(),
  at: time,
  hash: z.string(),
  seq: z.int(),
  reason: z.string().optional(),
  approver: z.string().optional(),
  role: z.string().optional(),
});
const days = z.int().min(0);

const reviewSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(REVIEW_STATES),
  proposedAt: time,
  proposedBy: z.string(),
  content,
  proposal: content.describe("as it was proposed"),
  policy: z.strictObject({
    version: z.string(),
    windowDays: z.record(z.string(), days),
    silence: z.strictObject({ afterDays: days, tiers: z.array(tier) }).optional(),
    escalateAfter: days,
    decidingRole: z.string(),
  }),
  asks: z
    .array(
      z.strictObject({
        owner: z.string().optional().describe("absent: nobody owns it"),
        tier: tier.optional(),
        assets: z.array(z.string()),
        domains: z.array(z.string()),
        verdictKey: z.string(),
        since: time,
        signOff: signOff.optional(),
        voided: z.array(signOff),
      }),
    )
    .describe("what is asked of each affected owner"),
  sunset: z.strictObject({ date: z.string(), announcedAt: time }).optional(),
  endedFor: z.string().optional(),
  seq: z.int(),
});

export const reviewListSchema = z.strictObject({ reviews: z.array(reviewSchema) });

export const shownReviewSchema = z.strictObject({
  review: reviewSchema,
  events: z.array(
    z.strictObject({
      seq: z.int(),
      at: time,
      actor: z.string(),
      isMachine: z.literal(true).optional(),
      action: z.looseObject({ kind: z.string() }),
    }),
  ),
  waiting: z.array(
    z.strictObject({
      owner: z.string().optional(),
      for: z.enum(["an answer", "an objection", "more time"]),
      since: time,
      workingDays: days,
      decidingRole: z.string(),
      isDue: z.boolean().describe("the role may decide now"),
    }),
  ),
  window: z.strictObject({
    leastDays: days,
    sunset: z.string().optional(),
    hasPassed: z.boolean(),
    daysLeft: z.int().optional(),
    notAgreed: z.array(z.string()),
  }),
  today: z
    .strictObject({
      graphVersion: z.string(),
      vanished: z.array(z.string()).describe("what the change names and is not there any more"),
      appeared: z.array(verdict),
      gone: z.array(verdict),
      altered: z.array(z.strictObject({ before: verdict, now: verdict })),
      readers,
    })
    .describe("the same content judged on the graph of now, against when it was judged"),
  skipped: z.array(z.string()).optional().describe("changes that were left out, and why"),
});

export const proposeReviewSchema = z.strictObject({
  title: z.string().trim().min(1).max(300).exactOptional(),
  changes: reviewedChangesSchema.describe("as a changes file has them"),
  skipUnknown: z
    .boolean()
    .exactOptional()
    .describe("leave out changes that name nothing known, and say which"),
});

export const reviewEntrySchema = z.strictObject({
  action: reviewActionSchema,
  ifSeq: z
    .int()
    .min(1)
    .exactOptional()
    .describe("the last entry that was seen; with others since, the answer is 409"),
});
