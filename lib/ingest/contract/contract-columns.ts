import type { Column } from "#lib/model/asset.ts";
import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { countsNulls } from "./library-metrics.ts";

type Tell = (message: string, at: readonly (string | number)[]) => void;

/** A contract's properties as columns; those of objects inside them by their path (`address.zip`). */
export function readContractColumns(object: LooseRecord, tell: Tell): Column[] {
  const properties = asList(object["properties"]);
  if (object["properties"] !== undefined && properties === undefined)
    tell("`properties` is not a list", ["properties"]);
  return (properties ?? []).flatMap((entry, at) => {
    const property = asRecord(entry);
    const name = asText(property?.["physicalName"]) ?? asText(property?.["name"]);
    if (property !== undefined && name !== undefined) return [readColumn(property, name)];
    tell(`properties[${at}] has no name; it is left out`, ["properties", at]);
    return [];
  });
}

function readColumn(property: LooseRecord, name: string): Column {
  const options = asRecord(property["logicalTypeOptions"]);
  const values = asList(property["enum"]) ?? asList(options?.["enum"]) ?? validValues(property);
  const isKey = property["primaryKey"] === true && !isPartOfKey(property);
  const extra = withoutUndefined({
    classification: asText(property["classification"]),
    criticalDataElement: property["criticalDataElement"] === true ? true : undefined,
  });
  return withoutUndefined({
    name,
    type: asText(property["physicalType"]) ?? asText(property["logicalType"]),
    nullable: property["required"] === true || isNeverNull(property) ? false : undefined,
    unique: property["unique"] === true || isKey ? true : undefined,
    description: asText(property["description"]),
    allowedValues: values?.flatMap((value) => (typeof value === "object" ? [] : [String(value)])),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  });
}

/** A second column of a key makes none of them unique by itself. */
const isPartOfKey = (property: LooseRecord): boolean =>
  (asNumber(property["primaryKeyPosition"]) ?? 1) > 1;

const rulesOf = (property: LooseRecord): readonly LooseRecord[] => recordsIn(property["quality"]);

const isNeverNull = (property: LooseRecord): boolean =>
  rulesOf(property).some(
    (rule) => countsNulls(asText(rule["metric"]) ?? asText(rule["rule"])) && rule["mustBe"] === 0,
  );

/** The list of values of a quality rule, by which versions before 3.2 said what `enum` says since. */
export function validValues(property: LooseRecord): readonly unknown[] | undefined {
  return rulesOf(property)
    .map(
      (rule) => asList(rule["validValues"]) ?? asList(asRecord(rule["arguments"])?.["validValues"]),
    )
    .find((values) => values !== undefined);
}
