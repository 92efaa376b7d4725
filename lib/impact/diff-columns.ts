import type { Column } from "#lib/model/asset.ts";
import { foldNames } from "#lib/model/fold-names.ts";
import { type RefilledColumn, refilledColumns } from "#lib/model/refilled-columns.ts";
import { classifyType } from "./classify-type.ts";

/** A difference between two lists of columns of one table. */
export type ColumnDifference =
  | { readonly what: "dropped"; readonly column: Column; readonly place: number }
  | { readonly what: "added"; readonly column: Column; readonly place: number }
  | {
      readonly what: "retyped";
      readonly column: Column;
      readonly from: string;
      readonly to: string;
    }
  | { readonly what: "required" | "nullable" | "no longer unique"; readonly column: Column }
  | {
      readonly what: "value added" | "value removed";
      readonly column: Column;
      readonly value: string;
    }
  | ({ readonly what: "refilled" } & RefilledColumn)
  | {
      readonly what: "reordered";
      readonly columns: readonly string[];
      readonly before: readonly string[];
    };

export interface ColumnList {
  readonly columns: readonly Column[];
  /** The list is all that there is. */
  readonly complete: boolean;
}

/**
 * Compares columns by name, without case. A column counts as dropped only where the new list is known to be whole, and as
 * added only where the old one is: what nobody lists may be there all the same.
 */
export function diffColumns(before: ColumnList, after: ColumnList): readonly ColumnDifference[] {
  const fold = foldNames(before.columns, after.columns);
  const old = byName(before.columns, fold);
  const now = byName(after.columns, fold);
  const found: ColumnDifference[] = [];
  for (const [place, column] of before.columns.entries()) {
    const known = now.get(fold(column.name));
    if (known) for (const one of compareColumn(column, known)) found.push(one);
    else if (after.complete) found.push({ what: "dropped", column, place });
  }
  for (const [place, column] of after.columns.entries()) {
    if (!old.has(fold(column.name)) && before.complete)
      found.push({ what: "added", column, place });
  }
  for (const one of refilledColumns(before.columns, after.columns))
    found.push({ what: "refilled", ...one });
  if (before.complete && after.complete)
    for (const one of reordered(before.columns, after.columns)) found.push(one);
  return found;
}

type Fold = ReturnType<typeof foldNames>;

const byName = (columns: readonly Column[], fold: Fold): ReadonlyMap<string, Column> =>
  new Map(columns.map((column) => [fold(column.name), column]));

function compareColumn(before: Column, after: Column): readonly ColumnDifference[] {
  const found: ColumnDifference[] = [];
  const { type: from } = before;
  const { type: to } = after;
  if (from !== undefined && to !== undefined && classifyType(from, to) !== "same")
    found.push({ what: "retyped", column: after, from, to });
  if (before.nullable === true && after.nullable === false)
    found.push({ what: "required", column: after });
  if (before.nullable === false && after.nullable !== false)
    found.push({ what: "nullable", column: after });
  if (before.unique === true && after.unique !== true)
    found.push({ what: "no longer unique", column: after });
  return [...found, ...compareValues(before, after)];
}

function compareValues(before: Column, after: Column): readonly ColumnDifference[] {
  const old = before.allowedValues;
  const now = after.allowedValues;
  if (old === undefined || now === undefined) return [];
  return [
    ...now
      .filter((value) => !old.includes(value))
      .map((value) => ({ what: "value added" as const, column: after, value })),
    ...old
      .filter((value) => !now.includes(value))
      .map((value) => ({ what: "value removed" as const, column: after, value })),
  ];
}

/** The columns that both have stand in another order. */
function reordered(
  before: readonly Column[],
  after: readonly Column[],
): readonly ColumnDifference[] {
  const fold = foldNames(before, after);
  const now = byName(after, fold);
  const old = byName(before, fold);
  const kept = before.filter(({ name }) => now.has(fold(name)));
  const left = after.filter(({ name }) => old.has(fold(name)));
  const same = kept.every(({ name }, at) => fold(left[at]?.name ?? "") === fold(name));
  if (same) return [];
  return [
    {
      what: "reordered",
      columns: after.map(({ name }) => name),
      before: before.map(({ name }) => name),
    },
  ];
}
