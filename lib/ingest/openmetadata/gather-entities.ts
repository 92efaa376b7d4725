import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { fqnKey, splitFqn } from "./fully-qualified-name.ts";

export type EntityType =
  | "table"
  | "topic"
  | "container"
  | "pipeline"
  | "dashboard"
  | "chart"
  | "dashboardDataModel"
  | "mlmodel"
  | "storedProcedure";

export interface Entity {
  readonly type: EntityType;
  readonly fqn: string;
  /** The first is the service. */
  readonly parts: readonly string[];
  /** Absent where it is only pointed at. */
  record: LooseRecord | undefined;
  readonly provenance: Provenance;
}

/** One arrow of the lineage, with what is said of it. */
export interface LineageArrow {
  readonly from: Entity;
  readonly to: Entity;
  readonly details: LooseRecord;
  readonly provenance: Provenance;
}

/** Everything that the files of an OpenMetadata hold, whichever address they came from. */
export class Gathered {
  readonly entities = new Map<string, Entity>();
  readonly arrows: LineageArrow[] = [];
  readonly tests: LooseRecord[] = [];
  readonly incidents: LooseRecord[] = [];
  readonly #byId = new Map<string, Entity>();
  /** Lineage names its ends by ids, which may be told later. */
  readonly #waiting: { readonly record: LooseRecord; readonly provenance: Provenance }[] = [];

  /** A file's value; false where it is nothing of OpenMetadata's. */
  add(value: unknown, provenance: Provenance): boolean {
    const list = asList(value) ?? asList(asRecord(value)?.["data"]);
    if (list !== undefined) {
      const known = list.map((item) => this.add(item, provenance));
      return known.length === 0 || known.includes(true);
    }
    const record = asRecord(value);
    if (record === undefined) return false;
    if (isLineage(record)) {
      this.#waiting.push({ record, provenance });
      return true;
    }
    return this.#addRecord(record, provenance);
  }

  /** To be called when all files were added. */
  finish(): void {
    for (const { record, provenance } of this.#waiting) this.#noteNodes(record, provenance);
    for (const { record, provenance } of this.#waiting) {
      for (const edge of edgesIn(record)) this.#addArrow(edge, provenance);
    }
  }

  /** The entity that a reference names: `{id, type, fullyQualifiedName}`, or an id alone. */
  refer(value: unknown, provenance: Provenance): Entity | undefined {
    const record = asRecord(value);
    const id = asText(value) ?? asText(record?.["id"]);
    const known = id === undefined ? undefined : this.#byId.get(id);
    if (known !== undefined) return known;
    const fqn = asText(record?.["fullyQualifiedName"]) ?? asText(record?.["fqn"]);
    const type = TYPES.get(asText(record?.["type"]) ?? asText(record?.["entityType"]) ?? "");
    if (fqn === undefined || type === undefined) return undefined;
    return this.#entity(type, { fqn, id, provenance });
  }

  find(parts: readonly string[]): Entity | undefined {
    return this.entities.get(fqnKey(parts));
  }

  #addRecord(record: LooseRecord, provenance: Provenance): boolean {
    if (record["testDefinition"] !== undefined && asText(record["entityLink"]) !== undefined) {
      this.tests.push(record);
      return true;
    }
    if (record["testCaseResolutionStatusType"] !== undefined) {
      this.incidents.push(record);
      return true;
    }
    const fqn = asText(record["fullyQualifiedName"]);
    const type = typeOf(record);
    if (fqn === undefined || type === undefined)
      return (
        fqn !== undefined &&
        (record["service"] !== undefined || record["serviceType"] !== undefined)
      );
    if (record["deleted"] === true) return true;
    const entity = this.#entity(type, { fqn, id: asText(record["id"]), provenance });
    entity.record = { ...entity.record, ...record };
    return true;
  }

  #noteNodes(record: LooseRecord, provenance: Provenance): void {
    const nodes = asList(record["nodes"]) ?? Object.values(asRecord(record["nodes"]) ?? {});
    for (const node of [record["entity"], ...nodes]) {
      const body = asRecord(node);
      this.refer(asRecord(body?.["entity"]) ?? body, provenance);
    }
  }

  #addArrow(edge: LooseRecord, provenance: Provenance): void {
    const from = this.refer(edge["fromEntity"], provenance);
    const to = this.refer(edge["toEntity"], provenance);
    if (from === undefined || to === undefined || from === to) return;
    const details = asRecord(edge["lineageDetails"]) ?? edge;
    this.arrows.push({ from, to, details, provenance });
  }

  #entity(
    type: EntityType,
    {
      fqn,
      id,
      provenance,
    }: { readonly fqn: string; readonly id: string | undefined; readonly provenance: Provenance },
  ): Entity {
    const parts = splitFqn(fqn);
    const key = fqnKey(parts);
    const known = this.entities.get(key);
    const entity: Entity = known ?? { type, fqn, parts, record: undefined, provenance };
    this.entities.set(key, entity);
    if (id !== undefined) this.#byId.set(id, entity);
    return entity;
  }
}

const TYPES: ReadonlyMap<string, EntityType> = new Map(
  (
    [
      "table",
      "topic",
      "container",
      "pipeline",
      "dashboard",
      "chart",
      "dashboardDataModel",
      "mlmodel",
      "storedProcedure",
    ] as const
  ).map((type) => [type, type]),
);

/** The answer for one entity's lineage, in the older form (lists) and the newer (records by key), or one arrow as it is sent. */
const isLineage = (record: LooseRecord): boolean =>
  record["upstreamEdges"] !== undefined ||
  record["downstreamEdges"] !== undefined ||
  asRecord(record["edge"])?.["fromEntity"] !== undefined ||
  (record["fromEntity"] !== undefined && record["toEntity"] !== undefined);

function edgesIn(record: LooseRecord): readonly LooseRecord[] {
  if (record["fromEntity"] !== undefined) return [record];
  const one = asRecord(record["edge"]);
  if (one !== undefined) return [one];
  return [record["upstreamEdges"], record["downstreamEdges"]].flatMap((edges) =>
    recordsIn(asList(edges) ?? Object.values(asRecord(edges) ?? {})),
  );
}

/** Entities do not say what they are: their service and their own keys do. */
const SIGNS: readonly (readonly [EntityType, readonly string[]])[] = [
  ["table", ["tableType"]],
  ["table", ["databaseSchema", "columns"]],
  ["storedProcedure", ["storedProcedureCode"]],
  ["dashboardDataModel", ["dataModelType"]],
  ["chart", ["chartType"]],
  ["mlmodel", ["mlFeatures"]],
  ["mlmodel", ["algorithm"]],
  ["topic", ["messageSchema"]],
  ["topic", ["partitions", "service"]],
  ["pipeline", ["tasks"]],
  ["dashboard", ["charts"]],
  ["dashboard", ["dashboardType"]],
  ["container", ["fullPath"]],
  ["container", ["dataModel", "prefix"]],
];

const BY_SERVICE: Readonly<Record<string, EntityType>> = makeTable({
  dashboardService: "dashboard",
  pipelineService: "pipeline",
  messagingService: "topic",
  mlmodelService: "mlmodel",
  storageService: "container",
});

function typeOf(record: LooseRecord): EntityType | undefined {
  const sign = SIGNS.find(([, keys]) => keys.every((key) => record[key] !== undefined));
  if (sign !== undefined) return sign[0];
  const service = asText(asRecord(record["service"])?.["type"]) ?? "";
  if (BY_SERVICE[service] !== undefined) return BY_SERVICE[service];
  return service === "databaseService" && asList(record["columns"]) !== undefined
    ? "table"
    : undefined;
}
