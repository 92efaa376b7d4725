/** Counters and last values since the start, in the text format that Prometheus reads. */
export interface Metrics {
  readonly count: (name: MetricName, labels?: Labels, by?: number) => void;
  readonly observe: (name: MetricName, seconds: number, labels?: Labels) => void;
  readonly render: (gauges: readonly Gauge[]) => string;
}

export type Labels = Readonly<Record<string, string>>;

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly labels?: Labels;
}

const METRICS = {
  faultline_http_requests_total: "Requests answered, by route, method and status",
  faultline_http_request_seconds: "Time to answer a request, by route",
  faultline_events_accepted_total: "OpenLineage events that are durable",
  faultline_events_taken_in_total: "OpenLineage events that are in the graph",
  faultline_events_set_aside_total: "OpenLineage events that could not be taken into the graph",
  faultline_events_refused_total: "OpenLineage events refused, by code",
} as const;

type MetricName = keyof typeof METRICS;

export function createMetrics(): Metrics {
  const counters = new Map<MetricName, Map<string, number>>();
  const sums = new Map<MetricName, Map<string, { sum: number; count: number }>>();
  return {
    count: (name, labels = {}, by = 1) => {
      const series = counters.get(name) ?? new Map<string, number>();
      counters.set(name, series);
      const key = renderLabels(labels);
      series.set(key, (series.get(key) ?? 0) + by);
    },
    observe: (name, seconds, labels = {}) => {
      const series = sums.get(name) ?? new Map<string, { sum: number; count: number }>();
      sums.set(name, series);
      const key = renderLabels(labels);
      const { sum, count } = series.get(key) ?? { sum: 0, count: 0 };
      series.set(key, { sum: sum + seconds, count: count + 1 });
    },
    render: (gauges) => {
      const lines: string[] = [];
      for (const [name, series] of counters) {
        lines.push(`# HELP ${name} ${METRICS[name]}`, `# TYPE ${name} counter`);
        for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
      }
      for (const [name, series] of sums) {
        lines.push(`# HELP ${name} ${METRICS[name]}`, `# TYPE ${name} summary`);
        for (const [labels, { sum, count }] of series) {
          lines.push(`${name}_sum${labels} ${sum}`, `${name}_count${labels} ${count}`);
        }
      }
      for (const { name, help, value, labels } of gauges) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
        lines.push(`${name}${renderLabels(labels ?? {})} ${value}`);
      }
      return `${lines.join("\n")}\n`;
    },
  };
}

function renderLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

const escapeValue = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
