import type { Column } from "./asset.ts";
import { FIELD_ID } from "./told-renames.ts";

/** In a column's `extra`: the table in whose files values are found by field id, and not by name. */
export const VALUES_BY_ID = "valuesById";
/** In a column's `extra`: rows that lack the field read a default, and not null. */
export const HAS_INITIAL_DEFAULT = "hasInitialDefault";
/** In a column's `extra`: the ids of the fields inside it, by their path (`home.city`). */
export const INNER_IDS = "innerIds";

/** A column that kept its name and got other values in the rows that are there. */
export interface RefilledColumn {
  readonly column: Column;
  /** What those rows hold now; `a part`: a field inside the column lost its values, the others kept them. */
  readonly by: "nulls" | "a default" | "another column" | "a part";
  /** The former name of the column whose values it has, or the path of the field inside. */
  readonly of?: string;
}

/**
 * Columns that are another field than before under the same name. A field that was dropped and added again has a new id, so
 * that no row written earlier has a value for it; one that took over the name of another brought its own values along.
 */
export function refilledColumns(
  before: readonly Column[],
  after: readonly Column[],
): readonly RefilledColumn[] {
  if (!after.some(({ extra }) => extra?.[VALUES_BY_ID] !== undefined)) return [];
  const old = new Map(before.map((column) => [column.name.toLowerCase(), column]));
  return after.flatMap((column): readonly RefilledColumn[] => {
    const known = old.get(column.name.toLowerCase());
    if (known === undefined || !areOfOneTable(known, column)) return [];
    if (idOf(known) === idOf(column)) return refilledParts(known, column);
    const source = before.find((one) => areOfOneTable(one, column) && idOf(one) === idOf(column));
    if (source !== undefined) return [{ column, by: "another column", of: source.name }];
    const isDefault = column.extra?.[HAS_INITIAL_DEFAULT] === true;
    return [{ column, by: isDefault ? "a default" : "nulls" }];
  });
}

const idOf = ({ extra }: Column): unknown => extra?.[FIELD_ID];

/** Ids of two tables have nothing to do with each other, nor have those that nobody told. */
const areOfOneTable = (a: Column, b: Column): boolean =>
  idOf(a) !== undefined &&
  idOf(b) !== undefined &&
  a.extra?.[VALUES_BY_ID] !== undefined &&
  a.extra[VALUES_BY_ID] === b.extra?.[VALUES_BY_ID];

function refilledParts(before: Column, after: Column): readonly RefilledColumn[] {
  const old = innerIds(before);
  const [part] = [...innerIds(after)].filter(([path, id]) => (old.get(path) ?? id) !== id);
  return part === undefined ? [] : [{ column: after, by: "a part", of: part[0] }];
}

function innerIds({ extra }: Column): ReadonlyMap<string, unknown> {
  const ids = extra?.[INNER_IDS];
  return new Map(typeof ids === "object" && ids !== null ? Object.entries(ids) : []);
}
