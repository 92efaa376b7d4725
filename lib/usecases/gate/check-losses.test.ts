import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";
const SCHEMA = `create table shop.orders (id int primary key, customer_id int not null, amount numeric(10,2), status text);
create table shop.customers (id int primary key, name text);
create view shop.v_orders as select id, amount, status from shop.orders;
create view shop.v_names as select name from shop.customers;
`;

let folder: string;
let store: LineageStore;

const write = (path: string, text: string): string => {
  writeFileSync(join(folder, path), text);
  return path;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-losses-"));
  const opened = await openStore(`file:${join(folder, "store")}`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  const parser = await loadSqlParser();
  const paths = [join(folder, write("schema.sql", SCHEMA))];
  await ingestPaths({ paths, cwd: folder, now: NOW, parser, store, dialect: "postgres" });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function check(base: string, head: string, own?: LineageStore): Promise<CheckAnswer> {
  const answer = await checkStored({
    now: NOW,
    policy: overridePolicy(DEFAULT_GATE, { failOn: "silent", minCertainty: "possible" }),
    waivers: [],
    base: await readSide(base, folder),
    head: await readSide(head, folder),
    dialect: "postgres",
    ...(own ? { store: own } : {}),
  });
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

const migrate = (sql: string): Promise<CheckAnswer> =>
  check("store", write("migration.sql", sql), store);

/** The same statements at the end of a file, without a store. */
const append = (sql: string): Promise<CheckAnswer> => {
  write("base.sql", SCHEMA);
  return check("base.sql", write("head.sql", SCHEMA + sql));
};

const changesIn = ({ changes }: CheckAnswer): readonly string[] =>
  changes.map(({ kind, asset, column }) => `${kind} ${asset.name}${column ? `.${column}` : ""}`);

const findingsIn = ({ findings }: CheckAnswer): readonly string[] =>
  findings.map(({ asset, verdict, certainty }) => `${asset.shortName} ${verdict} ${certainty}`);

describe("rows that a statement takes out of a table", () => {
  it.each([
    ["truncate shop.orders;", "certain"],
    ["truncate table only shop.orders restart identity;", "certain"],
    ["delete from shop.orders;", "certain"],
    ["delete from shop.orders where status = 'old';", "likely"],
    ["do $$ begin delete from shop.orders; end $$;", "certain"],
    [
      "drop table shop.orders; create table shop.orders (id int primary key, customer_id int not null, amount numeric(10,2), status text);",
      "certain",
    ],
    ["alter table shop.orders detach partition shop.orders_2020;", "likely"],
    ["truncate shop.orders; insert into shop.orders (id) values (1);", "likely"],
  ])("%s is missed by its readers", async (sql, certainty) => {
    const files = [await migrate(sql), await append(sql)];
    for (const answer of files) {
      expect(answer.changes[0]).toMatchObject({ kind: "row_count_drop", certainty });
      expect(findingsIn(answer)[0]).toBe(`v_orders breaks_silently ${certainty}`);
      expect(answer.findings[0]?.new).toBe(true);
      expect(answer.outcome).toBe("blocked");
    }
    expect(files[0]?.changes[0]).toMatchObject({ file: "migration.sql", line: 1 });
  });

  it.each([
    "alter table shop.orders attach partition shop.orders_2019 for values from (1) to (2);",
    "alter table shop.orders_2019 inherit shop.orders;",
  ])("%s may bring its readers rows that they did not have", async (sql) => {
    const answer = await migrate(`create table shop.orders_2019 (like shop.orders); ${sql}`);
    expect(answer.changes).toMatchObject([
      { kind: "filter_changed", effects: [{ effect: "ROWS_EXTRA", certainty: "possible" }] },
    ]);
    expect(answer.changes[0]?.asset.name).toBe("shop.orders");
    expect(findingsIn(answer)).toEqual(["v_orders breaks_silently possible"]);
  });

  it("a statement that the old file has as well takes nothing more", async () => {
    write("base.sql", `${SCHEMA}truncate shop.orders;`);
    write("head.sql", `${SCHEMA}\n-- as before\ntruncate shop.orders;`);
    const answer = await check("base.sql", "head.sql");
    expect(answer.changes).toEqual([]);
  });

  it("a table of the text alone has no readers that miss anything", async () => {
    const answer = await migrate(
      "create table shop.t (id int); truncate shop.t; alter table shop.orders add column n int;",
    );
    expect(changesIn(answer)).toEqual(["add_nullable_column shop.orders.n"]);
  });
});

describe("a column that is dropped and added again in one migration", () => {
  it.each([
    ["", "became_mostly_null", "certain"],
    [" default null", "became_mostly_null", "certain"],
    [" default 0", "expression_changed", "certain"],
    [" generated always as (0) stored", "expression_changed", "certain"],
  ])("has lost its values: add column amount …%s", async (how, kind, certainty) => {
    const sql = `alter table shop.orders drop column amount;\nalter table shop.orders add column amount numeric(10,2)${how};`;
    for (const answer of [await migrate(sql), await append(sql)]) {
      expect(changesIn(answer)).toContain(`${kind} shop.orders.amount`);
      expect(findingsIn(answer)).toEqual([`v_orders breaks_silently ${certainty}`]);
      expect(answer.outcome).toBe("blocked");
    }
  });

  it("a column that is renamed away and one that takes its name are two", async () => {
    const answer = await migrate(
      "alter table shop.orders rename column amount to old_amount; alter table shop.orders add column amount numeric(10,2);",
    );
    expect(changesIn(answer)).toContain("became_mostly_null shop.orders.amount");
    expect(answer.outcome).toBe("blocked");
  });

  it("a rename that is taken back loses nothing", async () => {
    const answer = await migrate(
      "alter table shop.orders rename column amount to x; alter table shop.orders rename column x to amount;",
    );
    expect(answer.changes).toEqual([]);
  });
});

describe("statements that a text does not show the effect of", () => {
  it.each([
    "\\i drop.sql",
    "\\ir ../drop.sql",
    "\\copy shop.orders from 'orders.csv'",
    "select format('drop table %I', t) from names \\gexec",
    "select 'drop table shop.orders'\n\\gexec",
    ":r drop.sql",
    "alter table shop.orders enable row level security;",
    "create policy p on shop.orders using (status = 'x');",
    "revoke select on shop.orders from bi;",
    "revoke all on all tables in schema shop from bi;",
  ])("%s beside another statement leaves the check incomplete", async (text) => {
    const answer = await migrate(`${text}\n;alter table shop.customers add column c int;`);
    expect(answer).toMatchObject({ outcome: "incomplete", exitCode: 3 });
    const lines = answer.confidence.notUnderstood.map(({ asset }) => asset);
    expect(lines).toEqual([`migration.sql:${text.includes("\n") ? 2 : 1}`]);
  });

  it.each([
    "\\set ON_ERROR_STOP on\n\\echo done",
    "revoke insert, update on shop.orders from bi;",
    "revoke execute on function shop.f() from bi;",
    "grant select on shop.orders to bi;",
    "create table shop.fresh (id int); alter table shop.fresh enable row level security; create policy p on shop.fresh using (true);",
  ])("%s takes nothing from those who read", async (text) => {
    const answer = await migrate(`${text}\n;alter table shop.customers add column c int;`);
    expect(answer.outcome).toBe("passed");
    expect(answer.confidence.notUnderstood).toEqual([]);
  });
});

it("rows of a COPY that look like a command of psql are rows", async () => {
  const answer = await migrate(
    "create table shop.fresh (id text);\ncopy shop.fresh from stdin;\n\\i x\n\\.\n",
  );
  expect(answer.confidence.notUnderstood.map(({ asset }) => asset)).toEqual(["shop.fresh"]);
});

describe("statements that do nothing", () => {
  it.each([
    "create table if not exists shop.orders (id int);",
    "create table if not exists shop.orders as select 1 as id;",
    "alter table shop.orders add column if not exists amount text;",
    "begin; alter table shop.orders drop column amount; rollback;",
    "begin; select 1; commit; begin transaction; drop table shop.orders; abort;",
    "begin; savepoint a; drop table shop.orders; rollback to savepoint a; commit;",
  ])("%s", async (sql) => {
    const answer = await migrate(sql);
    expect(answer.changes).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });

  it.each([
    "begin; alter table shop.orders drop column amount; commit; rollback;",
    "begin; alter table shop.orders drop column amount; savepoint a; select 1; rollback to a; commit;",
    "drop table shop.orders; create table if not exists shop.orders (id int primary key, customer_id int not null, status text);",
  ])("what is done stays done: %s", async (sql) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toContain("drop_column shop.orders.amount");
  });
});

describe("migrations that name nothing that is deployed", () => {
  it.each([
    "create table shop.fresh (id int); insert into shop.fresh (id) values (1);",
    "create type shop.mood as enum ('good', 'bad');",
    "-- nothing yet",
    "create extension if not exists pgcrypto;",
  ])("%s changes nothing", async (sql) => {
    expect(await migrate(sql)).toMatchObject({ changes: [], outcome: "passed", exitCode: 0 });
  });

  it("what brings in another file may change anything", async () => {
    expect(await migrate("\\i drop.sql\n")).toMatchObject({ outcome: "incomplete" });
  });

  it.each(["alter table shop.ordres drop column amount;", "drop table shop.ordres;"])(
    "what is not known cannot be altered: %s",
    async (sql) => {
      await expect(migrate(sql)).rejects.toThrow("names no table that the store knows");
    },
  );
});

describe("keys and nulls of a table", () => {
  it("a primary key that is dropped is lost", async () => {
    const sql = "alter table shop.orders drop constraint orders_pkey;";
    for (const answer of [await migrate(sql), await append(sql)])
      expect(changesIn(answer)).toEqual(["uniqueness_lost shop.orders.id"]);
  });

  it.each([
    "alter table shop.orders drop constraint orders_pkey, add constraint orders_pk primary key (id);",
    "alter table shop.orders drop constraint orders_customer_id_fkey;",
    "alter table shop.orders add constraint u unique (customer_id); alter table shop.orders drop constraint u;",
  ])("no key is lost: %s", async (sql) => {
    expect(await migrate(sql)).toMatchObject({ changes: [], outcome: "passed" });
  });

  it("a constraint that nobody knows may be the key", async () => {
    const answer = await migrate("alter table shop.orders drop constraint only_once;");
    expect(answer).toMatchObject({ outcome: "incomplete", exitCode: 3 });
  });

  it.each([
    ["customers alter column name set not null", "nullable_to_required shop.customers.name"],
    [
      "orders alter column customer_id drop not null",
      "required_to_nullable shop.orders.customer_id",
    ],
  ])("alter table %s is told", async (sql, change) => {
    const text = `alter table shop.${sql};`;
    for (const answer of [await migrate(text), await append(text)])
      expect(changesIn(answer)).toEqual([change]);
  });
});

describe("a view with another query", () => {
  const EDITED = SCHEMA.replace(
    "select id, amount, status",
    "select id, amount * 2 as amount, status",
  );
  const isTold = (answer: CheckAnswer) => {
    expect(changesIn(answer)).toEqual(["expression_changed shop.v_orders.amount"]);
    expect(answer.changes[0]?.evidence).toBe("its expression is another one");
  };

  it("is told alike with a store and without one", async () => {
    write("base.sql", SCHEMA);
    write("head.sql", EDITED);
    isTold(await check("base.sql", "head.sql"));
    write(
      "replaced.sql",
      EDITED.replace("create view shop.v_orders", "create or replace view shop.v_orders"),
    );
    isTold(await check("base.sql", "replaced.sql"));

    isTold(await check("base.sql", "head.sql", store));
    isTold(
      await migrate(
        "create or replace view shop.v_orders as select id, amount * 2 as amount, status from shop.orders;",
      ),
    );
  });

  it("is news to the readers of what is deployed", async () => {
    const parser = await loadSqlParser();
    const csv = write(
      "consumers.csv",
      'name,kind,owner,tier,url,sql\nList,dashboard,ops,1,http://x/2,"select id, amount from shop.v_orders"\n',
    );
    await ingestPaths({
      paths: [join(folder, csv)],
      cwd: folder,
      now: NOW,
      parser,
      store,
      dialect: "postgres",
    });
    write("base.sql", SCHEMA);
    const answer = await check("base.sql", write("head.sql", EDITED), store);
    expect(findingsIn(answer)).toEqual(["List breaks_silently certain"]);
    expect(answer).toMatchObject({ outcome: "blocked", findings: [{ new: true }] });
    const version = await store.version();
    expect(answer.assessment.graphVersion).toBe(version.ok ? String(version.value.version) : "");
  });
});
