import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Gauge } from "#lib/usecases/ask/count-metrics.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { measureCoverage } from "#lib/usecases/graph/measure-coverage.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { StatusAnswer } from "../endpoint.ts";
import { healthSchema } from "../page-schemas.ts";

export const SYSTEM_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/health",
    scope: "public",
    summary: "Ready or not: 200 where questions are answered, 503 where nothing was read yet",
    answer: { status: 200, schema: healthSchema },
    handle: answerHealth,
  },
  {
    method: "GET",
    path: "/metrics",
    scope: "read",
    summary: "Counters for Prometheus",
    answer: { status: 200, schema: z.string(), type: "text/plain; version=0.0.4; charset=utf-8" },
    handle: answerMetrics,
  },
];

/** Ready while the store is away, as long as there is a version to answer from: the page then says how old it is. */
async function answerHealth({ services }: ApiCall): Promise<Result<unknown, Failure>> {
  const view = await services.workspace.view();
  const { version, storeLabel, failure, lastContact } = services.workspace.status();
  const age =
    lastContact === undefined ? null : (services.now().getTime() - Date.parse(lastContact)) / 1000;
  const health = {
    ready: view.ok,
    store: {
      ...(storeLabel === undefined ? {} : { label: storeLabel }),
      reachable: failure === undefined,
      ...(failure === undefined ? {} : { error: failure.message }),
    },
    graphVersion: version ?? null,
    snapshot: { at: view.ok ? view.value.asOf.at : null, ageSeconds: age },
    version: process.env["FAULTLINE_VERSION"] ?? "0.0.0-source",
  };
  return ok(new StatusAnswer(view.ok ? 200 : 503, health));
}

async function answerMetrics({ services }: ApiCall): Promise<Result<unknown, Failure>> {
  const view = await services.workspace.view();
  const { failure, lastBuildMs } = services.workspace.status();
  const gauges: Gauge[] = [
    { name: "faultline_store_up", help: "1 where the store answers", value: failure ? 0 : 1 },
    {
      name: "faultline_ingest_waiting_bytes",
      help: "Events that wait to be written",
      value: services.events.waiting(),
    },
    {
      name: "faultline_graph_build_seconds",
      help: "Time of the last build in memory",
      value: lastBuildMs / 1000,
    },
    { name: "faultline_memory_bytes", help: "Resident memory", value: process.memoryUsage.rss() },
  ];
  if (view.ok) {
    const coverage = measureCoverage(view.value.graph);
    gauges.push({
      name: "faultline_graph_version",
      help: "Version that is answered from",
      value: view.value.graph.version,
    });
    for (const [name, value] of Object.entries(coverage)) {
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      gauges.push({
        name: `faultline_graph_${snake}`,
        help: `Of the newest graph: ${snake.replaceAll("_", " ")}`,
        value,
      });
    }
  }
  return ok(services.metrics.render(gauges));
}
