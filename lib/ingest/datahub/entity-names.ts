import { asText, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { FactEnd } from "#lib/model/fact.ts";
import type { Entities, Entity } from "./aspects.ts";
import { readColumns } from "./dataset-columns.ts";
import { type DatasetName, nameDatasets } from "./dataset-names.ts";
import { fieldOf, nameInUrn, parseUrn } from "./urn.ts";

/** What entities are called for everybody. */
export interface Names {
  /** All datasets, those that are only pointed at as well. */
  readonly datasets: ReadonlyMap<string, DatasetName>;
  readonly endOf: (dataset: string) => FactEnd | undefined;
  readonly columnOf: (dataset: string, path: string) => string;
  /** Dashboards, charts, jobs, models and feature tables. */
  readonly nameOf: (urn: string) => AssetName;
}

export const isRemoved = ({ aspects }: Entity): boolean =>
  aspects.get("status")?.["removed"] === true;

export const entitiesOf = (entities: Entities, ...types: readonly string[]): readonly Entity[] =>
  [...entities.all.values()].filter(
    (entity) => types.includes(parseUrn(entity.urn)?.type ?? "") && !isRemoved(entity),
  );

export function createNames(entities: Entities): Names {
  const datasets = nameDatasets(listDatasets(entities), entities);
  const columns = new Map<string, ReadonlySet<string>>();
  const columnsOf = (urn: string): ReadonlySet<string> => {
    const known = columns.get(urn) ?? new Set(readColumns(urn, entities)?.map(({ name }) => name));
    columns.set(urn, known);
    return known;
  };
  return {
    datasets,
    endOf: (urn) => {
      const named = datasets.get(urn);
      return (
        named && { name: named.name, ...(named.path === undefined ? {} : { path: named.path }) }
      );
    },
    // What is inside of a column is read through it.
    columnOf: (urn, path) => {
      const all = columnsOf(urn);
      if (all.has(path)) return path;
      const parts = path.split(".");
      const outer = parts.map((_, at) => parts.slice(0, at + 1).join("."));
      return outer.find((one) => all.has(one)) ?? path;
    },
    nameOf: nameByTitle(entities),
  };
}

/** Dashboards and charts are called by their titles, where no other has the same. */
function nameByTitle(entities: Entities): (urn: string) => AssetName {
  const titled = entitiesOf(entities, "dashboard", "chart").flatMap(({ urn, aspects }) => {
    const info = aspects.get("dashboardinfo") ?? aspects.get("chartinfo");
    const title = asText(info?.["title"])?.trim();
    return title === undefined || title === "" ? [] : [{ urn, title }];
  });
  const keyOf = ({ urn, title }: { readonly urn: string; readonly title: string }): string =>
    JSON.stringify([nameById(urn).namespace, title]);
  const counts = new Map<string, number>();
  for (const one of titled) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  const titles = new Map(
    titled.filter((one) => counts.get(keyOf(one)) === 1).map(({ urn, title }) => [urn, title]),
  );
  return (urn) => {
    const name = nameById(urn);
    return { ...name, name: titles.get(urn) ?? name.name };
  };
}

/** `looker` and `dashboards.19`; a job is `airflow` and `orders_daily.load`. */
function nameById(urn: string): AssetName {
  const { type = "", parts = [] } = parseUrn(urn) ?? {};
  const [first = "", second = urn] = parts;
  if (type === "dataJob") {
    const [orchestrator = "datahub", flow = ""] = parseUrn(first)?.parts ?? [];
    return { namespace: orchestrator, name: [flow, second].filter(Boolean).join(".") };
  }
  return { namespace: nameInUrn(first) || "datahub", name: second };
}

/** Every dataset that an entity is or names. */
function listDatasets(entities: Entities): readonly string[] {
  const found = new Set<string>();
  for (const entity of entities.all.values()) {
    if (isRemoved(entity)) continue;
    for (const urn of [entity.urn, ...[...entity.aspects.values()].flatMap(urnsIn)]) {
      if (urn.startsWith("urn:li:dataset:")) found.add(urn);
    }
  }
  return [...found].sort();
}

/** The keys under which aspects name datasets and their fields. */
const LISTS = ["siblings", "datasets", "inputs", "inputDatasets", "outputDatasets", "sources"];
const EDGES = ["inputEdges", "datasetEdges", "inputDatasetEdges", "outputDatasetEdges"];

function urnsIn(aspect: Readonly<Record<string, unknown>>): readonly string[] {
  const fine = recordsIn(aspect["fineGrainedLineages"]).flatMap((one) => [
    ...textsIn(one["upstreams"]),
    ...textsIn(one["downstreams"]),
  ]);
  const fields = recordsIn(aspect["fields"]).flatMap((one) => asText(one["schemaFieldUrn"]) ?? []);
  return [
    ...LISTS.flatMap((key) => textsIn(aspect[key])),
    ...EDGES.flatMap((key) =>
      recordsIn(aspect[key]).flatMap((one) => asText(one["destinationUrn"]) ?? []),
    ),
    ...recordsIn(aspect["upstreams"]).flatMap((one) => asText(one["dataset"]) ?? []),
    ...recordsIn(aspect["trainingData"]).flatMap((one) => asText(one["dataset"]) ?? []),
    ...[...fine, ...fields].map((urn) => fieldOf(urn)?.dataset ?? urn),
  ];
}

/** The datasets that an aspect lists, in the older form or the newer. */
export const listed = (
  aspect: Readonly<Record<string, unknown>> | undefined,
  list: string,
  edges: string,
): readonly string[] => [
  ...new Set([
    ...textsIn(aspect?.[list]),
    ...recordsIn(aspect?.[edges]).flatMap((one) => asText(one["destinationUrn"]) ?? []),
  ]),
];
