import type { AssessedChange } from "#lib/impact/assessment.ts";
import type { BoundColumn } from "./session.ts";

/** Changes that a statement without rows can tell apart. Of the others only the rows show anything. */
const OF_SHAPE: ReadonlySet<string> = new Set([
  "drop_column",
  "rename_column",
  "table_dropped_or_renamed",
  "add_nullable_column",
  "add_required_column",
  "add_column_name_collision",
  "column_order_changed",
]);

/** Whether binding alone decides: with changed types an error may still come with the rows. */
export const isDecidedByBinding = (changes: readonly AssessedChange[]): boolean =>
  changes.every(({ classifiedAs }) => OF_SHAPE.has(classifiedAs));

const isNamed =
  (column: unknown) =>
  ({ name }: BoundColumn): boolean =>
    typeof column === "string" && name.toLowerCase() === column.toLowerCase();

type Apply = (
  columns: readonly BoundColumn[],
  change: AssessedChange,
) => readonly BoundColumn[] | undefined;

const addColumn: Apply = (columns, { column, type }) =>
  typeof column === "string" ? [...columns, { name: column, type: type ?? "VARCHAR" }] : columns;

const changeType: Apply = (columns, { column, toType }) =>
  toType === undefined
    ? columns
    : columns.map((one) => (isNamed(column)(one) ? { ...one, type: toType } : one));

const APPLY: Readonly<Record<string, Apply>> = {
  drop_column: (columns, { column }) => columns.filter((one) => !isNamed(column)(one)),
  rename_column: (columns, { column, to }) =>
    columns.map((one) =>
      isNamed(column)(one) ? { ...one, name: to ?? `${one.name}_renamed` } : one,
    ),
  table_dropped_or_renamed: () => undefined,
  add_nullable_column: addColumn,
  add_required_column: addColumn,
  add_column_name_collision: addColumn,
  column_order_changed: (columns, { columns: order }) =>
    order === undefined
      ? columns
      : [...columns].sort(
          (a, b) => placeIn(order, a.name, columns) - placeIn(order, b.name, columns),
        ),
  type_widened: changeType,
  type_narrowed_lossy: changeType,
  type_incompatible: changeType,
};

function placeIn(order: readonly string[], name: string, columns: readonly BoundColumn[]): number {
  const place = order.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  return place < 0 ? order.length + columns.findIndex((one) => one.name === name) : place;
}

/** The columns of a table after a change; undefined: the table is gone. */
export function changeColumns(
  columns: readonly BoundColumn[],
  change: AssessedChange,
): readonly BoundColumn[] | undefined {
  return (APPLY[change.classifiedAs] ?? ((same) => same))(columns, change);
}
