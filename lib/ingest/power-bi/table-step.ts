import { quoted, quoteName } from "#lib/ingest/quote-name.ts";

/** Where a step's rows come from, as SQL. */
export interface StepRows {
  readonly from: string;
  readonly where: readonly string[];
  /** Columns that a step names without using their values: the query fails where one is missing. */
  readonly named: readonly string[];
}

/**
 * A table in the middle of a Power Query, asked lazily: first for the columns that are wanted, then for its rows. So a
 * union or a join knows which columns to carry.
 */
export interface TableStep {
  /** The SQL of a column, by the name that it has at this step. */
  readonly column: (name: string) => string;
  readonly rows: () => StepRows;
}

/** Names that no two steps share. */
export class StepNames {
  private count = 0;
  next(): string {
    return `s${++this.count}`;
  }
}

export const tableStep = (
  path: readonly string[],
  quote: (name: string) => string,
  names: StepNames,
): TableStep => {
  const alias = names.next();
  const table = path.map(quote).join(".");
  return {
    column: (name) => `${alias}.${quote(name)}`,
    rows: () => ({ from: `${table} AS ${alias}`, where: [], named: [] }),
  };
};

export const nativeStep = (sql: string, dialect: string, names: StepNames): TableStep => {
  const alias = names.next();
  return {
    column: (name) => `${alias}.${quoteName(name, dialect)}`,
    rows: () => ({ from: `(\n${sql}\n) AS ${alias}`, where: [], named: [] }),
  };
};

/** Some columns under other names or with other values; the rest as they were. */
export const mappedStep = (
  before: TableStep,
  columns: ReadonlyMap<string, (before: TableStep) => string>,
): TableStep => ({
  column: (name) => columns.get(name)?.(before) ?? before.column(name),
  rows: before.rows,
});

export const filteredStep = (before: TableStep, conditions: readonly string[]): TableStep => ({
  column: before.column,
  rows: () => {
    const rows = before.rows();
    return { ...rows, where: [...rows.where, ...conditions] };
  },
});

/** Steps that remove, keep or order columns by their names fail where one of them is not there. */
export const namingStep = (before: TableStep, columns: readonly string[]): TableStep => ({
  column: before.column,
  rows: () => {
    const rows = before.rows();
    return { ...rows, named: [...rows.named, ...columns.map(before.column)] };
  },
});

/** Rows that stand in a query of their own, whose outputs are the columns that were asked for. */
function derivedStep(
  names: StepNames,
  dialect: string,
  sql: (wanted: readonly string[]) => string,
): TableStep {
  const alias = names.next();
  const wanted = new Set<string>();
  return {
    column: (name) => {
      wanted.add(name);
      return `${alias}.${quoted(name, dialect)}`;
    },
    rows: () => ({ from: `(\n${sql([...wanted])}\n) AS ${alias}`, where: [], named: [] }),
  };
}

export interface StepContext {
  readonly names: StepNames;
  readonly dialect: string;
}

export const selectSql = (step: TableStep, outputs: readonly string[], rest = ""): string => {
  const { from, where, named } = step.rows();
  const kept = where.length === 0 ? "" : `\nWHERE ${where.join(" AND ")}`;
  // Sorting needs a column to be there, and changes no value.
  const needed =
    named.length === 0 || rest !== "" ? "" : `\nORDER BY ${[...new Set(named)].join(", ")}`;
  return `SELECT ${outputs.join(", ") || "1"}\nFROM ${from}${kept}${rest}${needed}`;
};

export const unionStep = (
  parts: readonly TableStep[],
  { names, dialect }: StepContext,
): TableStep =>
  derivedStep(names, dialect, (wanted) =>
    parts
      .map((part) =>
        selectSql(
          part,
          wanted.map((name) => `${part.column(name)} AS ${quoted(name, dialect)}`),
        ),
      )
      .join("\nUNION ALL\n"),
  );

export interface Grouping {
  readonly keys: readonly string[];
  /** The SQL of each folded column over the rows before. */
  readonly folds: ReadonlyMap<string, (before: TableStep) => string>;
}

export const groupedStep = (
  before: TableStep,
  { keys, folds }: Grouping,
  { names, dialect }: StepContext,
): TableStep =>
  derivedStep(names, dialect, (wanted) => {
    const keySql = keys.map((key) => before.column(key));
    const outputs = wanted.map(
      (name) => `${folds.get(name)?.(before) ?? before.column(name)} AS ${quoted(name, dialect)}`,
    );
    return selectSql(before, outputs, keySql.length === 0 ? "" : `\nGROUP BY ${keySql.join(", ")}`);
  });

export const distinctStep = (
  before: TableStep,
  keys: readonly string[],
  { names, dialect }: StepContext,
): TableStep =>
  derivedStep(names, dialect, (wanted) => {
    const all = [...new Set([...wanted, ...keys])];
    const outputs = all.map((name) => `${before.column(name)} AS ${quoted(name, dialect)}`);
    return selectSql(before, outputs).replace(/^SELECT /, "SELECT DISTINCT ");
  });

export interface Join {
  readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL";
  readonly left: TableStep;
  readonly right: TableStep;
  /** Pairs of names: left, right. */
  readonly keys: readonly (readonly [string, string])[];
  /** Columns of the right side by the name that they have after the join. Absent: a flat join, where a name may be either's. */
  readonly expanded?: ReadonlyMap<string, string>;
}

export const joinedStep = (
  { type, left, right, keys, expanded }: Join,
  { dialect }: StepContext,
): TableStep => ({
  column: (name) => {
    if (expanded === undefined) return quoteName(name, dialect);
    const inner = expanded.get(name);
    return inner === undefined ? left.column(name) : right.column(inner);
  },
  rows: () => {
    const on = keys.map(([a, b]) => `${left.column(a)} = ${right.column(b)}`);
    const one = left.rows();
    const other = right.rows();
    return {
      from: `${one.from}\n${type} JOIN ${other.from} ON ${on.join(" AND ") || "1 = 1"}`,
      where: [...one.where, ...other.where],
      named: [...one.named, ...other.named],
    };
  },
});
