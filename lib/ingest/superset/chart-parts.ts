import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { quoteName, quoteText } from "#lib/ingest/quote-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";

/** A dataset's columns and metrics as expressions, by their names. */
export interface DatasetWords {
  readonly dialect: string;
  /** Name to SQL: the column itself, or a calculated column's expression. */
  readonly columns: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, string>;
}

export interface ChartOutput {
  readonly label: string;
  readonly sql: string;
  readonly role: "DIMENSION" | "MEASURE";
}

export interface ChartParts {
  readonly outputs: readonly ChartOutput[];
  readonly where: readonly string[];
  readonly having: readonly string[];
  /** Rows are shown one by one, not grouped. */
  readonly raw: boolean;
  /** Names that the dataset does not have. */
  readonly unknown: readonly string[];
}

const METRIC_KEYS = [
  "metric",
  "metrics",
  "metrics_b",
  "metric_2",
  "percent_metrics",
  "secondary_metric",
  "timeseries_limit_metric",
  "series_limit_metric",
  "tooltip_metrics",
  "size",
  "x",
  "y",
];
const COLUMN_KEYS = [
  "x_axis",
  "groupby",
  "groupby_b",
  "columns",
  "groupbyRows",
  "groupbyColumns",
  "series",
  "entity",
  "source",
  "target",
  "dimension",
  "geojson",
  "latitude",
  "longitude",
  "all_columns_x",
  "all_columns_y",
  "series_columns",
  "column",
  "y_axis",
  "start_time",
  "end_time",
  "tooltip_columns",
  "line_column",
  "js_columns",
];

/** Of one kind of chart only: elsewhere the words mean something else. */
const COLUMN_KEYS_OF: Readonly<Record<string, readonly string[]>> = makeTable({
  tree_chart: ["id", "name", "parent"],
});

/** Places on a map, by the columns of their coordinates. */
const SPATIAL_KEYS = ["spatial", "start_spatial", "end_spatial"];
const COORDINATES = ["latCol", "lonCol", "lonlatCol", "geohashCol"];

/** What a chart's parameters ask of its dataset, whatever kind of chart it is. */
export function readChartParts(params: LooseRecord, words: DatasetWords): ChartParts {
  const unknown = new Set<string>();
  const raw = isRaw(params);
  const asColumn = { words, unknown, role: "DIMENSION" as const };
  const asMetric = { words, unknown, role: "MEASURE" as const };
  const outputs = raw
    ? outputsOf(params, ["all_columns", "columns"], asColumn)
    : [
        ...outputsOf(params, COLUMN_KEYS, asColumn),
        ...outputsOf(params, COLUMN_KEYS_OF[asText(params["viz_type"]) ?? ""] ?? [], asColumn),
        ...spatialColumns(params).flatMap((name) => namedOutput(name, asColumn) ?? []),
        ...timeColumn(params, asColumn),
        ...outputsOf(params, METRIC_KEYS, asMetric),
        ...outputsOf(radiusMetric(params), ["value"], asMetric),
      ];
  const filters = readFilters(params, { words, unknown });
  return {
    outputs: distinctLabels(outputs),
    where: [...timeFilter(params, { words, unknown }), ...filters.where],
    having: filters.having,
    raw,
    unknown: [...unknown].sort(),
  };
}

/** The size of points is a number or a metric. */
const radiusMetric = (params: LooseRecord): LooseRecord => {
  const radius = asRecord(params["point_radius_fixed"]);
  return radius !== undefined && radius["type"] === "metric" ? radius : {};
};

const spatialColumns = (params: LooseRecord): readonly string[] =>
  SPATIAL_KEYS.flatMap((key) => {
    const place = asRecord(params[key]);
    return COORDINATES.flatMap((name) => asText(place?.[name]) ?? []);
  });

function isRaw(params: LooseRecord): boolean {
  const mode = asText(params["query_mode"]);
  if (mode !== undefined) return mode === "raw";
  const hasColumns = (asList(params["all_columns"])?.length ?? 0) > 0;
  const groups =
    (asList(params["groupby"])?.length ?? 0) + (asList(params["metrics"])?.length ?? 0);
  return hasColumns && groups === 0;
}

interface Naming {
  readonly words: DatasetWords;
  readonly unknown: Set<string>;
}

interface OutputNaming extends Naming {
  readonly role: ChartOutput["role"];
}

function outputsOf(
  params: LooseRecord,
  keys: readonly string[],
  naming: OutputNaming,
): readonly ChartOutput[] {
  return keys.flatMap((key) => {
    const value = params[key];
    return (asList(value) ?? [value]).flatMap((item) => outputOf(item, naming) ?? []);
  });
}

function outputOf(item: unknown, naming: OutputNaming): ChartOutput | undefined {
  const name = asText(item);
  if (name !== undefined) return namedOutput(name, naming);
  const record = asRecord(item);
  if (record === undefined) return undefined;
  const free = asText(record["sqlExpression"]);
  const column = asText(ownValue(asRecord(record["column"]), "column_name"));
  const own = asText(ownValue(asRecord(record["column"]), "expression"));
  const label = asText(record["label"]);
  if (asText(record["expressionType"]) === "SIMPLE" && column !== undefined) {
    const inner = own ?? columnSql(column, naming);
    return {
      label: label ?? column,
      sql: aggregateSql(asText(record["aggregate"]), inner),
      role: naming.role,
    };
  }
  return free === undefined ? undefined : { label: label ?? free, sql: free, role: naming.role };
}

/** A saved metric or a column. Charts of an older kind give a metric's name where a column could stand, so both are tried. */
function namedOutput(name: string, naming: OutputNaming): ChartOutput | undefined {
  const { words, role } = naming;
  const metric = words.metrics.get(name);
  if (metric !== undefined && role === "MEASURE") return { label: name, sql: metric, role };
  if (words.columns.has(name)) return { label: name, sql: columnSql(name, naming), role };
  if (metric !== undefined) return { label: name, sql: metric, role: "MEASURE" };
  return { label: name, sql: columnSql(name, naming), role };
}

/** An unknown name is kept as a column of that name: the chart asks for it, and the engine would look for it. */
function columnSql(name: string, { words, unknown }: Naming): string {
  const known = words.columns.get(name);
  if (known === undefined) unknown.add(name);
  return known ?? quoteName(name, words.dialect);
}

function aggregateSql(aggregate: string | undefined, inner: string): string {
  if (aggregate === undefined) return inner;
  return aggregate === "COUNT_DISTINCT"
    ? `COUNT(DISTINCT ${inner})`
    : `${aggregate.replace(/\W/g, "")}(${inner})`;
}

/** Charts over time of the older kind name their axis apart from the dimensions. */
function timeColumn(params: LooseRecord, naming: OutputNaming): readonly ChartOutput[] {
  const name = asText(params["granularity_sqla"]);
  const overTime = /line|bar|area|time|horizon|bubble|pivot|cal_heatmap/.test(
    asText(params["viz_type"]) ?? "",
  );
  if (name === undefined || !overTime || params["x_axis"] !== undefined) return [];
  const output = namedOutput(name, naming);
  return output === undefined ? [] : [output];
}

function timeFilter(params: LooseRecord, naming: Naming): readonly string[] {
  const name = asText(params["granularity_sqla"]);
  const range = asText(params["time_range"]);
  const isOpen = range === undefined || /^(?:no filter|\s*:\s*)$/i.test(range);
  return name === undefined || isOpen ? [] : [`${columnSql(name, naming)} >= ${quoteText(range)}`];
}

function readFilters(
  params: LooseRecord,
  naming: Naming,
): { readonly where: readonly string[]; readonly having: readonly string[] } {
  const where: string[] = [];
  const having: string[] = [];
  const adhoc = [...recordsIn(params["adhoc_filters"]), ...recordsIn(params["adhoc_filters_b"])];
  for (const filter of adhoc) {
    const condition = adhocCondition(filter, naming);
    if (condition === undefined) continue;
    if (asText(filter["clause"])?.toUpperCase() === "HAVING") having.push(condition);
    else where.push(condition);
  }
  for (const filter of recordsIn(params["filters"])) {
    const subject = asText(filter["col"]);
    if (subject !== undefined)
      where.push(
        simpleCondition(subject, {
          operator: asText(filter["op"]) ?? "=",
          comparator: filter["val"],
          naming,
        }),
      );
  }
  return { where, having };
}

function adhocCondition(filter: LooseRecord, naming: Naming): string | undefined {
  const free = asText(filter["sqlExpression"]);
  if (asText(filter["expressionType"]) === "SQL")
    return free === undefined ? undefined : `(${free}\n)`;
  const subject =
    asText(filter["subject"]) ?? asText(ownValue(asRecord(filter["subject"]), "column_name"));
  const comparator = filter["comparator"];
  if (subject === undefined || asText(comparator)?.toLowerCase() === "no filter") return undefined;
  return simpleCondition(subject, {
    operator: asText(filter["operator"]) ?? "=",
    comparator,
    naming,
  });
}

interface Condition {
  readonly operator: string;
  readonly comparator: unknown;
  readonly naming: Naming;
}

function simpleCondition(subject: string, { operator, comparator, naming }: Condition): string {
  const column = naming.words.columns.has(subject)
    ? columnSql(subject, naming)
    : (naming.words.metrics.get(subject) ?? columnSql(subject, naming));
  const word = operator.toUpperCase().trim();
  if (word === "IS NULL" || word === "IS NOT NULL" || word === "IS TRUE" || word === "IS FALSE")
    return `${column} ${word}`;
  if (word === "IN" || word === "NOT IN")
    return `${column} ${word} (${(asList(comparator) ?? [comparator]).map(literal).join(", ") || "NULL"})`;
  if (word === "LIKE" || word === "ILIKE" || word === "NOT LIKE")
    return `${column} LIKE ${literal(comparator)}`;
  if (word === "TEMPORAL_RANGE") return `${column} >= ${literal(comparator)}`;
  return `${column} ${COMPARISONS[word] ?? "="} ${literal(comparator)}`;
}

const COMPARISONS: Readonly<Record<string, string>> = makeTable({
  "==": "=",
  "=": "=",
  "!=": "<>",
  "<>": "<>",
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
});

function literal(value: unknown): string {
  const number = typeof value === "number" ? asNumber(value) : undefined;
  if (number !== undefined) return String(number);
  return quoteText(typeof value === "string" ? value : String(JSON.stringify(value ?? null)));
}

/** Two outputs of one label are one output, as in Superset's own query. */
function distinctLabels(outputs: readonly ChartOutput[]): readonly ChartOutput[] {
  const seen = new Set<string>();
  return outputs.filter(
    (output) => !seen.has(output.label.toLowerCase()) && seen.add(output.label.toLowerCase()),
  );
}
