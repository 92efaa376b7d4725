import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
} from "#lib/ingest/loose-value.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import type { AssetName } from "#lib/model/asset-id.ts";

/** A run of a model as OpenLineage would tell it. */
export interface DbtVolume {
  readonly job: AssetName;
  readonly run: RunRecord;
}

const NAMESPACE = "dbt";

/**
 * How many rows each model wrote in one invocation, against what the models that it reads wrote in the same one: as far as the
 * adapter counts rows (`rows_affected`), and the manifest says who reads whom.
 */
export function readDbtVolumes(results: LooseRecord, manifest: unknown): readonly DbtVolume[] {
  const nodes = asRecord(asRecord(manifest)?.["nodes"]);
  const metadata = asRecord(results["metadata"]);
  const version = asText(metadata?.["dbt_schema_version"]) ?? "";
  const at = parseEventTime(asText(metadata?.["generated_at"]) ?? "")?.iso;
  if (nodes === undefined || at === undefined || !version.includes("/run-results/")) return [];
  const written = new Map<string, RunVolume>();
  for (const result of recordsIn(results["results"])) {
    const id = asText(result["unique_id"]);
    const rows = asNumber(asRecord(result["adapter_response"])?.["rows_affected"]);
    if (id === undefined || rows === undefined || rows < 0 || result["status"] !== "success")
      continue;
    const relation = asText(result["relation_name"])?.replaceAll(/["`[\]]/g, "");
    written.set(id, { namespace: NAMESPACE, name: relation ?? id.split(".").at(-1) ?? id, rows });
  }
  const runId = asText(metadata?.["invocation_id"]) ?? at;
  return [...written].flatMap(([id, output]): DbtVolume[] => {
    const reads = textsIn(asRecord(asRecord(nodes[id])?.["depends_on"])?.["nodes"]);
    const inputs = reads.flatMap((read) => written.get(read) ?? []);
    if (inputs.length === 0) return [];
    const run: RunRecord = { runId, state: "ok", at, endedAt: at, inputs, outputs: [output] };
    return [{ job: { namespace: NAMESPACE, name: id }, run }];
  });
}
