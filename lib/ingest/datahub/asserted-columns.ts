import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  textsIn,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Column } from "#lib/model/asset.ts";
import type { Entities } from "./aspects.ts";
import { entitiesOf } from "./entity-names.ts";
import { fieldOf } from "./urn.ts";

type Promises = ReadonlyMap<string, ReadonlyMap<string, Partial<Column>>>;

const known = new WeakMap<Entities, Promises>();

/** By dataset and column, what assertions promise: not null, unique, one of a few values. */
export function promisesByDataset(entities: Entities): Promises {
  const before = known.get(entities);
  if (before !== undefined) return before;
  const found = new Map<string, Map<string, Partial<Column>>>();
  for (const { aspects } of entitiesOf(entities, "assertion")) {
    const info = aspects.get("assertioninfo");
    const assertion = asRecord(info?.["datasetAssertion"]) ?? asRecord(info?.["customAssertion"]);
    const fields = textsIn(assertion?.["fields"]);
    const field = fieldOf(fields[0] ?? "");
    const promise = assertion && promiseOf(assertion);
    if (field === undefined || fields.length !== 1 || promise === undefined) continue;
    const columns = found.get(field.dataset) ?? new Map<string, Partial<Column>>();
    found.set(field.dataset, columns);
    columns.set(field.column, { ...columns.get(field.column), ...promise });
  }
  known.set(entities, found);
  return found;
}

function promiseOf(assertion: LooseRecord): Partial<Column> | undefined {
  const { operator, aggregation } = assertion;
  const value = asRecord(asRecord(assertion["parameters"])?.["value"])?.["value"];
  if (operator === "NOT_NULL") return { nullable: false };
  // DataHub spells it so.
  const isUnique = aggregation === "UNIQUE_PROPOTION" || aggregation === "UNIQUE_PROPORTION";
  if (isUnique && operator === "EQUAL_TO" && asNumber(value) === 1) return { unique: true };
  if (operator !== "IN") return undefined;
  const values = listIn(value);
  return values.length === 0 ? undefined : { allowedValues: values };
}

/** A list as JSON, in the text that every parameter is. */
function listIn(value: unknown): readonly string[] {
  const text = asText(value);
  const parsed = text === undefined ? undefined : parseJsonText("", text);
  const list = asList(parsed?.ok ? parsed.value : value) ?? [];
  return list.flatMap((item) => (typeof item === "object" ? [] : [String(item)]));
}
