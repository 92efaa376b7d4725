import { z } from "zod";

/**
 * The parts of dbt's artefacts that are read here. Unknown keys pass, absent ones are allowed wherever a manifest of
 * version 10 to 12 may leave them out; each node is checked on its own, so one bad node does not lose the rest.
 */
const text = z.string().nullish();
const meta = z.record(z.string(), z.unknown()).nullish();
const dependsOn = z
  .looseObject({ nodes: z.array(z.string()).nullish(), macros: z.array(z.string()).nullish() })
  .nullish();
const names = z.array(z.string()).nullish();
const owner = z
  .looseObject({ name: text, email: z.union([z.string(), z.array(z.string())]).nullish() })
  .nullish();

const constraint = z.looseObject({
  type: text,
  name: text,
  expression: text,
  columns: names,
});

const manifestColumn = z.looseObject({
  name: z.string(),
  description: text,
  data_type: text,
  meta,
  constraints: z.array(constraint).nullish(),
});

const config = z
  .looseObject({
    materialized: text,
    on_schema_change: text,
    incremental_strategy: text,
    full_refresh: z.boolean().nullish().catch(undefined),
    unique_key: z.union([z.string(), z.array(z.string())]).nullish(),
    check_cols: z
      .union([z.string(), z.array(z.string())])
      .nullish()
      .catch(undefined),
    meta,
    tags: z.union([z.string(), z.array(z.string())]).nullish(),
    group: text,
    severity: text,
    where: text,
    enabled: z.boolean().nullish(),
    column_types: z.record(z.string(), z.string()).nullish().catch(undefined),
    "pre-hook": z.unknown().optional(),
    "post-hook": z.unknown().optional(),
  })
  .nullish();

const common = {
  unique_id: z.string(),
  name: z.string(),
  resource_type: z.string(),
  package_name: text,
  original_file_path: text,
  description: text,
  meta,
  tags: names,
  config,
  depends_on: dependsOn,
};

export const nodeSchema = z.looseObject({
  ...common,
  database: text,
  schema: text,
  alias: text,
  relation_name: text,
  columns: z.record(z.string(), manifestColumn).nullish(),
  group: text,
  access: text,
  language: text,
  raw_code: text,
  checksum: z.looseObject({ checksum: text }).nullish().catch(undefined),
  compiled_code: text,
  compiled_path: text,
  constraints: z.array(constraint).nullish(),
  contract: z.looseObject({ enforced: z.boolean().nullish() }).nullish(),
  version: z.union([z.string(), z.number()]).nullish(),
  latest_version: z.union([z.string(), z.number()]).nullish(),
  deprecation_date: text,
  attached_node: text,
  column_name: text,
  test_metadata: z
    .looseObject({
      name: z.string(),
      kwargs: z.record(z.string(), z.unknown()).nullish(),
      namespace: text,
    })
    .nullish(),
});

const period = z.looseObject({ count: z.number().nullish(), period: text }).nullish();

export const sourceSchema = z.looseObject({
  ...common,
  database: text,
  schema: text,
  identifier: text,
  source_name: text,
  relation_name: text,
  loader: text,
  source_meta: meta,
  columns: z.record(z.string(), manifestColumn).nullish(),
  freshness: z.looseObject({ warn_after: period, error_after: period }).nullish(),
});

export const exposureSchema = z.looseObject({
  ...common,
  type: text,
  label: text,
  maturity: text,
  url: text,
  owner,
});

export const groupSchema = z.looseObject({ name: z.string(), owner });

const metricInput = z.looseObject({ name: z.string() }).nullish();

export const metricSchema = z.looseObject({
  ...common,
  type: text,
  label: text,
  group: text,
  filter: z.unknown().optional(),
  type_params: z
    .looseObject({
      measure: metricInput,
      input_measures: z.array(z.looseObject({ name: z.string() })).nullish(),
      numerator: metricInput,
      denominator: metricInput,
      metrics: z.array(z.looseObject({ name: z.string() })).nullish(),
      expr: text,
    })
    .nullish(),
});

const measure = z.looseObject({ name: z.string(), agg: text, expr: text });
const dimension = z.looseObject({ name: z.string(), type: text, expr: text });

export const semanticModelSchema = z.looseObject({
  ...common,
  node_relation: z.looseObject({ relation_name: text }).nullish(),
  entities: z.array(dimension).nullish(),
  measures: z.array(measure).nullish(),
  dimensions: z.array(dimension).nullish(),
});

export const macroSchema = z.looseObject({
  unique_id: z.string(),
  name: z.string(),
  package_name: text,
  macro_sql: text,
  depends_on: dependsOn,
});

export const catalogTableSchema = z.looseObject({
  metadata: z.looseObject({
    type: text,
    database: text,
    schema: text,
    name: text,
    owner: text,
    comment: text,
  }),
  columns: z.record(
    z.string(),
    z.looseObject({ name: z.string(), type: text, index: z.number().nullish(), comment: text }),
  ),
  stats: z.record(z.string(), z.looseObject({ id: text, value: z.unknown().optional() })).nullish(),
});

export const runResultSchema = z.looseObject({
  unique_id: z.string(),
  status: z.string(),
  timing: z.array(z.looseObject({ name: text, completed_at: text })).nullish(),
});

export const sourceFreshnessSchema = z.looseObject({
  unique_id: z.string(),
  status: text,
  max_loaded_at: text,
});

export type ManifestNode = z.infer<typeof nodeSchema>;
export type ManifestColumn = z.infer<typeof manifestColumn>;
export type ManifestSource = z.infer<typeof sourceSchema>;
export type ManifestExposure = z.infer<typeof exposureSchema>;
export type ManifestMetric = z.infer<typeof metricSchema>;
export type ManifestGroup = z.infer<typeof groupSchema>;
export type ManifestMacro = z.infer<typeof macroSchema>;
export type SemanticModel = z.infer<typeof semanticModelSchema>;
export type CatalogTable = z.infer<typeof catalogTableSchema>;
export type RunResult = z.infer<typeof runResultSchema>;
export type SourceFreshness = z.infer<typeof sourceFreshnessSchema>;
