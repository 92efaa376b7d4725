import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { placeTable, type TablePlace } from "../table-place.ts";
import { validValues } from "./contract-columns.ts";

/** A contract as promises that can be compared and checked, whatever version of the standard it is written in. */
export interface ContractShape {
  readonly id: string;
  readonly version: string;
  readonly status: string;
  readonly objects: readonly ObjectShape[];
  readonly sla: readonly SlaShape[];
  /** What holds for the whole contract and promises nothing of the data, by key, as text. */
  readonly notes: ReadonlyMap<string, string>;
}

export interface ObjectShape {
  readonly name: string;
  readonly physicalName: string | undefined;
  readonly physicalType: string | undefined;
  readonly place: TablePlace;
  readonly properties: readonly PropertyShape[];
  /** Paths of the properties that are the key together, in its order. */
  readonly key: readonly string[];
  readonly quality: readonly QualityShape[];
  readonly relationships: readonly string[];
  readonly notes: ReadonlyMap<string, string>;
}

export interface PropertyShape {
  /** `addr.zip` is inside the object `addr`, `items[]` what a list holds. */
  readonly path: string;
  /** Stable over renames, where the contract gives one. */
  readonly id: string | undefined;
  /** As the table calls the column; of a part inside, the column that holds it. */
  readonly column: string;
  readonly isNested: boolean;
  readonly physicalName: string | undefined;
  readonly logicalType: string | undefined;
  readonly physicalType: string | undefined;
  readonly required: boolean;
  readonly unique: boolean;
  readonly classification: string | undefined;
  readonly isCritical: boolean;
  readonly isDeprecated: boolean;
  readonly options: ReadonlyMap<string, unknown>;
  readonly values: readonly string[] | undefined;
  readonly quality: readonly QualityShape[];
  readonly relationships: readonly string[];
  readonly transform: string | undefined;
  readonly notes: ReadonlyMap<string, string>;
}

export interface QualityShape {
  /** By which it is found again: its name, id, or what it measures. */
  readonly key: string;
  readonly label: string;
  readonly metric: string | undefined;
  /** `mustBe`, `mustBeGreaterThan` … with what they ask for. */
  readonly bounds: ReadonlyMap<string, unknown>;
  /** A query or a rule in words of its own. */
  readonly text: string | undefined;
}

export interface SlaShape {
  readonly key: string;
  readonly property: string;
  readonly element: string | undefined;
  readonly value: unknown;
  readonly unit: string | undefined;
}

/** Nothing of it throws for what is written otherwise than the standard says: it is then no promise. */
export function readContractShape(contract: LooseRecord): ContractShape {
  const servers = recordsIn(contract["servers"]);
  return {
    id: asText(contract["id"]) ?? "",
    version: String(contract["version"] ?? ""),
    status: (asText(contract["status"]) ?? "active").toLowerCase(),
    objects: recordsIn(contract["schema"]).flatMap((object) => readObject(object, servers)),
    sla: recordsIn(contract["slaProperties"]).flatMap(readSla),
    notes: notesOf(contract, CONTRACT_NOTES),
  };
}

const CONTRACT_NOTES = [
  "name",
  "version",
  "domain",
  "tenant",
  "dataProduct",
  "description",
  "tags",
  "team",
  "roles",
  "support",
  "price",
  "servers",
  "customProperties",
];
const OBJECT_NOTES = [
  "businessName",
  "description",
  "tags",
  "dataGranularityDescription",
  "authoritativeDefinitions",
];
const PROPERTY_NOTES = [
  "businessName",
  "description",
  "tags",
  "examples",
  "encryptedName",
  "authoritativeDefinitions",
  "customProperties",
  "partitioned",
  "partitionKeyPosition",
  "semanticType",
];

const notesOf = (record: LooseRecord, keys: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    keys.flatMap((key) =>
      record[key] === undefined ? [] : [[key, JSON.stringify(record[key])] as const],
    ),
  );

function readObject(object: LooseRecord, servers: readonly LooseRecord[]): readonly ObjectShape[] {
  const physicalName = asText(object["physicalName"]);
  const name = asText(object["name"]) ?? physicalName;
  if (name === undefined) return [];
  const raw: { readonly property: LooseRecord; readonly path: string }[] = [];
  const properties = recordsIn(object["properties"]).flatMap((property) =>
    readProperty({ property, before: "", column: undefined, raw }),
  );
  return [
    {
      name,
      physicalName,
      physicalType: asText(object["physicalType"]),
      place: placeTable(servers, physicalName ?? name),
      properties,
      key: keyOf(raw),
      quality: recordsIn(object["quality"]).map(readQuality),
      relationships: relationshipsOf(object),
      notes: notesOf(object, OBJECT_NOTES),
    },
  ];
}

const keyOf = (
  raw: readonly { readonly property: LooseRecord; readonly path: string }[],
): readonly string[] =>
  raw
    .filter(({ property }) => property["primaryKey"] === true)
    .map(({ property, path }, at) => ({
      path,
      place: asNumber(property["primaryKeyPosition"]) ?? at,
    }))
    .sort((a, b) => a.place - b.place)
    .map(({ path }) => path);

interface Inside {
  readonly property: LooseRecord;
  /** Path of what it is in. */
  readonly before: string;
  readonly column: string | undefined;
  readonly raw: { property: LooseRecord; path: string }[];
}

function readProperty({ property, before, column, raw }: Inside): readonly PropertyShape[] {
  const physicalName = asText(property["physicalName"]);
  const name = asText(property["name"]) ?? physicalName;
  const isItem = before.endsWith("[]");
  if (name === undefined && !isItem) return [];
  const path = isItem ? before : [before, name].filter((part) => part !== "").join(".");
  const own = column ?? physicalName ?? name ?? path;
  raw.push({ property, path });
  const items = asRecord(property["items"]);
  const inner = [
    ...recordsIn(property["properties"]).flatMap((part) =>
      readProperty({
        property: part,
        before: isItem ? before.slice(0, -2) : path,
        column: own,
        raw,
      }),
    ),
    ...(items === undefined
      ? []
      : readProperty({ property: items, before: `${path}[]`, column: own, raw })),
  ];
  return [
    describeProperty({ property, path, column: own, isNested: column !== undefined }),
    ...inner,
  ];
}

function describeProperty({
  property,
  ...place
}: Pick<PropertyShape, "path" | "column" | "isNested"> & {
  readonly property: LooseRecord;
}): PropertyShape {
  const options = new Map(Object.entries(asRecord(property["logicalTypeOptions"]) ?? {}));
  const values = asList(property["enum"]) ?? asList(options.get("enum")) ?? validValues(property);
  options.delete("enum");
  const sources = textsIn(property["transformSourceObjects"]);
  const logic = asText(property["transformLogic"]);
  const transform = [...sources, ...(logic === undefined ? [] : [logic])].join(" ");
  return {
    ...place,
    id: asText(property["id"]),
    physicalName: asText(property["physicalName"]),
    logicalType: asText(property["logicalType"])?.toLowerCase(),
    physicalType: asText(property["physicalType"])?.toLowerCase(),
    required: property["required"] === true,
    unique: property["unique"] === true,
    classification: asText(property["classification"]),
    isCritical: property["criticalDataElement"] === true,
    isDeprecated: property["deprecated"] === true,
    options,
    values: values?.map(String),
    quality: recordsIn(property["quality"]).map(readQuality),
    relationships: relationshipsOf(property),
    transform: transform === "" ? undefined : transform,
    notes: notesOf(property, PROPERTY_NOTES),
  };
}

const relationshipsOf = (part: LooseRecord): readonly string[] =>
  recordsIn(part["relationships"]).map((one) =>
    JSON.stringify(
      withoutUndefined({ from: one["from"], to: one["to"], type: one["type"] ?? "foreignKey" }),
    ),
  );

function readQuality(rule: LooseRecord): QualityShape {
  const metric = asText(rule["metric"]) ?? asText(rule["rule"]);
  const text = asText(rule["query"]) ?? implementationOf(rule);
  const bounds = new Map(
    Object.entries(rule).filter(
      ([key]) =>
        key.startsWith("mustBe") ||
        key.startsWith("mustNotBe") ||
        key === "unit" ||
        key === "severity" ||
        key === "arguments",
    ),
  );
  // The values of the rule are those of the property, and compared as such.
  const others = Object.entries(asRecord(rule["arguments"]) ?? {}).filter(
    ([key]) => key !== "validValues",
  );
  if (others.length > 0) bounds.set("arguments", Object.fromEntries(others));
  else bounds.delete("arguments");
  const label = asText(rule["name"]) ?? metric ?? asText(rule["type"]) ?? "quality rule";
  const key =
    asText(rule["id"]) ??
    asText(rule["name"]) ??
    `${asText(rule["type"]) ?? ""} ${metric ?? text ?? asText(rule["description"]) ?? ""}`;
  return { key, label, metric, bounds, text };
}

const implementationOf = (rule: LooseRecord): string | undefined =>
  rule["implementation"] === undefined ? undefined : JSON.stringify(rule["implementation"]);

function readSla(entry: LooseRecord): readonly SlaShape[] {
  const property = asText(entry["property"]);
  if (property === undefined) return [];
  const element = asText(entry["element"]);
  return [
    {
      key: [property.toLowerCase(), element ?? ""].join(" "),
      property,
      element,
      value: entry["value"],
      unit: asText(entry["unit"])?.toLowerCase(),
    },
  ];
}
