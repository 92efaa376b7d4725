import { asText, recordsIn, textsIn, withoutUndefined } from "#lib/ingest/loose-value.ts";
import type { AssetKind, Materialization } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Entities, Entity } from "./aspects.ts";
import { promisesByDataset } from "./asserted-columns.ts";
import { fineGrainedEdges, type PlacedEdge } from "./column-lineage.ts";
import { readColumns, rowsOf } from "./dataset-columns.ts";
import type { DatasetName } from "./dataset-names.ts";
import { attributesOf, customProperties } from "./entity-attributes.ts";
import { entitiesOf, listed, type Names } from "./entity-names.ts";

/** Datasets with what they are made of, whether they say it themselves or a job does; and jobs. */
export function datasetFacts(entities: Entities, names: Names): readonly AssetFact[] {
  const jobs = entitiesOf(entities, "dataJob");
  const edges = gatherEdges(
    [
      ...entitiesOf(entities, "dataset").flatMap((entity) => ownEdges(entity, names)),
      ...jobs.flatMap((job) => jobEdges(job, names)),
    ],
    names,
  );
  const known = new Set(entitiesOf(entities, "dataset").map(({ urn }) => urn));
  const datasets = [...names.datasets].map(([urn, named]) =>
    datasetFact(urn, {
      named,
      entities,
      names,
      isKnown: known.has(urn),
      edges: edges.get(urn) ?? [],
    }),
  );
  return [...datasets, ...jobs.map((job) => jobFact(job, { entities, names }))];
}

function ownEdges(entity: Entity, names: Names): readonly PlacedEdge[] {
  const lineage = entity.aspects.get("upstreamlineage");
  if (lineage === undefined) return [];
  const { urn: into, provenance } = entity;
  const whole = recordsIn(lineage["upstreams"]).flatMap((one) => {
    const from = asText(one["dataset"]);
    return from === undefined ? [] : wholeEdge({ from, into, names, provenance });
  });
  return [
    ...fineGrainedEdges(lineage["fineGrainedLineages"], { ...names, into, provenance }),
    ...whole,
  ];
}

function wholeEdge({
  from,
  into,
  names,
  provenance,
  via,
}: {
  readonly from: string;
  readonly into: string;
  readonly names: Names;
  readonly provenance: EdgeFact["provenance"];
  readonly via?: EdgeFact["via"];
}): readonly PlacedEdge[] {
  const end = names.endOf(from);
  if (end === undefined) return [];
  return [{ from, into, edge: { from: end, use: "UNKNOWN", ...(via ? { via } : {}), provenance } }];
}

function jobEdges(job: Entity, names: Names): readonly PlacedEdge[] {
  const moves = job.aspects.get("datajobinputoutput");
  const inputs = listed(moves, "inputDatasets", "inputDatasetEdges");
  const outputs = listed(moves, "outputDatasets", "outputDatasetEdges");
  const { provenance } = job;
  const via = names.nameOf(job.urn);
  const [only, second] = outputs;
  return [
    ...fineGrainedEdges(moves?.["fineGrainedLineages"], {
      ...names,
      via,
      provenance,
      ...(only !== undefined && second === undefined ? { into: only } : {}),
    }),
    ...outputs.flatMap((into) =>
      inputs.flatMap((from) => wholeEdge({ from, into, names, provenance, via })),
    ),
  ];
}

/** By dataset, each edge once; a whole table's is left out where columns of it are known, and so is one to itself. */
function gatherEdges(
  placed: readonly PlacedEdge[],
  names: Names,
): ReadonlyMap<string, readonly EdgeFact[]> {
  const found = new Map<string, Map<string, EdgeFact>>();
  const byColumn = new Set<string>();
  for (const { into, from, edge } of placed)
    if (edge.from.column !== undefined) byColumn.add(JSON.stringify([into, from]));
  for (const { into, from, edge } of placed) {
    const isCovered = edge.from.column === undefined && byColumn.has(JSON.stringify([into, from]));
    if (isCovered || isSelf({ into, from }, names)) continue;
    const list = found.get(into) ?? new Map<string, EdgeFact>();
    found.set(into, list);
    list.set(JSON.stringify([edge.from.name, edge.from.column, edge.toColumn, edge.via]), edge);
  }
  return new Map([...found].map(([into, edges]) => [into, [...edges.values()]]));
}

/** dbt's entry of a table reads the table, or the table it. */
function isSelf({ into, from }: Pick<PlacedEdge, "into" | "from">, { datasets }: Names): boolean {
  const [a, b] = [datasets.get(into)?.name, datasets.get(from)?.name];
  return a !== undefined && a.namespace === b?.namespace && a.name === b.name;
}

interface DatasetInput {
  readonly named: DatasetName;
  readonly entities: Entities;
  readonly names: Names;
  /** It is described, and not only pointed at. */
  readonly isKnown: boolean;
  readonly edges: readonly EdgeFact[];
}

function datasetFact(urn: string, input: DatasetInput): AssetFact {
  const { named, entities, isKnown, edges } = input;
  const columns = readColumns(urn, entities);
  const properties = entities.aspect(urn, "datasetproperties");
  const edited = entities.aspect(urn, "editabledatasetproperties");
  const view = entities.aspect(urn, "viewproperties");
  const asserted = promisesByDataset(entities).get(urn);
  const provenance = entities.all.get(urn)?.provenance ?? {};
  return {
    name: named.name,
    ...(named.path === undefined ? {} : { path: named.path }),
    kind: kindOf(urn, { named, entities }),
    attributes: withoutUndefined({
      ...attributesOf(urn, entities),
      description: asText(edited?.["description"]) ?? asText(properties?.["description"]),
      url: asText(properties?.["externalUrl"]),
      dialect: named.dialect,
      rows: rowsOf(urn, entities),
      materialization:
        materializationOf(customProperties(urn, entities)?.["materialization"]) ??
        (view && (view["materialized"] === true ? "table" : "view")),
    }),
    ...(columns === undefined || columns.length === 0
      ? {}
      : {
          columns: columns.map((column) => ({ ...column, ...asserted?.get(column.name) })),
          columnsComplete: true,
        }),
    edges,
    queries: view === undefined ? [] : viewQuery(view, { named, provenance }),
    provenance,
    // dbt's own entry of a table speaks beside the table's.
    ...(isKnown && named.sibling === undefined ? {} : { placeholder: true }),
  };
}

function kindOf(
  urn: string,
  { named, entities }: Pick<DatasetInput, "named" | "entities">,
): AssetKind {
  if (named.kind !== "table") return named.kind;
  const types = textsIn(entities.aspect(urn, "subtypes")?.["typeNames"]).map((one) =>
    one.toLowerCase(),
  );
  const isView = types.includes("view") || entities.aspect(urn, "viewproperties") !== undefined;
  return types.includes("topic") ? "topic" : isView ? "view" : "table";
}

const MATERIALIZATIONS: ReadonlyMap<unknown, Materialization> = new Map(
  (["table", "view", "incremental", "ephemeral", "snapshot", "seed"] as const).map((one) => [
    one,
    one,
  ]),
);

/** As dbt calls it; its entry of a model has it. */
const materializationOf = (word: unknown): Materialization | undefined =>
  MATERIALIZATIONS.get(word);

function viewQuery(
  view: Readonly<Record<string, unknown>>,
  {
    named,
    provenance,
  }: { readonly named: DatasetName; readonly provenance: QueryFact["provenance"] },
): readonly QueryFact[] {
  const sql = asText(view["formattedViewLogic"]) ?? asText(view["viewLogic"]);
  const language = asText(view["viewLanguage"])?.toLowerCase() ?? "sql";
  // dbt's models are templates until they were compiled.
  if (sql === undefined || !/^(?:sql|dbt)$/.test(language) || /\{\{|\{%/.test(sql)) return [];
  const defaultPath = named.path?.slice(0, -1) ?? [];
  return [
    {
      name: "view logic",
      sql,
      dialect: named.dialect ?? "generic",
      ...(defaultPath.length === 0 ? {} : { defaultPath }),
      provenance,
    },
  ];
}

/** A job that writes nothing DataHub knows is where the lineage ends. */
function jobFact(
  job: Entity,
  { entities, names }: { readonly entities: Entities; readonly names: Names },
): AssetFact {
  const info = job.aspects.get("datajobinfo");
  const moves = job.aspects.get("datajobinputoutput");
  const inputs = listed(moves, "inputDatasets", "inputDatasetEdges");
  const outputs = listed(moves, "outputDatasets", "outputDatasetEdges");
  const { urn, provenance } = job;
  const attributes = attributesOf(urn, entities);
  return {
    name: names.nameOf(urn),
    kind: "job",
    attributes: withoutUndefined({
      ...attributes,
      description: asText(info?.["description"]),
      url: asText(info?.["externalUrl"]),
      extra: { ...attributes.extra, ...(outputs.length > 0 ? { outputs: outputs.length } : {}) },
    }),
    edges:
      outputs.length > 0
        ? []
        : inputs.flatMap((from) =>
            wholeEdge({ from, into: urn, names, provenance }).map(({ edge }) => edge),
          ),
    queries: [],
    provenance,
  };
}
