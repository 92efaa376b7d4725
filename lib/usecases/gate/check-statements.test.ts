import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesIn, type DeployedStore, deployStore } from "./deployed-store.fixture.ts";
import type { CheckAnswer } from "./run-check.ts";

/** Each expectation was seen on PostgreSQL 15, with one reader for each consumer. */
const SCHEMA = `create table shop.customers (id integer primary key, name text not null, region text, email text unique);
create table shop.orders (id integer primary key, customer_id integer references shop.customers (id), amount numeric(10,2), status text not null default 'open' check (status in ('open', 'paid', 'void')), created_at timestamp, note text);
create table shop.items (order_id integer references shop.orders (id), sku text, qty integer, price numeric(8,2));
create table shop.surveys (id integer primary key, mood shop.mood, score integer);
create view shop.revenue as select date_trunc('day', created_at) d, sum(amount) total from shop.orders where status = 'paid' group by 1;
create materialized view shop.by_region as select c.region, count(*) n from shop.orders o join shop.customers c on c.id = o.customer_id group by 1;
`;
const CONSUMERS = `name,kind,owner,tier,url,sql,dialect
Revenue,dashboard,bi,1,,"select d, total from shop.revenue order by d desc limit 1",postgres
Orders,dashboard,bi,2,,"select id, customer_id, amount, status, note from shop.orders",postgres
Customers,dashboard,bi,2,,"select count(*) from shop.customers",postgres
Open,report,ops,1,,"select count(*) from shop.orders where status = 'open'",postgres
Regions,dashboard,bi,2,,"select region, n from shop.by_region",postgres
Mood,dashboard,hr,3,,"select mood, avg(score) from shop.surveys group by mood",postgres
Skus,dashboard,bi,2,,"select sku, sum(qty * price) from shop.items group by 1",postgres
`;

let deployed: DeployedStore;
beforeAll(async () => {
  const common = { dialect: "postgres", minCertainty: "likely" } as const;
  deployed = await deployStore({ schema: SCHEMA, consumers: CONSUMERS, ...common });
});
afterAll(() => deployed.close());
const migrate = (sql: string): Promise<CheckAnswer> => deployed.migrate(sql);

/** Those of the default certainty. */
const harmedIn = ({ findings }: CheckAnswer): readonly string[] =>
  findings
    .filter(({ certainty, asset }) => certainty !== "possible" && asset.kind !== "view")
    .map(({ asset, verdict }) => `${asset.shortName} ${verdict}`)
    .sort();

describe("a statement that writes into rows which are there", () => {
  it("fills the column that the migration adds, and nobody is harmed", async () => {
    const answer = await migrate(
      "alter table shop.orders add column amount_cents int;\nupdate shop.orders set amount_cents = amount * 100;",
    );
    expect(changesIn(answer)).toEqual(["add_nullable_column shop.orders.amount_cents"]);
    expect(harmedIn(answer)).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });

  it.each([
    "update shop.orders set amount = amount * 100;",
    "with u as (update shop.orders set amount = 0 returning id) select count(*) from u;",
    "explain analyze update shop.orders set amount = 0;",
    "merge into shop.orders o using shop.items i on i.order_id = o.id when matched then update set amount = i.price;",
  ])("concerns who reads its columns, and nobody else: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toEqual(["expression_changed shop.orders.amount"]);
    expect(harmedIn(answer)).toEqual(["Orders breaks_silently", "Revenue breaks_silently"]);
  });

  it.each([
    "with d as (delete from shop.orders where note is null returning *) insert into shop.archive select * from d;",
    "explain analyze delete from shop.orders;",
    "delete from shop.orders o using shop.customers c where c.id = o.customer_id;",
  ])("takes rows out, wherever the DELETE stands: %s", async (sql) => {
    expect(changesIn(await migrate(sql))).toEqual(["row_count_drop shop.orders"]);
  });

  it("puts rows in: nothing that is known breaks by it", async () => {
    const answer = await migrate("insert into shop.customers (id, name) values (0, 'nobody');");
    expect(changesIn(answer)).toEqual(["filter_changed shop.customers"]);
    expect(harmedIn(answer)).toEqual([]);
  });
});

describe("a statement about a table that the store does not know", () => {
  const NOTE = "alter table shop.orders alter column note type text;\n";

  it.each([
    "alter table shop.tariffs drop column rate;",
    "drop table shop.tariffs;",
    "drop table shop.orders_old, shop.tariffs;",
    "-- by hand\nupdate tariffs set rate = 0;",
    "delete from shop.tariffs;",
    'alter table only "shop"."tariffs" rename to prices;',
    "truncate shop.tariffs;",
    "with old as (select 1 as id) delete from shop.tariffs using old where old.id = tariffs.id;",
    "with gone as (update shop.tariffs set rate = 0 returning *) select count(*) from gone;",
    'drop table shop.orders_old, "shop"."tariffs, by day";',
    "create table staging.tariffs (rate int); drop table shop.tariffs;",
  ])("is never passed beside one that it knows: %s", async (sql) => {
    const { outcome, exitCode, confidence } = await migrate(NOTE + sql);
    expect([outcome, exitCode]).toEqual(["incomplete", 3]);
    expect(confidence.notUnderstood.map(({ why }) => why).join()).toContain("tariffs");
  });

  it.each([
    "create table shop.tariffs (rate int); alter table shop.tariffs drop column rate;",
    "create temp table t as select 1 as a; update t set a = 2; drop table t;",
    "set search_path to shop; delete from items where qty = 0;",
    "with t as (select 1 as a) select * from t;",
    "with t as (select id from shop.orders) delete from t where id = 1;",
    "create table tariffs (rate int); drop table shop.tariffs;",
    "select id into shop.kept from shop.orders; drop table shop.kept;",
    "create table shop.fks (id int references shop.orders (id) on update cascade on delete cascade);",
  ])("is nothing where the text makes the table, or the store knows it: %s", async (sql) => {
    const { confidence } = await migrate(NOTE + sql);
    expect(confidence.notUnderstood).toEqual([]);
  });
});

describe("types of columns", () => {
  it("a type that is dropped with all that hangs on it takes its columns", async () => {
    const answer = await migrate("drop type shop.mood cascade;");
    expect(changesIn(answer)).toEqual(["drop_column shop.surveys.mood"]);
    expect(harmedIn(answer)).toEqual(["Mood breaks_loudly"]);
  });

  it("a value of an enum that is renamed reads otherwise in every row", async () => {
    const answer = await migrate("alter type shop.mood rename value 'happy' to 'great';");
    expect(answer.changes).toMatchObject([
      { kind: "enum_value_removed_or_renamed", column: "mood", value: "happy", to: "great" },
    ]);
    expect(harmedIn(answer)).toEqual(["Mood breaks_silently"]);
  });

  it("a value that is added is told", async () => {
    const answer = await migrate("alter type shop.mood add value 'furious';");
    expect(changesIn(answer)).toEqual(["enum_value_added shop.surveys.mood"]);
  });

  it("a type that is dropped without CASCADE is of no column", async () => {
    expect(await migrate("drop type shop.mood;")).toMatchObject({ changes: [], outcome: "passed" });
  });
});

describe("rules of a table", () => {
  it("another default is told", async () => {
    const answer = await migrate("alter table shop.orders alter column status set default 'new';");
    expect(changesIn(answer)).toEqual(["default_changed shop.orders.status"]);
  });

  it("another list of values is told", async () => {
    const answer = await migrate(
      "alter table shop.orders drop constraint orders_status_check; alter table shop.orders add constraint orders_status_check check (status in ('new', 'paid', 'void'));",
    );
    expect(changesIn(answer)).toEqual([
      "enum_value_added shop.orders.status",
      "enum_value_removed_or_renamed shop.orders.status",
    ]);
  });

  it.each([
    "alter table shop.customers drop constraint customers_pkey cascade;",
    "alter table shop.customers drop constraint customers_email_key;",
  ])("a key that is dropped changes no row: at most something may come: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(answer.changes).toMatchObject([{ kind: "uniqueness_lost", certainty: "possible" }]);
    expect(harmedIn(answer)).toEqual([]);
  });
});

describe("what goes with something else", () => {
  it("TRUNCATE CASCADE empties every table that refers to it", async () => {
    const answer = await migrate("truncate shop.customers cascade;");
    expect([...changesIn(answer)].sort()).toEqual([
      "row_count_drop shop.customers",
      "row_count_drop shop.items",
      "row_count_drop shop.orders",
    ]);
    expect(harmedIn(answer)).toEqual(
      expect.arrayContaining(["Open breaks_silently", "Skus breaks_silently"]),
    );
  });

  it("a table that is swapped after DROP CASCADE has lost its views", async () => {
    const answer = await migrate(
      "create table shop.orders2 as select id, customer_id, amount, status, created_at, note from shop.orders; drop table shop.orders cascade; alter table shop.orders2 rename to orders;",
    );
    const harmed = harmedIn(answer);
    expect(harmed).toContain("Revenue breaks_loudly");
    expect(harmed).toContain("Regions breaks_loudly");
  });

  it("a view that the migration makes again is there", async () => {
    const again = SCHEMA.split("\n")
      .filter((line) => line.includes(" view "))
      .join("\n");
    const table = SCHEMA.split("\n")[1];
    const answer = await migrate(`drop table shop.orders cascade; ${table}\n${again}`);
    expect(changesIn(answer)).toEqual(["row_count_drop shop.orders"]);
  });

  it("a materialised view that is left without data cannot be read", async () => {
    const answer = await migrate("refresh materialized view shop.by_region with no data;");
    expect(harmedIn(answer)).toEqual(["Regions breaks_loudly"]);
    const filled = "refresh materialized view shop.by_region;";
    expect(
      changesIn(await migrate(`refresh materialized view shop.by_region with no data; ${filled}`)),
    ).toEqual([]);
  });

  it.each([
    "drop extension citext cascade;",
    "drop function shop.clean(text) cascade;",
    "drop sequence shop.orders_id_seq cascade;",
    "create rule keep as on insert to shop.orders do instead nothing;",
    "create trigger t before insert on shop.orders for each row execute function shop.f();",
  ])("what the text does not show leaves the check incomplete: %s", async (sql) => {
    expect(await migrate(sql)).toMatchObject({ outcome: "incomplete", exitCode: 3 });
  });

  it.each([
    "drop extension citext;",
    "drop function shop.clean(text);",
    "create trigger t after insert on shop.orders for each row execute function shop.f();",
  ])("what takes nothing with it passes: %s", async (sql) => {
    expect(await migrate(`${sql} alter table shop.items add column c int;`)).toMatchObject({
      outcome: "passed",
    });
  });
});

describe("a view that takes the name of a table which got another one", () => {
  const renamed = "alter table shop.orders rename to orders_t;";
  const columns = "id, customer_id, amount, status, created_at, note";

  it.each([
    `${renamed} create view shop.orders as select ${columns} from shop.orders_t;`,
    `${renamed} create view shop.orders as select * from shop.orders_t;`,
    `alter table shop.orders rename column amount to total; ${renamed} create view shop.orders as select id, customer_id, total as amount, status, created_at, note from shop.orders_t;`,
  ])("stands for it, and nobody has to notice: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });

  it("lacks what it does not hand on, and says which column is another one", async () => {
    const less = `${renamed} create view shop.orders as select id, customer_id, id as amount, status, created_at from shop.orders_t;`;
    expect(changesIn(await migrate(less))).toEqual([
      "type_changed shop.orders.amount",
      "drop_column shop.orders.note",
      "expression_changed shop.orders.amount",
    ]);
  });

  it.each([
    ["upper(status) as status", "status"],
    ["coalesce(status, 'none') as status", "status"],
    ["'open' as status", "status"],
    ["sum(amount) over (partition by status) as status", "status"],
  ])("that computes one column harms who reads that one only: %s", async (computed, column) => {
    const sql = `${renamed} create view shop.orders as select id, customer_id, amount, ${computed}, created_at, note from shop.orders_t;`;
    const answer = await migrate(sql);
    expect(changesIn(answer)).toEqual([`expression_changed shop.orders.${column}`]);
    expect(harmedIn(answer)).toEqual(["Open breaks_silently", "Orders breaks_silently"]);
  });

  it("that gives a column another type fails who computes with it, and nobody else", async () => {
    const sql = `${renamed} create view shop.orders as select id, customer_id, amount::text as amount, status, created_at, note from shop.orders_t;`;
    const answer = await migrate(sql);
    expect(changesIn(answer)).toContain("type_changed shop.orders.amount");
    expect(harmedIn(answer)).not.toContain("Open breaks_silently");
  });

  it.each([
    "select id, customer_id, amount, unnest(string_to_array(status, ',')) as status, created_at, note from shop.orders_t",
    "select id, customer_id, amount, upper(regexp_split_to_table(status, ',')) as status, created_at, note from shop.orders_t",
    "select id, customer_id, generate_series(1, 3) as amount, status, created_at, note from shop.orders_t",
  ])("that makes several rows of one does not stand for it: %s", async (view) => {
    const answer = await migrate(`${renamed} create view shop.orders as ${view};`);
    expect(changesIn(answer)).toContain("filter_changed shop.orders");
  });

  it("that keeps some rows only does not stand for it", async () => {
    const sql = `${renamed} create view shop.orders as select * from shop.orders_t where status <> 'void';`;
    expect(changesIn(await migrate(sql))).toContain("filter_changed shop.orders");
  });
});

describe("a table under another name, below PostgreSQL's own views", () => {
  const renamed = "alter table shop.orders rename to orders_t;";
  const viewsIn = ({ findings }: CheckAnswer): readonly string[] =>
    findings
      .filter(({ asset }) => asset.kind === "view")
      .map(({ asset, verdict }) => `${asset.shortName} ${verdict}`)
      .sort();

  it.each([
    renamed,
    "alter table shop.orders rename to orders_old; create table shop.orders (id integer);",
    "alter table shop.orders set schema public;",
  ])("who names it fails, its views and their readers follow it: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(viewsIn(answer)).toEqual([]);
    expect(harmedIn(answer)).toContain("Orders breaks_loudly");
    expect(harmedIn(answer).join()).not.toMatch(/Revenue|Regions/);
  });

  it("a renamed column is followed as well", async () => {
    const answer = await migrate("alter table shop.orders rename column amount to total;");
    expect(viewsIn(answer)).toEqual([]);
    expect(harmedIn(answer)).toEqual(["Orders breaks_loudly"]);
  });

  it.each([
    `${renamed} truncate shop.orders_t;`,
    `${renamed} alter table shop.orders_t drop column amount cascade;`,
    `${renamed} alter table shop.orders_t alter column amount type integer;`,
    `${renamed} update shop.orders_t set amount = amount * 100;`,
    "drop table shop.orders cascade;",
  ])("what else is done to the table is not forgotten: %s", async (sql) => {
    expect((await migrate(sql)).findings.map(({ asset }) => asset.shortName)).toContain("revenue");
  });
});

describe("a column that the table does not have", () => {
  it.each([
    "alter table shop.orders drop column notes;",
    "alter table shop.orders rename column notes to remarks;",
    "alter table shop.orders alter column notes type text;",
  ])("is said, for the statement fails or has run before: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(answer).toMatchObject({ outcome: "passed", exitCode: 0 });
    expect(answer.confidence.notUnderstood.map(({ why }) => why)).toEqual([
      "shop.orders has no column notes that is known here",
    ]);
  });

  it("may be dropped where the statement asks for it", async () => {
    const sql = "alter table shop.orders drop column if exists notes;";
    expect(await migrate(sql)).toMatchObject({ outcome: "passed", changes: [] });
  });
});

it("a transaction that goes on after COMMIT AND CHAIN is another one", async () => {
  const answer = await migrate(
    "begin; alter table shop.orders drop column note; commit and chain; alter table shop.orders drop column amount; rollback;",
  );
  expect(changesIn(answer)).toEqual(["drop_column shop.orders.note"]);
});

it("a table that may be one with another under a longer name leaves the check incomplete", async () => {
  const own = await deployStore({
    schema: "create table public.orders (id int, amount int);",
    consumers:
      'name,kind,owner,tier,url,sql\nBoard,dashboard,bi,1,,"select amount from warehouse.public.orders"\n',
  });
  const { outcome, changes, confidence } = await own.migrate(
    "alter table public.orders drop column amount;",
  );
  await own.close();
  expect(outcome).toBe("incomplete");
  expect(confidence.notUnderstood.map(({ why }) => why)).toContainEqual(
    expect.stringContaining("faultline identity confirm"),
  );
  expect(changes.map(({ kind, column }) => `${kind} ${column}`)).toEqual(["drop_column amount"]);
});
