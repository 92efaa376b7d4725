import { SHAPE_CELLS } from "./cells-of-shape.ts";
import { VALUE_CELLS } from "./cells-of-values.ts";
import type { EngineCell } from "./engine-cell.ts";
import { RETYPED_QUERIES } from "./retyped-queries.ts";

/** Types that stay: `t` is the table that changes (or, where said, `u`), `base_t` and `base_u` stay as they were. */
export const TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  t: {
    k: "INTEGER",
    i: "INTEGER",
    s: "VARCHAR",
    b: "BOOLEAN",
    d: "DATE",
    m: "DECIMAL(10,2)",
    w: "VARCHAR",
  },
  u: { i: "INTEGER", s: "VARCHAR", b: "BOOLEAN", d: "DATE" },
};

/** The names of a table's columns with other expressions in the place of some; `undefined`: the column is gone. */
export function listOf(
  table: "t" | "u",
  changed: Readonly<Record<string, string | undefined>> = {},
): string {
  return Object.keys(TYPES[table] ?? {})
    .flatMap((name) => {
      if (!(name in changed)) return [name];
      const expression = changed[name];
      return expression === undefined ? [] : [`${expression} as ${name}`];
    })
    .join(", ");
}

interface Retyped {
  readonly column: string;
  readonly to: string;
}

/** A column gets another type and keeps its values. */
const RETYPED: readonly Retyped[] = [
  { column: "i", to: "BIGINT" },
  { column: "i", to: "VARCHAR" },
  { column: "i", to: "DOUBLE PRECISION" },
  { column: "s", to: "INTEGER" },
  { column: "b", to: "INTEGER" },
  { column: "b", to: "VARCHAR" },
  { column: "d", to: "VARCHAR" },
  { column: "d", to: "TIMESTAMP" },
  { column: "m", to: "DOUBLE PRECISION" },
  { column: "m", to: "VARCHAR" },
];

const retypedCells: readonly EngineCell[] = RETYPED.flatMap(({ column, to }) =>
  (RETYPED_QUERIES[column] ?? []).map((sql) => ({
    change: {
      kind: "type_changed",
      asset: "t",
      column,
      fromType: TYPES["t"]?.[column] ?? "",
      toType: to,
    },
    list: listOf("t", { [column]: `cast(${column} as ${to})` }),
    sql,
  })),
);

export const ENGINE_CELLS: readonly EngineCell[] = [
  ...retypedCells,
  ...VALUE_CELLS,
  ...SHAPE_CELLS,
];

/** What a cell is called in a fixture and in a list of wrong verdicts. */
export const nameOf = ({ change, sql, into, file }: EngineCell): string => {
  const what = [change.kind, change.asset, change.column, change.toType].filter(Boolean).join(" ");
  const how = [into?.insert, file && "file"].filter(Boolean).join("; ");
  return `${what}: ${how === "" ? "" : `${how}; `}${sql}`;
};

const columnsOf = (table: string): string =>
  Object.entries(TYPES[table] ?? {})
    .map(([name, type]) => `${name} ${type}`)
    .join(", ");

/** 9 and 10 are there because they sort otherwise as text. */
const NUMBERS = [1, 2, 3, 4, 5, 9, 10];
const rowOf = (n: number): string => {
  const day = `2026-01-${String(n).padStart(2, "0")}`;
  return `(${100 + n}, ${n}, '${n}', ${n > 2}, date '${day}', ${n}.25, '${day}')`;
};
const otherRowOf = (n: number): string =>
  `(${n}, '${n}', ${n > 2}, date '2026-01-${String(n).padStart(2, "0")}')`;

/** Fills `base_t` and `base_u`. */
export const FILL: readonly string[] = [
  `create table base_t (${columnsOf("t")})`,
  `create table base_u (${columnsOf("u")})`,
  `insert into base_t values ${NUMBERS.map(rowOf).join(", ")}`,
  `insert into base_u values ${[2, 3, 10].map(otherRowOf).join(", ")}`,
];
