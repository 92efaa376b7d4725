import { asRecord, asText, ownValue } from "#lib/ingest/loose-value.ts";
import { factWithLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { datasetAttributes, facetsOf } from "./dataset-attributes.ts";
import {
  columnNames,
  completeColumns,
  isComplete,
  mergeAssertions,
  schemaOf,
} from "./dataset-columns.ts";
import { aliasesOf, datasetKindOf, tablePathOf } from "./dataset-name.ts";
import { flowsInto } from "./flow-edges.ts";
import type { DatasetState, Gathered } from "./gather-events.ts";
import { readQuality } from "./read-schema.ts";

/** What the events together say of one dataset, with the edges from what its writers read. */
export function datasetFact(
  state: DatasetState,
  gathered: Gathered,
  problems: Problem[],
): AssetFact {
  const facets = facetsOf(state);
  const assertions = mergeAssertions(state);
  const quality = readQuality(ownValue(facets, "dataQualityMetrics"));
  const { flows, edges } = flowsInto(state, gathered, problems);
  const schema = schemaOf(state, problems);
  const written = flows.flatMap((flow) => flow.outputs);
  const columns = completeColumns({
    schema,
    known: columnNames(state),
    written,
    assertions,
    profiles: quality.profiles,
  });
  const path = tablePathOf(state.name, facets);
  const aliases = aliasesOf([...state.sent.values()], state.name, facets);
  const fact: AssetFact = {
    name: state.name,
    ...(path === undefined ? {} : { path }),
    kind: datasetKindOf(state.name, facets),
    attributes: datasetAttributes(state, {
      facets,
      rows: quality.rows,
      assertions,
      dbtUniqueId: dbtIdOf(state, gathered),
    }),
    ...(columns.length === 0
      ? {}
      : { columns, columnsComplete: isComplete(state, schema, columns) }),
    edges: [],
    queries: flows.flatMap((flow) => flow.query ?? []),
    ...(aliases.length === 0 ? {} : { aliases }),
    provenance: state.provenance,
    ...(state.owned ? {} : { placeholder: true }),
  };
  return edges.end.length === 0 ? fact : factWithLanes(fact, edges);
}

/** dbt's id of the model, where exactly one dbt job writes the dataset and nothing else. */
function dbtIdOf(state: DatasetState, gathered: Gathered): string | undefined {
  const ids = [...state.writers].flatMap((key) => {
    const job = gathered.jobs.get(key);
    const id = asText(ownValue(asRecord(job?.facets.get("dbt_node")?.value), "unique_id"));
    return id === undefined || (job?.outputs.size ?? 0) !== 1 ? [] : [id];
  });
  return new Set(ids).size === 1 ? ids[0] : undefined;
}
