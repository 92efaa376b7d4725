import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Use } from "#lib/model/use.ts";
import { dialectOfAdapter } from "./dbt-adapter.ts";
import { type DbtContext, dependencyEdges } from "./dbt-assets.ts";
import { ownerName, readAttributes } from "./dbt-attributes.ts";
import { textOf } from "./dbt-project.ts";
import type { ManifestExposure, ManifestMetric, SemanticModel } from "./manifest-schema.ts";

const EXPOSURE_KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  dashboard: "dashboard",
  notebook: "report",
  analysis: "report",
  ml: "ml_model",
  application: "application",
});

/** Exposures name tables and metrics only; which columns they show is not known, and that is what their edges say. */
export function exposureToFact(
  exposure: ManifestExposure,
  context: DbtContext,
): AssetFact | undefined {
  const named = context.nameOf(exposure.unique_id);
  if (!named) return undefined;
  const { project } = context;
  const file = exposure.original_file_path ?? project.file;
  const said = readAttributes(exposure, project, context.domain);
  const owner = ownerName(exposure.owner) ?? said.owner;
  const kind = EXPOSURE_KINDS[exposure.type ?? ""];
  if (!kind) {
    context.problems.push({
      code: "unknown-kind",
      message: `the exposure ${exposure.name} has the type ${exposure.type ?? "(none)"}; it is kept as an application`,
      file,
      severity: "warning",
    });
  }
  return {
    name: named.name,
    kind: kind ?? "application",
    attributes: {
      ...said,
      ...(owner ? { owner } : {}),
      ...(exposure.url ? { url: exposure.url } : {}),
      dbtUniqueId: exposure.unique_id,
      extra: {
        ...(exposure.label ? { label: exposure.label } : {}),
        ...(exposure.maturity ? { maturity: exposure.maturity } : {}),
        ...(exposure.type ? { exposureType: exposure.type } : {}),
      },
    },
    edges: (exposure.depends_on?.nodes ?? []).flatMap((id) => exposureEdges(id, context, file)),
    queries: [],
    provenance: { file },
  };
}

/** A metric is one number: the exposure that shows it measures exactly that. */
function exposureEdges(id: string, context: DbtContext, file: string): EdgeFact[] {
  const metric = context.project.metrics.get(id);
  const from = context.nameOf(id);
  if (!metric || !from) return dependencyEdges([id], context, file);
  return [{ from: { ...from, column: metric.name }, use: "MEASURE", provenance: { file } }];
}

const AGGREGATES: Readonly<Record<string, (expression: string) => string>> = makeTable({
  sum: (expression) => `sum(${expression})`,
  sum_boolean: (expression) => `sum(case when ${expression} then 1 else 0 end)`,
  average: (expression) => `avg(${expression})`,
  avg: (expression) => `avg(${expression})`,
  min: (expression) => `min(${expression})`,
  max: (expression) => `max(${expression})`,
  count: (expression) => `count(${expression})`,
  count_distinct: (expression) => `count(distinct ${expression})`,
  median: (expression) => `percentile_cont(0.5) within group (order by ${expression})`,
});

interface MeasureHome {
  readonly model: SemanticModel;
  readonly agg: string;
  readonly expr: string;
}

/** Where each measure of the project's semantic models is defined. */
export function collectMeasures(
  models: ReadonlyMap<string, SemanticModel>,
): Map<string, MeasureHome> {
  const homes = new Map<string, MeasureHome>();
  for (const model of models.values()) {
    for (const measure of model.measures ?? []) {
      homes.set(measure.name, {
        model,
        agg: measure.agg ?? "sum",
        expr: measure.expr ?? measure.name,
      });
    }
  }
  return homes;
}

/** A metric over measures becomes the query it stands for; one over metrics combines their values. */
export function metricToFact(
  metric: ManifestMetric,
  context: DbtContext & { readonly measures: ReadonlyMap<string, MeasureHome> },
): AssetFact | undefined {
  const named = context.nameOf(metric.unique_id);
  if (!named) return undefined;
  const { project } = context;
  const file = metric.original_file_path ?? project.file;
  const query = measureQuery(metric, context, file);
  return {
    name: named.name,
    kind: "metric",
    attributes: {
      ...readAttributes(metric, project, context.domain),
      dbtUniqueId: metric.unique_id,
      extra: { ...(metric.label ? { label: metric.label } : {}), metricType: metric.type },
    },
    columns: [{ name: metric.name }],
    columnsComplete: true,
    edges: query ? [] : metricEdges(metric, context, file),
    queries: query ? [query] : [],
    provenance: { file },
  };
}

function metricEdges(metric: ManifestMetric, context: DbtContext, file: string): EdgeFact[] {
  const edges: EdgeFact[] = [];
  for (const id of metric.depends_on?.nodes ?? []) {
    const input = context.project.metrics.get(id);
    const from = context.nameOf(id);
    const model = context.project.semanticModels.get(id);
    const use: Use = "ARITH";
    if (input && from) {
      edges.push({
        from: { ...from, column: input.name },
        toColumn: metric.name,
        use,
        ...(metric.type_params?.expr ? { expression: metric.type_params.expr } : {}),
        provenance: { file },
      });
    } else if (model) {
      for (const one of dependencyEdges(model.depends_on?.nodes ?? [], context, file))
        edges.push(one);
    } else if (from) {
      for (const one of dependencyEdges([id], context, file)) edges.push(one);
    }
  }
  return edges;
}

function measureQuery(
  metric: ManifestMetric,
  context: DbtContext & { readonly measures: ReadonlyMap<string, MeasureHome> },
  file: string,
): QueryFact | undefined {
  const params = metric.type_params;
  const inputs = params?.input_measures ?? [];
  const name = params?.measure?.name ?? (inputs.length === 1 ? inputs[0]?.name : undefined);
  const home = name === undefined ? undefined : context.measures.get(name);
  const relation = home?.model.node_relation?.relation_name;
  const aggregate = AGGREGATES[home?.agg ?? ""];
  if (!home || !relation || !aggregate || params?.numerator || (params?.metrics?.length ?? 0) > 0)
    return undefined;
  const where = filterSql(metric.filter, home.model);
  if (where === undefined) return undefined;
  return {
    name: metric.name,
    sql: `select ${aggregate(home.expr)} as ${metric.name} from ${relation}${where}`,
    dialect: dialectOfAdapter(context.project.adapter),
    provenance: { file },
  };
}

/** A metric's filter over the dimensions of its own semantic model; undefined where it reaches further. */
function filterSql(filter: unknown, model: SemanticModel): string | undefined {
  if (filter === null || filter === undefined) return "";
  const filters = (filter as { readonly where_filters?: unknown }).where_filters;
  if (!Array.isArray(filters)) return undefined;
  const parts: string[] = [];
  for (const one of filters) {
    const template = textOf(
      (one as { readonly where_sql_template?: unknown } | null)?.where_sql_template,
    );
    const sql = template && resolveDimensions(template, model);
    if (!sql) return undefined;
    parts.push(`(${sql})`);
  }
  return parts.length > 0 ? ` where ${parts.join(" and ")}` : "";
}

function resolveDimensions(template: string, model: SemanticModel): string | undefined {
  const entities = new Set((model.entities ?? []).map((entity) => entity.name));
  const dimensions = new Map(
    (model.dimensions ?? []).map((one) => [one.name, one.expr ?? one.name]),
  );
  let foreign = false;
  const sql = template.replace(
    /\{\{\s*(?:Time)?Dimension\(\s*['"](?:(\w+?)__)?(\w+)['"][^)]*\)\s*\}\}/g,
    (_all, entity: string | undefined, dimension: string) => {
      const expr = dimensions.get(dimension);
      if (expr === undefined || (entity !== undefined && !entities.has(entity))) foreign = true;
      return expr ?? dimension;
    },
  );
  return foreign || sql.includes("{{") ? undefined : sql;
}
