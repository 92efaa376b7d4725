import type { Column } from "./asset.ts";
import { foldNames } from "./fold-names.ts";

/** Keys in a column's `extra` by which formats tell a rename from a drop and an addition. */
export const FIELD_ID = "fieldId";
export const FORMER_NAMES = "formerNames";

/**
 * Renames that the two lists tell themselves, old name to new: a field id that kept its place under another name (Iceberg,
 * Protobuf, Parquet), or a new name that lists the old one among its former ones (Avro's aliases).
 */
export function toldRenames(
  before: readonly Column[],
  after: readonly Column[],
): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  if (!after.some(isTelling)) return renames;
  const fold = foldNames(before, after);
  const old = new Set(before.map(({ name }) => fold(name)));
  const now = new Set(after.map(({ name }) => fold(name)));
  const arrived = after.filter(({ name }) => !old.has(fold(name)));
  for (const column of before) {
    if (now.has(fold(column.name))) continue;
    const [to, second] = arrived.filter((other) => isSuccessor(column, other));
    if (to !== undefined && second === undefined) renames.set(column.name, to.name);
  }
  return renames;
}

const isTelling = ({ extra }: Column): boolean =>
  extra?.[FIELD_ID] !== undefined || extra?.[FORMER_NAMES] !== undefined;

function isSuccessor(before: Column, after: Column): boolean {
  const id = before.extra?.[FIELD_ID];
  if (id !== undefined && id === after.extra?.[FIELD_ID]) return true;
  const former = after.extra?.[FORMER_NAMES];
  return (
    Array.isArray(former) &&
    former.some((name) => String(name).toLowerCase() === before.name.toLowerCase())
  );
}
