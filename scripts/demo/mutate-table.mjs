// What a change does to the rows of a base table, as one select over an untouched copy of it.

export const MUTATIONS = [
  "drop",
  "rename",
  "retype",
  "widen",
  "all_null",
  "mostly_null",
  "value_shift",
  "add_column",
  "collision",
  "enum_rename",
  "enum_added",
  "unit",
  "duplicates",
  "row_loss",
  "reorder",
];

/** Changes of types on which engines differ most, tried where they are asked for. */
export const TYPE_MUTATIONS = ["as_text", "narrow"];

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;
const isNumber = (type) => NUMBER.test(type);
const isTime = (type) => /^(DATE|TIMESTAMP)/.test(type);
const text = (value) => `'${String(value).replaceAll("'", "''")}'`;

/**
 * The select that gives the changed table, or undefined where the kind does not fit the column's type.
 *
 * @param {{kind: string, column?: string, to?: string, value?: string, share?: number, factor?: number, type?: string, order?: string[]}} mutation
 *   `share` is 0 to 1: rows that are null, doubled, lost or that carry the added column
 * @param {{copy: string, columns: {name: string, type: string}[]}} table `columns` in order
 */
export function mutatedSelect(mutation, { copy, columns }) {
  const column = columns.find((one) => one.name === mutation.column);
  const replace = (expression) =>
    `select * replace (${expression} as "${mutation.column}") from ${copy} order by rowid`;
  const chosen = (share) => `(rowid * 37 + 11) % 100 < ${Math.round(share * 100)}`;
  switch (mutation.kind) {
    case "drop":
      return columns.length > 1
        ? `select * exclude ("${mutation.column}") from ${copy} order by rowid`
        : undefined;
    case "rename":
      return `select * rename ("${mutation.column}" as "${mutation.to ?? `${mutation.column}_renamed`}") from ${copy} order by rowid`;
    // Nulls stay: to fill them would be a second change, which nobody announced.
    case "retype":
      return replace(
        column.type === "VARCHAR"
          ? `case when "${column.name}" is not null then cast(hash("${column.name}") % 100000 as bigint) end`
          : `'v:' || cast("${column.name}" as varchar)`,
      );
    case "widen": {
      const wider = mutation.type ?? widerType(column.type);
      return wider && replace(`cast("${column.name}" as ${wider})`);
    }
    case "as_text":
      return column.type === "VARCHAR" || column.type === "JSON"
        ? undefined
        : replace(`cast("${column.name}" as varchar)`);
    case "narrow": {
      const narrower = narrowed(column);
      return narrower && replace(narrower.cell);
    }
    case "all_null":
      return replace(`cast(null as ${column.type})`);
    case "mostly_null":
      return replace(`case when not (${chosen(mutation.share ?? 0.9)}) then "${column.name}" end`);
    case "value_shift": {
      const other = shifted(column);
      return other && replace(other);
    }
    case "add_column":
      return `select *, ${addedCell(mutation, chosen)} as "${mutation.column}" from ${copy} order by rowid`;
    case "collision":
      return column
        ? undefined
        : `select *, 'collides' as "${mutation.column}" from ${copy} order by rowid`;
    case "enum_rename":
      return column.type === "VARCHAR"
        ? replace(
            `case when "${column.name}" = ${mostFrequent(mutation, copy)} then ${text(mutation.to ?? "renamed_value")} else "${column.name}" end`,
          )
        : undefined;
    case "enum_added":
      return column.type === "VARCHAR"
        ? replace(
            `case when "${column.name}" is not null and ${chosen(mutation.share ?? 0.1)} then ${text(mutation.value ?? "new_value")} else "${column.name}" end`,
          )
        : undefined;
    case "unit":
      return isNumber(column.type)
        ? replace(`cast("${column.name}" * ${mutation.factor ?? 100} as ${column.type})`)
        : undefined;
    case "duplicates":
      return `select * from ${copy} union all select * from ${copy} where ${chosen(mutation.share ?? 0.2)}`;
    case "row_loss":
      return `select * from ${copy} where not (${chosen(mutation.share ?? 0.15)}) order by rowid`;
    case "reorder":
      return `select ${(mutation.order ?? columns.map((one) => one.name).reverse()).map((name) => `"${name}"`).join(", ")} from ${copy} order by rowid`;
    default:
      throw new Error(
        `${mutation.kind} is no kind of mutation; use one of: ${[...MUTATIONS, ...TYPE_MUTATIONS].join(", ")}`,
      );
  }
}

function addedCell({ share = 1, type = "varchar", value = "new" }, chosen) {
  if (share === 0) return `cast(null as ${type})`;
  return `case when ${chosen(share)} then cast(${text(value)} as ${type}) end`;
}

function widerType(type) {
  if (type === "DATE") return "TIMESTAMP";
  if (type.startsWith("TIMESTAMP")) return "VARCHAR";
  if (type === "BOOLEAN") return "INTEGER";
  return isNumber(type) && type !== "DOUBLE" ? "DOUBLE" : undefined;
}

/** A type that holds less: whole numbers lose all but their last digits, others their fractions. */
function narrowed({ name, type }) {
  if (!isNumber(type)) return undefined;
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type))
    return { type: "BIGINT", cell: `cast(floor("${name}") as bigint)` };
  return { type: "TINYINT", cell: `cast("${name}" % 100 as tinyint)` };
}

function shifted({ name, type }) {
  if (isNumber(type)) return `cast("${name}" + 1 as ${type})`;
  if (isTime(type)) return `cast("${name}" + interval 1 day as ${type})`;
  if (type === "BOOLEAN") return `not "${name}"`;
  return type === "VARCHAR" || type === "JSON" ? `reverse("${name}")` : undefined;
}

const mostFrequent = ({ value, column }, copy) =>
  value === undefined ? `(select mode("${column}") from ${copy})` : text(value);

/**
 * A change of a changes file as a mutation of rows.
 *
 * @param {Record<string, any>} change
 * @param {{name: string, type: string}[]} columns of the table before it
 */
export function changeToMutation(change, columns) {
  const known = columns.some((one) => one.name === change.column);
  const base = {
    column: change.column ?? undefined,
    share: change.share,
    to: change.to,
    value: change.value,
  };
  switch (change.kind) {
    case "drop_column":
      return { ...base, kind: "drop" };
    case "rename_column":
      return { ...base, kind: "rename" };
    case "type_incompatible":
      return { ...base, kind: "retype" };
    case "type_changed":
    case "type_widened":
      return { ...base, kind: "widen", type: change.toType };
    case "became_mostly_null":
      if (!known)
        return {
          ...base,
          kind: "add_column",
          share: 1 - (change.nullShare ?? 1),
          type: change.type,
        };
      return {
        ...base,
        kind: (change.nullShare ?? 1) === 1 ? "all_null" : "mostly_null",
        share: change.nullShare,
      };
    case "add_nullable_column":
    case "add_required_column":
      return { ...base, kind: "add_column", type: change.type };
    case "add_column_name_collision":
      return { ...base, kind: "collision" };
    case "enum_value_added":
      return { ...base, kind: "enum_added" };
    case "enum_value_removed_or_renamed":
      return { ...base, kind: "enum_rename" };
    case "unit_or_meaning_changed":
      return change.orderPreserving === false
        ? { ...base, kind: "value_shift" }
        : { ...base, kind: "unit", factor: change.factor };
    case "uniqueness_lost":
      return { ...base, kind: "duplicates" };
    case "row_count_drop":
      return { ...base, kind: "row_loss" };
    case "column_order_changed":
      return { ...base, kind: "reorder", order: change.columns };
    default:
      return undefined;
  }
}

/**
 * A mutation of rows as the change that a person would announce: what changeToMutation undoes.
 *
 * @param {{kind: string, column?: string, to?: string, value?: string, share?: number, factor?: number, type?: string, order?: string[]}} mutation
 * @param {{asset: any, type?: string, columns?: string[]}} about the changed asset, its column's type before, and the
 *   names of its columns in order
 */
export function mutationToChange(mutation, { asset, type = "", columns = [] }) {
  const base = { asset, ...(mutation.column === undefined ? {} : { column: mutation.column }) };
  const isText = /char|text|string/i.test(type);
  switch (mutation.kind) {
    case "drop":
      return { ...base, kind: "drop_column" };
    case "rename":
      return { ...base, kind: "rename_column", to: mutation.to ?? `${mutation.column}_renamed` };
    case "retype":
      return {
        ...base,
        kind: "type_incompatible",
        fromType: type,
        toType: isText ? "BIGINT" : "VARCHAR",
      };
    case "widen":
      return {
        ...base,
        kind: "type_changed",
        fromType: type,
        toType: mutation.type ?? widerType(type.toUpperCase()) ?? "VARCHAR",
      };
    case "as_text":
      return { ...base, kind: "type_changed", fromType: type, toType: "VARCHAR" };
    case "narrow":
      return {
        ...base,
        kind: "type_narrowed_lossy",
        fromType: type,
        toType: narrowed({ name: mutation.column, type: type.toUpperCase() })?.type ?? "TINYINT",
      };
    case "all_null":
      return { ...base, kind: "became_mostly_null", nullShare: 1 };
    case "mostly_null":
      return { ...base, kind: "became_mostly_null", nullShare: mutation.share ?? 0.9 };
    case "value_shift":
      return {
        ...base,
        kind: "unit_or_meaning_changed",
        orderPreserving: !isText && !/bool/i.test(type),
      };
    case "add_column":
      return { ...base, kind: "add_nullable_column" };
    case "collision":
      return { ...base, kind: "add_column_name_collision" };
    case "enum_rename":
      return {
        ...base,
        kind: "enum_value_removed_or_renamed",
        ...(mutation.value === undefined ? {} : { value: mutation.value }),
        to: mutation.to ?? "renamed_value",
      };
    case "enum_added":
      return { ...base, kind: "enum_value_added", value: mutation.value ?? "new_value" };
    case "unit":
      return { ...base, kind: "unit_or_meaning_changed", factor: mutation.factor ?? 100 };
    case "duplicates":
      return { ...base, kind: "uniqueness_lost", share: mutation.share ?? 0.2 };
    case "row_loss":
      return { ...base, kind: "row_count_drop", share: mutation.share ?? 0.15 };
    case "reorder":
      return {
        ...base,
        kind: "column_order_changed",
        columns: mutation.order ?? columns.toReversed(),
      };
    default:
      throw new Error(`${mutation.kind} is no kind of mutation`);
  }
}
