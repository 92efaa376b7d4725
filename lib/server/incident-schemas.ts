import { z } from "zod";
import { CLOSING_REASONS, INCIDENT_STATES, ROLES, STAMPS } from "#lib/incidents/incident-action.ts";
import {
  incidentActionSchema,
  reportedSymptomSchema,
} from "#lib/usecases/incidents/incident-action-schema.ts";
import { tier, time } from "./impact-schemas.ts";

const severity = z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]);
const affected = z.strictObject({
  asset: z.string(),
  name: z.string(),
  domain: z.string().optional(),
  owner: z.string().optional(),
  tier: tier.optional(),
});
const published = z.strictObject({
  asset: z.string(),
  what: z.string(),
  task: z.enum(["retrain", "roll_back", "reissue", "correct"]),
  owner: z.string().optional(),
  at: time.optional(),
  isDone: z.boolean(),
  isFound: z.literal(true).optional().describe("found for the cause; else somebody listed it"),
  isObsolete: z
    .literal(true)
    .optional()
    .describe("found for a cause or a time that is not held for right any more: no task"),
});
const dispute = z.strictObject({
  at: time,
  domain: z.string(),
  reason: z.string(),
  decided: z
    .strictObject({ at: time, role: z.string(), stands: z.boolean(), reason: z.string() })
    .optional(),
});
const repairStep = z.strictObject({
  asset: z.string(),
  name: z.string(),
  owner: z.string().optional(),
  since: time.optional(),
  isDone: z.boolean(),
});
const stamps = z.partialRecord(z.enum(STAMPS), time);

export const incidentSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(INCIDENT_STATES),
  closing: z.enum(CLOSING_REASONS).optional(),
  duplicateOf: z.string().optional(),
  severity,
  openedAt: time,
  symptoms: z.array(reportedSymptomSchema),
  unlisted: z
    .int()
    .min(0)
    .optional()
    .describe("what is told to be broken beside the symptoms: counted, not listed"),
  healthy: z.array(z.string()),
  affected: z.array(affected),
  cause: z
    .strictObject({
      asset: z.string(),
      domain: z.string().optional(),
      column: z.string().optional(),
      change: z.looseObject({}).optional(),
      confirmedByLead: z.boolean(),
      confirmedByCauseSide: z.boolean(),
      reach: z
        .literal("unknown")
        .optional()
        .describe("the cause is not in the graph: whom it reaches is not known"),
      dispute: dispute.optional(),
    })
    .optional(),
  disputes: z
    .record(z.string(), dispute)
    .optional()
    .describe("by asset: the last dispute of what was held for the cause before"),
  suspected: z
    .strictObject({
      asset: z.string(),
      name: z.string(),
      column: z.string().optional(),
      fault: z.string(),
      score: z.number(),
    })
    .optional()
    .describe("what is held for the cause, until somebody picks one"),
  rejected: z.array(z.strictObject({ asset: z.string(), reason: z.string() })),
  roles: z.partialRecord(z.enum(ROLES), z.string()),
  contacts: z.record(z.string(), z.string()).describe("by affected domain"),
  acknowledged: z.record(z.string(), z.strictObject({ at: time, actor: z.string() })),
  told: z.record(z.string(), time).describe("by owner: when it was told first"),
  stamps,
  published: z
    .array(published)
    .describe("what went out while it was wrong; an item's number is its place"),
  repair: z.array(repairStep).describe("in the order in which to fill again"),
  status: z.string().optional(),
  links: z.array(z.strictObject({ to: z.string(), href: z.string() })),
  seq: z.int(),
});

const hours = z.number().min(0);

export const incidentRecordSchema = z.strictObject({
  incident: incidentSchema,
  events: z.array(
    z.strictObject({
      seq: z.int(),
      at: time,
      actor: z.string(),
      isMachine: z.literal(true).optional(),
      action: z.looseObject({ kind: z.string() }),
    }),
  ),
  times: z
    .strictObject({
      toDetect: hours.optional(),
      exposure: hours.optional(),
      toMitigate: hours.optional(),
      toRepair: hours.optional(),
      toAcknowledge: z.record(z.string(), hours),
    })
    .describe("hours"),
});

export const incidentListSchema = z.strictObject({ incidents: z.array(incidentSchema) });

export const openIncidentSchema = z.strictObject({
  title: z.string().trim().min(1).max(300).exactOptional(),
  symptoms: z.array(reportedSymptomSchema).min(1).max(1_000),
  healthy: z.array(z.string().min(1)).max(1_000).exactOptional(),
});

export const incidentEntrySchema = z.strictObject({
  action: incidentActionSchema,
  ifSeq: z
    .int()
    .min(1)
    .exactOptional()
    .describe("the last entry that was seen; with others since, the answer is 409"),
});
