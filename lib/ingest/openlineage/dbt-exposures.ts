import { asRecord, asText, ownValue, recordsIn } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { datasetEnd } from "./flow-edges.ts";
import type { DatasetState } from "./gather-events.ts";

const KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  dashboard: "dashboard",
  notebook: "report",
  analysis: "report",
  ml: "ml_model",
  application: "application",
});

/**
 * dbt's exposures, as dbt-ol hangs them on each dataset that they depend on: consumers of which only the name and type
 * are known. They are placeholders, so that the manifest's own words come first.
 */
export function exposureFacts(state: DatasetState): readonly AssetFact[] {
  const sighting = state.own.get("dbt_exposures") ?? state.seen.get("dbt_exposures");
  if (sighting === undefined) return [];
  return recordsIn(ownValue(asRecord(sighting.value), "exposures")).flatMap((exposure) => {
    const name = asText(exposure["name"]);
    if (name === undefined) return [];
    const id = asText(exposure["unique_id"]);
    const project = /^exposure\.([^.]+)\./.exec(id ?? "")?.[1];
    return [
      {
        name: { namespace: project === undefined ? "dbt" : `dbt.${project}`, name },
        kind: KINDS[asText(exposure["type"])?.toLowerCase() ?? ""] ?? "application",
        attributes: { ...(id === undefined ? {} : { dbtUniqueId: id }) },
        edges: [
          { from: datasetEnd(state), use: "UNKNOWN" as const, provenance: sighting.provenance },
        ],
        queries: [],
        provenance: sighting.provenance,
        placeholder: true,
      },
    ];
  });
}
