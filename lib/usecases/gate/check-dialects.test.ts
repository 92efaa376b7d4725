import { afterAll, describe, expect, it } from "vitest";
import { changesIn, type DeployedStore, deployStore } from "./deployed-store.fixture.ts";
import type { CheckAnswer } from "./run-check.ts";

interface Deployed {
  readonly schema: string;
  /** By name of the reader. */
  readonly readers: Readonly<Record<string, string>>;
}

const DEPLOYED: Readonly<Record<string, Deployed>> = {
  bigquery: {
    schema:
      "create table ds.orders (id int64 not null, amount numeric, status string, note string, addr struct<city string, zip string>);\ncreate table ds.stage (id int64, amount numeric);",
    readers: {
      Notes: "select note from ds.orders",
      Cities: "select addr.city, sum(amount) n from ds.orders group by 1",
    },
  },
  mysql: {
    schema:
      "create table orders (id bigint not null, status enum('open','paid','void'), note text) engine=InnoDB;",
    readers: {
      Notes: "select note from orders",
      Paid: "select count(*) as n from orders where status = 'paid'",
    },
  },
  tsql: {
    schema:
      "create table dbo.orders (id bigint not null, amount decimal(12,2), note nvarchar(200));\ncreate table dbo.stage (id bigint not null);",
    readers: { Notes: "select note from dbo.orders", Sums: "select sum(amount) s from dbo.orders" },
  },
  snowflake: {
    schema:
      "create table raw.orders (id number, amount number(12,2), note varchar);\ncreate table raw.stage (id number, amount number(12,2));",
    readers: { Notes: "select note from raw.orders", Sums: "select sum(amount) from raw.orders" },
  },
  duckdb: {
    schema: "create table shop.orders (id bigint, amount decimal(12,2), note varchar);",
    readers: { Notes: "select note from shop.orders", Sums: "select sum(amount) from shop.orders" },
  },
  trino: {
    schema:
      "create table s.orders (id bigint, amount decimal(12,2), note varchar);\ncreate view s.v as select id, amount, note from s.orders;",
    readers: {
      Notes: "select note from s.orders",
      Sums: "select sum(amount) as total from s.orders",
      "View notes": "select note from s.v",
      "View sums": "select sum(amount) as total from s.v",
    },
  },
  databricks: {
    schema:
      "create table db.orders (id bigint, amount decimal(12,2), status string, note string) using delta;\ncreate table db.stage (id bigint, amount decimal(12,2), note string) using delta;",
    readers: { Notes: "select note from db.orders", Sums: "select sum(amount) from db.orders" },
  },
};

const stores = new Map<string, Promise<DeployedStore>>();
afterAll(async () => {
  for (const store of stores.values()) await (await store).close();
});

function storeOf(dialect: string): Promise<DeployedStore> {
  const { schema = "", readers = {} } = DEPLOYED[dialect] ?? {};
  const rows = Object.entries(readers).map(
    ([name, sql]) => `${name},dashboard,bi,1,,"${sql.replaceAll('"', '""')}",${dialect}`,
  );
  const consumers = ["name,kind,owner,tier,url,sql,dialect", ...rows].join("\n");
  const store =
    stores.get(dialect) ?? deployStore({ schema, consumers, dialect, minCertainty: "possible" });
  stores.set(dialect, store);
  return store;
}

const migrate = async (dialect: string, sql: string): Promise<CheckAnswer> =>
  (await storeOf(dialect)).migrate(sql);

const harmedIn = ({ findings }: CheckAnswer): readonly string[] =>
  findings.map(({ asset, verdict }) => `${asset.shortName} ${verdict}`).sort();

describe("a statement that is not followed is never passed", () => {
  it.each([
    ["bigquery", "for r in (select 1) do alter table ds.orders drop column note; end for;"],
    ["bigquery", "load data overwrite ds.orders from files(format='csv', uris=['gs://x/*.csv']);"],
    [
      "bigquery",
      "create or replace row access policy p on ds.orders grant to ('user:x@y.z') filter using (id=1);",
    ],
    ["databricks", "restore table db.orders to version as of 3;"],
    ["databricks", "alter table db.orders replace columns (id bigint);"],
  ])("%s: %s", async (dialect, sql) => {
    const { outcome, confidence } = await migrate(dialect, sql);
    expect(outcome).not.toBe("passed");
    expect(confidence.notUnderstood).toHaveLength(1);
  });
});

describe("a table that is made anew by a query", () => {
  it.each([
    ["bigquery", "create or replace table ds.orders as select * except(note) from ds.orders;"],
    [
      "bigquery",
      "create or replace table ds.orders as select id, amount, status, addr from ds.orders;",
    ],
    ["databricks", "replace table db.orders as select id, amount, status from db.orders;"],
    ["snowflake", "create or replace table raw.orders as select id, amount from raw.orders;"],
    ["duckdb", "create or replace table shop.orders as from shop.orders select id, amount;"],
  ])(
    "drops the columns that the query does not give, and nothing else: %s, %s",
    async (dialect, sql) => {
      const answer = await migrate(dialect, sql);
      expect(answer.changes.map(({ kind }) => kind)).toEqual(["drop_column"]);
      expect(harmedIn(answer)).toEqual(["Notes breaks_loudly"]);
      expect(answer.confidence.notUnderstood).toEqual([]);
    },
  );

  it.each([
    ["bigquery", "create or replace table ds.orders as select * from ds.stage;"],
    ["bigquery", "create or replace table ds.orders clone ds.stage;"],
    ["bigquery", "create or replace table ds.orders copy ds.stage;"],
    ["databricks", "replace table db.orders as select id, amount from db.stage;"],
    ["snowflake", "alter table raw.orders swap with raw.stage;"],
  ])("has the columns of what it is made of: %s, %s", async (dialect, sql) => {
    const answer = await migrate(dialect, sql);
    expect(changesIn(answer).some((change) => /^drop_column .*orders\.note$/i.test(change))).toBe(
      true,
    );
    expect(harmedIn(answer)).toContain("Notes breaks_loudly");
  });

  it("holds other values and fewer rows where the query says so", async () => {
    const sql =
      "create or replace table ds.orders as select * replace (upper(note) as note) from ds.orders limit 10;";
    expect([...changesIn(await migrate("bigquery", sql))].sort()).toEqual([
      "expression_changed ds.orders.note",
      "row_count_drop ds.orders",
    ]);
  });

  it.each([
    ["bigquery", "create or replace table ds.orders as select * from ds.unheard_of;"],
    ["bigquery", "create or replace external table ds.orders options(format='csv');"],
  ])("is not understood where nobody knows what it is made of: %s, %s", async (dialect, sql) => {
    const { outcome, confidence } = await migrate(dialect, sql);
    expect(outcome).not.toBe("passed");
    expect(confidence.notUnderstood).not.toEqual([]);
  });
});

describe("a view that takes the place of what is deployed", () => {
  it.each([
    "create or replace view s.v as select id, amount from s.orders;",
    "create or replace view s.v (id, amount) as select id, amount from s.orders;",
    "drop view s.v; create view s.v as select id, amount from s.orders;",
    "create or replace view s.v as select id, amount from s.unheard_of;",
  ])("loses the columns of the view that it does not give: %s", async (sql) => {
    const answer = await migrate("trino", sql);
    expect(changesIn(answer)).toContain("drop_column s.v.note");
    expect(harmedIn(answer)).toContain("View notes breaks_loudly");
    expect(harmedIn(answer).filter((one) => /^(?:Notes|Sums) /.test(one))).toEqual([]);
  });

  it.each([
    "create or replace view s.orders as select id, amount from s.unheard_of;",
    "drop table s.orders; create view s.orders as select id, amount from s.unheard_of;",
  ])("loses the columns of the table that it does not give: %s", async (sql) => {
    const answer = await migrate("trino", sql);
    expect(changesIn(answer)).toContain("drop_column s.orders.note");
    expect(harmedIn(answer)).toContain("Notes breaks_loudly");
  });

  it("keeps the columns that it gives", async () => {
    const sql =
      "create or replace view s.v as select id, amount, upper(note) as note from s.orders;";
    expect(changesIn(await migrate("trino", sql))).toEqual(["expression_changed s.v.note"]);
  });

  it("is not understood where nobody knows which columns it has", async () => {
    const { outcome, confidence } = await migrate(
      "trino",
      "create or replace view s.v as select * from s.unheard_of;",
    );
    expect(outcome).not.toBe("passed");
    expect(confidence.notUnderstood).not.toEqual([]);
  });
});

describe("BigQuery's statements", () => {
  it("a part of a struct that is written is a value of its column", async () => {
    const answer = await migrate("bigquery", "update ds.orders set addr.city = null where true;");
    expect(changesIn(answer)).toEqual(["expression_changed ds.orders.addr"]);
    expect(harmedIn(answer)).toEqual(["Cities breaks_silently"]);
  });
});

describe("statements of one dialect", () => {
  it.each([
    ["mysql", "alter table orders drop column note;", "Notes breaks_loudly"],
    ["mysql", "alter table orders modify status enum('open','void');", "Paid breaks_silently"],
    [
      "tsql",
      "update o set o.note = null from dbo.orders as o inner join dbo.stage s on s.id = o.id",
      "Notes breaks_silently",
    ],
    ["tsql", "update o set amount = amount * 100 from dbo.orders o", "Sums breaks_silently"],
    [
      "databricks",
      "merge into db.orders t using db.stage s on t.id = s.id when matched then update set *;",
      "Notes breaks_silently",
    ],
    ["snowflake", "alter schema raw rename to raw2;", "Notes breaks_loudly"],
    ["snowflake", "use schema raw; delete from orders;", "Sums breaks_silently"],
  ])("%s: %s", async (dialect, sql, harmed) => {
    expect(harmedIn(await migrate(dialect, sql))).toContain(harmed);
  });

  it.each([
    [
      "tsql",
      "exec sp_rename 'dbo.orders.note', 'remark', 'COLUMN';",
      "rename_column dbo.orders.note",
    ],
    [
      "tsql",
      "sp_rename N'[dbo].[orders].[note]', N'remark', N'COLUMN'",
      "rename_column dbo.orders.note",
    ],
    [
      "tsql",
      "execute sys.sp_rename @objname = 'dbo.orders', @newname = 'orders_old'\ngo\n",
      "table_dropped_or_renamed dbo.orders",
    ],
    ["tsql", "alter schema archive transfer dbo.orders;", "table_dropped_or_renamed dbo.orders"],
    [
      "tsql",
      "alter schema archive transfer object::[dbo].[orders];",
      "table_dropped_or_renamed dbo.orders",
    ],
    ["tsql", "alter table dbo.orders drop column [amount], [note];", "drop_column dbo.orders.note"],
    [
      "tsql",
      "alter table dbo.orders drop constraint df_note, column if exists note;",
      "drop_column dbo.orders.note",
    ],
    [
      "tsql",
      "-- fewer letters\nalter table dbo.orders alter column note int not null;",
      "type_changed dbo.orders.note",
    ],
    [
      "tsql",
      "alter table [dbo].[orders] alter column [amount] nvarchar(max) collate Latin1_General_CI_AS null",
      "type_changed dbo.orders.amount",
    ],
    [
      "databricks",
      "alter table db.orders drop columns (status, note);",
      "drop_column db.orders.note",
    ],
    [
      "databricks",
      "alter table db.orders drop column if exists `note`;",
      "drop_column db.orders.note",
    ],
  ])("everyday DDL is understood: %s, %s", async (dialect, sql, change) => {
    const answer = await migrate(dialect, sql);
    expect(changesIn(answer)).toContain(change);
    expect(answer.findings).not.toEqual([]);
    expect(answer.confidence.notUnderstood).toEqual([]);
  });

  it("a column that takes no nulls any more is told beside its type", async () => {
    const sql = "alter table dbo.orders alter column note nvarchar(400) not null";
    expect([...changesIn(await migrate("tsql", sql))].sort()).toEqual([
      "nullable_to_required dbo.orders.note",
      "type_changed dbo.orders.note",
    ]);
  });

  it.each([
    ["tsql", "sp_rename 'dbo.orders.note', @other, 'COLUMN'"],
    ["tsql", "delete top (10) from dbo.orders"],
    ["tsql", "truncate table dbo.orders with (partitions (1))"],
    ["tsql", "bulk insert dbo.orders from 'x'"],
  ])("that are not followed are never passed: %s, %s", async (dialect, sql) => {
    expect((await migrate(dialect, sql)).outcome).not.toBe("passed");
  });
});
