import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { quoted, quoteName } from "#lib/ingest/quote-name.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { Column } from "#lib/model/asset.ts";
import { type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type ChartParts, type DatasetWords, readChartParts } from "./chart-parts.ts";
import { type DatabaseRef, databaseOf } from "./superset-database.ts";
import {
  nestedRecord,
  readEntities,
  type SupersetEntities,
  type SupersetEntity,
} from "./superset-entities.ts";
import { fillTemplates } from "./superset-jinja.ts";

const NAMESPACE = "superset";

/**
 * A Superset export (the YAML files of its zip or folder) or saved REST answers. Each chart becomes the query that
 * Superset would send, over its table or its virtual dataset's SQL, with a role for each output; charts are parts of the
 * dashboard that shows them. A chart whose dataset is not there keeps its place, and a problem says so.
 */
export function readSuperset(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const entities = readEntities(files, problems);
  const datasets = entities.datasets.map((entity) => readDataset(entity, entities));
  const charts = nameEntities(entities.charts, "slice_name");
  const dashboards = nameEntities(entities.dashboards, "dashboard_title").map((named) => ({
    ...named,
    charts: chartsOf(named.entity, charts),
  }));
  const context: Context = { datasets, charts, dashboards, problems };
  return {
    facts: [
      ...datasets.flatMap((dataset) => tableFact(dataset) ?? []),
      ...charts.map((chart) => chartFact(chart, context)),
      ...dashboards.map((dashboard) => dashboardFact(dashboard, context)),
    ],
    problems,
  };
}

interface Named {
  readonly entity: SupersetEntity;
  readonly name: AssetName;
}

interface NamedDashboard extends Named {
  readonly charts: readonly Named[];
}

interface Dataset {
  readonly entity: SupersetEntity;
  readonly database: DatabaseRef;
  readonly path: readonly string[];
  /** Of a virtual dataset. */
  readonly sql?: string;
  readonly columns: readonly Column[];
  readonly words: DatasetWords;
}

interface Context {
  readonly datasets: readonly Dataset[];
  readonly charts: readonly Named[];
  readonly dashboards: readonly NamedDashboard[];
  readonly problems: Problem[];
}

/** People know dashboards and charts by their titles; where two have the same one, its id tells them apart. */
function nameEntities(entities: readonly SupersetEntity[], key: string): readonly Named[] {
  const titles = entities.map((entity) => asText(entity.record[key]) ?? "");
  return entities.map((entity, index) => {
    const title = titles[index] ?? "";
    const isShared = titles.filter((other) => other === title).length > 1;
    const mark = entity.uuid?.slice(0, 8) ?? entity.id ?? index + 1;
    return {
      entity,
      name: { namespace: NAMESPACE, name: isShared ? `${title} (${mark})` : title },
    };
  });
}

interface ListedColumn extends Pick<Column, "name" | "type" | "description"> {
  readonly expression?: string;
}

function readDataset(entity: SupersetEntity, entities: SupersetEntities): Dataset {
  const { record } = entity;
  const database = databaseOf(entity, entities);
  const path = [
    asText(record["catalog"]) ?? database.database,
    asText(record["schema"]),
    asText(record["table_name"]),
  ];
  const sql = asText(record["sql"])?.trim().replace(/;+$/, "");
  const detailed = recordsIn(record["columns"]).flatMap((column): readonly ListedColumn[] => {
    const name = asText(column["column_name"]);
    if (name === undefined) return [];
    return [
      withoutUndefined({
        name,
        type: asText(column["type"]),
        expression: asText(column["expression"]),
        description: asText(column["description"]),
      }),
    ];
  });
  // A dashboard's REST answer details only the columns that it uses, and names all of them.
  const known = new Set(detailed.map((column) => column.name));
  const others = textsIn(record["column_names"]).filter((name) => !known.has(name));
  const listed: readonly ListedColumn[] = [...detailed, ...others.map((name) => ({ name }))];
  const metrics = recordsIn(record["metrics"]).flatMap(
    (metric): readonly (readonly [string, string])[] => {
      const name = asText(metric["metric_name"]);
      const expression = asText(metric["expression"]);
      return name === undefined || expression === undefined ? [] : [[name, expression]];
    },
  );
  return {
    entity,
    database,
    path: path.filter((part) => part !== undefined),
    ...(sql === undefined ? {} : { sql: fillTemplates(sql) }),
    columns: listed
      .filter((column) => column.expression === undefined)
      .map(({ name, type, description }) => withoutUndefined({ name, type, description })),
    words: {
      dialect: database.dialect,
      columns: new Map(
        listed.map((column) => [
          column.name,
          column.expression ?? quoteName(column.name, database.dialect),
        ]),
      ),
      metrics: new Map(metrics),
    },
  };
}

/** The table below a dataset. Its owner is another source; Superset only reports the columns that it saw. */
function tableFact(dataset: Dataset): AssetFact | undefined {
  if (dataset.sql !== undefined) return undefined;
  return {
    name: { namespace: dataset.database.namespace, name: dataset.path.join(".") },
    path: dataset.path,
    kind: "table",
    attributes: { dialect: dataset.database.dialect },
    ...(dataset.columns.length === 0 ? {} : { columns: dataset.columns, columnsComplete: false }),
    edges: [],
    queries: [],
    provenance: { file: dataset.entity.file },
    placeholder: true,
  };
}

function chartFact(chart: Named, context: Context): AssetFact {
  const { record, file } = chart.entity;
  const params = nestedRecord(record["params"]) ?? nestedRecord(record["form_data"]) ?? {};
  const dataset = datasetOfChart(chart.entity, params, context);
  const query =
    dataset === undefined
      ? undefined
      : chartQuery({ chart, params, dataset, problems: context.problems });
  if (dataset === undefined) context.problems.push(lostDataset(chart));
  const shownOn = context.dashboards.filter((dashboard) => dashboard.charts.includes(chart))[0];
  return {
    name: chart.name,
    kind: "chart",
    attributes: withoutUndefined({
      ...commonAttributes(record),
      url:
        asText(record["slice_url"]) ??
        (chart.entity.id === undefined ? undefined : `/explore/?slice_id=${chart.entity.id}`),
      dialect: dataset?.database.dialect,
      partOf:
        shownOn === undefined ? undefined : assetId(shownOn.name.namespace, shownOn.name.name),
    }),
    edges: query === undefined && dataset !== undefined ? [wholeTable(dataset, file)] : [],
    queries: query === undefined ? [] : [query],
    ...aliasOf(chart.entity),
    provenance: { file },
  };
}

function datasetOfChart(
  chart: SupersetEntity,
  params: LooseRecord,
  { datasets }: Context,
): Dataset | undefined {
  const uuid = asText(chart.record["dataset_uuid"])?.toLowerCase();
  const byUuid = datasets.find((dataset) => uuid !== undefined && dataset.entity.uuid === uuid);
  if (byUuid !== undefined || uuid !== undefined) return byUuid;
  // The parameters may still name the number that the dataset had where the chart was exported from.
  const number =
    asNumber(chart.record["datasource_id"]) ??
    asNumber((asText(params["datasource"]) ?? "").split("__")[0]);
  return datasets.find((dataset) => number !== undefined && dataset.entity.id === number);
}

interface ChartQuery {
  readonly chart: Named;
  readonly params: LooseRecord;
  readonly dataset: Dataset;
  readonly problems: Problem[];
}

function chartQuery({ chart, params, dataset, problems }: ChartQuery): QueryFact | undefined {
  const viz = asText(params["viz_type"]) ?? asText(chart.entity.record["viz_type"]);
  const parts = readChartParts(
    { ...params, ...(viz === undefined ? {} : { viz_type: viz }) },
    dataset.words,
  );
  for (const name of parts.unknown) problems.push(unknownColumn(chart, name, dataset));
  if (parts.outputs.length === 0 && parts.where.length === 0) return undefined;
  return {
    name: asText(chart.entity.record["slice_name"]) ?? chart.name.name,
    sql: chartSql(parts, dataset),
    dialect: dataset.database.dialect,
    ...(dataset.path.length > 1 ? { defaultPath: dataset.path.slice(0, -1) } : {}),
    roles: parts.outputs.map((output) => ({ column: output.label, use: output.role })),
    provenance: { file: chart.entity.file },
  };
}

function chartSql(parts: ChartParts, dataset: Dataset): string {
  const { dialect } = dataset.database;
  const from =
    dataset.sql === undefined
      ? dataset.path.map((part) => quoteName(part, dialect)).join(".")
      : `(\n${dataset.sql}\n) AS virtual_table`;
  const outputs = parts.outputs.map(
    (output) => `${output.sql} AS ${quoted(output.label, dialect)}`,
  );
  const groups = parts.raw
    ? []
    : parts.outputs.filter((output) => output.role === "DIMENSION").map((output) => output.sql);
  return [
    `SELECT ${outputs.length === 0 ? "COUNT(*)" : outputs.join(", ")}`,
    `FROM ${from}`,
    ...(parts.where.length === 0 ? [] : [`WHERE ${parts.where.join(" AND ")}`]),
    ...(groups.length === 0 ? [] : [`GROUP BY ${groups.join(", ")}`]),
    ...(parts.having.length === 0 ? [] : [`HAVING ${parts.having.join(" AND ")}`]),
  ].join("\n");
}

/** A chart that names no column (a map, a custom plug-in) still reads its dataset. */
function wholeTable(dataset: Dataset, file: string): EdgeFact {
  const name = { namespace: dataset.database.namespace, name: dataset.path.join(".") };
  return { from: { name, path: dataset.path }, use: "UNKNOWN", provenance: { file } };
}

function chartsOf(dashboard: SupersetEntity, charts: readonly Named[]): readonly Named[] {
  const position =
    nestedRecord(dashboard.record["position"]) ??
    nestedRecord(dashboard.record["position_json"]) ??
    {};
  const metas = Object.values(position).map((node) => asRecord(ownValue(asRecord(node), "meta")));
  const uuids = new Set(metas.flatMap((meta) => asText(meta?.["uuid"])?.toLowerCase() ?? []));
  const ids = new Set(metas.flatMap((meta) => asNumber(meta?.["chartId"]) ?? []));
  // Layouts of older versions know charts by their number alone, an export's files by their uuid.
  return charts.filter(
    ({ entity: { uuid, id } }) =>
      (uuid !== undefined && uuids.has(uuid)) || (id !== undefined && ids.has(id)),
  );
}

function dashboardFact(dashboard: NamedDashboard, context: Context): AssetFact {
  const { record, file } = dashboard.entity;
  const further = dashboard.charts.filter(
    (chart) => context.dashboards.find((other) => other.charts.includes(chart)) !== dashboard,
  );
  if (dashboard.charts.length === 0) context.problems.push(emptyDashboard(dashboard));
  const slug = asText(record["slug"]);
  const filters = nativeFilters(dashboard, context);
  return {
    name: dashboard.name,
    kind: "dashboard",
    attributes: withoutUndefined({
      ...commonAttributes(record),
      url:
        asText(record["url"]) ?? (slug === undefined ? undefined : `/superset/dashboard/${slug}/`),
    }),
    edges: [
      // A chart is a part of one dashboard; the others that show it take it as it is.
      ...further.map(
        (chart): EdgeFact => ({
          from: { name: chart.name },
          use: "IDENTITY",
          provenance: { file },
        }),
      ),
      ...filters.flatMap(({ edge }) => edge ?? []),
    ],
    queries: filters.flatMap(({ query }) => query ?? []),
    ...aliasOf(dashboard.entity),
    provenance: { file },
  };
}

/** What a filter on top of a dashboard reads: a column of a table, or the query that lists its values. */
interface NativeFilter {
  readonly edge?: EdgeFact;
  readonly query?: QueryFact;
}

function nativeFilters({ entity }: NamedDashboard, { datasets }: Context): readonly NativeFilter[] {
  const metadata =
    nestedRecord(entity.record["metadata"]) ?? nestedRecord(entity.record["json_metadata"]) ?? {};
  return recordsIn(metadata["native_filter_configuration"]).flatMap((filter, at) =>
    recordsIn(filter["targets"]).flatMap((target, of): readonly NativeFilter[] => {
      const column = asText(ownValue(asRecord(target["column"]), "name"));
      const uuid = asText(target["datasetUuid"])?.toLowerCase();
      const id = asNumber(target["datasetId"]);
      const dataset = datasets.find(({ entity: one }) =>
        uuid === undefined ? id !== undefined && one.id === id : one.uuid === uuid,
      );
      if (column === undefined || dataset === undefined) return [];
      const name = `filter ${asText(filter["name"]) ?? at + 1}${of === 0 ? "" : ` ${of + 1}`}`;
      return [readFilter({ filter, column, dataset, name, file: entity.file })];
    }),
  );
}

/** A plain filter is its column. One that is sorted, filtered itself, or over a virtual dataset, is the query that fills its list. */
function readFilter({
  filter,
  column,
  dataset,
  name,
  file,
}: {
  readonly filter: LooseRecord;
  readonly column: string;
  readonly dataset: Dataset;
  readonly name: string;
  readonly file: string;
}): NativeFilter {
  const sort = asText(filter["sortMetric"]);
  const conditions = recordsIn(filter["adhoc_filters"]);
  if (sort === undefined && conditions.length === 0 && dataset.sql === undefined) {
    const table = { namespace: dataset.database.namespace, name: dataset.path.join(".") };
    const from = { name: table, path: dataset.path, column };
    return { edge: { from, use: "BI_FILTER", provenance: { file } } };
  }
  const parts = readChartParts(
    { groupby: [column], adhoc_filters: conditions, query_mode: "aggregate" },
    dataset.words,
  );
  const order = sort === undefined ? undefined : dataset.words.metrics.get(sort);
  return {
    query: {
      name,
      sql: chartSql(parts, dataset) + (order === undefined ? "" : `\nORDER BY ${order}`),
      dialect: dataset.database.dialect,
      ...(dataset.path.length > 1 ? { defaultPath: dataset.path.slice(0, -1) } : {}),
      roles: parts.outputs.map(({ label }) => ({ column: label, use: "BI_FILTER" })),
      provenance: { file },
    },
  };
}

function commonAttributes(
  record: LooseRecord,
): Pick<AssetFact["attributes"], "owner" | "description" | "tags" | "extra"> {
  const owners = recordsIn(record["owners"]).flatMap((owner) => {
    const full = [asText(owner["first_name"]), asText(owner["last_name"])]
      .filter((part) => part !== undefined)
      .join(" ");
    return full === "" ? (asText(owner["username"]) ?? []) : full;
  });
  const tags = recordsIn(record["tags"]).flatMap((tag) => asText(tag["name"]) ?? []);
  return withoutUndefined({
    owner: asText(record["certified_by"]) ?? owners.sort(compareText)[0],
    description: asText(record["description"]),
    tags: tags.length === 0 ? undefined : tags,
    extra: recordIfAny({
      slug: asText(record["slug"]),
      vizType: asText(record["viz_type"]),
      owners: owners.length > 1 ? owners : undefined,
    }),
  });
}

function recordIfAny(record: LooseRecord): LooseRecord | undefined {
  const kept = withoutUndefined(record);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

const aliasOf = (entity: SupersetEntity): Pick<AssetFact, "aliases"> =>
  entity.uuid === undefined ? {} : { aliases: [{ namespace: NAMESPACE, name: entity.uuid }] };

const lostDataset = ({ name, entity }: Named): Problem => ({
  code: "unresolved-name",
  message: `the chart ${name.name} reads a dataset that is not in the export; what it reads is not known`,
  next: "Export the chart together with its dataset (Superset does so when the dashboard is exported).",
  file: entity.file,
  severity: "warning",
});

const emptyDashboard = ({ name, entity }: Named): Problem => ({
  code: "unresolved-name",
  message: `the dashboard ${name.name} shows no chart of the export; what it reads is not known`,
  next: "Export the dashboard with its charts.",
  file: entity.file,
  severity: "warning",
});

const unknownColumn = ({ name, entity }: Named, column: string, dataset: Dataset): Problem => ({
  code: "unknown-column",
  message: `the chart ${name.name} uses ${column}, which the dataset ${dataset.path.join(".")} does not have`,
  next: "Refresh the dataset's columns in Superset, or mend the chart.",
  file: entity.file,
  severity: "warning",
});
