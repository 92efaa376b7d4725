import { z } from "zod";
import { EFFECTS } from "#lib/impact/assessment.ts";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import type { ProblemCode } from "#lib/model/problem.ts";
import { PROBLEM_CODES } from "#lib/model/problem.ts";
import { COLUMN_USES } from "#lib/model/use.ts";
import { changeInputSchema } from "#lib/usecases/ask/read-changes.ts";

/*
 * The answers of the API, as its description gives them. The objects are strict: the test that holds real answers
 * against them fails for a key that nobody described.
 */

export const time = z.string().describe("ISO 8601");
export const assetKind = z.enum(ASSET_KINDS);
export const tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export const use = z.enum(COLUMN_USES);
const effect = z.enum(EFFECTS);
const certainty = z.enum(["certain", "likely", "possible"]);
const verdict = z.enum(["breaks_loudly", "breaks_silently", "degraded", "unaffected", "unknown"]);
const prediction = z.strictObject({ verdict, certainty: certainty.nullable() });
const proofOutcome = z.enum(["fails", "binds", "same", "differs", "not_tried"]);
export const provenance = z.strictObject({
  file: z.string().optional(),
  line: z.int().optional(),
  event: z.string().optional(),
});
const assetName = z.strictObject({ namespace: z.string(), name: z.string() });
export const assetRef = z.union([z.string(), assetName]);

export const problem = z.strictObject({
  code: z.enum(Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]),
  message: z.string(),
  next: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  severity: z.enum(["error", "warning", "info"]),
});

export const problemDocumentSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe("stable; what programs should look at"),
    next: z.string().optional(),
    candidates: z.array(z.string()).optional(),
  })
  .describe("a problem document, RFC 9457");

const becauseStep = z.strictObject({
  node: z.string(),
  asset: z.string(),
  column: z.string().optional(),
  inside: z.string().optional(),
  effect,
  certainty,
  use: use.optional(),
  rule: z.string(),
  text: z.string(),
  expression: z.string().optional(),
  provenance: provenance.optional(),
  skipped: z.number().int().positive().optional(),
});

export const verdictAsset = z.strictObject({
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  shortName: z.string(),
  kind: assetKind,
  domain: z.string().optional(),
  owner: z.string().optional(),
  tier: tier.optional(),
  tierGuessed: z.boolean().optional(),
  partOf: z.string().optional(),
  staleSince: z.string().optional(),
});

export const assetVerdict = z.strictObject({
  asset: verdictAsset,
  verdict,
  certainty: certainty.nullable(),
  points: z.number().nullable(),
  terms: z.record(z.string(), z.number()),
  severity: z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]).nullable(),
  run: z.enum(["ok", "fails", "stale"]),
  rows: z.array(z.strictObject({ effect, certainty })),
  columns: z.array(z.strictObject({ column: z.string(), effects: z.array(effect), certainty })),
  because: z.array(becauseStep),
  also: z.array(
    z.strictObject({ verdict, certainty: certainty.nullable(), because: z.array(becauseStep) }),
  ),
  hops: z.int(),
  absorbedBy: z.array(z.strictObject({ node: z.string(), use, why: z.string() })).optional(),
  proof: z
    .strictObject({
      engine: z.string(),
      outcome: proofOutcome,
      basis: z.literal("proved by run").optional(),
      predicted: prediction.optional(),
      query: z.string().optional(),
      message: z.string().optional(),
    })
    .optional()
    .describe("what an engine said, where one was asked"),
  queries: z
    .array(
      z.strictObject({
        name: z.string(),
        verdict,
        certainty: certainty.nullable(),
        because: z.array(becauseStep),
      }),
    )
    .optional(),
});

const changeKind = z.enum(CHANGE_KINDS);
export const assessedChange = z.looseObject({
  kind: changeKind,
  asset: assetName,
  column: z.string().nullish(),
  classifiedAs: changeKind,
});

const changeError = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    candidates: z.array(z.string()).optional(),
  }),
  change: z.unknown().describe("as it was asked"),
});

const traceInput = {
  from: z.string(),
  inside: z.string().optional(),
  effect,
  certainty,
  use: use.optional(),
  expression: z.string().optional(),
  provenance: provenance.optional(),
  text: z.string(),
};

const traceNode = z.strictObject({
  node: z.string(),
  asset: z.string(),
  inside: z.string().optional(),
  effects: z.array(z.strictObject({ effect, certainty })),
  steps: z.array(z.strictObject({ ...traceInput, gives: effect, rule: z.string() })),
  stops: z.array(z.strictObject(traceInput)),
  skipped: z.int().optional(),
});

export const assessment = z.strictObject({
  graphVersion: z.string(),
  complete: z.boolean(),
  hidden: z.int(),
  changes: z.array(assessedChange),
  verdicts: z.array(assetVerdict),
  notify: z.array(z.strictObject({ owner: z.string(), assets: z.array(z.string()) })),
  policy: z.string(),
  readsNotKnown: z
    .array(verdictAsset)
    .optional()
    .describe("what may read anything: of some query of theirs no table can be found"),
  misses: z
    .array(
      z.strictObject({
        asset: z.string(),
        predicted: prediction,
        ran: verdict,
        proof: proofOutcome,
      }),
    )
    .optional()
    .describe("predictions that a run contradicts"),
  suspectedTwins: z
    .array(
      z.strictObject({
        asset: z.strictObject({ id: z.string(), namespace: z.string(), name: z.string() }),
        twin: verdictAsset,
        confidence: z.number().describe("0 to 1"),
        readers: z.int().describe("that are not in the answer"),
      }),
    )
    .optional()
    .describe("what looks like an asset of the answer under another name"),
  trace: z
    .array(traceNode)
    .optional()
    .describe("every step of the way to the asset that `explain` named"),
  errors: z
    .array(changeError)
    .optional()
    .describe(
      "changes that are malformed or name something that does not exist; the others are assessed without them",
    ),
});

const impactResult = z.union([assessment, changeError]);
export const impactAnswerSchema = z.union([
  impactResult,
  z.strictObject({ results: z.array(impactResult) }),
]);

/** An entry that is no change passes the door: it is an error of that change alone. */
export const impactRequestSchema = z.looseObject({
  changes: z
    .array(z.union([changeInputSchema, z.unknown()]))
    .min(1)
    .max(10_000),
  each: z.boolean().optional(),
  materialize: z.literal("table").optional(),
  explain: z.string().optional().describe("an asset: every step of the way to it is told"),
  at: z.string().optional().describe("a version or a time: the graph as it was"),
});
