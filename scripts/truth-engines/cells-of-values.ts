import type { EngineCell } from "./engine-cell.ts";

const LIST_T = "k, i, s, b, d, m, w";

const over = (
  change: EngineCell["change"],
  list: string,
  queries: readonly string[],
): readonly EngineCell[] => queries.map((sql) => ({ change, list, sql }));

/** Queries over a text of days; the engines differ in what they do with a day that they cannot read. */
const DAYS: readonly string[] = [
  "select cast(w as date) as x from t order by k",
  "select k from t where cast(w as date) > date '2026-01-02' order by k",
  "select extract(month from cast(w as date)) as x from t order by k",
  "select k from t where w >= '2026-01-03' order by k",
  "select substr(w, 1, 4) as x from t order by k",
  "select max(w) as x from t",
];

/** Queries over numbers that another text takes the place of. */
const NUMBERS: readonly string[] = [
  "select i from t order by k",
  "select i + 1 as x from t order by k",
  "select sum(i) as x from t",
  "select avg(i) as x from t",
  "select max(i) as x from t",
  "select count(i) as x from t",
  "select cast(i as integer) as x from t order by k",
  "select k from t where i = 3 order by k",
  "select k from t where i > 2 order by k",
  "select k from t where i in (1, 2, 3) order by k",
  "select k from t where i is not null order by k",
  "select t.k from t join u on t.i = u.i order by t.k",
  "select coalesce(i, 0) as x from t order by k",
  "select case when i > 2 then 'high' else 'low' end as x from t order by k",
  "select sum(k) as x from t group by i order by 1",
  "select x from (select i as x from t union all select i from u) a order by 1",
];

/** Queries over a column that comes to hold nulls. */
const NULLED: readonly string[] = [
  "select k from t where i <> 3 order by k",
  "select k from t where not (i = 3) order by k",
  "select k from t where i is distinct from 3 order by k",
  "select k from t where i in (1, 2, 3) order by k",
  "select k from t where i not in (1, 2) order by k",
  "select k from t order by i desc limit 2",
  "select k from t order by i limit 2",
  "select max(i) as x from t",
  "select sum(i) as x from t",
  "select avg(i) as x from t",
  "select count(i) as x from t",
  "select count(*) as x from t",
  "select concat(s, i) as x from t order by k",
  "select greatest(i, 2) as x from t order by k",
  "select i / 2 as x from t order by k",
  "select coalesce(i, 0) as x from t order by k",
  "select case when i > 2 then 'high' else 'low' end as x from t order by k",
  "select t.k, u.s from t left join u on u.i = t.i order by t.k",
  "select sum(k) as x from t group by i order by 1",
  "select k, rank() over (order by i) as x from t order by k",
];

/** Queries over a list of keys in which a null turns up. */
const LISTED: readonly string[] = [
  "select k from t where i not in (select i from u) order by k",
  "select k from t where i in (select i from u) order by k",
  "select k from t where not exists (select 1 from u where u.i = t.i) order by k",
  "select t.k, u.s from t left join u on u.i = t.i order by t.k",
  "select count(i) as x from u",
  "select max(i) as x from u",
];

/** Queries over an amount that loses its fraction. */
const WHOLE: readonly string[] = [
  "select m from t order by k",
  "select sum(m) as x from t",
  "select m / 2 as x from t order by k",
  "select k from t where m = 3.25 order by k",
  "select cast(m as integer) as x from t order by k",
  "select count(m) as x from t",
  "select round(m, 0) as x from t order by k",
];

export const VALUE_CELLS: readonly EngineCell[] = [
  ...over(
    { kind: "type_incompatible", asset: "t", column: "i", fromType: "INTEGER", toType: "VARCHAR" },
    LIST_T.replace("i,", "concat('v:', i) as i,"),
    NUMBERS,
  ),
  ...over(
    { kind: "became_mostly_null", asset: "t", column: "i" },
    LIST_T.replace("i,", "case when i not in (3, 10) then i end as i,"),
    NULLED,
  ),
  ...over(
    { kind: "became_mostly_null", asset: "u", column: "i" },
    "nullif(i, 10) as i, s, b, d",
    LISTED,
  ),
  ...over(
    {
      kind: "type_changed",
      asset: "t",
      column: "m",
      fromType: "DECIMAL(10,2)",
      toType: "INTEGER",
    },
    LIST_T.replace("m,", "cast(m as integer) as m,"),
    WHOLE,
  ),
  ...over(
    {
      kind: "unit_or_meaning_changed",
      asset: "t",
      column: "w",
      orderPreserving: false,
    },
    LIST_T.replace(", w", ", concat(substr(w, 9, 2), '.', substr(w, 6, 2), '.2026') as w"),
    DAYS,
  ),
];
