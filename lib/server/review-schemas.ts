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
  role: z.enum(["consumer", "between"]).optional(),
  staleSince: time.optional().describe("since when no source tells of it any more"),
  cause: z
    .int()
    .optional()
    .describe("the change that it follows from: its number in `changes`, from 0"),
});
const readers = z.strictObject({
  names: z.array(z.string()).describe("what still reads the old columns at first hand"),
  owners: z.record(z.string(), z.string()).optional().describe("owner by name"),
  unsaid: z
    .record(z.string(), time)
    .optional()
    .describe("since when no source tells of them any more, by name; they count for some days yet"),
  notCounted: z.string().optional().describe("why nobody can say how many there are"),
});
const found = z.strictObject({
  target: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  evidence: z.string(),
  file: z.string().exactOptional(),
  line: z.int().exactOptional(),
});
const table = z.strictObject({
  name: z.string(),
  dialect: z.string().optional(),
  isBuilt: z.boolean().describe("a query makes it: that is edited, and not the table"),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string().optional(),
      nullable: z.boolean().optional(),
      description: z.string().optional(),
      mark: z.enum(["stays", "goes", "comes", "changes"]),
      change: z.int().optional().describe("its number in `changes`, from 0"),
    }),
  ),
  more: z.int().describe("columns that are not listed"),
});
const origin = z.strictObject({
  kind: z.enum(["check", "person", "detected"]),
  key: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .exactOptional()
    .describe(
      "of a pull request: an open review of the same key is edited, and no second one made",
    ),
  link: z.url().exactOptional(),
});
const content = z.strictObject({
  changes: z.array(z.looseObject({ kind: z.string() })),
  hash: z.string().describe("sign-offs are for this"),
  changesHash: z
    .string()
    .optional()
    .describe("of the changes alone, where it was judged again on a later graph"),
  graphVersion: z.string(),
  complete: z.boolean(),
  verdicts: z.array(verdict),
  readers,
  found: z.array(found).optional().describe("how two states differed, as people read it"),
  tables: z.array(table).optional().describe("what changes, as it stood when this was judged"),
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
    lastHours: z
      .strictObject({
        hours: z.int(),
        endsAt: z.int().describe("minutes after midnight"),
        utcOffset: z.int().describe("minutes"),
        tier,
        daysOff: z.array(z.string()),
      })
      .optional(),
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
  origin: origin.optional(),
  reminders: z.array(z.strictObject({ owner: z.string(), readers: z.array(z.string()), at: time })),
  writtenOff: z.array(
    z.strictObject({ reader: z.string(), approver: z.string(), reason: z.string(), at: time }),
  ),
  seq: z.int(),
});

export const reviewListSchema = z.strictObject({ reviews: z.array(reviewSchema) });

export const reviewOrderSchema = z.strictObject({
  steps: z.array(
    z.strictObject({
      change: z.int().describe("its number in `changes`, from 0"),
      breaks: z.array(z.string()).describe("what is affected by this step and was not before"),
      broken: z.int().describe("how many are affected after it"),
    }),
  ),
});

export const reviewStateSchema = z.strictObject({ seq: z.int(), graphVersion: z.string() });

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
  now: time,
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
      complete: z.boolean().describe("false: part of what it reaches is not known"),
      readers,
    })
    .describe("the same content judged on the graph of now, against when it was judged"),
  conditions: z
    .array(
      z.strictObject({
        id: z.enum(["agreed", "date", "readers"]),
        isMet: z.boolean(),
        text: z.string(),
      }),
    )
    .describe("what a removal waits for"),
  readers: z.strictObject({
    points: z
      .array(z.strictObject({ at: time, version: z.int(), names: z.array(z.string()) }))
      .describe("who read the old columns, wherever that changed"),
    zeroInDays: z.int().optional().describe("at the pace so far"),
  }),
  plan: z.strictObject({
    steps: z.array(
      z.strictObject({
        id: z.enum(["expand", "compare", "move", "remove"]),
        isDone: z.boolean(),
        isNow: z.boolean(),
      }),
    ),
    tasks: z.array(
      z.strictObject({
        owner: z.string().optional(),
        assets: z.array(
          z.strictObject({ name: z.string(), state: z.enum(["reads", "moved", "written_off"]) }),
        ),
      }),
    ),
    sql: z.array(
      z.strictObject({
        target: z.string(),
        dialect: z.string(),
        expand: z.string(),
        compare: z.string().optional(),
        contract: z.string(),
      }),
    ),
  }),
  outcome: z
    .enum(["made", "edited", "known"])
    .optional()
    .describe(
      "of a proposal: a new review, one of the same key that was edited, or one that says the same",
    ),
  skipped: z.array(z.string()).optional().describe("changes that were left out, and why"),
});

export const proposeReviewSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(300).exactOptional(),
    changes: reviewedChangesSchema.exactOptional().describe("as a changes file has them"),
    detected: z
      .string()
      .min(1)
      .exactOptional()
      .describe("in place of changes: the id of a detected change, judged on the graph before it"),
    skipUnknown: z
      .boolean()
      .exactOptional()
      .describe("leave out changes that name nothing known, and say which"),
    origin: origin.exactOptional(),
    found: z.array(found).max(1_000).exactOptional(),
  })
  .refine(({ changes, detected }) => (changes === undefined) !== (detected === undefined), {
    message: "holds either changes or the id of a detected one",
  });

export const reviewEntrySchema = z.strictObject({
  action: reviewActionSchema,
  ifSeq: z
    .int()
    .min(1)
    .exactOptional()
    .describe("the last entry that was seen; with others since, the answer is 409"),
});
