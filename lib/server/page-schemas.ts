import { z } from "zod";
import { SHOWINGS } from "#lib/incidents/observation.ts";
import { SOURCE_KINDS } from "#lib/model/source-kind.ts";
import {
  assessedChange,
  assetKind,
  problem,
  provenance,
  tier,
  time,
  use,
} from "./impact-schemas.ts";

/* What the screens are given, as the description of the API says it. */

export const searchAnswerSchema = z.strictObject({
  query: z.string(),
  meant: z.string().optional().describe("what was looked for instead of a name that nothing has"),
  text: z
    .strictObject({
      names: z.string().describe("what was looked for in it, in words"),
      isAmbiguous: z.boolean().describe("only one of the hits is meant"),
      unknown: z
        .array(z.string())
        .describe("what failed as the text says, and nothing is called so"),
    })
    .optional()
    .describe("the query is the text of an error, and the hits are what it speaks of"),
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
      shows: z.enum(SHOWINGS).optional().describe("what an error text says of it"),
    }),
  ),
  totalColumns: z.int(),
  totalAssets: z.int(),
});

const asOf = z.strictObject({
  version: z.int(),
  at: z.string(),
  staleBecause: z
    .string()
    .optional()
    .describe("set where the store is away and this is the last that was read"),
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

export const syncRow = z
  .strictObject({
    name: z.string(),
    place: z.string().describe("without secrets"),
    schedule: z.string().optional(),
    state: z
      .enum(["waiting", "running", "ok", "failed", "removed"])
      .describe("`waiting`: it has a schedule and was not read yet"),
    startedAt: z.string().optional(),
    lastOkAt: z.string().optional(),
    failures: z.int().describe("runs that failed since the last that did not"),
    error: z.string().optional(),
  })
  .describe("how the reading of a configured source stands");

export const sourcesPageSchema = z.strictObject({
  sources: z.array(sourceRow),
  syncs: z.array(syncRow),
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
  isRiskiestOpen: z
    .literal(true)
    .optional()
    .describe("the riskiest columns of a large graph are still being found: ask again"),
  empty: z.boolean(),
  asOf,
});

export const waitsPageSchema = z.strictObject({
  waits: z.array(
    z.strictObject({
      kind: z.enum(["answer", "objection", "incident"]),
      id: z.string(),
      title: z.string(),
      owner: z.string().optional(),
      domains: z.array(z.string()),
      since: z.string(),
      workingDays: z.int(),
      isDue: z.boolean().describe("it has waited so long that the deciding role may answer"),
      reason: z.string().optional(),
      severity: z.string().optional(),
      unseenBy: z
        .array(z.string())
        .optional()
        .describe("domains that are hit and have not said that they saw it"),
    }),
  ),
  now: z.string(),
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
  store: z.strictObject({
    label: z.string().optional(),
    reachable: z.boolean(),
    error: z.string().optional(),
  }),
  graphVersion: z.int().nullable(),
  snapshot: z.strictObject({
    at: z.string().nullable(),
    ageSeconds: z.number().nullable().describe("since the store last answered"),
  }),
  version: z.string(),
});
