import { describeReaders, type Group } from "./executed-shop.conformance.ts";

/* Set operations, pivots, subqueries with a limit and numbers in JSON, before and after a change of what they read. */

const SETS = [
  "select id from orders intersect select id from orders where amount > 0",
  "select id from orders except select id from orders where amount > 0",
  "select id from orders union select id from orders where amount > 0",
  "select status from orders union all select status from orders where amount > 5",
  "select id, amount from orders intersect select id, amount from orders",
  "select amount from orders except select amount from orders where status = 'paid'",
  "select count(*) from (select customer_id from orders intersect select id from customers)",
  "select customer_id from orders except select id from customers",
  "select id from customers except select customer_id from orders",
  "select status from orders intersect select sku from items",
  "select sku from items except select status from orders",
];

const PIVOTS = [
  "pivot orders on status in ('paid', 'open') using sum(amount)",
  "pivot (select status, amount from orders) on status in ('paid', 'open') using sum(amount)",
  "pivot orders on status in ('paid', 'open') using max(amount) group by customer_id",
  "select * from (select status, amount from orders) pivot (count(amount) for status in ('paid', 'open'))",
];

const UNREAD = [
  "with w as (select amount from orders) select id from customers",
  "with w as (select sum(amount) as s from orders), v as (select s from w) select count(*) from customers",
  "with w as (select amount from orders), v as (select id from orders) select id from v",
];

const LIMITED = [
  "select c.id, l.amount from customers c, lateral (select amount from orders o where o.customer_id = c.id order by amount desc, id limit 2) l",
  "select c.id, count(l.amount) from customers c left join lateral (select amount from orders o where o.customer_id = c.id order by amount desc limit 2) l on true group by 1",
  "select amount from orders order by amount desc, id limit 2",
  "select sum(amount) from (select amount from orders order by amount desc, id limit 2)",
];

const IN_JSON = [
  "select json_object('a', amount) from orders",
  "select to_json({'a': amount}) from orders",
  "select json_array(amount, id) from orders",
  "select to_json(amount) from orders",
  "select json_object('a', amount)->>'a' from orders",
  "select concat(*columns(*)) from orders",
  "select concat(*columns(* exclude (amount))) from orders",
  "select greatest(*columns(['id', 'amount'])) from orders",
  "select id from orders where columns(['id', 'amount']) > 0",
];

const RANGES = [
  "select o.id, r.rate from orders o join rates r on o.day between r.day and r.day + 1",
  "select o.id, r.rate from orders o left join rates r on o.day between r.day and r.day + 1",
  "select sum(o.amount) from orders o join rates r on o.day >= r.day and o.day < r.day + 2",
  "select count(*) from orders o left join rates r on o.day between r.day and r.day + 1",
];

const STARS = [
  "select * from orders union all select * from orders where amount > 0",
  "select * from orders union select * from orders where amount > 0",
  "select * from orders intersect select * from orders where amount > 0",
  "select * from orders except select * from orders where amount > 5",
  "select * from orders union all by name select * from orders where amount > 5",
  "select * exclude (note) from (select *, 1 as note from customers) union all select * from customers",
  "with o as (select * from orders), p as (select * from orders where status = 'paid') select * from o union all select * from p",
  "select * from orders union all select id, customer_id, amount, status, day, is_gift from orders",
  "select id, status from (select * from orders union all select * from orders)",
  "select count(*) from (select * from orders except select * from orders where id = 1)",
];

/** The same by names, which do not hang on the order and number of columns. */
const NAMED_OF_STARS = STARS.filter(
  (sql) => sql.startsWith("select *") && !sql.includes("note"),
).map((sql) => `select id, amount, status from (${sql})`);

const ALL: readonly string[] = [...SETS, ...PIVOTS, ...UNREAD, ...LIMITED, ...IN_JSON, ...RANGES];

const GROUPS: readonly Group[] = [
  {
    title: "orders with a column more",
    change: { kind: "add_nullable_column", asset: "orders", column: "extra" },
    sql: "alter table orders add column extra varchar",
    readers: [...NAMED_OF_STARS, ...SETS, ...IN_JSON],
  },
  {
    title: "a column that all stars show is gone",
    change: { kind: "drop_column", asset: "orders", column: "is_gift" },
    sql: "alter table orders drop column is_gift",
    readers: [...STARS, ...NAMED_OF_STARS, ...PIVOTS, ...IN_JSON],
  },
  {
    title: "a column that all stars show has another name",
    change: { kind: "rename_column", asset: "orders", column: "is_gift", to: "gift" },
    sql: "alter table orders rename is_gift to gift",
    readers: [...NAMED_OF_STARS, ...IN_JSON],
  },
  {
    title: "a column that all stars show is a text",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "customer_id",
      fromType: "INTEGER",
      toType: "VARCHAR",
    },
    sql: "alter table orders alter column customer_id type varchar",
    readers: [...STARS, ...SETS, ...PIVOTS, ...LIMITED],
  },
  {
    title: "amounts that become words",
    change: { kind: "type_incompatible", asset: "orders", column: "amount", toType: "VARCHAR" },
    sql: "alter table orders alter column amount type varchar using 'v' || amount",
    readers: [...STARS, ...ALL],
  },
  {
    title: "statuses that become numbers",
    change: { kind: "type_incompatible", asset: "orders", column: "status", toType: "INTEGER" },
    sql: "alter table orders alter column status type integer using length(status)",
    readers: [...STARS, ...SETS, ...PIVOTS],
  },
  {
    title: "orders that stand there twice, under stars",
    change: { kind: "uniqueness_lost", asset: "orders", column: "id" },
    sql: "insert into orders select * from orders",
    readers: STARS,
  },
  {
    title: "columns in another order",
    change: { kind: "column_order_changed", asset: "orders" },
    sql: "create table other as select status, id, customer_id, amount, day, is_gift from orders; drop table orders; alter table other rename to orders",
    readers: [...NAMED_OF_STARS, ...IN_JSON],
  },
  {
    title: "orders that are gone, under stars",
    change: { kind: "row_count_drop", asset: "orders" },
    sql: "delete from orders where id = 1",
    readers: STARS,
  },
  {
    title: "amounts that are nulls",
    change: { kind: "became_mostly_null", asset: "orders", column: "amount", nullShare: 1 },
    sql: "update orders set amount = null",
    readers: ALL,
  },
  {
    title: "amounts that are gone",
    change: { kind: "drop_column", asset: "orders", column: "amount" },
    sql: "alter table orders drop column amount",
    readers: ALL,
  },
  {
    title: "amounts with another name",
    change: { kind: "rename_column", asset: "orders", column: "amount", to: "total" },
    sql: "alter table orders rename amount to total",
    readers: ALL,
  },
  {
    title: "amounts that are texts",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "VARCHAR",
    },
    sql: "alter table orders alter column amount type varchar",
    readers: ALL,
  },
  {
    title: "amounts with fractions",
    change: {
      kind: "type_changed",
      asset: "orders",
      column: "amount",
      fromType: "INTEGER",
      toType: "DOUBLE",
    },
    sql: "alter table orders alter column amount type double",
    readers: ALL,
  },
  {
    title: "amounts in another unit",
    change: { kind: "unit_or_meaning_changed", asset: "orders", column: "amount" },
    sql: "update orders set amount = amount * 100",
    readers: ALL,
  },
  {
    title: "statuses that are nulls",
    change: { kind: "became_mostly_null", asset: "orders", column: "status", nullShare: 1 },
    sql: "update orders set status = null",
    readers: ALL,
  },
  {
    title: "orders that stand there twice",
    change: { kind: "uniqueness_lost", asset: "orders", column: "id" },
    sql: "insert into orders select * from orders",
    readers: ALL,
  },
  {
    title: "orders that are gone",
    change: { kind: "row_count_drop", asset: "orders" },
    sql: "delete from orders where id = 1",
    readers: ALL,
  },
  {
    title: "rates that stand there twice",
    change: { kind: "uniqueness_lost", asset: "rates", column: "day" },
    sql: "insert into rates select * from rates",
    readers: RANGES,
  },
  {
    title: "rates that are gone",
    change: { kind: "row_count_drop", asset: "rates" },
    sql: "delete from rates where rate = 1",
    readers: RANGES,
  },
  {
    title: "rates without days",
    change: { kind: "became_mostly_null", asset: "rates", column: "day", nullShare: 1 },
    sql: "update rates set day = null",
    readers: RANGES,
  },
];

describeReaders(GROUPS);
