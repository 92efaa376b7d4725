import { z } from "zod";

/**
 * What was observed in tables: `{profiles: [{asset, namespace?, at?, rows?, columns: {name: {type?, nullShare?, …}}}]}`, JSON or
 * YAML. Each entry is checked on its own, so that one bad number does not lose the rest.
 */
const bound = z.union([z.number(), z.string()]).nullish();
const count = z.number().int().min(0).nullish();

export const columnProfileSchema = z.looseObject({
  type: z.string().nullish(),
  /** Share of nulls, 0 to 1. */
  nullShare: z.number().min(0).max(1).nullish(),
  distinct: count,
  /** Where it is other than the table's. */
  rows: count,
  min: bound,
  max: bound,
});

export const tableProfileSchema = z.looseObject({
  /** The table's name, or a tail of it that fits one table. */
  asset: z.string().min(1),
  namespace: z.string().nullish(),
  /** ISO 8601: when it was observed. */
  at: z.string().nullish(),
  rows: count,
  columns: z.record(z.string(), z.unknown()).nullish(),
});

export type ColumnProfile = z.infer<typeof columnProfileSchema>;
export type TableProfile = z.infer<typeof tableProfileSchema>;
