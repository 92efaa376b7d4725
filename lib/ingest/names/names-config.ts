import { z } from "zod";

const fullName = z.strictObject({ namespace: z.string(), name: z.string().min(1) });

/**
 * The section `names` of faultline.yaml: what a company says once about how its teams spell one warehouse's names.
 * Unknown keys are an error here, because a misspelt rule would silently join nothing.
 */
export const namesConfigSchema = z.strictObject({
  /** `dialect`: as the system that holds the table folds names. */
  case: z.enum(["fold", "exact", "dialect", "by dialect"]).default("dialect"),
  /** The database of names with two parts. */
  default_database: z.string().min(1).optional(),
  /** OpenLineage namespace: database. */
  namespaces: z.record(z.string(), z.string().min(1)).default({}),
  /** Alias: real. */
  databases: z.record(z.string(), z.string().min(1)).default({}),
  /** `db.alias: db.real`, after the database is real. */
  schemas: z.record(z.string(), z.string().min(1)).default({}),
  /** What stands before the name of a database or schema in one environment only: `prod_`. */
  prefixes: z.array(z.string().min(1)).optional(),
  /** Names that mean one asset, as nothing else would tell; `faultline identity confirm` keeps such pairs in the store. */
  same: z.array(z.tuple([fullName, fullName])).optional(),
});

export type NamesConfig = z.output<typeof namesConfigSchema>;

/** Letter case by dialect and relation names, nothing else. */
export const DEFAULT_NAMES: NamesConfig = {
  case: "dialect",
  namespaces: {},
  databases: {},
  schemas: {},
};
