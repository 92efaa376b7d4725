import { asList, asRecord, asText, type LooseRecord } from "../loose-value.ts";

type Form = "text" | "text or number" | "true or false" | "list" | "object";

const FITS: Readonly<Record<Form, (value: unknown) => boolean>> = {
  text: (value) => asText(value) !== undefined,
  "text or number": (value) => asText(value) !== undefined || typeof value === "number",
  "true or false": (value) => typeof value === "boolean",
  list: (value) => Array.isArray(value),
  object: (value) => asRecord(value) !== undefined,
};

const CONTRACT: Readonly<Record<string, Form>> = {
  id: "text",
  version: "text or number",
  status: "text",
  schema: "list",
  slaProperties: "list",
  servers: "list",
};
/** Without these the standard calls nothing a contract. */
const REQUIRED = ["id", "version", "status"];
const NAMED: Readonly<Record<string, Form>> = {
  name: "text",
  physicalName: "text",
  physicalType: "text",
  properties: "list",
  quality: "list",
  relationships: "list",
};
const PROPERTY: Readonly<Record<string, Form>> = {
  ...NAMED,
  logicalType: "text",
  required: "true or false",
  unique: "true or false",
  primaryKey: "true or false",
  enum: "list",
  logicalTypeOptions: "object",
  items: "object",
};
const SLA: Readonly<Record<string, Form>> = { property: "text", element: "text" };

/**
 * What of a contract cannot be read as the standard (ODCS 3) writes it, each with its place
 * (`schema[0].properties[2]: required must be true or false`). A promise in another form would read as none, and a contract
 * without promises is always kept: whoever judges by a contract refuses one that has faults.
 */
export function findContractFaults(contract: LooseRecord): readonly string[] {
  const kind = contract["kind"];
  const missing = REQUIRED.filter((key) => isAbsent(contract[key]));
  return [
    ...(isAbsent(kind) || kind === "DataContract" ? [] : ["kind must be DataContract"]),
    ...faultsOf({ record: contract, forms: CONTRACT, place: "" }),
    ...(missing.length === 0 ? [] : [`${listWords(missing)} missing`]),
    ...eachOf(contract["schema"], "schema", (object, place) => findInObject(object, place)),
    ...eachOf(contract["slaProperties"], "slaProperties", (record, place) => [
      ...faultsOf({ record, forms: SLA, place }),
      ...(isAbsent(record["property"]) ? [`${place}: property missing`] : []),
    ]),
    ...eachOf(contract["servers"], "servers", () => []),
  ];
}

/** A key without a value, as YAML has it, says nothing. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const listWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

function faultsOf({
  record,
  forms,
  place,
}: {
  readonly record: LooseRecord;
  readonly forms: Readonly<Record<string, Form>>;
  readonly place: string;
}): readonly string[] {
  const before = place === "" ? "" : `${place}: `;
  return Object.entries(forms).flatMap(([key, form]) =>
    isAbsent(record[key]) || FITS[form](record[key])
      ? []
      : [`${before}${key} must be ${FORM_WORDS[form]}`],
  );
}

const FORM_WORDS: Readonly<Record<Form, string>> = {
  text: "a text",
  "text or number": "a text",
  "true or false": "true or false",
  list: "a list",
  object: "an object",
};

function eachOf(
  value: unknown,
  key: string,
  find: (record: LooseRecord, place: string) => readonly string[],
): readonly string[] {
  return (asList(value) ?? []).flatMap((entry, at) => {
    const record = asRecord(entry);
    const place = `${key}[${at}]`;
    return record === undefined ? [`${place} must be an object`] : find(record, place);
  });
}

function findInObject(object: LooseRecord, place: string): readonly string[] {
  return [
    ...faultsOf({ record: object, forms: NAMED, place }),
    ...findInNamed(object, place),
    ...findNoName(object, place),
  ];
}

const findNoName = (record: LooseRecord, place: string): readonly string[] =>
  isAbsent(record["name"]) && isAbsent(record["physicalName"]) ? [`${place}: name missing`] : [];

/** What tables and columns both hold. */
function findInNamed(record: LooseRecord, place: string): readonly string[] {
  return [
    ...eachOf(record["properties"], `${place}.properties`, (property, inside) => [
      ...findInProperty(property, inside),
      ...findNoName(property, inside),
    ]),
    ...eachOf(record["quality"], `${place}.quality`, () => []),
    ...eachOf(record["relationships"], `${place}.relationships`, () => []),
  ];
}

function findInProperty(property: LooseRecord, place: string): readonly string[] {
  const items = asRecord(property["items"]);
  return [
    ...faultsOf({ record: property, forms: PROPERTY, place }),
    ...findInNamed(property, place),
    // What a list holds needs no name.
    ...(items === undefined ? [] : findInProperty(items, `${place}.items`)),
  ];
}
