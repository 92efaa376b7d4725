import { z } from "zod";
import { REVIEW_STATES, SIGN_OFFS } from "#lib/review/review-action.ts";
import { changeInputSchema, type RequestedChange } from "../ask/read-changes.ts";
import type { AskedAction } from "./asked-action.ts";

const text = z.string().trim().min(1).max(4_000);
const name = z.string().trim().min(1).max(500);

export const reviewedChangesSchema = z
  .array(changeInputSchema)
  .min(1)
  .max(1_000) as unknown as z.ZodType<readonly RequestedChange[]>;

/** What may be written into a review from outside. */
export const reviewActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("edit"),
    changes: reviewedChangesSchema,
    reason: text.exactOptional(),
  }),
  z.strictObject({
    kind: z
      .literal("judge_again")
      .describe("on the graph of now: owners of what is affected since are asked as well"),
  }),
  z.strictObject({
    kind: z.literal("sign"),
    owner: name,
    answer: z.enum(SIGN_OFFS),
    hash: name.describe("of the content that was read: `review.content.hash`"),
    reason: text.exactOptional(),
    approver: name.exactOptional().describe("needed to agree for tier 1"),
    replaces: z.int().min(1).exactOptional().describe("the entry of the team's earlier answer"),
  }),
  z.strictObject({ kind: z.literal("count_silence"), owner: name }),
  z.strictObject({
    kind: z.literal("decide"),
    owner: name.exactOptional().describe("absent: for what nobody owns"),
    role: name,
    answer: z.enum(["agree", "object"]),
    reason: text,
  }),
  z.strictObject({ kind: z.literal("set_sunset"), date: z.iso.date() }),
  z.strictObject({
    kind: z.literal("set_state"),
    state: z.enum(REVIEW_STATES),
    reason: text.exactOptional(),
    onCall: name
      .exactOptional()
      .describe(
        "who is there when it goes wrong; needed shortly before days off, where the policy says so",
      ),
  }),
  z.strictObject({
    kind: z.literal("remind"),
    owner: name,
    readers: z
      .array(name)
      .max(1_000)
      .describe("what of it still reads; empty: its answer is missing"),
  }),
  z.strictObject({ kind: z.literal("write_off"), reader: name, approver: name, reason: text }),
  z.strictObject({ kind: z.literal("note"), text, link: z.url().exactOptional() }),
]) satisfies z.ZodType<AskedAction>;
