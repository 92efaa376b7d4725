import { z } from "zod";

const nameSchema = z.looseObject({ schema: z.string(), name: z.string() });

export const relationSchema = z.looseObject({
  schema: z.string(),
  name: z.string(),
  /** `pg_class.relkind`: table, partitioned table, view, materialised view, foreign table. */
  kind: z.enum(["r", "p", "v", "m", "f"]),
  comment: z.string().nullish(),
  /** Of a view, by `pg_get_viewdef` with every name written out. */
  definition: z.string().nullish(),
  /** An estimate, as of `observedAt`. */
  rows: z.number().nullish(),
  observedAt: z.string().nullish(),
  /** How many rows the statistics were taken from, at most. */
  sampled: z.number().nullish(),
  /** The partitioned table that this is a part of, or the table that it inherits from: reading that one reads this. */
  partOf: nameSchema.nullish(),
  /** Where the rows of a foreign table are. */
  foreign: z
    .looseObject({
      wrapper: z.string(),
      server: z.string(),
      host: z.string().nullish(),
      port: z.string().nullish(),
      database: z.string().nullish(),
      schema: z.string().nullish(),
      table: z.string().nullish(),
      file: z.string().nullish(),
    })
    .nullish(),
  columns: z
    .array(
      z.looseObject({
        name: z.string(),
        /** Of its table and its own: it stays when the column is renamed, and is never given again. */
        id: z.string().nullish(),
        type: z.string().nullish(),
        nullable: z.boolean().nullish(),
        comment: z.string().nullish(),
        /** Labels of its enum type. */
        labels: z.array(z.string()).nullish(),
        default: z.string().nullish(),
        /** What the column is called where the rows of a foreign table are. */
        remote: z.string().nullish(),
        nullShare: z.number().nullish(),
        /** As in `pg_stats`: below zero it is a share of the rows. */
        distinct: z.number().nullish(),
      }),
    )
    .default([]),
  /** Primary and unique keys, over plain columns and all rows. */
  keys: z.array(z.array(z.string())).default([]),
  references: z
    .array(
      z.looseObject({ columns: z.array(z.string()), to: nameSchema, key: z.array(z.string()) }),
    )
    .default([]),
  checks: z
    .array(z.looseObject({ columns: z.array(z.string()), definition: z.string() }))
    .default([]),
  /** Relations that the server says the view depends on. */
  reads: z.array(nameSchema).default([]),
  /** Bodies of the functions that the view calls. */
  bodies: z.array(z.string()).default([]),
  /** Bodies of the functions that the table's triggers run, and its rules. */
  triggers: z.array(z.string()).default([]),
});

export type CatalogRelation = z.output<typeof relationSchema>;

/** A procedure, or a function that writes: its CREATE as `pg_get_functiondef` gives it. */
export const routineSchema = z.looseObject({
  schema: z.string(),
  name: z.string(),
  definition: z.string(),
});

export type CatalogRoutine = z.output<typeof routineSchema>;

export const catalogSchema = z.looseObject({
  postgresCatalog: z.literal(1),
  server: z.looseObject({ host: z.string(), port: z.number(), database: z.string() }),
  relations: z.array(z.unknown()),
  routines: z.array(z.unknown()).default([]),
});

export type CatalogServer = z.output<typeof catalogSchema>["server"];

/** A database's catalog as one file: what is asked of a live PostgreSQL, and what its reader takes. */
export interface CatalogDocument {
  readonly postgresCatalog: 1;
  readonly server: CatalogServer;
  readonly relations: readonly z.input<typeof relationSchema>[];
  readonly routines?: readonly z.input<typeof routineSchema>[];
}
