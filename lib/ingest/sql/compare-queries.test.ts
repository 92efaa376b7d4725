import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import { compareQueries } from "./compare-queries.ts";
import type { Dialect } from "./dialect.ts";
import type { QueryEdit } from "./query-edit.ts";
import { QueryTrace } from "./query-trace.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const TABLES: Readonly<Record<string, readonly string[]>> = {
  orders: ["id", "customer_id", "amount", "status", "ordered_at"],
  customers: ["id", "name", "country"],
  payments: ["id", "order_id", "amount"],
};

function traced(sql: string, dialect: Dialect): QueryTrace {
  const trace = new QueryTrace();
  analyzeQuery({
    sql,
    dialect,
    parser,
    trace,
    lookup: (path) => {
      const name = path.at(-1)?.toLowerCase() ?? "";
      const columns = TABLES[name];
      return columns
        ? {
            asset: assetId("db", name),
            complete: true,
            columns: columns.map((each) => ({ name: each })),
          }
        : undefined;
    },
  });
  return trace;
}

const compare = (before: string, after: string, dialect: Dialect = "duckdb") =>
  compareQueries({ base: traced(before, dialect), head: traced(after, dialect), dialect })?.edits;

const kinds = (edits: readonly QueryEdit[] | undefined): readonly string[] | undefined =>
  edits?.map((edit) => {
    if (edit.kind === "expression") return `${edit.column} ${edit.value}`;
    if (edit.kind === "filter" || edit.kind === "join") return `${edit.kind} ${edit.rows}`;
    return edit.kind;
  });

describe("what changes nothing is proved to be nothing", () => {
  it.each([
    [
      "parentheses",
      "select amount + 1 as a from orders",
      "select ((amount) + (1)) as a from orders",
    ],
    [
      "letter case and white space",
      "select id from orders where status = 'x'",
      "SELECT  Id\nFROM ORDERS\nWHERE Status='x'",
    ],
    ["comments", "select id from orders", "select id -- the key\nfrom orders /* all */"],
    ["the alias of a table", "select orders.id from orders", "select o.id from orders as o"],
    [
      "a qualifier",
      "select name from orders o join customers c on o.customer_id = c.id",
      "select c.name from orders o join customers c on customer_id = c.id",
    ],
    [
      "the name of a CTE",
      "with a as (select id from orders) select id from a",
      "with b as (select id from orders) select id from b",
    ],
    [
      "the names of two CTEs, one over the other",
      "with a as (select id from orders), b as (select id from a) select id from b",
      "with x as (select id from orders), y as (select id from x) select id from y",
    ],
    [
      "the spelling of a cast",
      "select amount::numeric(16, 2) as a from orders",
      "select cast(amount as decimal(16,2)) as a from orders",
    ],
    [
      "the order of conditions",
      "select id from orders where amount > 1 and status = 'x'",
      "select id from orders where 'x' = status and amount > 1",
    ],
    [
      "a star that is written out",
      "select * from customers",
      "select id, name, country from customers",
    ],
    [
      "positions in GROUP BY",
      "select status, sum(amount) as s from orders group by 1",
      "select status, sum(amount) as s from orders group by status",
    ],
    ["an order without a limit", "select id from orders order by id", "select id from orders"],
    [
      "not equal",
      "select id from orders where status != 'x'",
      "select id from orders where status <> 'x'",
    ],
    [
      "not in",
      "select id from orders where status not in ('x')",
      "select id from orders where not status in ('x')",
    ],
    [
      "the unit of date_trunc",
      "select date_trunc('day', ordered_at) as d from orders",
      "select DATE_TRUNC('DAY', ordered_at) as d from orders",
    ],
    [
      "an interval",
      "select ordered_at + interval 1 day as d from orders",
      "select ordered_at + INTERVAL '1' DAY as d from orders",
    ],
    [
      "inner join and join",
      "select o.id from orders o join customers c on o.customer_id = c.id",
      "select o.id from orders o inner join customers c on c.id = o.customer_id",
    ],
    [
      "the frame's default end",
      "select sum(amount) over (order by id rows unbounded preceding) as s from orders",
      "select sum(amount) over (order by id rows between unbounded preceding and current row) as s from orders",
    ],
    [
      "a comparison read from the right",
      "select id from orders where amount > 1 and id >= 2",
      "select id from orders where 1 < amount and 2 <= id",
    ],
    [
      "not equal as the opposite of equal",
      "select id from orders where status <> 'x'",
      "select id from orders where not (status = 'x')",
    ],
    [
      "the value of the least row",
      "select arg_min(amount, id) as a from orders",
      "select min_by(amount, id) as a from orders",
    ],
    [
      "a test for null beside a comparison that null does not pass",
      "select id from orders where status <> 'x' and amount > 1",
      "select id from orders where not (status = 'x' or status is null) and amount is not null and 1 < amount",
    ],
    [
      "a list of one value, and the order of a list",
      "select id from orders where status = 'x' and amount in (1, 2)",
      "select id from orders where status in ('x') and amount in (2, 1)",
    ],
    [
      "between as two comparisons",
      "select id from orders where id = 1 and amount between 1 and 5",
      "select id from orders where amount >= 1 and amount <= 5 and id = 1",
    ],
    [
      "a condition that always holds",
      "select id from orders where amount > 1",
      "select id from orders where 1 = 1 and true and amount > 1",
    ],
    [
      "rows that are counted",
      "select count(*) as n from orders",
      "select count(1) as n from orders",
    ],
    [
      "the sides of a product and of a sum",
      "select amount * id as p, amount + id as s from orders",
      "select id * amount as p, id + amount as s from orders",
    ],
    [
      "a default for nulls",
      "select coalesce(amount, 0) as a, ifnull(status, 'x') as s from orders",
      "select case when amount is null then 0 else amount end as a, case when status is not null then status else 'x' end as s from orders",
    ],
    [
      "a choice by one value, and nulls where no branch fits",
      "select case status when 'x' then 1 when 'y' then 2 end as a from orders",
      "select case when status = 'x' then 1 when status = 'y' then 2 else null end as a from orders",
    ],
    [
      "a choice as a call",
      "select if(amount > 1, 'x', 'y') as a from orders",
      "select case when amount > 1 then 'x' else 'y' end as a from orders",
    ],
    [
      "the frame that a window has by itself, and the order of its keys",
      "select sum(amount) over (partition by status, id order by ordered_at) as s from orders",
      "select sum(amount) over (partition by id, status order by ordered_at range between unbounded preceding and current row) as s from orders",
    ],
    [
      "a query in FROM as a CTE",
      "select c.name, o.n from customers c join (select customer_id, count(*) as n from orders group by 1) o on o.customer_id = c.id",
      "with counted as (select customer_id, count(*) as n from orders group by 1) select c.name, k.n from customers c join counted k on k.customer_id = c.id",
    ],
    [
      "a CTE that is named in a query inside an expression",
      "with o as (select id from orders where amount > 1) select id from payments where order_id in (select id from o)",
      "select id from payments where order_id in (select id from (select id from orders where amount > 1) big)",
    ],
    [
      "one more step at the end, and one less at the start",
      "with source as (select * from orders) select id, amount from source where amount > 1",
      "with final as (select id, amount from orders where amount > 1) select * from final",
    ],
    [
      "the columns of a query in FROM that has no name",
      "select * from (select id, amount from orders) where amount > 1",
      "select id, amount from (select id, amount from orders) where amount > 1",
    ],
    [
      "a comparison that is cast to what it is",
      "select amount > 1 as a, substr(status, 1, 2) as s from orders",
      "select cast(amount > 1 as boolean) as a, substring(status, 1, 2) as s from orders",
    ],
    [
      "the name of a CTE that reads itself",
      "with recursive t as (select id from orders union all select id + 1 from t where id < 9) select id from t",
      "with recursive tree as (select id from orders union all select id + 1 from tree where id < 9) select id from tree",
    ],
    [
      "a comparison in a call",
      "select bool_or(status = 'x') as a from orders",
      "select bool_or(cast('x' = status as boolean)) as a from orders",
    ],
    [
      "a comparison in a call, read from the right",
      "select coalesce(status = 'x', false) as a from orders",
      "select coalesce('x' = status, false) as a from orders",
    ],
    [
      "the order of branches that ask for letters",
      "select case status when 'M' then 1 when 'F' then 2 end as a from orders",
      "select case status when 'F' then 2 when 'M' then 1 end as a from orders",
    ],
    [
      "a lambda",
      "select list_filter(status, a -> a.kind = 'x') as l from orders",
      "select list_filter(status, lambda a : 'x' = a.kind) as l from orders",
    ],
    [
      "a CTE that nobody reads",
      "select id from orders",
      "with forgotten as (select id from payments) select id from orders",
    ],
    [
      "the order of inner joins",
      "select o.id, c.name from orders o join customers c on o.customer_id = c.id where c.country = 'x'",
      "select o.id, c.name from customers c, orders o where c.country = 'x' and o.customer_id = c.id",
    ],
    [
      "what a column of a CTE is called",
      "with a as (select id, amount * 2 as twice from orders) select id, twice + 1 as v from a where twice > 3",
      "with a as (select id, amount * 2 as doubled from orders) select id, doubled + 1 as v from a where doubled > 3",
    ],
    [
      "what a column is called on its way through two CTEs",
      "with a as (select id as k from orders), b as (select k as key, count(*) as n from a group by k) select key as id, n from b",
      "with a as (select id as x from orders), b as (select x as y, count(*) as n from a group by x) select y as id, n from b",
    ],
    [
      "an expression without a name in a CTE",
      "with a as (select id, case status when 'x' then 1 else 2 end from orders) select id, status from orders union all select * from a",
      "with a as (select id, case when 'x' = status then 1 else 2 end from orders) select id, status from orders union all select * from a",
    ],
    [
      "what a later branch of a union calls its columns",
      "select id, amount from orders union all select id, amount from payments",
      "select id, amount from orders union all select id, amount as paid from payments",
    ],
    [
      "where nulls stand by themselves, and a key that is the same for all",
      "select row_number() over (partition by status order by id desc) as n from orders",
      "select row_number() over (partition by status order by id desc nulls last, 1) as n from orders",
    ],
    [
      "a list as conditions of which one must hold",
      "select id from orders where amount in (1, 2) and status not in ('x', 'y')",
      "select id from orders where (amount = 2 or amount = 1) and status <> 'y' and status <> 'x'",
    ],
    [
      "a negation that is carried inwards",
      "select id from orders where not (amount > 1 and (status = 'x' or id = 2))",
      "select id from orders where not amount > 1 or (status <> 'x' and id <> 2)",
    ],
    [
      "defaults for nulls, one in the other",
      "select coalesce(amount, coalesce(id, 0)) as a, coalesce(status, 'x', 'x') as s from orders",
      "select ifnull(coalesce(amount, id), 0) as a, ifnull(status, 'x') as s from orders",
    ],
    [
      "a default for a count, which is never missing",
      "select status, count(*) as n from orders group by 1",
      "select status, coalesce(count(*), 0) as n from orders group by 1",
    ],
    [
      "what an aggregate leaves out, as a choice",
      "select sum(amount) filter (where status = 'x') as s, count(*) filter (where id > 1) as n from orders",
      "select sum(case when status = 'x' then amount end) as s, count(case when id > 1 then 1 end) as n from orders",
    ],
    [
      "the order of branches that cannot hold at once",
      "select case when status = 'paid' then 1 when status in ('open', 'new') then 2 when id = 1 then 3 end as k from orders",
      "select case when status in ('new', 'open') then 2 when status = 'paid' then 1 when id = 1 then 3 end as k from orders",
    ],
    [
      "what a query gives that is only asked for a row",
      "select id from orders o where exists (select 1 from payments p where p.order_id = o.id)",
      "select id from orders o where exists (select * from payments p where p.order_id = o.id)",
    ],
    [
      "a CTE that is cut in two",
      "select id, amount from orders where amount > 1 and status = 'x'",
      "with a as (select * from orders where amount > 1) select id, amount from a where status = 'x'",
    ],
    [
      "what is computed one step later",
      "select id, amount * 2 as v from orders where status = 'x'",
      "select id, raw_amount * 2 as v from (select id, amount as raw_amount from orders where status = 'x') s",
    ],
    [
      "QUALIFY as a condition on a numbered row",
      "select id, status from orders qualify row_number() over (partition by status order by id) = 1",
      "select id, status from (select id, status, row_number() over (partition by status order by id) as rn from orders) where rn = 1",
    ],
    [
      "QUALIFY as a condition on a numbered row of some",
      "select id, status from orders where amount > 1 qualify row_number() over (partition by status order by id) = 1",
      "with r as (select *, row_number() over (partition by status order by id) as rn from orders where amount > 1) select id, status from r where rn = 1",
    ],
    [
      "a condition below a left join as one of the join",
      "select o.id, c.name from orders o left join (select id, name from customers where country = 'x') c on c.id = o.customer_id",
      "select o.id, c.name from orders o left join customers c on c.id = o.customer_id and c.country = 'x'",
    ],
    [
      "a condition below the table that a left join keeps",
      "select o.id, c.name from (select * from orders where amount > 1) o left join customers c on c.id = o.customer_id",
      "select o.id, c.name from orders o left join customers c on c.id = o.customer_id where o.amount > 1",
    ],
    [
      "a condition below a group",
      "select status, sum(amount) as s from (select * from orders where amount > 1) group by 1",
      "select status, sum(amount) as s from orders where amount > 1 group by 1",
    ],
    [
      "distinct rows as groups",
      "select distinct status, customer_id from orders",
      "select status, customer_id from orders group by 1, 2",
    ],
    [
      "groups that are made distinct once more",
      "select status, count(*) as n from orders group by status",
      "select distinct status, count(*) as n from orders group by 1",
    ],
    [
      "GROUP BY ALL written out",
      "select status, upper(status) as u, count(*) as n from orders group by 1, 2",
      "select status, upper(status) as u, count(*) as n from orders group by all",
    ],
    [
      "a right join read from the left",
      "select o.id, c.name from orders o left join customers c on c.id = o.customer_id",
      "select o.id, c.name from customers c right join orders o on c.id = o.customer_id",
    ],
    [
      "one more step over columns that got other names",
      "with s as (select * from orders), r as (select id as order_id, status from s) select * from r",
      "with s as (select * from orders), r as (select id as order_id, status from s), f as (select * from r) select * from f",
    ],
    [
      "a key behind USING as a condition",
      "select id, o.status, p.amount from orders o left join (select id, amount from payments) p using (id)",
      "select o.id, o.status, p.amount from orders o left join (select id, amount from payments) p on o.id = p.id",
    ],
    [
      "the order of the branches of a union",
      "select id, amount from orders union all select id, amount from payments",
      "select id, amount from payments union all select id, amount from orders",
    ],
  ])("%s", (_what, before, after) => {
    expect(kinds(compare(before, after))).toEqual([]);
    expect(kinds(compare(after, before))).toEqual([]);
  });

  it("any expression in any number of parentheses", () => {
    const leaf = fc.constantFrom("id", "amount", "status", "1", "'x'", "null");
    const expression = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc
          .tuple(tie("node"), fc.constantFrom("+", "-", "*", "=", "and", "or", "||"), tie("node"))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
        tie("node").map((a) => `coalesce(${a}, 0)`),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => `case when ${a} then ${b} else 0 end`),
      ),
    })).node;
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 3 }), (text, depth) => {
        const wrapped = `${"(".repeat(depth)}${text}${")".repeat(depth)}`;
        const edits = compare(
          `select ${text} as v from orders`,
          `select ${wrapped} as v from orders`,
        );
        expect(edits).toEqual([]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe("what is only nearly the same is no proof", () => {
  it.each([
    [
      "the key that USING gives and the key of the optional side",
      "select id, p.amount from orders o left join (select id, amount from payments) p using (id)",
      "select p.id, p.amount from orders o left join (select id, amount from payments) p on o.id = p.id",
    ],
    [
      "the key that USING gives of a full join",
      "select id, p.amount from orders o full join (select id, amount from payments) p using (id)",
      "select o.id, p.amount from orders o full join (select id, amount from payments) p on o.id = p.id",
    ],
    [
      "a column that takes another one's name two steps below",
      "with a as (select id as x, amount as id from orders), b as (select * from a) select id from b",
      "select id from orders",
    ],
    [
      "a condition before and after rows are numbered",
      "select id, row_number() over (order by id) as n from orders where amount > 1",
      "with a as (select *, row_number() over (order by id) as n from orders) select id, n from a where amount > 1",
    ],
    [
      "a default below and above a left join",
      "select o.id, c.nm from orders o left join (select id, coalesce(name, 'x') as nm from customers) c on c.id = o.customer_id",
      "select o.id, coalesce(c.name, 'x') as nm from orders o left join customers c on c.id = o.customer_id",
    ],
    [
      "a condition of a left join and one after it",
      "select o.id, c.name from orders o left join (select id, name from customers where country = 'x') c on c.id = o.customer_id",
      "select o.id, c.name from orders o left join customers c on c.id = o.customer_id where c.country = 'x'",
    ],
    [
      "distinct rows below a sum",
      "select sum(amount) as s from (select distinct id, amount from orders)",
      "select sum(amount) as s from (select id, amount from orders)",
    ],
    [
      "a window over some rows and over all",
      "select id, sum(amount) over () as s from (select * from orders where amount > 1)",
      "select id, s from (select *, sum(amount) over () as s from orders) where amount > 1",
    ],
    [
      "numbered rows that are counted",
      "select count(*) as n from (select id, row_number() over (order by id) as rn from orders) where rn < 5",
      "select count(*) as n from orders qualify row_number() over (order by id) < 5",
    ],
    [
      "a condition before and after a limit",
      "select id from (select id, amount from orders limit 5) where amount > 1",
      "select id from orders where amount > 1 limit 5",
    ],
    [
      "groups that have the same values",
      "select status, count(*) as n from orders group by status, customer_id",
      "select distinct status, count(*) as n from orders group by status, customer_id",
    ],
    [
      "another column behind USING",
      "select o.id from orders o join (select order_id as id from payments) p using (id)",
      "select o.id from orders o join (select amount as id from payments) p using (id)",
    ],
    [
      "a row as a value, of another column",
      "select to_json(q) as j, o.id from orders o join (select order_id as id from payments) q on true",
      "select to_json(q) as j, o.id from orders o join (select amount as id from payments) q on true",
    ],
    [
      "a row of the only table as a value",
      "select to_json(q) as j from (select order_id as id from payments) q",
      "select to_json(q) as j from (select amount as id from payments) q",
    ],
    [
      "distinct rows that are numbered before",
      "select distinct status, row_number() over (order by id) as n from orders",
      "select status, row_number() over (order by id) as n from orders group by all",
    ],
    [
      "the row outside and the row inside, where both are of one table",
      "select id from orders o where exists (select 1 from orders p where p.customer_id = o.customer_id and p.id > o.id)",
      "select id from orders o where exists (select 1 from orders p where p.customer_id = p.customer_id and p.id > o.id)",
    ],
    [
      "which row of a key is the first",
      "select distinct on (customer_id) id, customer_id from orders order by customer_id, amount",
      "select distinct on (customer_id) id, customer_id from orders order by customer_id, amount desc",
    ],
    [
      "nulls at the other end of an order",
      "select row_number() over (order by amount) as n from orders",
      "select row_number() over (order by amount nulls first) as n from orders",
    ],
    [
      "an order that turns round",
      "select row_number() over (order by amount) as n from orders",
      "select row_number() over (order by amount desc) as n from orders",
    ],
    [
      "a negation that stays outside",
      "select id from orders where not (amount > 1 and status = 'x')",
      "select id from orders where not amount > 1 and status <> 'x'",
    ],
    [
      "the order of branches that may hold at once",
      "select case when status = 'paid' then 1 when id = 2 then 2 end as k from orders",
      "select case when id = 2 then 2 when status = 'paid' then 1 end as k from orders",
    ],
    [
      "the order of branches for texts that may be one value",
      "select case when status = '1' then 1 when status = '01' then 2 end as k from orders",
      "select case when status = '01' then 2 when status = '1' then 1 end as k from orders",
    ],
    [
      "a sum of nothing and a sum that is nothing",
      "select sum(amount) filter (where status = 'x') as s from orders",
      "select sum(case when status = 'x' then amount else 0 end) as s from orders",
    ],
    [
      "what is counted and what is listed without some rows",
      "select array_agg(amount) filter (where status = 'x') as s from orders",
      "select array_agg(case when status = 'x' then amount end) as s from orders",
    ],
    [
      "a default for a sum",
      "select sum(amount) as s from orders",
      "select coalesce(sum(amount), 0) as s from orders",
    ],
    [
      "a number with a fraction and one without",
      "select id / 1e0 as v from orders",
      "select id / 1 as v from orders",
    ],
    [
      "a query over all rows that is asked for a row",
      "select id from orders o where exists (select 1 from payments p where p.order_id = o.id)",
      "select id from orders o where exists (select count(*) from payments p where p.order_id = o.id)",
    ],
    [
      "the order of a left join",
      "select o.id, c.name from orders o left join customers c on o.customer_id = c.id",
      "select o.id, c.name from customers c left join orders o on o.customer_id = c.id",
    ],
    [
      "a query in FROM that is written twice, with rows by chance",
      "with s as (select id from orders where random() < 0.5) select a.id from s a join s b on a.id = b.id",
      "select a.id from (select id from orders where random() < 0.5) a join (select id from orders where random() < 0.5) b on a.id = b.id",
    ],
    [
      "the limit of a query in FROM",
      "select id from (select id from orders limit 5) o",
      "select id from orders o",
    ],
    [
      "texts like the names of CTEs",
      "with a as (select id from orders) select id, 'with a' as t from a",
      "with b as (select id from orders) select id, 'with b' as t from b",
    ],
    [
      "the names of columns that the first branch of a union gives",
      "select id from orders union all select order_id from payments",
      "select order_id from payments union all select id from orders",
    ],
    [
      "columns of a CTE that change their names",
      "with a as (select id as x, customer_id as y from orders) select x, y from a",
      "with a as (select id as y, customer_id as x from orders) select x, y from a",
    ],
    [
      "a column of a CTE beside one of its name",
      "with a as (select id from orders) select c.id as v from a join customers c on c.id = a.id",
      "with a as (select id as k from orders) select a.k as v from a join customers c on c.id <> a.k",
    ],
    [
      "the columns of a later branch of a union",
      "select id, amount from orders union all select id, amount from payments",
      "select id, amount from orders union all select id, order_id from payments",
    ],
    [
      "the columns of a branch that is united by name",
      "select id, amount from orders union all by name select id, amount from payments",
      "select id, amount from orders union all by name select id, amount as paid from payments",
    ],
    [
      "a default for another null",
      "select coalesce(amount, 0) as a from orders",
      "select case when id is null then 0 else amount end as a from orders",
    ],
    [
      "values that are counted",
      "select count(*) as n from orders",
      "select count(null) as n from orders",
    ],
    [
      "the other of two comparisons",
      "select id from orders where amount > id",
      "select id from orders where id > amount",
    ],
    [
      "a list without nulls in it",
      "select id from orders where not (status is null)",
      "select id from orders where status in (null)",
    ],
    [
      "the tables that USING is about",
      "select o.id from orders o join payments p using (id) join customers c using (amount)",
      "select o.id from orders o join customers c using (id) join payments p using (amount)",
    ],
  ])("%s", (_what, before, after) => {
    expect(kinds(compare(before, after))).not.toEqual([]);
    expect(kinds(compare(after, before))).not.toEqual([]);
  });

  it("where plus may join texts, its sides stay where they are", () => {
    const before = "select status + name as a from orders";
    const after = "select name + status as a from orders";
    expect(kinds(compare(before, after, "tsql"))).toEqual(["a other"]);
  });
});

describe("what changes a value is told with its column", () => {
  it.each([
    ["select amount as a from orders", "select amount + 1 as a from orders", "a shifted"],
    ["select amount as a from orders", "select amount * 100 as a from orders", "a shifted"],
    ["select amount as a from orders", "select amount * 0 as a from orders", "a other"],
    [
      "select cast(amount as integer) as a from orders",
      "select cast(amount as integer) + 1 as a from orders",
      "a shifted",
    ],
    [
      "select amount as a from orders",
      "select cast(cast(amount as integer) as double) as a from orders",
      "a other",
    ],
    [
      "select cast(cast(ordered_at as date) as timestamp) as a from orders",
      "select cast(ordered_at as timestamp) as a from orders",
      "a other",
    ],
    [
      "select cast(ordered_at as date) as a from orders",
      "select cast(cast(ordered_at as date) as timestamp) as a from orders",
      "a type",
    ],
    ["select amount as a from orders", "select amount * -1 as a from orders", "a other"],
    ["select amount as a from orders", "select 1 - amount as a from orders", "a other"],
    ["select amount as a from orders", "select -amount as a from orders", "a mapped"],
    ["select status as s from orders", "select status || '_x' as s from orders", "s mapped"],
    ["select status as s from orders", "select concat(status, '_x') as s from orders", "s other"],
    ["select amount as a from orders", "select cast(amount as varchar) as a from orders", "a type"],
    ["select amount as a from orders", "select nullif(amount, 0) as a from orders", "a nulls"],
    ["select nullif(amount, 0) as a from orders", "select amount as a from orders", "a other"],
    ["select coalesce(amount, 0) as a from orders", "select amount as a from orders", "a nulls"],
    ["select amount as a from orders", "select cast(null as integer) as a from orders", "a nulls"],
    [
      "select nullif(amount, 0) + 1 as a from orders",
      "select nullif(amount, 0) as a from orders",
      "a shifted",
    ],
    [
      "select case when id > 1 then amount else 0 end as a from orders",
      "select case when id > 1 then amount end as a from orders",
      "a nulls",
    ],
    [
      "select case when id > 1 then amount else 0 end as a from orders",
      "select case when id > 2 then amount end as a from orders",
      "a other",
    ],
    [
      "select amount as a from orders",
      "select try_cast(amount as integer) as a from orders",
      "a other",
    ],
    ["select sum(amount) as a from orders", "select avg(amount) as a from orders", "a other"],
    [
      "select o.id from orders o join payments p on o.id = p.order_id",
      "select p.id from orders o join payments p on o.id = p.order_id",
      "id other",
    ],
    ["select 1.0 as a from orders", "select 1 as a from orders", "a other"],
    ["select 'X' as a from orders", "select 'x' as a from orders", "a other"],
    [
      "with c as (select amount as a from orders) select a from c",
      "with c as (select amount + 1 as a from orders) select a from c",
      "a shifted",
    ],
  ])("%s -> %s", (before, after, expected) => {
    expect(kinds(compare(before, after))).toEqual([expected]);
  });

  it("a column that is built on an edited alias is edited as well", () => {
    const edits = compare(
      "select amount as a, a * 2 as b from orders",
      "select amount + 1 as a, a * 2 as b from orders",
    );
    expect(kinds(edits)).toEqual(["a shifted", "b other"]);
  });
});

describe("what changes the rows is told with the way it does", () => {
  it.each([
    ["select id from orders", "select id from orders where amount > 1", ["filter fewer"]],
    ["select id from orders where amount > 1", "select id from orders", ["filter more"]],
    [
      "select id from orders where amount > 1",
      "select id from orders where amount > 2",
      ["filter fewer"],
    ],
    ["select id from orders", "select distinct id from orders", ["filter fewer"]],
    ["select id from orders", "select id from orders limit 5", ["filter fewer"]],
    [
      "select id from orders limit 5",
      "select id from orders order by id limit 5",
      ["filter other"],
    ],
    [
      "select o.id from orders o left join customers c on o.customer_id = c.id",
      "select o.id from orders o join customers c on o.customer_id = c.id",
      ["join fewer"],
    ],
    [
      "select o.id from orders o",
      "select o.id from orders o left join payments p on p.order_id = o.id",
      ["join maybe more"],
    ],
    [
      "select o.id from orders o left join payments p on p.order_id = o.id",
      "select o.id from orders o",
      ["join maybe fewer"],
    ],
    [
      "select o.id from orders o join payments p on p.order_id = o.id",
      "select o.id from orders o left join payments p on p.order_id = o.id",
      ["join more"],
    ],
    [
      "select o.id from orders o left join payments p on p.order_id = o.id and p.id = 1",
      "select o.id from orders o left join payments p on p.order_id = o.id",
      ["join more"],
    ],
    [
      "select o.id from orders o left join payments p on p.order_id = o.id",
      "select o.id from orders o left join payments p on p.order_id = o.id and p.id = 1",
      ["join maybe fewer"],
    ],
    [
      "select o.id from orders o join payments p on p.order_id = o.id",
      "select o.id from orders o join payments p on p.order_id = o.id and p.id = 1",
      ["join fewer"],
    ],
    [
      "select status, sum(amount) as s from orders group by status",
      "select status, sum(amount) as s from orders group by status, customer_id",
      ["grain"],
    ],
    [
      "select id from orders union all select id from payments",
      "select id from orders",
      ["filter fewer"],
    ],
    [
      "select id from orders",
      "select id from orders union all select id from payments",
      ["filter more"],
    ],
    ["select id from orders union select id from payments", "select id from orders", ["unknown"]],
    [
      "select id, amount from orders union all select id as amount, amount as id from payments",
      "select id as amount, amount as id from payments",
      ["unknown"],
    ],
    [
      "select o.id from orders o left join payments p on p.order_id = o.id",
      "select o.id from orders o full join payments p on p.order_id = o.id",
      ["join more"],
    ],
    [
      "select o.id from orders o left join payments p on p.order_id = o.id",
      "select o.id from orders o right join payments p on p.order_id = o.id",
      ["join other"],
    ],
    [
      "select id from orders union all select id from payments",
      "select id from orders union all select id from payments union all select id from customers",
      ["filter more"],
    ],
    ["select id from orders", "select id from payments", ["unknown"]],
    [
      "select status, count(*) as n from orders group by status having count(*) > 1",
      "select status, count(*) as n from orders group by status having count(*) > 2",
      ["filter fewer"],
    ],
  ])("%s -> %s", (before, after, expected) => {
    expect(kinds(compare(before, after))).toEqual(expected);
  });

  it.each([
    ["-customer_id", "customer_id mapped"],
    ["customer_id + 1", "customer_id shifted"],
    ["cast(customer_id as varchar)", "customer_id type"],
  ])("groups by %s are the groups of before", (key, expected) => {
    const edits = compare(
      "select customer_id, sum(amount) as s from orders group by 1",
      `select ${key} as customer_id, sum(amount) as s from orders group by 1`,
    );
    expect(kinds(edits)).toEqual([expected]);
  });

  it.each([
    [
      "select id, amount from orders union all select id, amount from payments",
      "select id, amount from orders union all select amount, id from payments",
      ["amount other", "id other"],
    ],
    [
      "select id, amount from orders union all select id, amount from payments",
      "select id, amount as total from orders union all select id, amount from payments",
      [],
    ],
    [
      "with a as (select id, amount from orders), b as (select id, amount from payments) select * from a union all select * from b",
      "with a as (select id, amount as total from orders), b as (select id, amount from payments) select * from a union all select * from b",
      [],
    ],
    [
      "select id, amount, status from orders union all select id, amount, 'x' from payments",
      "select id, amount from orders union all select id, amount from payments",
      [],
    ],
    [
      "select id, amount, status from orders union all select id, amount, 'x' from payments",
      "select id, status from orders union all select id, amount from payments",
      ["amount other"],
    ],
    [
      "select id, amount, status from orders union select id, amount, 'x' from payments",
      "select id, amount from orders union select id, amount from payments",
      ["filter other"],
    ],
    [
      "select id, amount from orders union all select id, amount from payments",
      "select amount, id from orders union all select amount, id from payments",
      [],
    ],
    [
      "select id, amount from orders union all select id, amount from payments",
      "select amount, id from orders union all select id, amount from payments",
      ["id other", "amount other"],
    ],
    [
      "select id, amount from orders union all by name select id, amount from payments",
      "select id, amount from orders union all by name select id from payments",
      ["amount nulls"],
    ],
    [
      "select id, amount from orders union all by name select id from payments",
      "select id, amount from orders union all by name select id, order_id as amount from payments",
      ["amount other"],
    ],
    [
      "select id, amount from orders union all by name select id, order_id from payments",
      "select id, amount from orders union all by name select id from payments",
      [],
    ],
  ])("branches of a union meet: %s -> %s", (before, after, expected) => {
    expect(kinds(compare(before, after))).toEqual(expected);
  });

  it("groups by a coarser key are other groups", () => {
    const edits = compare(
      "select ordered_at, sum(amount) as s from orders group by 1",
      "select date_trunc('day', ordered_at) as ordered_at, sum(amount) as s from orders group by 1",
    );
    expect(kinds(edits)).toEqual(["ordered_at other", "grain"]);
  });

  it("a filter in a CTE is put at the relation of that CTE", () => {
    const [edit] =
      compare(
        "with p as (select order_id, amount from payments) select sum(amount) as s from p",
        "with p as (select order_id, amount from payments where amount > 0) select sum(amount) as s from p",
      ) ?? [];
    expect(edit).toMatchObject({ kind: "filter", rows: "fewer", after: "amount > 0", line: 1 });
    expect(edit?.relation).toBe(0);
  });
});

describe("what is not understood is not taken for nothing", () => {
  it("a text that cannot be parsed", () => {
    expect(compare("select id from orders", "selec id form orders")).toBeUndefined();
  });

  it("a statement of another kind", () => {
    expect(
      kinds(compare("select id from orders", "insert into customers select id from orders")),
    ).toEqual(["unknown"]);
  });
});

describe("conditions that are stricter, or less strict, than before", () => {
  const numbered = (by: string, place: number): string =>
    `select id, amount from orders qualify row_number() over (${by} order by amount) = ${place}`;

  it.each([
    ["a higher floor", "amount > 1", "amount > 2", "filter fewer"],
    ["a floor that is left out itself", "amount >= 1", "amount > 1", "filter fewer"],
    ["a floor below zero", "amount > -1", "amount > -2", "filter more"],
    ["a ceiling", "amount <= 5", "3 >= amount", "filter fewer"],
    ["one value above a floor", "amount > 1", "amount = 2", "filter fewer"],
    [
      "a list with a value less",
      "status in ('x', 'y', 'z')",
      "status in ('x', 'y')",
      "filter fewer",
    ],
    [
      "an earlier day",
      "ordered_at >= date '2026-01-01'",
      "ordered_at >= date '2025-01-01'",
      "filter more",
    ],
    ["a wider span", "amount between 2 and 3", "amount between 1 and 4", "filter more"],
    ["a span that moves", "amount between 2 and 3", "amount between 1 and 2", "filter other"],
    ["the other direction", "amount > 1", "amount < 1", "filter other"],
    ["another column", "amount > 1", "id > 2", "filter other"],
  ])("%s", (_what, before, after, expected) => {
    const where = (condition: string): string => `select id from orders where ${condition}`;
    expect(kinds(compare(where(before), where(after)))).toEqual([expected]);
  });

  it("the second row of each key is there less often than the first, and has other values", () => {
    const edits = compare(numbered("partition by id", 1), numbered("partition by id", 2));
    expect(edits).toMatchObject([
      { kind: "filter", rows: "fewer", columns: { names: ["amount"] } },
    ]);
  });

  it("the first row of all is one of the first rows of each key", () => {
    const edits = compare(numbered("partition by id", 1), numbered("", 1));
    expect(edits).toMatchObject([{ kind: "filter", rows: "fewer", columns: { names: [] } }]);
  });
});

describe("a left join that is new", () => {
  const joined = (side: string, on: string): string =>
    `select o.id, s.n from orders o left join (${side}) s on ${on}`;
  const counted = "select order_id, count(*) as n from payments group by order_id";

  it("adds no row where it finds one row of each key", () => {
    const step = `with s as (${counted}) select o.id, s.n from orders o left join s on s.order_id = o.id`;
    const plain = "select o.id from orders o";
    expect(kinds(compare(plain, joined(counted, "o.id = s.order_id")))).toEqual([]);
    expect(kinds(compare(plain, step))).toEqual([]);
    expect(kinds(compare(step, plain))).toEqual([]);
  });

  it.each([
    ["by a part of the key", "select order_id, amount, count(*) as n from payments group by 1, 2"],
    ["without groups", "select order_id, amount as n from payments"],
  ])("may add rows %s", (_what, side) => {
    const edits = compare("select o.id from orders o", joined(side, "o.id = s.order_id"));
    expect(kinds(edits)).toEqual(["join maybe more"]);
  });

  it("may add rows where its key is not asked for", () => {
    const edits = compare("select o.id from orders o", joined(counted, "o.id > s.order_id"));
    expect(kinds(edits)).toEqual(["join maybe more"]);
  });
});
