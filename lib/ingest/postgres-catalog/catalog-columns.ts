import type { Column, Profile } from "#lib/model/asset.ts";
import { FIELD_ID } from "#lib/model/told-renames.ts";
import { withoutUndefined } from "../loose-value.ts";
import type { CatalogRelation } from "./catalog-schema.ts";
import { type CheckMeaning, readCheck } from "./read-check.ts";

/** A relation's columns in order, with what keys, checks, enums and statistics say of each. */
export function readCatalogColumns(relation: CatalogRelation): readonly Column[] {
  const unique = new Set(relation.keys.filter((key) => key.length === 1).flat());
  const checks = checksByColumn(relation);
  const references = referencesByColumn(relation);
  // The server declares nothing of a view's columns; its query tells.
  const isView = relation.kind === "v" || relation.kind === "m";
  return relation.columns.map((column): Column => {
    const { name, type, comment, labels } = column;
    const meanings = checks.get(name) ?? [];
    const values = labels ?? meanings.find((one) => one.kind === "values")?.values;
    const isRequired = column.nullable === false || meanings.some((one) => one.kind === "not_null");
    const extra = withoutUndefined({
      [FIELD_ID]: column.id ?? undefined,
      default: column.default ?? undefined,
      references: references.get(name),
    });
    return withoutUndefined({
      name,
      type: type ?? undefined,
      nullable: isRequired ? false : isView ? undefined : (column.nullable ?? undefined),
      unique: unique.has(name) ? true : undefined,
      description: comment ?? undefined,
      allowedValues: values ?? undefined,
      profile: profileOf(relation, column),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    });
  });
}

function checksByColumn({ checks }: CatalogRelation): ReadonlyMap<string, readonly CheckMeaning[]> {
  const found = new Map<string, CheckMeaning[]>();
  for (const { columns, definition } of checks) {
    const [only, second] = columns;
    const meaning = only === undefined || second !== undefined ? undefined : readCheck(definition);
    if (only === undefined || meaning === undefined) continue;
    found.set(only, [...(found.get(only) ?? []), meaning]);
  }
  return found;
}

/** `shop.customers.id` for each column that must be found there. */
function referencesByColumn({ references }: CatalogRelation): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { columns, to, key } of references) {
    for (const [at, column] of columns.entries())
      found.set(column, [to.schema, to.name, key[at]].filter(Boolean).join("."));
  }
  return found;
}

/**
 * Statistics are of a sample. That all of it was null says nothing for certain of a table that is larger, so it is left
 * out there; a verdict may rest on it.
 */
function profileOf(
  { rows, sampled, observedAt }: CatalogRelation,
  { nullShare, distinct }: CatalogRelation["columns"][number],
): Profile | undefined {
  const isWhole = typeof rows === "number" && typeof sampled === "number" && rows <= sampled;
  const share = nullShare === 1 && !isWhole ? undefined : (nullShare ?? undefined);
  const count =
    typeof distinct !== "number"
      ? undefined
      : distinct >= 0
        ? distinct
        : typeof rows === "number"
          ? Math.round(-distinct * rows)
          : undefined;
  if (share === undefined && count === undefined) return undefined;
  return withoutUndefined({
    nullShare: share,
    distinct: count,
    rows: rows ?? undefined,
    observedAt: observedAt ?? undefined,
  });
}
