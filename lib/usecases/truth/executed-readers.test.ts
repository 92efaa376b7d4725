import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/*
 * Readers of a small shop that DuckDB answers before and after a change: an error is called an error, another answer is
 * never called unaffected, and nothing certain is said of the same one.
 */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: {
    id: "INTEGER",
    customer_id: "INTEGER",
    amount: "INTEGER",
    status: "VARCHAR",
    day: "DATE",
    is_gift: "BOOLEAN",
  },
  customers: { id: "INTEGER", name: "VARCHAR", region: "VARCHAR" },
  rates: { day: "DATE", rate: "INTEGER" },
  items: { order_id: "INTEGER", price: "INTEGER", sku: "VARCHAR" },
};

const FILL = [
  ...Object.entries(TABLES).map(
    ([name, columns]) =>
      `create table ${name} (${Object.entries(columns)
        .map((column) => column.join(" "))
        .join(", ")})`,
  ),
  "insert into orders values (1, 1, 10, 'paid', '2026-01-01', true), (2, 1, 20, 'open', '2026-01-02', false)",
  "insert into orders values (3, 2, -5, 'paid', '2026-01-03', false), (4, 2, 0, 'void', '2026-01-04', true)",
  "insert into customers values (1, 'Ann', 'EU'), (2, 'Bob', 'US'), (3, 'Cy', 'US')",
  "insert into rates values ('2026-01-01', 1), ('2026-01-03', 2)",
  "insert into items values (1, 30, 'a'), (2, 1, 'b'), (3, 7, 'a'), (4, 7, null)",
];

interface Group {
  readonly title: string;
  readonly change: ChangeInput;
  /** The same change, done. */
  readonly sql: string;
  readonly readers: readonly string[];
}

const CAPTURED = [
  "select id from orders where id in (select order_id from items where price > amount)",
  "select id from orders where exists (select 1 from items where order_id = id and price > amount)",
  "select id, (select max(price - amount) from items where order_id = id) as d from orders",
  "select id, d from orders, lateral (select max(price - amount) as d from items where order_id = id) x",
  "select id from orders o where 20 < (select sum(price) from (select * from items) i where order_id = id and amount > 0)",
];

const CAPTURED_WITHOUT_CONDITION = [
  "select id from orders where 5 < (select max(price - amount) from items)",
  "select id, (select max(price + amount) from (select * from items) i) from orders",
];

const WHETHER_THERE_IS_ONE = [
  "select count(nullif(status, 'paid')) from orders",
  "select id from orders where nullif(status, 'paid') is null",
  "select id, nullif(status, 'paid') is null from orders",
  "with w as (select id, nullif(status, 'paid') as s from orders) select id from w where s is null",
  "with w as (select id, case when status = 'paid' then amount end as p from orders) select id from w where p is null",
  "with w as (select id, case when status like 'pa%' then amount end as p from orders) select id from w where p is null",
  "select id from orders where (case status when 'paid' then 1 end) is not null",
  "select id from orders where (case when status = 'paid' then 1 end) is null",
  "select count(case when status = 'paid' then 1 end) from orders",
  "select count(*) filter (where status = 'paid') from orders",
];
const KINDS = [
  "select count(*) from (select distinct status from orders)",
  "select count(*) from (select distinct status, customer_id from orders)",
  "select count(*) from (select status from orders group by 1)",
  "select count(distinct status) from orders",
  "select * from (pivot orders on status using count(*))",
  "select count(case when status = 'paid' then 1 end) from orders",
  "select count(*) filter (where status = 'paid') from orders",
  "select count_if(status = 'paid') from orders",
  "select sum(amount) filter (where status = 'paid') from orders",
  "select count(*) from orders where status = 'paid'",
  "select bool_or(status = 'paid') from orders",
];

const MATCHED = [
  "select o.id, r.rate from orders o asof join rates r on o.day >= r.day",
  "select o.id, r.rate from orders o asof left join rates r on o.day >= r.day",
  "select count(*), sum(rate) from orders asof join rates using (day)",
  "select o.id, r.rate from orders o join rates r on o.day = r.day",
];

const OTHER_VALUES = [
  "select count(*) filter (where status = 'paid') from orders",
  "select count(case when status = 'paid' then 1 end) from orders",
  "select sum(case status when 'paid' then amount when 'open' then 1 end) from orders",
  "select sum(if(status = 'paid', amount, 0)) from orders",
  "select id, status = 'paid' as is_paid from orders",
  "select id, status in ('paid', 'open') as is_fine from orders",
  "select id, status is not distinct from 'paid' as is_paid from orders",
  "select bool_or(status = 'paid') from orders",
  "select count_if(status = 'paid') from orders",
  "select id, case when status = 'paid' then 'yes' else 'no' end from orders",
  "select count(*) from orders where (customer_id, status) in ((1, 'paid'), (2, 'paid'))",
  "select * from (pivot (select customer_id, status from orders) on status in ('paid', 'open') using count(*))",
];

const TYPED_CONDITIONS = [
  "select bool_and(amount > 5) from orders",
  "select count(*) filter (where amount > 5) from orders",
  "select count_if(amount > 5) from orders",
  "select sum(case when amount > 5 then 1 end) from orders",
  "select id, amount > 5 from orders",
  "select id, amount is null from orders",
  "select count(distinct status) filter (where amount is not null) from orders",
  "select count_if(amount is not null) from orders",
];

const TRUTHS = [
  "select count_if(is_gift) from orders",
  "select bool_or(is_gift) from orders",
  "select bool_and(not is_gift) from orders",
  "select count(*) filter (where is_gift) from orders",
  "select count(*) from orders where is_gift",
  "select count(*) from orders where is_gift = true",
  "select id, case when is_gift then 'gift' else 'none' end from orders",
];

const DAYS = [
  "select id, day + 1 from orders",
  "select id, 1 + day from orders",
  "select id from orders where day - 3 > date '2026-01-01'",
  "select a.id, b.id from orders a join orders b on b.day between a.day - 1 and a.day",
  "with d as (select distinct day, customer_id from orders) select a.day, count(*) from d a join d b on b.day >= a.day - 1 and b.day <= a.day group by 1",
  "select id, case when day - 1 >= date '2026-01-02' then 'late' end from orders",
  "select id, day + interval 1 day from orders",
  "select id, day + amount from orders",
  "select o.id, amount + o.day from orders o",
  "select o.id, r.rate + o.day from orders o join rates r on r.day = o.day",
  "select sum(day - date '2026-01-01') from orders",
  "select sum(date '2026-02-01' - day) from orders",
  "select sum(distinct (day - current_date)) from orders",
  "select stddev(day - date '2026-01-01') from orders",
  "select max(day - date '2026-01-01') from orders",
  "select sum(date_diff('day', date '2026-01-01', day)) from orders",
  "select sum(day::date - date '2026-01-01') from orders",
  "select sum(case when day - date '2026-01-01' > date '2026-01-03' - date '2026-01-02' then 1 end) from orders",
  "select id from orders where day > date '2026-01-02'",
];

const WHOLE_NUMBERS = [
  "select id, day + amount from orders",
  "select o.id, amount + o.day from orders o",
  "select o.id, r.day - amount from orders o join rates r on r.rate = o.id",
  "select id, day - (amount + 1) from orders",
  "select id from orders where day + amount > date '2026-01-04'",
  "select id, date '2026-01-01' + amount from orders",
  "select id, day::date + amount from orders",
  "with t as (select day, amount as n from orders) select day + n from t",
  "with t as (select day, amount * 2 as n from orders) select day + n from t",
  "select id, day + amount::integer from orders",
  "select o.id, o.day - r.day + amount > 2 from orders o join rates r on r.rate = o.id",
  "select id, day + to_days(amount::integer) from orders",
  "select chr(abs(id)) from orders",
  "select id, chr(amount) from orders where amount > 0",
  "select id, factorial(amount) from orders where amount >= 0",
  "select id, lpad(status, amount, '.') from orders",
  "select id, lpad(amount::varchar, 4, '0') from orders",
  "select lpad((amount + 1)::varchar, 4, '0') from orders",
  "select strptime('2026-01-' || lpad((abs(amount) % 28 + 1)::varchar, 2, '0'), '%Y-%m-%d') from orders",
  "select [10, 20, 30][amount] from orders",
  "select list_extract([10, 20, 30], amount) from orders",
  "select bit_and(amount) > 1 from orders",
  "select bit_xor(amount) > 1, bit_or(amount) > 1 from orders",
  "select gcd(amount, 10) from orders",
];

const FIRST_OF_EACH = [
  "select c.id, l.amount from customers c, lateral (select amount from orders o where o.customer_id = c.id order by amount desc, id limit 1) l",
  "select c.id, l.amount from customers c left join lateral (select amount from orders o where o.customer_id = c.id order by amount limit 1) l on true",
  "select count(*) from customers c, lateral (select id from orders o where o.customer_id = c.id order by amount limit 1) l",
  "select count(*) from customers c, lateral (select id from orders o where o.customer_id = c.id) l",
  "select amount from orders order by amount desc limit 1",
  "select amount from (select * from orders order by amount, id limit 1) o",
  "select amount from orders order by amount desc, id limit 1 offset 1",
  "select count(*) from (select amount from orders union all select rate from rates order by 1 limit 1) u",
];

const BY_NAME = [
  "select * from orders union all by name select id, price as amount, sku from (select order_id as id, price, sku from items)",
  "select id, amount from (select * from orders union all by name select order_id as id, price as amount from items)",
  "select id from (select * from orders union all by name select order_id as id from items)",
  "select sum(amount) from (select * from orders union all by name select order_id as id, price as amount from items)",
  "select * from (select * from orders union by name select order_id as id, price as amount from items)",
  "select id, status from orders union all by name select order_id as id, price as amount from items",
  "select id, amount from orders union all by name select order_id as id, price as amount from items",
  "select amount from (select * from orders union all by name select order_id as id from items)",
];

const CAUGHT = [
  "select id from orders where id in (select id from customers)",
  "select id from orders where id not in (select id from customers)",
  "select id from orders where id in (select id from customers where region = 'EU')",
  "select id from orders where id in (select id from customers where region = 'EU' group by id)",
  "select id from orders where id in (select id from (select * from customers) c)",
  "select id from orders where exists (select 1 from customers where id = customer_id and region = 'EU')",
  "select id from orders where not exists (select 1 from customers where id = customer_id)",
  "select id, (select max(name) from customers where id = customer_id) from orders",
  "select id, (select count(*) from customers where id < 3) from orders",
  "select id from orders where id in (select max(id) from customers group by region)",
  "select id from orders where id in (select c.id from customers c join items i on id = i.order_id)",
  "select o.id, r.n from orders o left join (select id, count(*) as n from customers group by 1) r on r.id = o.id",
  "select o.id, r.name from orders o join (select id, name from customers where name <> 'Cy') r on r.id = o.id",
  "select id from orders o where customer_id in (select c.id from customers c)",
  "select id from orders o where exists (select 1 from customers c where c.id = o.customer_id)",
  "select count(*) from customers where id > 1",
  "select name from customers where id in (select customer_id from orders)",
  "with w as (select id from customers) select id from orders where id in (select id from w)",
  "select amount from orders where customer_id in (select id from customers where id in (select customer_id from orders))",
];

const NAMED_KEYS = [
  "select upper(status) as kind, sum(amount) from orders group by kind",
  "select case when amount > 5 then 'much' else 'little' end as kind, count(*) from orders group by kind",
  "select upper(status) as kind, customer_id, count(*) from orders group by all",
  "select upper(status) as kind, sum(amount) from orders group by 1",
  "select upper(status) as kind, status, sum(amount) from orders group by kind, status",
  "select upper(o.status) as kind, count(*) from orders o join customers c on c.id = o.customer_id group by kind",
];

const WHOLE_ROWS = [
  "select id, md5(o::varchar) from orders o",
  "select to_json(o) from orders o where amount > 0",
  "select o.id, hash(o) from orders o join customers c on c.id = o.customer_id",
  "select md5(t::text) from (select * from orders) t",
  "with t as (select * from orders) select md5(t::text) from t",
  "select md5(t::text) from (select id, amount from orders) t",
  "select count(distinct o) from orders o",
  "select count(o) from orders o",
  "select customer_id, list(o) from orders o group by 1",
  "select o.id, to_json(c) from orders o join customers c on c.id = o.customer_id",
];

const GATHERED = [
  "select json_group_object(status, n) from (select status, sum(amount) as n from orders group by 1)",
  "select json_group_array(status) from orders",
  "select json_group_object(id, amount) from orders",
  "select id, to_days(amount) from orders",
  "select id, to_hex(amount) from orders",
  "select id, bin(amount) from orders",
];

const GROUPS: readonly Group[] = [
  {
    title: "a status under another name, put into JSON",
    change: {
      kind: "enum_value_removed_or_renamed",
      asset: "orders",
      column: "status",
      value: "paid",
      to: "settled",
    },
    sql: "update orders set status = 'settled' where status = 'paid'",
    readers: GATHERED,
  },
  {
    title: "amounts with fractions, put into JSON",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "DOUBLE",
    },
    sql: "alter table orders alter column amount type double",
    readers: GATHERED,
  },
  {
    title: "a further column in rows that are taken as one value",
    change: { kind: "add_nullable_column", asset: "orders", column: "note" },
    sql: "alter table orders add column note varchar",
    readers: WHOLE_ROWS,
  },
  {
    title: "columns in another order, in rows that are taken as one value",
    change: { kind: "column_order_changed", asset: "orders" },
    sql: "create temp table moved as select is_gift, day, status, amount, customer_id, id from orders; drop table orders; create table orders as from moved",
    readers: WHOLE_ROWS,
  },
  {
    title: "a column that takes the name by which a query groups",
    change: { kind: "add_nullable_column", asset: "orders", column: "kind" },
    sql: "alter table orders add column kind varchar",
    readers: NAMED_KEYS,
  },
  {
    title: "a column that is renamed to the name by which a query groups",
    change: { kind: "rename_column", asset: "orders", column: "is_gift", to: "kind" },
    sql: "alter table orders rename column is_gift to kind",
    readers: NAMED_KEYS,
  },
  {
    title: "a name that is gone, and that the query around knows too",
    change: { kind: "drop_column", asset: "customers", column: "id" },
    sql: "alter table customers drop column id",
    readers: CAUGHT,
  },
  {
    title: "a name that the query around knows too goes to another column",
    change: { kind: "rename_column", asset: "customers", column: "id", to: "customer" },
    sql: "alter table customers rename column id to customer",
    readers: CAUGHT,
  },
  {
    title: "whole numbers that become larger ones",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "BIGINT",
    },
    sql: "alter table orders alter column amount type bigint",
    readers: WHOLE_NUMBERS,
  },
  {
    title: "whole numbers that float",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "DOUBLE",
    },
    sql: "alter table orders alter column amount type double",
    readers: WHOLE_NUMBERS,
  },
  {
    title: "whole numbers that become decimals",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "DECIMAL(18,2)",
    },
    sql: "alter table orders alter column amount type decimal(18,2)",
    readers: WHOLE_NUMBERS,
  },
  {
    title: "orders that stand there twice, of which the first is asked for",
    change: { kind: "uniqueness_lost", asset: "orders", column: "id" },
    sql: "insert into orders select * from orders",
    readers: FIRST_OF_EACH,
  },
  {
    title: "orders that are gone, of which the first is asked for",
    change: { kind: "row_count_drop", asset: "orders" },
    sql: "delete from orders where customer_id = 1",
    readers: FIRST_OF_EACH,
  },
  {
    title: "days that are moments in time",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "day",
      fromType: "DATE",
      toType: "TIMESTAMP",
    },
    sql: "alter table orders alter column day type timestamp",
    readers: DAYS,
  },
  {
    title: "amounts that are gone, under a union by name",
    change: { kind: "drop_column", asset: "orders", column: "amount" },
    sql: "alter table orders drop column amount",
    readers: BY_NAME,
  },
  {
    title: "amounts under another name, under a union by name",
    change: { kind: "rename_column", asset: "orders", column: "amount", to: "sum_of_it" },
    sql: "alter table orders rename column amount to sum_of_it",
    readers: BY_NAME,
  },
  {
    title: "amounts that are all null",
    change: { kind: "became_mostly_null", asset: "orders", column: "amount", nullShare: 1 },
    sql: "update orders set amount = null",
    readers: [
      "select customer_id from orders group by 1 having sum(amount) is null",
      "select customer_id, case when sum(amount) is null then 'none' else 'some' end from orders group by 1",
      "select customer_id from orders group by 1 having max(amount) is null",
      "with t as (select customer_id, avg(amount) a from orders group by 1) select count(*) from t where a is not null",
      "select customer_id from orders group by 1 having sum(distinct amount) is not null",
      "select customer_id from orders group by 1 having string_agg(amount, ',') is null",
      "select customer_id from orders group by 1 having bool_and(amount > 0) is null",
      "with t as (select customer_id, sum(amount) a from orders group by 1), v as (select c.name, t.a from customers c left join t on t.customer_id = c.id) select name from v where a is null",
      "select count(*) from orders where (case when amount > 0 then 1 end) is null",
    ],
  },
  {
    title: "a status under another name",
    change: {
      kind: "enum_value_removed_or_renamed",
      asset: "orders",
      column: "status",
      value: "paid",
      to: "settled",
    },
    sql: "update orders set status = 'settled' where status = 'paid'",
    readers: WHETHER_THERE_IS_ONE,
  },
  {
    title: "a status that is null",
    change: { kind: "became_mostly_null", asset: "orders", column: "status", nullShare: 1 },
    sql: "update orders set status = null",
    readers: WHETHER_THERE_IS_ONE,
  },
  {
    title: "a further status in a new row",
    change: { kind: "enum_value_added", asset: "orders", column: "status", value: "refunded" },
    sql: "insert into orders values (9, 2, 1, 'refunded', '2026-01-05', false)",
    readers: KINDS,
  },
  {
    title: "a further status in place of another",
    change: { kind: "enum_value_added", asset: "orders", column: "status", value: "refunded" },
    sql: "update orders set status = 'refunded' where id = 2",
    readers: KINDS,
  },
  {
    title: "amounts in another unit",
    change: { kind: "unit_or_meaning_changed", asset: "orders", column: "amount" },
    sql: "update orders set amount = amount * 100",
    readers: [
      "select bool_and(amount is not null) from orders",
      "select bool_or(amount < 0) from orders",
      "select id, amount > 0 from orders",
      "select sign(amount) from orders",
      "select id from orders where coalesce(amount, 0) = 0",
      "select id from orders where amount > 0",
      "select count(*) filter (where amount > 0) from orders",
      "select count(case when amount > 0 then 1 end) from orders",
      "select id, case when amount > 15 then 'much' end from orders",
      "select sum(amount) from orders",
      "select id, amount is not null from orders",
    ],
  },
  {
    title: "customers that stand there twice",
    change: { kind: "uniqueness_lost", asset: "customers", column: "id" },
    sql: "insert into customers select * from customers",
    readers: [
      "select id, (select region from customers c where c.id = o.customer_id) is null from orders o",
      "select id, (select region from customers c where c.id = o.customer_id) from orders o",
      "select id from orders where customer_id = (select id from customers where region = 'EU')",
      "select id from orders where customer_id = (select id from customers where region = 'EU' limit 1)",
      "select id from orders where customer_id = (select max(id) from customers where region = 'EU')",
      "select id from orders where customer_id = (select distinct id from customers where region = 'EU')",
      "select id, (select count(*) from customers c where c.id = o.customer_id) from orders o",
      "select id from orders where customer_id in (select id from customers where region = 'EU')",
    ],
  },
  {
    title: "items that stand there twice, and are put together by their order",
    change: { kind: "uniqueness_lost", asset: "items", column: "order_id" },
    sql: "insert into items select * from items",
    readers: [
      "select count(*) from orders o left join (select order_id, max(price) as p from items group by order_id) i on i.order_id = o.id",
      "select sum(o.amount) from orders o join (select order_id from items qualify row_number() over (partition by order_id order by sku) = 1) i on i.order_id = o.id",
      "with i as (select order_id, sum(price) as p from items group by 1) select count(*) from orders o join i on i.order_id = o.id",
      "with i as (select distinct on (order_id) * from items) select count(*) from orders o join i on i.order_id = o.id",
      "with i as (select order_id, sku from items group by all) select count(*) from orders o join i on i.order_id = o.id",
      "select count(*) from orders o join items i on i.order_id = o.id",
      "with i as (select order_id, sum(price) as p from items group by 1) select sum(i.p) from orders o join i on i.order_id = o.id",
    ],
  },
  {
    title: "rates that stand there twice",
    change: { kind: "uniqueness_lost", asset: "rates", column: "day" },
    sql: "insert into rates select * from rates",
    readers: MATCHED,
  },
  {
    title: "rates that are gone",
    change: { kind: "row_count_drop", asset: "rates" },
    sql: "delete from rates where rate = 1",
    readers: MATCHED,
  },
  {
    title: "rates that are null",
    change: { kind: "became_mostly_null", asset: "rates", column: "rate", nullShare: 1 },
    sql: "update rates set rate = null",
    readers: MATCHED,
  },
  {
    title: "orders that stand there twice, and meet one rate each",
    change: { kind: "uniqueness_lost", asset: "orders", column: "id" },
    sql: "insert into orders select * from orders",
    readers: MATCHED,
  },
  {
    title: "a column that is left out by its name is gone",
    change: { kind: "drop_column", asset: "customers", column: "region" },
    sql: "alter table customers drop column region",
    readers: [
      "select max(columns(* exclude (region))) from customers",
      "select * exclude (region) from customers",
      "select max(columns(* exclude (name))) from customers",
    ],
  },
  {
    title: "a column that is left out by its name is null",
    change: { kind: "became_mostly_null", asset: "customers", column: "region", nullShare: 1 },
    sql: "update customers set region = null",
    readers: [
      "select max(columns(* exclude (region))) from customers",
      "select max(columns(* exclude (name))) from customers",
    ],
  },
  {
    title: "orders that stand there twice",
    change: { kind: "uniqueness_lost", asset: "orders", column: "id" },
    sql: "insert into orders select * from orders",
    readers: [
      "select name from customers c left join orders o on o.customer_id = c.id where o.id is null",
      "select name from customers c left join orders o on o.customer_id = c.id where o.id is null or o.amount > 5",
      "select count(*) from customers c left join orders o on o.customer_id = c.id",
    ],
  },
  {
    title: "orders that are gone, of customers who have no other",
    change: { kind: "row_count_drop", asset: "orders" },
    sql: "delete from orders where customer_id = 1",
    readers: [
      "select name from customers c left join orders o on o.customer_id = c.id where o.id is null",
    ],
  },
  {
    title: "a column of another type that stands with others under one name",
    change: { kind: "type_incompatible", asset: "items", column: "price", toType: "VARCHAR" },
    sql: "alter table items alter column price type varchar using 'v' || price",
    readers: ["select * from (unpivot items on order_id, price into name k value v)"],
  },
  {
    title: "fewer rows, of values that are there still",
    change: { kind: "row_count_drop", asset: "orders" },
    sql: "delete from orders where id = 3",
    readers: [
      "select string_agg(distinct status, ',' order by status) from orders",
      "select sum(distinct customer_id) from orders",
      "select count(*) from orders",
    ],
  },
  {
    title: "a column that takes a name which a query inside another one borrowed from outside",
    change: { kind: "add_column_name_collision", asset: "items", column: "amount" },
    sql: "alter table items add column amount integer default 100",
    readers: CAPTURED,
  },
  {
    title: "a column that takes such a name in a query without a condition",
    change: { kind: "add_nullable_column", asset: "items", column: "amount" },
    sql: "alter table items add column amount integer default 100",
    readers: CAPTURED_WITHOUT_CONDITION,
  },
  {
    title: "a column of nulls that takes such a name",
    change: { kind: "add_nullable_column", asset: "items", column: "amount" },
    sql: "alter table items add column amount integer",
    readers: CAPTURED,
  },
  {
    title: "a column that is renamed to such a name",
    change: { kind: "rename_column", asset: "items", column: "sku", to: "amount" },
    sql: "alter table items alter sku type integer using 100; alter table items rename sku to amount",
    readers: CAPTURED,
  },
  {
    title: "a column that takes the name of an expression",
    change: { kind: "add_nullable_column", asset: "orders", column: "kind" },
    sql: "alter table orders add column kind varchar",
    readers: [
      "select case when amount > 0 then 'plus' else 'rest' end as kind from orders where kind = 'plus'",
      "select count(*) from (select upper(status) as kind, amount from orders order by kind) x",
    ],
  },
  {
    title: "a column with a name that the query qualifies",
    change: { kind: "add_nullable_column", asset: "items", column: "amount" },
    sql: "alter table items add column amount integer",
    readers: [
      "select id from orders where id in (select order_id from items where price > orders.amount)",
      "select o.id, (select max(i.price) from items i where i.order_id = o.id) as d from orders o",
    ],
  },
  {
    title: "a status under another name that nobody asks for",
    change: {
      kind: "enum_value_removed_or_renamed",
      asset: "orders",
      column: "status",
      value: "void",
      to: "cancelled",
    },
    sql: "update orders set status = 'cancelled' where status = 'void'",
    readers: OTHER_VALUES,
  },
  {
    title: "a status under another name that all ask for",
    change: {
      kind: "enum_value_removed_or_renamed",
      asset: "orders",
      column: "status",
      value: "paid",
      to: "settled",
    },
    sql: "update orders set status = 'settled' where status = 'paid'",
    readers: OTHER_VALUES,
  },
  {
    title: "amounts that become words",
    change: { kind: "type_incompatible", asset: "orders", column: "amount", toType: "VARCHAR" },
    sql: "alter table orders alter column amount type varchar using 'v' || amount",
    readers: TYPED_CONDITIONS,
  },
  {
    title: "amounts that become texts",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "VARCHAR",
    },
    sql: "alter table orders alter column amount type varchar",
    readers: TYPED_CONDITIONS,
  },
  {
    title: "truth values that become numbers",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "is_gift",
      fromType: "BOOLEAN",
      toType: "INTEGER",
    },
    sql: "alter table orders alter column is_gift type integer",
    readers: TRUTHS,
  },
  {
    title: "truth values that become texts",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "is_gift",
      fromType: "BOOLEAN",
      toType: "VARCHAR",
    },
    sql: "alter table orders alter column is_gift type varchar",
    readers: TRUTHS,
  },
  {
    title: "a key that is gone, and that several or none of the tables on the left have",
    change: { kind: "drop_column", asset: "items", column: "order_id" },
    sql: "alter table items drop column order_id",
    readers: [
      "select r.day, i.p from rates r cross join (select 1 as order_id) a cross join (select 2 as order_id) b left join (select order_id, max(price) as p from items group by 1) i on true",
      "select r.day, i.p from (select 1 as order_id, day from rates) r full join (select order_id, max(price) as p from items group by 1) i on i.order_id = r.order_id",
      "select r.day, i.p from (select 1 as order_id, day from rates) r right join (select order_id, max(price) as p from items group by 1) i on i.order_id = r.order_id",
    ],
  },
];

let parser: SqlParser;
let instance: DuckDBInstance;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  instance = await DuckDBInstance.create(":memory:");
  db = await instance.connect();
  await db.run("set threads = 1");
  await db.run("set memory_limit = '500MB'");
  for (const sql of FILL) await db.run(sql);
});
afterAll(() => {
  db.closeSync();
  instance.closeSync();
});

const answer = async (sql: string): Promise<string> => {
  const rows = (await db.runAndReadAll(sql)).getRowsJson();
  return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
};

async function outcome(sql: string, changed: string): Promise<"fails" | "differs" | "same"> {
  const first = await answer(sql);
  await db.run("begin");
  for (const step of changed.split("; ")) await db.run(step);
  const second = await answer(sql).catch(() => undefined);
  await db.run("rollback");
  if (second === undefined) return "fails";
  return first === second ? "same" : "differs";
}

function judge(sql: string, change: ChangeInput) {
  const columnsOf = (name: string) =>
    Object.entries(TABLES[name] ?? {}).map(([column, type]) => ({ name: column, type }));
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    return name in TABLES
      ? { asset: idOf(name), columns: columnsOf(name), complete: true }
      : undefined;
  };
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = { name: "q", sql, dialect: "duckdb", reads: [], basis: "", provenance: {}, plan };
  const graph = graphOf("", {
    ...Object.fromEntries(Object.keys(TABLES).map((name) => [name, { columns: columnsOf(name) }])),
    board: { kind: "dashboard", queries: [query] },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  const said = found.verdicts.find(({ asset }) => asset.name === "board");
  return { verdict: said?.verdict ?? "unaffected", certainty: said?.certainty ?? undefined };
}

describe.each(GROUPS)("$title", ({ change, sql: changed, readers }) => {
  it.each(readers)("is judged as DuckDB answers: %s", async (sql) => {
    const { verdict, certainty } = judge(sql, change);
    const said = certainty === undefined ? verdict : `${verdict} ${certainty}`;
    switch (await outcome(sql, changed)) {
      case "fails":
        expect(verdict).toBe("breaks_loudly");
        break;
      case "differs":
        expect(["unaffected", "breaks_loudly certain"]).not.toContain(said);
        break;
      case "same":
        expect(certainty).not.toBe("certain");
    }
  });
});
