import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";

/** An entity of a GraphQL answer, with what was asked of it under the names of the stored aspects. */
export interface GraphqlEntity {
  readonly urn: string;
  readonly aspects: Readonly<Record<string, LooseRecord>>;
}

/**
 * All entities of an answer, wherever the query put them: by themselves, as results of a search, inside each other. What a
 * query did not ask for is not known.
 */
export function readGraphqlEntities(data: unknown): readonly GraphqlEntity[] {
  const found: GraphqlEntity[] = [];
  gather(data, found);
  return found;
}

function gather(value: unknown, found: GraphqlEntity[]): void {
  for (const item of asList(value) ?? []) gather(item, found);
  const record = asRecord(value);
  if (record === undefined) return;
  const urn = asText(record["urn"]);
  if (urn?.startsWith("urn:li:") && saysMore(record))
    found.push({ urn, aspects: aspectsOf(record) });
  for (const [key, inner] of Object.entries(record)) if (key !== "owner") gather(inner, found);
}

/** An entity that is only pointed at has its URN, its type and perhaps its name. */
const saysMore = (record: LooseRecord): boolean =>
  Object.keys(record).some((key) => !POINTER.has(key));
const POINTER = new Set([
  "urn",
  "type",
  "name",
  "__typename",
  "platform",
  "path",
  "exists",
  "username",
]);

function aspectsOf(entity: LooseRecord): Readonly<Record<string, LooseRecord>> {
  const type = asText(entity["urn"])?.split(":")[2];
  const properties = { ...asRecord(entity["properties"]), ...asRecord(entity["info"]) };
  const editable = asRecord(entity["editableProperties"]);
  return withoutUndefined({
    datasetProperties: type === "dataset" ? properties : undefined,
    dashboardInfo: type === "dashboard" ? dashboardInfo(entity, properties) : undefined,
    chartInfo: type === "chart" ? chartInfo(entity, properties) : undefined,
    domainProperties: type === "domain" ? properties : undefined,
    tagProperties: type === "tag" ? properties : undefined,
    mlModelProperties: type === "mlModel" ? mlModelProperties(entity, properties) : undefined,
    dataJobInfo: type === "dataJob" ? properties : undefined,
    dataJobInputOutput: type === "dataJob" ? asRecord(entity["inputOutput"]) : undefined,
    incidentInfo: type === "incident" ? incidentInfo(entity) : undefined,
    editableDatasetProperties: editable,
    schemaMetadata: asRecord(entity["schemaMetadata"]) ?? asRecord(entity["schema"]),
    editableSchemaMetadata: asRecord(entity["editableSchemaMetadata"]),
    viewProperties: viewProperties(asRecord(entity["viewProperties"])),
    upstreamLineage: upstreamLineage(entity),
    ownership: ownership(asRecord(entity["ownership"])),
    domains: domains(entity),
    globalTags: tags(asRecord(entity["globalTags"]) ?? asRecord(entity["tags"])),
    status: asRecord(entity["status"]),
    siblings: siblings(asRecord(entity["siblings"])),
    subTypes: asRecord(entity["subTypes"]),
    deprecation: asRecord(entity["deprecation"]),
    dataPlatformInstance: instance(asRecord(entity["dataPlatformInstance"])),
  });
}

const urnsIn = (value: unknown): readonly string[] =>
  recordsIn(value).flatMap(
    (one) => asText(one["urn"]) ?? asText(asRecord(one["entity"])?.["urn"]) ?? [],
  );

/** `lineage(…)`, `upstream`, `upstreamLineage` or a relationship of any of their names. */
function related(entity: LooseRecord, ...keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const value = entity[key];
    const list =
      asList(value) ?? asRecord(value)?.["relationships"] ?? asRecord(value)?.["entities"];
    return recordsIn(list).flatMap(
      (one) => asText(asRecord(one["entity"])?.["urn"]) ?? asText(one["urn"]) ?? [],
    );
  });
}

function upstreamLineage(entity: LooseRecord): LooseRecord | undefined {
  const upstreams = related(entity, "upstream", "upstreams", "upstreamLineage", "lineage");
  const fine = recordsIn(entity["fineGrainedLineages"]);
  if (upstreams.length === 0 && fine.length === 0) return undefined;
  return {
    upstreams: upstreams
      .filter((urn) => urn.startsWith("urn:li:dataset:"))
      .map((dataset) => ({ dataset })),
    fineGrainedLineages: fine.map((one) => ({
      transformOperation: one["transformOperation"],
      upstreams: recordsIn(one["upstreams"]).flatMap(fieldUrn),
      downstreams: recordsIn(one["downstreams"]).flatMap(fieldUrn),
    })),
  };
}

function fieldUrn({ urn, path }: LooseRecord): readonly string[] {
  const dataset = asText(urn);
  const field = asText(path);
  return dataset === undefined || field === undefined
    ? []
    : [`urn:li:schemaField:(${dataset},${field})`];
}

const viewProperties = (view: LooseRecord | undefined): LooseRecord | undefined =>
  view && {
    viewLogic: view["logic"] ?? view["formattedLogic"],
    viewLanguage: view["language"],
    materialized: view["materialized"],
  };

const ownership = (value: LooseRecord | undefined): LooseRecord | undefined =>
  value && {
    owners: recordsIn(value["owners"]).map((one) => ({
      owner: asText(asRecord(one["owner"])?.["urn"]),
      type: one["type"],
    })),
  };

function domains(entity: LooseRecord): LooseRecord | undefined {
  const domain = asRecord(entity["domain"]);
  const inner = asRecord(domain?.["domain"]) ?? domain;
  const urn = asText(inner?.["urn"]);
  return urn === undefined ? undefined : { domains: [urn] };
}

const tags = (value: LooseRecord | undefined): LooseRecord | undefined =>
  value && {
    tags: recordsIn(value["tags"])
      .flatMap((one) => asText(asRecord(one["tag"])?.["urn"]) ?? [])
      .map((tag) => ({ tag })),
  };

const siblings = (value: LooseRecord | undefined): LooseRecord | undefined =>
  value && { siblings: urnsIn(value["siblings"]) };

const instance = (value: LooseRecord | undefined): LooseRecord | undefined =>
  value && { instance: value["urn"], instanceId: value["instanceId"] };

const dashboardInfo = (entity: LooseRecord, properties: LooseRecord): LooseRecord => ({
  title: properties["name"] ?? properties["title"],
  description: properties["description"],
  dashboardUrl: properties["externalUrl"],
  charts: [
    ...urnsIn(entity["charts"]),
    ...related(entity, "charts", "upstream").filter((urn) => urn.startsWith("urn:li:chart:")),
  ],
  datasets: related(entity, "datasets", "upstream", "consumes").filter((urn) =>
    urn.startsWith("urn:li:dataset:"),
  ),
});

const chartInfo = (entity: LooseRecord, properties: LooseRecord): LooseRecord => ({
  title: properties["name"] ?? properties["title"],
  description: properties["description"],
  chartUrl: properties["externalUrl"],
  inputs: [
    ...urnsIn(properties["inputs"]),
    ...related(entity, "inputs", "upstream", "lineage").filter((urn) =>
      urn.startsWith("urn:li:dataset:"),
    ),
  ],
});

const mlModelProperties = (entity: LooseRecord, properties: LooseRecord): LooseRecord => ({
  ...properties,
  mlFeatures: [
    ...related(entity, "features", "upstream").filter((urn) => urn.startsWith("urn:li:mlFeature:")),
    ...(asList(properties["mlFeatures"]) ?? []),
  ],
});

const incidentInfo = (entity: LooseRecord): LooseRecord => ({
  title: entity["title"],
  type: entity["incidentType"] ?? entity["type"],
  priority: entity["priority"],
  status: entity["status"] ?? entity["incidentStatus"],
  created: entity["created"],
  entities: [asText(asRecord(entity["entity"])?.["urn"])],
});
