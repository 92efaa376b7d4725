import type { AssessedChange } from "#lib/impact/assessment.ts";
import { typeFamily } from "#lib/impact/classify-type.ts";
import { quoteName, quoteText } from "../profile/table-reader.ts";
import { changeColumns } from "./change-columns.ts";
import type { BenchTable, BoundColumn } from "./session.ts";

/** Numbers the rows of a sample, so that some of them can be meant. */
const NUMBER = quoteName("faultline_number");

interface Given {
  readonly table: BenchTable;
  readonly change: AssessedChange;
  /** The column that changes; absent: none of the sample. */
  readonly column: BoundColumn | undefined;
}

type Write = (given: Given) => string | undefined;

/** The table with another expression in the place of one column. */
function replacing({ table, column }: Given, write: (name: string) => string): string | undefined {
  if (column === undefined) return undefined;
  const name = quoteName(column.name);
  const list = table.columns.map((one) =>
    one.name === column.name ? `${write(name)} AS ${name}` : quoteName(one.name),
  );
  return `SELECT ${list.join(", ")} FROM (SELECT *, row_number() OVER () AS ${NUMBER} FROM ${table.from}) n`;
}

const all = ({ columns }: BenchTable): string =>
  columns.map(({ name }) => quoteName(name)).join(", ");

/** One row in so many: `share` of 0.25 means every row whose number is below 25 of a hundred, and the first in any case; 0 means none. */
const isAmong = (share: number): string =>
  share === 0
    ? "FALSE"
    : `(((${NUMBER} - 1) * 37) % 100 < ${Math.round(share * 100)} OR ${NUMBER} = 1)`;

const nulled: Write = (given) =>
  replacing(
    given,
    (name) => `CASE WHEN ${isAmong(given.change.nullShare ?? 1)} THEN NULL ELSE ${name} END`,
  );

/** Another meaning: numbers in another unit, dates a day later, texts backwards. */
const shifted: Write = (given) =>
  replacing(given, (name) => {
    const type = given.column?.type ?? "";
    switch (typeFamily(type)) {
      case "integer":
      case "decimal":
      case "float":
        return given.change.orderPreserving === false ? `-${name}` : `${name} * 100`;
      case "date":
      case "timestamp":
        return `CAST(${name} + INTERVAL '1 day' AS ${type})`;
      case "boolean":
        return `NOT ${name}`;
      default:
        return `CAST(reverse(CAST(${name} AS VARCHAR)) AS ${type})`;
    }
  });

const retyped: Write = (given) => {
  const { kind, toType = "VARCHAR" } = given.change;
  const keeps =
    kind === "type_changed" || kind === "type_widened" || kind === "type_narrowed_lossy";
  return replacing(given, (name) => {
    if (keeps) return `CAST(${name} AS ${toType})`;
    return typeFamily(toType) === "text"
      ? `CAST('x' || CAST(${name} AS VARCHAR) AS ${toType})`
      : `CAST(NULL AS ${toType})`;
  });
};

const renamedValue: Write = (given) => {
  const { value, to } = given.change;
  if (typeof value !== "string") return undefined;
  const after = typeof to === "string" ? to : `${value}_renamed`;
  return replacing(
    given,
    (name) => `CASE WHEN ${name} = ${quoteText(value)} THEN ${quoteText(after)} ELSE ${name} END`,
  );
};

const addedValue: Write = (given) => {
  const { value } = given.change;
  const added = typeof value === "string" ? value : "faultline_new_value";
  return replacing(
    given,
    (name) => `CASE WHEN ${isAmong(0.1)} THEN ${quoteText(added)} ELSE ${name} END`,
  );
};

const numbered = ({ from }: BenchTable): string =>
  `(SELECT *, row_number() OVER () AS ${NUMBER} FROM ${from}) n`;

const doubled: Write = ({ table, change }) =>
  `SELECT ${all(table)} FROM ${table.from} UNION ALL SELECT ${all(table)} FROM ${numbered(table)} WHERE ${isAmong(change.share ?? 1)}`;

const thinned: Write = ({ table, change }) =>
  `SELECT ${all(table)} FROM ${numbered(table)} WHERE NOT ${isAmong(change.share ?? 0.5)}`;

const reshaped: Write = ({ table, change }) => {
  const columns = changeColumns(table.columns, change) ?? [];
  const list = columns.map((column, at) => {
    const old = oldName(column, { table, change, at });
    const value = old === undefined ? `CAST(NULL AS ${column.type})` : quoteName(old);
    return `${value} AS ${quoteName(column.name)}`;
  });
  return list.length === 0 ? undefined : `SELECT ${list.join(", ")} FROM ${table.from}`;
};

function oldName(
  { name }: BoundColumn,
  {
    table,
    change,
    at,
  }: { readonly table: BenchTable; readonly change: AssessedChange; readonly at: number },
): string | undefined {
  const isRename = change.classifiedAs === "rename_column";
  const same = table.columns.find((column) => column.name === name);
  if (same !== undefined) return same.name;
  return isRename ? table.columns[at]?.name : undefined;
}

const WRITE: Readonly<Record<string, Write>> = {
  drop_column: reshaped,
  rename_column: reshaped,
  add_nullable_column: reshaped,
  add_required_column: reshaped,
  add_column_name_collision: reshaped,
  column_order_changed: reshaped,
  type_widened: retyped,
  type_narrowed_lossy: retyped,
  type_incompatible: retyped,
  became_mostly_null: nulled,
  required_to_nullable: nulled,
  unit_or_meaning_changed: shifted,
  enum_value_removed_or_renamed: renamedValue,
  enum_value_added: addedValue,
  uniqueness_lost: doubled,
  row_count_drop: thinned,
};

/** The rows of a sample after a change, as a query; undefined: rows do not show this kind of change. */
export function changeRows(table: BenchTable, change: AssessedChange): string | undefined {
  const column = table.columns.find(
    ({ name }) => name.toLowerCase() === String(change.column).toLowerCase(),
  );
  return WRITE[change.classifiedAs]?.({ table, change, column });
}

/** Whether a run over samples can show anything of these changes. */
export const isShownByRows = (changes: readonly AssessedChange[]): boolean =>
  changes.every(
    ({ classifiedAs, value }) =>
      classifiedAs === "table_dropped_or_renamed" ||
      (classifiedAs in WRITE &&
        (classifiedAs !== "enum_value_removed_or_renamed" || typeof value === "string")),
  );
