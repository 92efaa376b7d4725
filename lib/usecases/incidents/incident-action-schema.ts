import { z } from "zod";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import { FINDINGS } from "#lib/incidents/finding.ts";
import {
  CLOSING_REASONS,
  INCIDENT_STATES,
  type IncidentAction,
  ROLES,
  STAMPS,
} from "#lib/incidents/incident-action.ts";
import { SHOWINGS } from "#lib/incidents/observation.ts";
import type { LoggedChange } from "#lib/incidents/suspect.ts";

const text = z.string().trim().min(1).max(4_000);
const name = z.string().trim().min(1).max(500);
/** A page that can be opened: nothing else may stand behind a link. */
const page = z.url({ protocol: /^https?$/ });
/** Browsers take a backslash for a slash and pass over tabs and line ends, and what begins with two slashes is elsewhere. */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;
const time = z.iso.datetime({ offset: true });
const severity = z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]);

export const reportedSymptomSchema = z.strictObject({
  ref: name,
  shows: z.enum(SHOWINGS).exactOptional(),
  found: z.enum(FINDINGS).exactOptional(),
  seen: text.exactOptional(),
  since: time.exactOptional(),
  toldBy: name.exactOptional(),
});

const published = z.strictObject({
  asset: name,
  what: text,
  task: z.enum(["retrain", "roll_back", "reissue", "correct"]),
  owner: name.exactOptional(),
  at: time.exactOptional(),
});

const loggedChange = z.looseObject({
  asset: z.union([z.string(), z.looseObject({ namespace: z.string(), name: z.string() })]),
  column: z.string().optional(),
  at: z.string().optional(),
  change: z.looseObject({ kind: z.enum(CHANGE_KINDS) }).optional(),
}) as unknown as z.ZodType<LoggedChange>;

/** What may be written into an incident from outside; `open` and `affect` are made by the product itself. */
export const incidentActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add_symptom"), symptom: reportedSymptomSchema }),
  z.strictObject({ kind: z.literal("see_healthy"), ref: name }),
  z.strictObject({
    kind: z.literal("pick_suspect"),
    asset: name,
    domain: name.exactOptional(),
    column: name.exactOptional(),
    change: loggedChange.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("reject_suspect"), asset: name, reason: text }),
  z.strictObject({ kind: z.literal("confirm_cause"), side: z.enum(["lead", "cause_side"]) }),
  z.strictObject({ kind: z.literal("dispute_cause"), domain: name, reason: text }),
  z.strictObject({
    kind: z.literal("decide_dispute"),
    role: name,
    stands: z.boolean(),
    reason: text,
  }),
  z.strictObject({
    kind: z.literal("take_role"),
    role: z.enum(ROLES),
    who: name,
    domain: name.exactOptional(),
    relieves: name.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("acknowledge"), domain: name }),
  z.strictObject({ kind: z.literal("tell"), owner: name, domain: name.exactOptional() }),
  z.strictObject({
    kind: z.literal("set_state"),
    state: z.enum(INCIDENT_STATES),
    closing: z.enum(CLOSING_REASONS).exactOptional(),
    duplicateOf: name.exactOptional(),
    reason: text.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("set_severity"), severity }),
  z.strictObject({ kind: z.literal("stamp"), stamp: z.enum(STAMPS), time }),
  z.strictObject({ kind: z.literal("publish"), published }),
  z.strictObject({ kind: z.literal("finish_published"), item: z.int().min(0) }),
  z.strictObject({ kind: z.literal("finish_repair"), asset: name }),
  z.strictObject({ kind: z.literal("note"), text, link: page.exactOptional() }),
  z.strictObject({ kind: z.literal("status"), text }),
  z.strictObject({
    kind: z.literal("link"),
    to: z.enum(["change", "review", "incident", "run"]),
    href: z.union([page, name.regex(OWN_PATH)], {
      error: "is neither a page (https://…) nor a path of this server (/changes/REV-1)",
    }),
  }),
]) satisfies z.ZodType<IncidentAction>;
