import { asRecord, asText, recordsIn, textsIn, withoutUndefined } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { attributesOf } from "./entity-attributes.ts";
import { readColumns } from "./entity-columns.ts";
import { createNames, type Names } from "./entity-names.ts";
import { type Entity, Gathered } from "./gather-entities.ts";
import { gatherInflows, type Inflow } from "./lineage-edges.ts";

/**
 * What an OpenMetadata knows, as its REST interface answers it or an export holds it: tables, topics, containers, pipelines,
 * dashboards, charts, data models and models of machine learning, their lineage by column, owners, domains, tiers, and what
 * tests and open incidents say. Deleted ones are left out.
 */
export function readOpenMetadata(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const gathered = new Gathered();
  for (const file of files) {
    const parsed = parseJsonText(file.path, file.text);
    if (!parsed.ok) problems.push(parsed.error);
    else if (!gathered.add(parsed.value, { file: file.path })) problems.push(notOpenMetadata(file));
  }
  gathered.finish();
  // Charts, models and features point at more.
  const consumers = [...gathered.entities.values()].map((entity) => ({
    entity,
    reads: readsOf(entity, gathered),
  }));
  const names = createNames(gathered);
  const inflows = gatherInflows(gathered, names);
  const reads = new Map(consumers.map(({ entity, reads: own }) => [entity, own]));
  const facts = [...gathered.entities.values()].map((entity) =>
    entityFact(entity, {
      gathered,
      names,
      inflow: inflows.get(entity) ?? { edges: [], queries: [] },
      reads: reads.get(entity) ?? [],
    }),
  );
  return { facts, problems };
}

const KINDS: Readonly<Record<Entity["type"], AssetKind>> = {
  table: "table",
  topic: "topic",
  container: "file",
  pipeline: "job",
  storedProcedure: "job",
  dashboard: "dashboard",
  chart: "chart",
  dashboardDataModel: "view",
  mlmodel: "ml_model",
};

interface EntityInput {
  readonly gathered: Gathered;
  readonly names: Names;
  readonly inflow: Inflow;
  readonly reads: readonly Read[];
}

/** Something that an entity reads by itself, without lineage saying so. */
interface Read {
  readonly from: Entity;
  readonly column?: string;
  readonly toColumn?: string;
}

function readsOf(entity: Entity, gathered: Gathered): readonly Read[] {
  const { record, type, provenance } = entity;
  if (type === "dashboard") {
    return ["charts", "dataModels"].flatMap((key) =>
      recordsIn(record?.[key]).flatMap((reference) => {
        const from = gathered.refer(
          { type: key === "charts" ? "chart" : "dashboardDataModel", ...reference },
          provenance,
        );
        return from === undefined ? [] : [{ from }];
      }),
    );
  }
  if (type === "table") {
    // What dbt said that its model needs.
    return textsIn(asRecord(record?.["dataModel"])?.["upstream"]).flatMap((fullyQualifiedName) => {
      const from = gathered.refer({ type, fullyQualifiedName }, provenance);
      return from === undefined || from === entity ? [] : [{ from }];
    });
  }
  if (type !== "mlmodel") return [];
  return recordsIn(record?.["mlFeatures"]).flatMap((feature) =>
    recordsIn(feature["featureSources"]).flatMap((source) => {
      const reference = asRecord(source["dataSource"]);
      const from = reference && gathered.refer({ type: "table", ...reference }, provenance);
      if (from === undefined) return [];
      return [
        withoutUndefined({
          from,
          column: asText(source["name"]),
          toColumn: asText(feature["name"]),
        }),
      ];
    }),
  );
}

function readEdge(
  { from, column, toColumn }: Read,
  { names, provenance }: { readonly names: Names; readonly provenance: EdgeFact["provenance"] },
): EdgeFact {
  return {
    from: { ...names.endOf(from), ...(column === undefined ? {} : { column }) },
    ...(toColumn === undefined ? {} : { toColumn }),
    use: column !== undefined && toColumn !== undefined ? "ML_FEATURE" : "UNKNOWN",
    provenance,
  };
}

function entityFact(entity: Entity, { gathered, names, inflow, reads }: EntityInput): AssetFact {
  const { record, type, provenance } = entity;
  const { name, path } = names.named(entity);
  const { dialect } = names.platform(entity);
  const columns = readColumns(entity, gathered);
  const told = new Set(inflow.edges.map((edge) => JSON.stringify(edge.from.name)));
  const own = reads
    .map((read) => readEdge(read, { names, provenance }))
    .filter((edge) => edge.from.column !== undefined || !told.has(JSON.stringify(edge.from.name)));
  const written = definitions(entity, names);
  const isView = type === "table" && /view/i.test(asText(record?.["tableType"]) ?? "");
  const isStored = /materialized/i.test(asText(record?.["tableType"]) ?? "");
  const rows = asRecord(record?.["profile"])?.["rowCount"];
  return {
    name,
    ...(path === undefined ? {} : { path }),
    kind: isView ? "view" : KINDS[type],
    attributes: withoutUndefined({
      ...attributesOf(entity, gathered),
      dialect: type === "table" ? dialect : undefined,
      materialization: isView ? (isStored ? "table" : "view") : undefined,
      rows: typeof rows === "number" ? rows : undefined,
    }),
    ...(columns === undefined ? {} : { columns, columnsComplete: type !== "mlmodel" }),
    edges: [...inflow.edges, ...own],
    queries: written.length > 0 ? written : inflow.queries,
    provenance,
    ...(record === undefined ? { placeholder: true } : {}),
  };
}

/** A view's definition, the SQL that dbt compiled, or that of a BI tool's data model. */
function definitions(entity: Entity, names: Names): readonly QueryFact[] {
  const { record, provenance } = entity;
  const model = asRecord(record?.["dataModel"]);
  const texts = {
    definition: asText(record?.["schemaDefinition"]),
    model: asText(model?.["sql"]),
    "data model": entity.type === "dashboardDataModel" ? asText(record?.["sql"]) : undefined,
  };
  const defaultPath = names.named(entity).path?.slice(0, -1) ?? [];
  const dialect = names.platform(entity).dialect ?? "generic";
  // Of several texts the first says it: they are the same query.
  const found = Object.entries(texts).find(
    ([, sql]) => sql !== undefined && READS.test(sql) && !/\{\{|\{%/.test(sql),
  );
  const [name, sql] = found ?? [];
  if (name === undefined || sql === undefined) return [];
  return [{ name, sql, dialect, ...(defaultPath.length === 0 ? {} : { defaultPath }), provenance }];
}

/** A table's DDL declares and reads nothing. */
const READS = /^\s*(?:--[^\n]*\n\s*)*(?:select|with|\(|create\b[\s\S]{0,400}?\b(?:view|as)\b)/i;

const notOpenMetadata = ({ path }: SourceFile): Problem => ({
  code: "wrong-shape",
  message: "neither entities nor lineage of OpenMetadata",
  next: "Save answers of /api/v1/tables, /api/v1/lineage/… and their likes, with the fields that matter.",
  file: path,
  severity: "error",
});
