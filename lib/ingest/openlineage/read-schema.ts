import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import type { Column, Profile } from "#lib/model/asset.ts";

/** A way to tell what was wrong in a facet, without losing the good part of it. */
export type Complain = (message: string) => void;

/**
 * The columns of a schema facet in order. A nested field is told in its column's type (`STRUCT(city VARCHAR)`), because
 * queries read it through the column: as columns of their own they would come out of `select *`. An empty list says
 * nothing (Spark sends one when it drops a table).
 */
export function readSchema(facet: unknown, complain: Complain): readonly Column[] | undefined {
  if (facet === undefined || facet === null) return undefined;
  const fields = asList(ownValue(asRecord(facet), "fields"));
  if (fields === undefined) {
    complain("the schema facet has no list of `fields`");
    return undefined;
  }
  const columns = new Map<string, Column>();
  for (const [index, field] of fields.entries()) {
    const record = asRecord(field);
    const name = asText(record?.["name"]);
    if (record === undefined || name === undefined)
      complain(`field ${index + 1} of the schema has no name`);
    else if (columns.has(name)) complain(`the schema names the field \`${name}\` twice`);
    else columns.set(name, readField(record, name));
  }
  return columns.size === 0 ? undefined : [...columns.values()];
}

function readField(record: LooseRecord, name: string): Column {
  const type = typeOf(record);
  const description = asText(record["description"]);
  if (description === undefined) return type === undefined ? { name } : { name, type };
  return {
    name,
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
  };
}

function typeOf(record: LooseRecord): string | undefined {
  const type = asText(record["type"]);
  const nested = record["fields"] === undefined ? [] : recordsIn(record["fields"]);
  if (nested.length === 0 || /[<(]/.test(type ?? "")) return type;
  const inner = nested.map((field) =>
    [asText(field["name"]) ?? "", typeOf(field) ?? ""].join(" ").trim(),
  );
  return `${type ?? "STRUCT"}(${inner.join(", ")})`;
}

/** The column that a field of another facet speaks of: a path into a nested field means the column that holds it. */
export function columnOfField(field: string, columns: { has(name: string): boolean }): string {
  if (columns.has(field)) return field;
  const cut = field.indexOf(".");
  const top = cut > 0 ? field.slice(0, cut) : field;
  return columns.has(top) ? top : field;
}

const NO_QUALITY = { profiles: new Map<string, Profile>() };

/** Observed profiles of a data quality facet, and the number of rows. */
export function readQuality(facet: unknown): {
  readonly rows?: number;
  readonly profiles: ReadonlyMap<string, Profile>;
} {
  const record = asRecord(facet);
  if (record === undefined) return NO_QUALITY;
  const rows = atLeastZero(ownValue(record, "rowCount"));
  const metrics = Object.entries(asRecord(ownValue(record, "columnMetrics")) ?? {});
  const profiles = new Map<string, Profile>();
  for (const [column, value] of metrics) {
    const profile = readProfile(asRecord(value), rows);
    if (profile !== undefined) profiles.set(column, profile);
  }
  return withoutUndefined({ rows, profiles });
}

function readProfile(
  metrics: LooseRecord | undefined,
  rows: number | undefined,
): Profile | undefined {
  if (metrics === undefined) return undefined;
  const nulls = atLeastZero(metrics["nullCount"]);
  const counted = atLeastZero(metrics["count"]);
  const total =
    rows ?? (counted === undefined || nulls === undefined ? undefined : counted + nulls);
  const profile = withoutUndefined({
    nullShare:
      nulls === undefined || total === undefined || total === 0
        ? undefined
        : Math.min(1, nulls / total),
    distinct: atLeastZero(metrics["distinctCount"]),
    rows: total,
    min: asNumber(metrics["min"]),
    max: asNumber(metrics["max"]),
  });
  return Object.keys(profile).length === 0 ? undefined : profile;
}

function atLeastZero(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** What tests said of columns: `not_null` and `unique` that hold, allowed values, and what failed. */
export interface Assertions {
  readonly columns: ReadonlyMap<
    string,
    Partial<Pick<Column, "nullable" | "unique" | "allowedValues">>
  >;
  readonly failed: readonly string[];
  readonly checked: readonly string[];
}

export function readAssertions(facet: unknown): Assertions {
  const columns = new Map<string, Partial<Pick<Column, "nullable" | "unique" | "allowedValues">>>();
  const failed: string[] = [];
  const checked: string[] = [];
  for (const item of recordsIn(ownValue(asRecord(facet), "assertions"))) {
    const assertion = asText(item["assertion"]);
    if (assertion === undefined) continue;
    const column = asText(item["column"]);
    const label = column === undefined ? assertion : `${assertion}(${column})`;
    checked.push(label);
    if (item["success"] === false) failed.push(label);
    if (column === undefined || item["success"] !== true) continue;
    columns.set(column, { ...columns.get(column), ...promiseOf(assertion, item) });
  }
  return { columns, failed: failed.sort(), checked: [...new Set(checked)].sort() };
}

function promiseOf(
  assertion: string,
  item: LooseRecord,
): Partial<Pick<Column, "nullable" | "unique" | "allowedValues">> {
  if (assertion === "not_null") return { nullable: false };
  if (assertion === "unique") return { unique: true };
  const values = asList(ownValue(asRecord(item["params"]), "values"));
  return assertion === "accepted_values" && values !== undefined
    ? { allowedValues: values.map(String) }
    : {};
}
