import type { ChangeInput } from "#lib/impact/change.ts";

/** What is known of the table that changes. */
export interface ChangedTable {
  /** `shop.orders`, as its engine calls it. */
  readonly name: string;
  readonly dialect: string;
  /** Type of the column that changes, as its source wrote it. */
  readonly columnType?: string;
  /** It is made by a query (a model, a view): that is edited, and not the table. */
  readonly isBuilt: boolean;
}

/** Statements of an expand-and-contract migration. */
export interface MigrationSql {
  /** Adds the new beside the old. */
  readonly expand: string;
  /** Counts rows in which both differ: to be 0 every day. */
  readonly compare?: string;
  /** Takes the old away. */
  readonly contract: string;
}

/** Undefined: there is nothing to stand beside the old (a column that is dropped has no successor). */
export function writeMigrationSql(
  change: ChangeInput,
  table: ChangedTable,
): MigrationSql | undefined {
  if (change.kind === "table_dropped_or_renamed") return oldNameAsView(change, table);
  const { column } = change;
  if (typeof column !== "string") return undefined;
  const next = successorOf(change, column);
  if (next === undefined) return undefined;
  return table.isBuilt
    ? bothInQuery({ ...next, column, table })
    : bothInTable({ ...next, column, table });
}

interface Successor {
  readonly name: string;
  readonly type: string | undefined;
  /** The new one gets the old name in the end, as the change was proposed. */
  readonly takesName?: true;
  /** The new value from the old one; undefined: only its owner knows how. */
  readonly value: ((column: string) => string) | undefined;
}

function successorOf({ kind, to, toType }: ChangeInput, column: string): Successor | undefined {
  switch (kind) {
    case "rename_column":
      return to === undefined ? undefined : { name: to, type: undefined, value: (old) => old };
    case "type_changed":
    case "type_widened":
    case "type_narrowed_lossy":
    case "type_incompatible":
      if (toType === undefined) return undefined;
      return {
        name: `${column}_new`,
        takesName: true,
        type: toType,
        value: (old) => `CAST(${old} AS ${toType})`,
      };
    case "unit_or_meaning_changed":
    case "expression_changed":
      return { name: `${column}_new`, takesName: true, type: undefined, value: undefined };
    default:
      return undefined;
  }
}

interface Both extends Successor {
  readonly column: string;
  readonly table: ChangedTable;
}

function bothInTable({ name, takesName, type, value, column, table }: Both): MigrationSql {
  const { dialect } = table;
  const on = quotePath(table.name, dialect);
  const [old, fresh] = [quoteName(column, dialect), quoteName(name, dialect)];
  const add = dialect === "tsql" ? "ADD" : "ADD COLUMN";
  const filled =
    value === undefined
      ? `-- Fill ${fresh} with what it is to mean; only its owner knows how.`
      : `UPDATE ${on} SET ${fresh} = ${value(old)} WHERE ${fresh} IS NULL;`;
  const kind = type ?? table.columnType;
  return {
    expand: [
      kind === undefined
        ? `-- The type of ${old} is not known here: write it in.\nALTER TABLE ${on} ${add} ${fresh} <type>;`
        : `ALTER TABLE ${on} ${add} ${fresh} ${kind};`,
      filled,
    ].join("\n"),
    ...(value === undefined
      ? {}
      : {
          compare: `SELECT COUNT(*) AS differing FROM ${on} WHERE ${differs(value(old), fresh, dialect)};`,
        }),
    contract: [
      `ALTER TABLE ${on} DROP COLUMN ${old};`,
      ...(takesName ? [renameBack({ from: name, to: column, type: kind, table })] : []),
    ].join("\n"),
  };
}

/** Who has moved to the new name goes back with it: in one step, so that nobody reads a name that is not there. */
function renameBack({
  from,
  to,
  type,
  table: { name, dialect },
}: {
  readonly from: string;
  readonly to: string;
  readonly type: string | undefined;
  readonly table: ChangedTable;
}): string {
  const on = quotePath(name, dialect);
  const [fresh, old] = [quoteName(from, dialect), quoteName(to, dialect)];
  const rename =
    dialect === "tsql"
      ? `EXEC sp_rename ${quoteText(`${on}.${fresh}`)}, ${quoteText(to)}, 'COLUMN';`
      : dialect === "hive"
        ? `ALTER TABLE ${on} CHANGE ${fresh} ${old} ${type ?? "<type>"};`
        : `ALTER TABLE ${on} RENAME COLUMN ${fresh} TO ${old};`;
  return `-- In the same step, those that read ${fresh} read ${old} again.\n${rename}`;
}

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function bothInQuery({ name, takesName, value, column, table }: Both): MigrationSql {
  const { dialect } = table;
  const [old, fresh] = [quoteName(column, dialect), quoteName(name, dialect)];
  const on = quotePath(table.name, dialect);
  const said = value?.(old) ?? `<the new meaning of ${old}>`;
  return {
    expand: `-- ${on} is made by a query: give both columns in its last select list.\n  ${old},\n  ${said} AS ${fresh}`,
    ...(value === undefined
      ? {}
      : {
          compare: `SELECT COUNT(*) AS differing FROM ${on} WHERE ${differs(value(old), fresh, dialect)};`,
        }),
    contract: takesName
      ? `-- Take ${old} out of the select list of ${on} and call ${fresh} ${old}; in the same step, those that read ${fresh} read ${old} again.`
      : `-- Take ${old} out of the select list of ${on}.`,
  };
}

/** Readers of the old name go on reading the table under its new one. */
function oldNameAsView({ to }: ChangeInput, table: ChangedTable): MigrationSql | undefined {
  if (to === undefined) return undefined;
  const { name, dialect } = table;
  const parts = name.split(".");
  const renamed = to.includes(".") ? to : [...parts.slice(0, -1), to].join(".");
  const old = quotePath(name, dialect);
  return {
    expand: `CREATE VIEW ${old} AS SELECT * FROM ${quotePath(renamed, dialect)};`,
    contract: `DROP VIEW ${old};`,
  };
}

/** A condition that holds where two values differ, empty ones included. */
function differs(one: string, two: string, dialect: string): string {
  if (["mysql", "spark", "databricks", "hive"].includes(dialect)) return `NOT (${one} <=> ${two})`;
  if (dialect === "sqlite") return `${one} IS NOT ${two}`;
  // Older releases of these have no comparison that takes two empty values for equal.
  if (dialect === "tsql") return `EXISTS (SELECT ${one} EXCEPT SELECT ${two})`;
  if (dialect === "redshift")
    return `${one} <> ${two} OR (${one} IS NULL AND ${two} IS NOT NULL) OR (${one} IS NOT NULL AND ${two} IS NULL)`;
  return `${one} IS DISTINCT FROM ${two}`;
}

const BACKTICKS: ReadonlySet<string> = new Set([
  "bigquery",
  "mysql",
  "spark",
  "databricks",
  "hive",
]);

const quotePath = (name: string, dialect: string): string =>
  name
    .split(".")
    .map((part) => quoteName(part, dialect))
    .join(".");

/** A plain name stays as it is: quoted, some engines would take it letter by letter. */
function quoteName(name: string, dialect: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase())) return name;
  if (dialect === "tsql") return `[${name.replaceAll("]", "]]")}]`;
  if (BACKTICKS.has(dialect)) return `\`${name.replaceAll("`", "``")}\``;
  return `"${name.replaceAll('"', '""')}"`;
}

/** Words that are likely names of columns and tables, and that engines do not take unquoted. */
const RESERVED: ReadonlySet<string> = new Set(
  "all and any as asc between by case cast check column constraint create cross current_date default desc distinct drop else end except exists false for foreign from full grant group having in inner insert intersect into is join key left like limit not null on or order outer primary references right select set table then to true union unique update user using values when where with".split(
    " ",
  ),
);
