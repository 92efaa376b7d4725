import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import { assetNameOf } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";

const PRODUCER = "urn:faultline:export";
const SPEC = "https://openlineage.io/spec";

/**
 * The graph as OpenLineage JobEvents (specification 2-0-2), one for each asset that reads something, and a DatasetEvent for
 * each dataset that reads nothing. Column lineage carries the transformation that our use stands for.
 */
export function exportOpenLineage(graph: MergedGraph, at: string): readonly unknown[] {
  const eventTime = at === "" ? new Date(0).toISOString() : at;
  return [...graph.assets.values()].flatMap((asset): unknown[] => {
    const inputs = inputsOf(graph, asset);
    if (inputs.length > 0) return [jobEvent(asset, { inputs, eventTime })];
    return DATASET_KINDS.has(asset.kind) ? [datasetEvent(asset, eventTime)] : [];
  });
}

function inputsOf(graph: MergedGraph, asset: MergedAsset): readonly unknown[] {
  const ids = new Set(asset.edges.map((edge) => edge.from.asset).filter((id) => id !== asset.id));
  return [...ids].sort().map((id) => {
    const input = graph.assets.get(id);
    return input ? dataset(input, {}) : { ...assetNameOf(id), facets: {} };
  });
}

function jobEvent(
  asset: MergedAsset,
  { inputs, eventTime }: { readonly inputs: readonly unknown[]; readonly eventTime: string },
): unknown {
  const sql = asset.queries.map((query) => query.sql).join(";\n");
  return {
    eventTime,
    producer: PRODUCER,
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/JobEvent`,
    job: {
      namespace: asset.namespace,
      name: asset.name,
      facets: sql === "" ? {} : { sql: facet("1-0-1/SQLJobFacet", { query: sql }) },
    },
    inputs,
    outputs: DATASET_KINDS.has(asset.kind) ? [dataset(asset, columnLineage(asset))] : [],
  };
}

const datasetEvent = (asset: MergedAsset, eventTime: string): unknown => ({
  eventTime,
  producer: PRODUCER,
  schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/DatasetEvent`,
  dataset: dataset(asset, {}),
});

function dataset(asset: MergedAsset, more: Readonly<Record<string, unknown>>): unknown {
  const fields = asset.columns.map(({ name, type, description }) => ({
    name,
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
  }));
  const { description, owner } = asset.attributes;
  return {
    namespace: asset.namespace,
    name: asset.name,
    facets: {
      ...(fields.length === 0 ? {} : { schema: facet("1-1-1/SchemaDatasetFacet", { fields }) }),
      ...(description === undefined
        ? {}
        : { documentation: facet("1-0-1/DocumentationDatasetFacet", { description }) }),
      ...(owner === undefined
        ? {}
        : { ownership: facet("1-0-1/OwnershipDatasetFacet", { owners: [{ name: owner }] }) }),
      ...more,
    },
  };
}

const facet = (schema: string, body: Readonly<Record<string, unknown>>): unknown => ({
  _producer: PRODUCER,
  _schemaURL: `${SPEC}/facets/${schema}.json`,
  ...body,
});

function columnLineage(asset: MergedAsset): Readonly<Record<string, unknown>> {
  const fields: Record<string, { inputFields: unknown[] }> = {};
  const wholes: unknown[] = [];
  for (const edge of asset.edges) {
    if (edge.from.column === undefined || edge.use === "UNKNOWN") continue;
    const input = inputField(edge);
    if (edge.to.column === undefined) {
      wholes.push(input);
      continue;
    }
    const field = fields[edge.to.column] ?? { inputFields: [] };
    fields[edge.to.column] = field;
    field.inputFields.push(input);
  }
  if (Object.keys(fields).length === 0 && wholes.length === 0) return {};
  const body = { fields, ...(wholes.length === 0 ? {} : { dataset: wholes }) };
  return { columnLineage: facet("1-2-0/ColumnLineageDatasetFacet", body) };
}

function inputField({ from, use, expression }: Edge): unknown {
  const [type, subtype] = TRANSFORMATIONS[use] ?? ["DIRECT", "TRANSFORMATION"];
  return {
    ...assetNameOf(from.asset),
    field: from.column,
    transformations: [{ type, subtype, description: expression ?? "", masking: false }],
  };
}

/** Uses that OpenLineage has a subtype of its own for; all others are DIRECT transformations. */
const TRANSFORMATIONS: Readonly<Partial<Record<Use, readonly [string, string]>>> = {
  IDENTITY: ["DIRECT", "IDENTITY"],
  STAR: ["DIRECT", "IDENTITY"],
  POSITIONAL: ["DIRECT", "IDENTITY"],
  AGG_SUM: ["DIRECT", "AGGREGATION"],
  AGG_COUNT: ["DIRECT", "AGGREGATION"],
  AGG_DISTINCT: ["DIRECT", "AGGREGATION"],
  AGG_IDEMPOTENT: ["DIRECT", "AGGREGATION"],
  JOIN_INNER: ["INDIRECT", "JOIN"],
  JOIN_LEFT: ["INDIRECT", "JOIN"],
  NATURAL_JOIN: ["INDIRECT", "JOIN"],
  FILTER: ["INDIRECT", "FILTER"],
  FILTER_IN: ["INDIRECT", "FILTER"],
  GROUP_BY: ["INDIRECT", "GROUP_BY"],
  SORT: ["INDIRECT", "SORT"],
  WINDOW: ["INDIRECT", "WINDOW"],
  CONDITIONAL: ["INDIRECT", "CONDITIONAL"],
  CONDITIONAL_NO_ELSE: ["INDIRECT", "CONDITIONAL"],
};
