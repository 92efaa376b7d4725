import { asRecord, asText, recordsIn, textsIn, withoutUndefined } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Entities, Entity } from "./aspects.ts";
import { attributesOf, customProperties } from "./entity-attributes.ts";
import { entitiesOf, listed, type Names } from "./entity-names.ts";
import { fieldOf, plainFieldPath } from "./urn.ts";

/** Dashboards and charts, with the columns that a chart shows where DataHub knows them. */
export function consumerFacts(entities: Entities, names: Names): readonly AssetFact[] {
  const charts = entitiesOf(entities, "chart").map((chart) =>
    chartFact(chart, { entities, names }),
  );
  const dashboards = entitiesOf(entities, "dashboard").map((dashboard) =>
    dashboardFact(dashboard, { entities, names }),
  );
  return [...charts, ...dashboards];
}

interface Given {
  readonly entities: Entities;
  readonly names: Names;
}

function chartFact(chart: Entity, { entities, names }: Given): AssetFact {
  const { urn, aspects, provenance } = chart;
  const info = aspects.get("chartinfo");
  const fields = fieldEdges(chart, names);
  const covered = new Set(fields.map(({ from }) => JSON.stringify(from.name)));
  const inputs = listed(info, "inputs", "inputEdges").flatMap(
    (dataset) => names.endOf(dataset) ?? [],
  );
  const whole = inputs
    .filter((end) => !covered.has(JSON.stringify(end.name)))
    .map((from): EdgeFact => ({ from, use: "UNKNOWN", provenance }));
  return {
    name: names.nameOf(urn),
    kind: "chart",
    attributes: consumerAttributes(chart, { entities, url: asText(info?.["chartUrl"]) }),
    edges: [...fields, ...whole],
    queries: chartQuery(chart),
    provenance,
  };
}

/** Where it stands in the chart is not told: the column is shown as it is. */
function fieldEdges({ aspects, provenance }: Entity, names: Names): readonly EdgeFact[] {
  return recordsIn(aspects.get("inputfields")?.["fields"]).flatMap((entry) => {
    const field = fieldOf(asText(entry["schemaFieldUrn"]) ?? "");
    const end = field && names.endOf(field.dataset);
    if (field === undefined || end === undefined) return [];
    const column = names.columnOf(field.dataset, field.column);
    const shown = asText(asRecord(entry["schemaField"])?.["fieldPath"]);
    return [
      {
        from: { ...end, column },
        toColumn: shown === undefined ? column : plainFieldPath(shown),
        use: "IDENTITY" as const,
        cap: "likely" as const,
        provenance,
      },
    ];
  });
}

function chartQuery({ aspects, provenance }: Entity): readonly QueryFact[] {
  const query = aspects.get("chartquery");
  const sql = asText(query?.["rawQuery"]);
  const type = asText(query?.["type"]) ?? "SQL";
  if (sql === undefined || type !== "SQL" || /\{\{|\{%/.test(sql)) return [];
  return [{ name: "chart query", sql, dialect: "generic", provenance }];
}

function dashboardFact(dashboard: Entity, { entities, names }: Given): AssetFact {
  const { urn, aspects, provenance } = dashboard;
  const info = aspects.get("dashboardinfo");
  const parts = [...listed(info, "charts", "chartEdges"), ...listed(info, "none", "dashboards")];
  const datasets = listed(info, "datasets", "datasetEdges");
  const ends = [
    ...parts.map((part) => ({ name: names.nameOf(part) })),
    ...datasets.flatMap((dataset) => names.endOf(dataset) ?? []),
  ];
  return {
    name: names.nameOf(urn),
    ...exposureOf(urn, entities),
    attributes: consumerAttributes(dashboard, { entities, url: asText(info?.["dashboardUrl"]) }),
    edges: ends.map((from): EdgeFact => ({ from, use: "UNKNOWN", provenance })),
    queries: [],
    provenance,
  };
}

const EXPOSURES: Readonly<Record<string, AssetKind>> = makeTable({
  notebook: "report",
  analysis: "report",
  ml: "ml_model",
  application: "application",
});

/** dbt's exposures are dashboards to DataHub. What dbt's own files say of them is the same. */
function exposureOf(urn: string, entities: Entities): Pick<AssetFact, "kind" | "aliases"> {
  const properties = customProperties(urn, entities);
  const [type, project, name] = (asText(properties?.["dbt_unique_id"]) ?? "").split(".");
  if (type !== "exposure" || project === undefined || name === undefined)
    return { kind: "dashboard" };
  return {
    kind: EXPOSURES[asText(properties?.["exposure_type"]) ?? ""] ?? "dashboard",
    aliases: [{ namespace: `dbt.${project}`, name }],
  };
}

function consumerAttributes(
  { urn, aspects }: Entity,
  { entities, url }: { readonly entities: Entities; readonly url: string | undefined },
): AssetFact["attributes"] {
  const info = aspects.get("dashboardinfo") ?? aspects.get("chartinfo");
  const edited =
    aspects.get("editabledashboardproperties") ?? aspects.get("editablechartproperties");
  const attributes = attributesOf(urn, entities);
  const title = asText(info?.["title"]);
  const kinds = textsIn(aspects.get("subtypes")?.["typeNames"]);
  return withoutUndefined({
    ...attributes,
    description: asText(edited?.["description"]) ?? asText(info?.["description"]),
    url: url ?? asText(info?.["externalUrl"]),
    extra: withoutUndefined({
      ...attributes.extra,
      title,
      subType: kinds[0],
    }),
  });
}
