// The SQL that Superset would send for a chart of an export: dimensions, metrics and filters over one dataset.

/**
 * @param {{params: Record<string, any>, slice_name: string}} chart
 * @param {{schema: string, table_name: string, metrics: {metric_name: string, expression: string}[]}} dataset
 */
export function chartQuery(chart, dataset) {
  const { params } = chart;
  const keys = [params.x_axis && grainOf(params), ...(params.groupby ?? [])].filter(Boolean);
  const metrics = [
    ...(params.metrics ?? []),
    ...(params.metric === undefined ? [] : [params.metric]),
  ];
  const columns = [...keys, ...metrics.map((metric) => `${metricSql(metric, dataset)}`)];
  const filters = (params.adhoc_filters ?? []).map(filterSql);
  return [
    `select ${columns.join(", ")}`,
    `from ${dataset.schema}.${dataset.table_name}`,
    ...(filters.length > 0 ? [`where ${filters.join(" and ")}`] : []),
    ...(keys.length > 0 ? [`group by ${keys.map((_, at) => at + 1).join(", ")}`] : []),
  ].join("\n");
}

const GRAINS = { P1D: "day", P1W: "week", P1M: "month", P3M: "quarter", P1Y: "year", PT1H: "hour" };

const grainOf = ({ x_axis, time_grain_sqla }) =>
  GRAINS[time_grain_sqla] ? `date_trunc('${GRAINS[time_grain_sqla]}', ${x_axis})` : x_axis;

function metricSql(metric, dataset) {
  if (typeof metric !== "string") {
    return metric.expressionType === "SQL"
      ? metric.sqlExpression
      : `${metric.aggregate}(${metric.column.column_name})`;
  }
  const saved = dataset.metrics.find((one) => one.metric_name === metric);
  if (saved === undefined) throw new Error(`${dataset.table_name} has no metric ${metric}`);
  return saved.expression;
}

function filterSql(filter) {
  if (filter.expressionType === "SQL") return filter.sqlExpression;
  const operator = filter.operator === "==" ? "=" : filter.operator;
  const value =
    typeof filter.comparator === "number" ? filter.comparator : `'${filter.comparator}'`;
  return `${filter.subject} ${operator} ${value}`;
}
