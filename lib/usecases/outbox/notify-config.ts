import { z } from "zod";

const name = z.string().min(1).max(200);
/** The name of an environment variable: addresses with a secret in them, and secrets, are never in the file. */
const env = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of an environment variable");

/** What a channel listens to; absent: everything. */
const listens = {
  name,
  owners: z.array(name).optional(),
  domains: z.array(name).optional(),
  /** `review`, `incident`, or one kind of them: `review.asked`. */
  kinds: z.array(name).optional(),
};

const webhook = z.strictObject({
  ...listens,
  type: z.literal("webhook"),
  url: z.url({ protocol: /^https?$/ }).optional(),
  url_env: env.optional(),
  /** Signs what is sent. */
  secret_env: env.optional(),
});

const slack = z.strictObject({
  ...listens,
  type: z.literal("slack"),
  url: z.url({ protocol: /^https?$/ }).optional(),
  url_env: env.optional(),
});

const email = z.strictObject({
  ...listens,
  type: z.literal("email"),
  /** `smtp://user:password@host:587`. */
  smtp_env: env.default("FAULTLINE_SMTP"),
  from: z.string().min(3),
  /** By owner; `"*"` is for those that are not listed. */
  to: z.record(z.string(), z.union([z.string().min(3), z.array(z.string().min(3)).min(1)])),
});

/** `notify` in faultline.yaml: where people are told. */
export const notifySchema = z.strictObject({
  /** The address of this server, for links. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  channels: z
    .array(z.discriminatedUnion("type", [webhook, slack, email]))
    .default([])
    .refine((channels) => new Set(channels.map((one) => one.name)).size === channels.length, {
      message: "two channels have the same name",
    }),
});

export type NotifyConfig = z.output<typeof notifySchema>;
export type ChannelConfig = NotifyConfig["channels"][number];
