import { z } from "zod";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import { gatePolicySchema } from "#lib/review/gate-policy.ts";
import { waiversSchema } from "#lib/review/waiver.ts";
import { assessment, assetVerdict, problem } from "./impact-schemas.ts";

const sideSchema = z.union([
  z
    .string()
    .regex(/^store(?:@.+)?$/)
    .describe("`store`, or `store@TIME`: what this server knows"),
  z.strictObject({
    label: z.string(),
    files: z
      .array(z.looseObject({ path: z.string(), text: z.string(), root: z.string() }))
      .max(50_000),
    problems: z.array(problem).optional(),
  }),
]);

export const checkRequestSchema = z.strictObject({
  base: sideSchema,
  head: sideSchema,
  policy: gatePolicySchema
    .optional()
    .describe("as in faultline.policy.yaml; by default it observes"),
  waivers: waiversSchema.shape.waivers.optional(),
  renames: z
    .array(z.strictObject({ asset: z.string(), from: z.string(), to: z.string() }))
    .optional()
    .describe("renames that a person has confirmed"),
  names: namesConfigSchema.optional(),
  dialect: z.string().optional(),
  materialize: z.literal("table").optional(),
  fullRefresh: z
    .boolean()
    .optional()
    .describe("the next build is one with dbt's --full-refresh: incremental models are made anew"),
  onCall: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe("who is there when it goes wrong, shortly before days off"),
});

const certainty = z.enum(["certain", "likely", "possible"]);
const assetName = z.strictObject({ namespace: z.string(), name: z.string() });
const place = { file: z.string().optional(), line: z.int().optional() };

const changeSchema = z.strictObject({
  kind: z.enum(CHANGE_KINDS),
  asset: assetName,
  column: z.string().optional(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  evidence: z.string(),
  ...place,
  to: z.string().optional(),
  fromType: z.string().optional(),
  toType: z.string().optional(),
  value: z.string().optional(),
  columns: z.array(z.string()).optional(),
  certainty: certainty.optional(),
  effects: z
    .array(z.strictObject({ column: z.string().optional(), effect: z.string(), certainty }))
    .optional()
    .describe("what the edit does at the asset itself"),
  maybeRenamedTo: z.string().optional(),
});

const { asset, verdict, points, severity, because } = assetVerdict.shape;

const findingSchema = z.strictObject({
  fingerprint: z.string(),
  change: z.strictObject({
    kind: z.enum(CHANGE_KINDS),
    asset: assetName,
    column: z.string().optional(),
    ...place,
  }),
  asset,
  verdict,
  certainty: certainty.nullable(),
  points,
  severity,
  because,
  new: z.boolean(),
  waived: z.boolean(),
  waiver: z
    .strictObject({
      reason: z.string(),
      approver: z.string(),
      expires: z.string(),
      place: z
        .strictObject({ file: z.string(), line: z.int().optional() })
        .optional()
        .describe("in code"),
      expired: z.literal(true).optional(),
    })
    .optional(),
  counts: z.boolean().describe("a reason to stop, as the policy sees it"),
  blocks: z
    .boolean()
    .describe("it counts, and its domain's policy stops and does not only observe"),
});

/** What `check --format json` prints; docs/check.schema.json is made of it. */
export const checkAnswerSchema = z.strictObject({
  blocked: z.boolean(),
  outcome: z.enum(["passed", "blocked", "would_block", "incomplete", "would_be_incomplete"]),
  why: z.string(),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]),
  onCall: z
    .strictObject({
      needed: z.boolean().describe("something may be silently wrong for the tier of the rule"),
      named: z.string().optional(),
    })
    .optional()
    .describe("only in the hours before days off that the policy names"),
  base: z.string(),
  head: z.string(),
  changes: z.array(changeSchema),
  findings: z.array(findingSchema),
  assessment,
  policy: z.string().describe("the version of the policy that decided"),
  unknownDomains: z
    .array(z.string())
    .optional()
    .describe("domains that the policy has rules for and that nothing is of"),
  waivers: z.strictObject({
    expired: z.array(z.unknown()),
    unused: z.array(z.unknown()),
    refused: z
      .array(z.strictObject({ file: z.string(), line: z.int().optional(), why: z.string() }))
      .describe("pragmas in SQL that excuse nothing"),
  }),
  orphans: z.array(
    z.strictObject({
      kind: z.enum(["test", "contract"]),
      id: z.string(),
      asset: assetName,
      column: z.string(),
    }),
  ),
  rebuild: z.array(z.string()).describe("as `dbt build --select` takes it"),
  confidence: z.strictObject({
    columnsKnown: z.number(),
    notUnderstood: z.array(z.strictObject({ asset: z.string(), why: z.string() })),
    deployedKnown: z.boolean(),
    typesInferred: z.boolean(),
  }),
  problems: z.array(problem),
});
