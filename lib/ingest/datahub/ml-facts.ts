import { asText, recordsIn, textsIn, withoutUndefined } from "#lib/ingest/loose-value.ts";
import type { AssetFact, EdgeFact, FactEnd } from "#lib/model/fact.ts";
import type { Entities, Entity } from "./aspects.ts";
import { attributesOf } from "./entity-attributes.ts";
import { entitiesOf, type Names } from "./entity-names.ts";
import { parseUrn } from "./urn.ts";

/** Feature tables and models: features as columns, and what they are made from. */
export function mlFacts(entities: Entities, names: Names): readonly AssetFact[] {
  const tables = entitiesOf(entities, "mlFeatureTable");
  const homes = featureHomes(tables, names);
  return [
    ...tables.map((table) => featureTable(table, { entities, names })),
    ...entitiesOf(entities, "mlModel").map((model) => modelFact(model, { entities, names, homes })),
  ];
}

interface Given {
  readonly entities: Entities;
  readonly names: Names;
}

const featureName = (urn: string): string => parseUrn(urn)?.parts.at(-1) ?? urn;

const featuresOf = ({ aspects }: Entity): readonly string[] => {
  const properties = aspects.get("mlfeaturetableproperties");
  return [...textsIn(properties?.["mlPrimaryKeys"]), ...textsIn(properties?.["mlFeatures"])];
};

/** By feature, the column of the table that has it. */
function featureHomes(tables: readonly Entity[], names: Names): ReadonlyMap<string, FactEnd> {
  return new Map(
    tables.flatMap((table) =>
      featuresOf(table).map((urn): readonly [string, FactEnd] => [
        urn,
        { name: names.nameOf(table.urn), column: featureName(urn) },
      ]),
    ),
  );
}

function featureTable(table: Entity, { entities, names }: Given): AssetFact {
  const features = featuresOf(table);
  const { urn, provenance, aspects } = table;
  return {
    name: names.nameOf(urn),
    kind: "feature_view",
    attributes: withoutUndefined({
      ...attributesOf(urn, entities),
      description: asText(aspects.get("mlfeaturetableproperties")?.["description"]),
    }),
    ...(features.length === 0
      ? {}
      : {
          columns: features.map((feature) => {
            const properties = propertiesOf(feature, entities);
            return withoutUndefined({
              name: featureName(feature),
              type: asText(properties?.["dataType"]),
              description: asText(properties?.["description"]),
            });
          }),
          columnsComplete: true,
        }),
    edges: features.flatMap((feature) => sourceEdges(feature, { entities, names, provenance })),
    queries: [],
    provenance,
  };
}

const propertiesOf = (feature: string, entities: Entities) =>
  entities.aspect(feature, "mlfeatureproperties") ??
  entities.aspect(feature, "mlprimarykeyproperties");

/** DataHub knows the dataset that a feature is from, and which of its columns only by its name. */
function sourceEdges(
  feature: string,
  { entities, names, provenance }: Given & { readonly provenance: EdgeFact["provenance"] },
): readonly EdgeFact[] {
  return textsIn(propertiesOf(feature, entities)?.["sources"]).flatMap((dataset) => {
    const end = names.endOf(dataset);
    if (end === undefined) return [];
    return [{ from: end, toColumn: featureName(feature), use: "UNKNOWN" as const, provenance }];
  });
}

function modelFact(
  model: Entity,
  { entities, names, homes }: Given & { readonly homes: ReadonlyMap<string, FactEnd> },
): AssetFact {
  const { urn, aspects, provenance } = model;
  const properties = aspects.get("mlmodelproperties");
  const training = aspects.get("mlmodeltrainingdata") ?? aspects.get("trainingdata");
  const features = textsIn(properties?.["mlFeatures"]);
  const named = features.flatMap((feature): readonly EdgeFact[] => {
    const from = homes.get(feature);
    if (from !== undefined)
      return [{ from, toColumn: featureName(feature), use: "ML_FEATURE", provenance }];
    return sourceEdges(feature, { entities, names, provenance });
  });
  const trained = recordsIn(training?.["trainingData"]).flatMap((one): readonly EdgeFact[] => {
    const end = names.endOf(asText(one["dataset"]) ?? "");
    return end === undefined ? [] : [{ from: end, use: "UNKNOWN", provenance }];
  });
  return {
    name: names.nameOf(urn),
    kind: "ml_model",
    attributes: withoutUndefined({
      ...attributesOf(urn, entities),
      description: asText(properties?.["description"]),
    }),
    edges: [...named, ...trained],
    queries: [],
    provenance,
  };
}
