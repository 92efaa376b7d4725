import { z } from "zod";
import { readAlerts } from "#lib/incidents/signals/read-alerts.ts";
import { readDbtVolumes } from "#lib/incidents/signals/read-dbt-volumes.ts";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import { asRecord } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { keepVolumes } from "#lib/usecases/incidents/keep-volumes.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { UPLOAD_LIMITS } from "../read-body.ts";

export const ALERT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/api/v1/alerts",
    scope: "ingest",
    summary:
      "Takes what a monitoring tool sends: Alertmanager, Grafana, Great Expectations, Elementary, Monte Carlo, dbt's results",
    body: {
      schema: z
        .unknown()
        .describe("told apart by its content; {results, manifest} for dbt with its manifest"),
      limits: UPLOAD_LIMITS,
    },
    answer: {
      status: 202,
      schema: z.strictObject({
        tool: z.string(),
        signals: z.int().describe("that were read, over or not"),
        fresh: z.int().describe("of them, and of what came with them, nobody knew"),
        problems: z.array(z.string()),
      }),
    },
    handle: takeAlerts,
  },
];

async function takeAlerts({ body, services }: ApiCall): Promise<Result<unknown, Failure>> {
  const now = services.now().toISOString();
  const read = readAlerts({ ...withManifest(body), now });
  if (read.tool === undefined) {
    return err({
      code: "not-recognised",
      message: "this is of no monitoring tool that is known",
      next: 'send it as [{"table": "finance.revenue", "check": "row count", "status": "failed", "message": "…"}]',
    });
  }
  const volumes = await volumesOf(services, withManifest(body));
  if (!volumes.ok) return volumes;
  const kept = await services.incidents.submit([...read.signals, ...volumes.value]);
  if (!kept.ok) return kept;
  const { tool, signals, problems } = read;
  return ok({ tool, signals: signals.length, fresh: kept.value, problems: problems.slice(0, 20) });
}

/** Rows that dbt counted, against those of the runs before. */
async function volumesOf(
  { workspace }: ApiCall["services"],
  { body, manifest }: ReturnType<typeof withManifest>,
): Promise<Result<readonly Signal[], Failure>> {
  const results = asRecord(body);
  const volumes = results === undefined ? [] : readDbtVolumes(results, manifest);
  if (volumes.length === 0) return ok([]);
  const store = await workspace.store();
  return store.ok ? keepVolumes(store.value, volumes) : store;
}

/** dbt's results come alone, or beside the manifest that says what its tests are about. */
function withManifest(body: unknown): { readonly body: unknown; readonly manifest?: unknown } {
  if (typeof body !== "object" || body === null || !("manifest" in body)) return { body };
  const { manifest, ...rest } = body as { readonly manifest: unknown; readonly results?: unknown };
  return { body: rest.results ?? rest, manifest };
}
