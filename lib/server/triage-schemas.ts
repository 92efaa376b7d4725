import { z } from "zod";
import { FINDINGS } from "#lib/incidents/finding.ts";
import { SHOWINGS } from "#lib/incidents/observation.ts";
import { changeInputSchema } from "#lib/usecases/ask/read-changes.ts";
import { assetRef, time, verdictAsset } from "./impact-schemas.ts";

const observedRef = z.strictObject({
  ref: z
    .string()
    .min(1)
    .describe("a name, a column, an id, the address of a dashboard, or the whole text of an error"),
  shows: z
    .enum(SHOWINGS)
    .optional()
    .describe(
      "how it shows; gone: an engine says that the column or table is not there; unfit: that a value of it does not fit a type; of an error text it is read",
    ),
  found: z
    .enum(FINDINGS)
    .optional()
    .describe(
      "what kind of test it was that failed: it looked for nulls, duplicates, other values",
    ),
  since: time.optional(),
});

export const triageRequestSchema = z.looseObject({
  symptoms: z.array(observedRef).min(1).max(10_000),
  healthy: z.array(observedRef).max(10_000).optional(),
  changes: z
    .union([
      z.array(z.union([changeInputSchema, z.unknown()])).max(10_000),
      z.looseObject({ changes: z.array(z.unknown()).max(10_000) }),
    ])
    .optional()
    .describe("what happened beside what the store remembers: changes, `at` with each"),
  at: z.string().optional().describe("a version or a time: the graph and its changes up to then"),
});

const loggedChange = z.strictObject({
  asset: assetRef,
  column: z.string().optional(),
  at: time.optional(),
  change: z.looseObject({ kind: z.string() }).optional(),
});

const suspect = z.strictObject({
  asset: verdictAsset,
  column: z.string().optional(),
  fault: z.string().describe("what is supposed to have happened"),
  score: z.number().describe("nats: the sum of the terms"),
  terms: z.array(
    z.strictObject({
      term: z.enum(["symptoms", "healthy", "change", "no_change", "failed_run", "own_checks"]),
      value: z.number(),
      text: z.string(),
    }),
  ),
  explains: z.array(
    z.strictObject({
      ref: z.string(),
      asset: verdictAsset,
      column: z.string().optional(),
      hops: z.int(),
    }),
  ),
  contradicted: z.array(z.string()).describe("healthy, although this should have broken them"),
  group: z.int().describe("suspects with one number cannot be told apart by what was observed"),
  cause: z.int().describe("1: explains the most; 2: explains what the first leaves over"),
  change: loggedChange.optional(),
});

export const triageAnswerSchema = z.strictObject({
  graphVersion: z.string(),
  suspects: z.array(suspect),
  unexplained: z.array(z.strictObject({ ref: z.string(), asset: verdictAsset })),
  rejected: z.array(
    z.strictObject({
      asset: verdictAsset,
      column: z.string().optional(),
      reason: z.string(),
      change: loggedChange.optional(),
    }),
  ),
  notWalked: z.int(),
  weights: z.string(),
  errors: z
    .array(z.looseObject({ ref: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .describe(
      "references that name nothing here, or only in part, as an error text may, and entries of changes that could not be used as they stand (ref: where): the answer is of what is known",
    ),
});
