import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import { compareQueries } from "./compare-queries.ts";
import type { Dialect } from "./dialect.ts";
import { QueryTrace } from "./query-trace.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const TABLES: Readonly<Record<string, readonly string[]>> = {
  orders: ["id", "customer_id", "amount", "status", "ordered_at"],
  payments: ["id", "order_id", "amount"],
  twins: ["id", "ID"],
};

function traced(sql: string, dialect: Dialect): QueryTrace {
  const trace = new QueryTrace();
  analyzeQuery({
    sql,
    dialect,
    parser,
    trace,
    lookup: (path) => {
      const columns = TABLES[path.at(-1)?.toLowerCase() ?? ""];
      return columns
        ? {
            asset: assetId("db", path.join(".").toLowerCase()),
            complete: true,
            columns: columns.map((name) => ({ name })),
          }
        : undefined;
    },
  });
  return trace;
}

function editsBetween(before: string, after: string, dialect: Dialect) {
  const [base, head] = [traced(before, dialect), traced(after, dialect)];
  expect([base.statements.length, head.statements.length]).toEqual([1, 1]);
  return compareQueries({ base, head, dialect })?.edits;
}

const of = (expression: string): string => `select ${expression} as a from orders`;
const where = (condition: string): string => `select id from orders where ${condition}`;
const interval = (said: string): string => of(`ordered_at + interval ${said}`);
const frame = "rows between 1 preceding and 1 following";

type Pair = readonly [what: string, dialect: Dialect, before: string, after: string];

const DIFFERENT: readonly Pair[] = [
  ["a sample", "duckdb", "select id from orders", "select id from orders tablesample 10%"],
  [
    "a sample at the end",
    "duckdb",
    "select id from orders",
    "select id from orders using sample 10%",
  ],
  [
    "a share of the rows",
    "duckdb",
    "select id from orders limit 10",
    "select id from orders limit 10%",
  ],
  [
    "all versions of rows",
    "tsql",
    "select id from orders",
    "select id from orders for system_time all",
  ],
  [
    "an earlier version",
    "trino",
    "select id from orders",
    "select id from orders for version as of 3",
  ],
  [
    "an earlier moment",
    "snowflake",
    "select id from orders",
    "select id from orders at(timestamp => '2020-01-01'::timestamp)",
  ],
  [
    "rows that a frame leaves out",
    "postgres",
    of(`sum(amount) over (order by id ${frame})`),
    of(`sum(amount) over (order by id ${frame} exclude ties)`),
  ],
  ["patterns of two kinds", "sqlite", where("status glob 'a*'"), where("status like 'a*'")],
  [
    "rows side by side",
    "duckdb",
    "select o.id from orders o positional join payments p",
    "select o.id from orders o join payments p on true",
  ],
  [
    "two units of an interval",
    "postgres",
    interval("'1 day 2 hours'"),
    interval("'1 day 5 hours'"),
  ],
  [
    "an interval from day to hour",
    "postgres",
    interval("'1 2' day to hour"),
    interval("'1 5' day to hour"),
  ],
  ["milliseconds", "duckdb", interval("'5 ms'"), interval("'5 m'")],
  [
    "an interval in double quotes",
    "mysql",
    of('date_add(ordered_at, interval "1" day)'),
    of('date_add(ordered_at, interval "2" day)'),
  ],
  [
    "a computed interval",
    "bigquery",
    of("date_add(ordered_at, interval cast(amount as int64) day)"),
    of("date_add(ordered_at, interval cast(amount as float64) day)"),
  ],
  [
    "the first day of a week",
    "bigquery",
    of("last_day(ordered_at, week(monday))"),
    of("last_day(ordered_at, week(tuesday))"),
  ],
  [
    "a chosen unit of time",
    "duckdb",
    of("date_trunc(case when status = 'day' then 'week' else 'month' end, ordered_at)"),
    of("date_trunc('day', ordered_at)"),
  ],
  [
    "the order of what is listed",
    "postgres",
    "select array_agg(status) as s from (select status from orders order by amount) t",
    "select array_agg(status) as s from (select status from orders order by amount desc) t",
  ],
  [
    "the order below a limit",
    "duckdb",
    "select * from (select id, amount from orders order by amount) limit 5",
    "select * from (select id, amount from orders) limit 5",
  ],
  [
    "what the first column is, where a limit is over an order by it",
    "duckdb",
    "select id, amount from orders order by 1 limit 5",
    "select amount, id from orders order by 1 limit 5",
  ],
  [
    "an order by all columns",
    "duckdb",
    "select id, amount from orders order by all limit 5",
    "select amount, id from orders order by all limit 5",
  ],
  [
    "rows that are distinct by a place",
    "postgres",
    "select distinct on (1) id, amount from orders order by 1, status",
    "select distinct on (1) amount, id from orders order by 1, status",
  ],
  [
    "columns that a view names",
    "postgres",
    "create view v(x, y) as select id, amount from orders",
    "create view v(x, y) as select amount, id from orders",
  ],
  [
    "tables of one name in other schemas",
    "postgres",
    "select s1.orders.id from s1.orders join s2.orders on s1.orders.id = s2.orders.id",
    "select s1.orders.id from s1.orders join s3.orders on s1.orders.id = s3.orders.id",
  ],
  [
    "columns of tables of one name",
    "postgres",
    "select s1.orders.amount from s1.orders left join s2.orders on s1.orders.id = s2.orders.id",
    "select s2.orders.amount from s1.orders left join s2.orders on s1.orders.id = s2.orders.id",
  ],
  [
    "columns that only their letters tell apart",
    "postgres",
    'select "ID" as a from twins',
    'select "id" as a from twins',
  ],
  ["the truth of a number", "duckdb", of("not not amount"), of("amount")],
  ["a number and the truth", "mysql", of("amount and true"), of("amount")],
  [
    "a row of which some values are null",
    "postgres",
    "select id from orders o where o is not null",
    "select id from orders o where not (o is null)",
  ],
  [
    "a test for null beside a comparison with what may be one of several parts",
    "postgres",
    where("status = amount and status is not null"),
    where("status = amount"),
  ],
  [
    "a test for null beside another column's",
    "duckdb",
    where("id > 1 and amount is not null"),
    where("id > 1"),
  ],
  ["a test for null of a choice", "duckdb", where("id > 1 or id is not null"), where("id > 1")],
  [
    "a test for null beside a value that is filled in",
    "postgres",
    where("id <> $1 and id is not null"),
    where("id <> $1"),
  ],
  [
    "values of several kinds in a list",
    "duckdb",
    where("status in (1, 'x')"),
    where("status = 1 or status = 'x'"),
  ],
  ["a value that is filled in", "postgres", where("$1 = $1 and id > 1"), where("id > 1")],
  [
    "several rows for one",
    "postgres",
    "select count(*) as n from (select id, jsonb_array_elements(status) as e from orders) s",
    "select count(*) as n from orders",
  ],
  [
    "several rows for one, or one",
    "spark",
    "select id from (select id, explode_outer(status) as e from orders) s",
    "select id from orders",
  ],
  [
    "types of two schemas' parts",
    "postgres",
    of("cast(amount as public.eur)"),
    of("cast(amount as public.usd)"),
  ],
  [
    "texts in another encoding",
    "tsql",
    of("cast(status as nvarchar(5))"),
    of("cast(status as varchar(5))"),
  ],
  [
    "moments with a zone",
    "bigquery",
    of("cast(ordered_at as datetime)"),
    of("cast(ordered_at as timestamp)"),
  ],
  ["lists behind each other", "duckdb", of("[1] + [2]"), of("[2] + [1]")],
  [
    "groupings that are there twice",
    "postgres",
    "select status, count(*) as n from orders group by rollup(status), rollup(status)",
    "select status, count(*) as n from orders group by rollup(status)",
  ],
  ["lists of other numbers", "duckdb", of("cast(amount as int[])"), of("cast(amount as bigint[])")],
  [
    "a new left join to groups that are taken apart again",
    "postgres",
    "select o.id from orders o",
    "select o.id from orders o left join (select order_id, unnest(array_agg(amount)) as n from payments group by order_id) s on s.order_id = o.id",
  ],
  [
    "a CTE that hides another one",
    "postgres",
    "with a as (select id from orders) select id from (with a as (select id from payments) select id from a) x",
    "with a as (select id from orders) select id from (select id from a) x",
  ],
  [
    "the order of a list in an expression",
    "postgres",
    of("array(select p.id from payments p where p.order_id = orders.id order by p.id)"),
    of("array(select p.id from payments p where p.order_id = orders.id order by p.id desc)"),
  ],
  [
    "chance that is asked twice",
    "postgres",
    where("random() < 0.5 and random() < 0.5"),
    where("random() < 0.5"),
  ],
  [
    "a counter that two rows share",
    "snowflake",
    "with a as (select id, s.nextval as u from orders) select a.u, b.u as v from a join a b on a.id = b.id",
    "select a.u, b.u as v from (select id, s.nextval as u from orders) a join (select id, s.nextval as u from orders) b on a.id = b.id",
  ],
  [
    "a function that nobody knows, asked once and twice",
    "postgres",
    "with a as (select id, next_code() as u from orders) select id, u, u as v from a",
    "select id, next_code() as u, next_code() as v from orders",
  ],
  ["a long number", "spark", of("id + 1L"), of("id + 1")],
];

const SAME: readonly Pair[] = [
  ["a unit in the plural", "postgres", interval("'2 days'"), interval("'2' day")],
  [
    "an order inside, where nobody asks for places",
    "duckdb",
    "select sum(amount) as s from (select amount from orders order by id)",
    "select sum(amount) as s from (select amount from orders)",
  ],
  ["the truth in a condition", "duckdb", where("not not (amount > 1)"), where("amount > 1")],
  [
    "two texts with one sample",
    "duckdb",
    "select id from orders tablesample 10%",
    "select ID from orders  tablesample 10%",
  ],
  [
    "a word of T-SQL's types",
    "tsql",
    of("cast(amount as numeric(5, 2))"),
    of("cast(amount as decimal(5, 2))"),
  ],
];

describe("what means something else on one engine is no proof", () => {
  it.each(DIFFERENT)("%s (%s)", (_what, dialect, before, after) => {
    expect(editsBetween(before, after, dialect)).not.toEqual([]);
    expect(editsBetween(after, before, dialect)).not.toEqual([]);
  });

  it.each(SAME)("%s is nothing (%s)", (_what, dialect, before, after) => {
    expect(editsBetween(before, after, dialect)).toEqual([]);
    expect(editsBetween(after, before, dialect)).toEqual([]);
  });

  it("a floor of more digits than numbers are read with is neither higher nor lower", () => {
    const [low, high] = [where("id > 9007199254740992"), where("id > 9007199254740993")];
    for (const [before, after] of [
      [low, high],
      [high, low],
    ] as const)
      expect(editsBetween(before, after, "postgres")).toMatchObject([{ rows: "other" }]);
  });
});
