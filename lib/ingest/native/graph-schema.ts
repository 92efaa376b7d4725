import { z } from "zod";
import { parseReaderMode, READER_MODE_WORDS } from "../reader-mode.ts";

/** The graph file at the door. Unknown keys pass and are kept; kinds and uses are checked later, with their lines. */
const text = z.string().nullish();

export const graphAssetSchema = z.looseObject({
  id: z.string().min(1),
  namespace: text,
  kind: z.string(),
  domain: text,
  owner: text,
  tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).nullish(),
  /** Nobody said the tier. */
  tierGuessed: z.boolean().nullish(),
  materialization: text,
  /** False: there may be columns that are not listed. */
  columnsComplete: z.boolean().nullish(),
  /** Since when nothing said of it any more that it is there. */
  staleSince: text,
  followsRenames: z.literal(true).nullish(),
  dbtUniqueId: text,
  lastRun: z.looseObject({ at: z.string(), state: z.enum(["ok", "failed", "running"]) }).nullish(),
  columns: z.array(z.union([z.string(), z.looseObject({ name: z.string() })])).nullish(),
  sla: z
    .looseObject({
      freshnessHours: z.number().optional(),
      nextDueAt: z.string().optional(),
      driver: z.enum(["regulatory", "analytics", "operational"]).optional(),
      completeness: z.number().min(0).max(1).optional(),
      target: z.number().min(0).max(1).optional(),
    })
    .nullish(),
  usage: z
    .looseObject({ views30d: z.number().optional(), users30d: z.number().optional() })
    .nullish(),
  contract: z
    .looseObject({
      id: z.string(),
      status: z.enum(["proposed", "draft", "active", "deprecated", "retired"]),
      columns: z.array(z.string()).optional(),
      enforced: z.boolean().optional(),
      required: z.array(z.string()).optional(),
      absent: z.array(z.string()).optional(),
      unproven: z.array(z.string()).optional(),
    })
    .nullish(),
  url: text,
  description: text,
  tags: z.array(z.string()).nullish(),
  dialect: text,
  readerMode: z
    .string()
    .transform((value, context) => {
      const mode = parseReaderMode(value);
      if (mode !== undefined) return mode;
      context.addIssue({ code: "custom", message: `use ${READER_MODE_WORDS}` });
      return z.NEVER;
    })
    .nullish(),
  onSchemaChange: z.enum(["ignore", "fail", "append_new_columns", "sync_all_columns"]).nullish(),
  partOf: text,
  queries: z
    .array(
      z.looseObject({
        name: text,
        sql: z.string(),
        dialect: text,
        defaultPath: z.array(z.string()).nullish(),
        roles: z.array(z.looseObject({ column: z.string(), role: z.string() })).nullish(),
        live: z
          .looseObject({ mode: z.enum(["fills", "lists"]), written: z.array(z.string()) })
          .nullish(),
      }),
    )
    .nullish(),
});

export const graphEdgeSchema = z.looseObject({
  from: z.string().min(1),
  to: z.string().min(1),
  use: z.string(),
  expression: text,
  cap: z.enum(["likely", "possible"]).nullish(),
});

export const profileSchema = z.looseObject({
  nullShare: z.number().min(0).max(1).optional(),
  distinct: z.number().optional(),
  rows: z.number().optional(),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  observedAt: z.string().optional(),
});

export const graphColumnSchema = z.looseObject({
  name: z.string(),
  type: text,
  nullable: z.boolean().nullish(),
  unique: z.boolean().nullish(),
  description: text,
  allowedValues: z.array(z.union([z.string(), z.number(), z.boolean()])).nullish(),
  profile: profileSchema.nullish(),
});

export type GraphAsset = z.infer<typeof graphAssetSchema>;
export type GraphEdge = z.infer<typeof graphEdgeSchema>;
export type GraphProfile = z.infer<typeof profileSchema>;
