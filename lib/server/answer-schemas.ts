import { z } from "zod";
import { EFFECTS } from "#lib/impact/assessment.ts";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import { SOURCE_KINDS } from "#lib/model/claim.ts";
import { PROBLEM_CODES } from "#lib/model/problem.ts";
import type { ProblemCode } from "#lib/model/problem.ts";
import { COLUMN_USES } from "#lib/model/use.ts";
import { changeInputSchema } from "#lib/usecases/read-changes.ts";

/*
 * The answers of the API, as its description gives them. The objects are strict: the test that holds real answers
 * against them fails for a key that nobody described.
 */

const time = z.string().describe("ISO 8601");
const assetKind = z.enum(ASSET_KINDS);
const tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const use = z.enum(COLUMN_USES);
const effect = z.enum(EFFECTS);
const certainty = z.enum(["certain", "likely", "possible"]);
const verdict = z.enum(["breaks_loudly", "breaks_silently", "degraded", "unaffected", "unknown"]);
const provenance = z.strictObject({
  file: z.string().optional(),
  line: z.int().optional(),
  event: z.string().optional(),
});
const assetName = z.strictObject({ namespace: z.string(), name: z.string() });

const problem = z.strictObject({
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
});

const verdictAsset = z.strictObject({
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
});

const assetVerdict = z.strictObject({
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
const assessedChange = z.looseObject({
  kind: changeKind,
  asset: assetName,
  column: z.string().nullish(),
  classifiedAs: changeKind,
});

const assessment = z.strictObject({
  graphVersion: z.string(),
  complete: z.boolean(),
  hidden: z.int(),
  changes: z.array(assessedChange),
  verdicts: z.array(assetVerdict),
  notify: z.array(z.strictObject({ owner: z.string(), assets: z.array(z.string()) })),
  policy: z.string(),
});

const changeError = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    candidates: z.array(z.string()).optional(),
  }),
  change: z.looseObject({ kind: z.string() }),
});

const impactResult = z.union([assessment, changeError]);
export const impactAnswerSchema = z.union([
  impactResult,
  z.strictObject({ results: z.array(impactResult) }),
]);

export const impactRequestSchema = z.looseObject({
  changes: z.array(changeInputSchema).min(1).max(10_000),
  each: z.boolean().optional(),
  materialize: z.literal("table").optional(),
  at: z.string().optional().describe("a version or a time: the graph as it was"),
});

export const searchAnswerSchema = z.strictObject({
  query: z.string(),
  hits: z.array(
    z.strictObject({
      asset: z.string(),
      column: z.string().optional(),
      shortName: z.string(),
      name: z.string(),
      namespace: z.string(),
      kind: assetKind,
      domain: z.string().optional(),
      type: z.string().optional(),
      reached: z.int(),
    }),
  ),
  totalColumns: z.int(),
  totalAssets: z.int(),
});

const asOf = z.strictObject({
  version: z.int(),
  at: z.string(),
  staleBecause: z.string().optional().describe("set where the store is away and this is the last that was read"),
});

const coverage = z.strictObject({
  assets: z.int(),
  consumers: z.int(),
  domains: z.int(),
  columns: z.int(),
  columnReads: z.int(),
  tableReads: z.int(),
  unresolved: z.int(),
  consumersWithoutLineage: z.int(),
});

const assetLink = z.strictObject({
  id: z.string(),
  shortName: z.string(),
  name: z.string(),
  kind: assetKind,
  domain: z.string().optional(),
  owner: z.string().optional(),
  tier: tier.optional(),
  hops: z.int(),
});

const historyEntry = z.strictObject({
  at: time,
  version: z.int(),
  asset: z.string(),
  shortName: z.string(),
  domain: z.string().optional(),
  column: z.string().optional(),
  what: z.string(),
  change: assessedChange.optional(),
});

const column = z.looseObject({ name: z.string(), type: z.string().optional() });

export const assetPageSchema = z.strictObject({
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  shortName: z.string(),
  kind: assetKind,
  attributes: z.looseObject({}),
  columns: z.array(
    column.extend({
      consumers: z.record(z.string(), z.int()),
      reads: z.array(
        z.strictObject({
          asset: z.string(),
          shortName: z.string(),
          column: z.string().optional(),
          use,
        }),
      ),
      inContract: z.boolean(),
    }),
  ),
  columnsComplete: z.boolean(),
  placeholder: z.boolean(),
  upstream: z.array(assetLink),
  downstream: z.array(assetLink),
  changedUpstream: z.array(historyEntry),
  history: z.array(historyEntry),
  queries: z.array(
    z.strictObject({
      name: z.string(),
      sql: z.string(),
      dialect: z.string(),
      understood: z.boolean(),
    }),
  ),
  sources: z.array(
    z.strictObject({
      id: z.string(),
      label: z.string(),
      firstSeen: time,
      lastSeen: time,
      staleSince: time.optional(),
    }),
  ),
  provenance: z.array(provenance),
  aliases: z.array(z.string()),
  asOf,
});

const sourceRow = z.strictObject({
  id: z.string(),
  kind: z.enum(SOURCE_KINDS),
  label: z.string(),
  domain: z.string().optional(),
  lastSeen: z.string(),
  assets: z.int(),
  coverage: z.strictObject({ columnReads: z.int(), tableReads: z.int() }),
  problems: z.array(problem),
});

export const sourcesPageSchema = z.strictObject({
  sources: z.array(sourceRow),
  coverage,
  unresolved: z.array(z.strictObject({ name: z.string(), readBy: z.array(assetLink) })),
  next: z.array(z.strictObject({ what: z.string(), removes: z.int() })),
  asOf,
});

export const homePageSchema = z.strictObject({
  stories: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      summary: z.string(),
      href: z.string(),
      counts: z.record(z.string(), z.int()),
    }),
  ),
  changed: z.array(historyEntry),
  sources: z.array(sourceRow),
  coverage,
  riskiest: z.array(
    z.strictObject({
      asset: z.string(),
      shortName: z.string(),
      column: z.string(),
      consumers: z.int(),
      points: z.number(),
    }),
  ),
  empty: z.boolean(),
  asOf,
});

export const subGraphSchema = z.strictObject({
  focus: z.string(),
  assets: z.array(
    z.strictObject({
      id: z.string(),
      namespace: z.string(),
      name: z.string(),
      shortName: z.string(),
      kind: assetKind,
      domain: z.string().optional(),
      owner: z.string().optional(),
      tier: tier.optional(),
      hops: z.int().describe("negative: upstream"),
      columns: z.array(z.strictObject({ name: z.string(), type: z.string().optional() })),
    }),
  ),
  edges: z.array(
    z.strictObject({
      from: z.strictObject({ asset: z.string(), column: z.string().optional() }),
      to: z.strictObject({ asset: z.string(), column: z.string().optional() }),
      use,
      expression: z.string().optional(),
    }),
  ),
  leftOut: z
    .strictObject({ assets: z.int(), beyondHops: z.int() })
    .describe("reached within the hops and over the limit; at the edge and further away"),
  asOf,
});

export const ingestReportSchema = z.looseObject({
  assets: z.int(),
  columns: z.int(),
  edges: z.int(),
  unresolved: z.int(),
  problems: z.array(problem),
  version: z.int(),
});

export const healthSchema = z.strictObject({
  ready: z.boolean(),
  store: z.strictObject({ label: z.string().optional(), reachable: z.boolean(), error: z.string().optional() }),
  graphVersion: z.int().nullable(),
  snapshot: z.strictObject({
    at: z.string().nullable(),
    ageSeconds: z.number().nullable().describe("since the store last answered"),
  }),
  version: z.string(),
});
