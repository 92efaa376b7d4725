import type { EngineCell } from "./engine-cell.ts";

/** Ways of reading the columns of a table without naming all of them, or in their order. */
const WAYS: readonly Pick<EngineCell, "sql" | "into">[] = [
  { sql: "select k, i from t order by k" },
  { sql: "select k, s from t order by k" },
  { sql: "select k from (select * from t) a order by k" },
  { sql: "select count(*) as x from t" },
  { sql: "select k from (select * from t union all select * from base_t) a order by 1" },
  { sql: "select m from (select * from base_t union all select * from t) a order by 1" },
  {
    into: {
      columns:
        "k integer, i integer, s varchar(9), b boolean, d date, m decimal(10,2), w varchar(10)",
      insert: "insert into target select * from t",
    },
    sql: "select k, i, s from target order by k",
  },
  {
    into: { columns: "k integer, i integer", insert: "insert into target select k, i from t" },
    sql: "select k, i from target order by k",
  },
  {
    into: {
      columns: "k integer, i integer",
      insert: "insert into target (k, i) select k, i from t",
    },
    sql: "select sum(i) as x from target",
  },
];

const CHANGES: readonly Pick<EngineCell, "change" | "list">[] = [
  { change: { kind: "drop_column", asset: "t", column: "i" }, list: "k, s, b, d, m, w" },
  {
    change: { kind: "rename_column", asset: "t", column: "i", to: "j" },
    list: "k, i as j, s, b, d, m, w",
  },
  {
    change: { kind: "add_nullable_column", asset: "t", column: "note", type: "VARCHAR" },
    list: "k, i, s, b, d, m, w, 'x' as note",
  },
  {
    change: {
      kind: "column_order_changed",
      asset: "t",
      columns: ["i", "k", "s", "b", "d", "m", "w"],
    },
    list: "i, k, s, b, d, m, w",
  },
  {
    change: {
      kind: "type_changed",
      asset: "t",
      column: "i",
      fromType: "INTEGER",
      toType: "BIGINT",
    },
    list: "k, cast(i as bigint) as i, s, b, d, m, w",
  },
  {
    change: {
      kind: "type_changed",
      asset: "t",
      column: "i",
      fromType: "INTEGER",
      toType: "VARCHAR",
    },
    list: "k, cast(i as varchar(9)) as i, s, b, d, m, w",
  },
  {
    change: {
      kind: "type_incompatible",
      asset: "t",
      column: "i",
      fromType: "INTEGER",
      toType: "VARCHAR",
    },
    list: "k, concat('v:', i) as i, s, b, d, m, w",
  },
];

const FILE_QUERIES: readonly string[] = [
  "select i from t order by k",
  "select sum(i) as x from t",
  "select k from t where i > 2 order by k",
  "select k from t order by k",
  "select count(*) as x from t",
];

const FILE_CHANGES: readonly Pick<EngineCell, "change" | "list">[] = [
  ...CHANGES,
  {
    change: {
      kind: "type_changed",
      asset: "t",
      column: "i",
      fromType: "INTEGER",
      toType: "DOUBLE PRECISION",
    },
    list: "k, cast(i as double) as i, s, b, d, m, w",
  },
];

export const SHAPE_CELLS: readonly EngineCell[] = [
  ...CHANGES.flatMap((change) => WAYS.map((way) => ({ ...change, ...way }))),
  ...FILE_CHANGES.flatMap((change) =>
    FILE_QUERIES.map((sql) => ({ ...change, sql, file: true as const })),
  ),
];
