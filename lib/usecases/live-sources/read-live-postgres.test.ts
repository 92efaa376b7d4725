import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { answerImpact, type ImpactResult } from "../ask/answer-impact.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import type { ChangeRecord } from "../history/judge-detected.ts";
import { judgeInStore } from "../history/judge-detected.ts";
import {
  findPostgresPrograms,
  startPostgres,
  type TestPostgres,
} from "../profile/postgres-for-tests.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const SHOP = `
create schema shop;
create type shop.state as enum ('open', 'paid', 'sent');
create domain shop.cents as bigint not null check (value >= 0);
create table shop.customers (id bigint primary key, email text unique, country char(2) check (country in ('DE', 'FR', 'O''X')));
comment on table shop.customers is 'One row for each customer';
comment on column shop.customers.email is 'As given at sign-up';
create table shop.orders (
  id bigint generated always as identity,
  customer_id bigint not null references shop.customers (id),
  state shop.state not null default 'open',
  amount shop.cents,
  coupon text,
  placed_at timestamptz not null,
  primary key (id, placed_at)
) partition by range (placed_at);
create table shop.orders_2026_01 partition of shop.orders for values from ('2026-01-01') to ('2026-02-01');
create table shop.orders_rest partition of shop.orders default;
insert into shop.customers select n, 'c' || n || '@example.org', 'DE' from generate_series(1, 50) n;
insert into shop.orders (customer_id, amount, placed_at)
  select 1 + n % 50, n * 100, timestamptz '2026-01-01' + n * interval '1 hour' from generate_series(1, 200) n;
create table shop.rates (country char(2), rate numeric(6, 4));
create table shop.empty (a integer);
create function shop.rate_of(wanted char) returns numeric language sql stable as
  $$ select r.rate from shop.rates r where r.country = wanted $$;
create view shop.paid as
  select o.id, o.customer_id, o.amount, c.country from shop.orders o join shop.customers c on c.id = o.customer_id where o.state = 'paid';
create materialized view shop.revenue as select country, sum(amount) as cents from shop.paid group by country;
create function shop.tax_of(cents bigint, wanted char) returns numeric language plpgsql stable as
  $$ begin return cents * shop.rate_of(wanted); end $$;
create view shop.taxed as select id, shop.tax_of(amount, country) as taxed from shop.paid;
create table shop.changes (customer bigint, country char(2), at timestamptz);
create function shop.note_change() returns trigger language plpgsql as
  $$ begin insert into shop.changes select new.id, r.country, now() from shop.rates r; return new; end $$;
create trigger noted after update on shop.customers for each row execute function shop.note_change();
create table shop.feed (customer bigint, country char(2));
create rule told as on insert to shop.changes do also insert into shop.feed values (new.customer, new.country);
create table shop.totals (country char(2), cents numeric);
create procedure shop.load_totals(since timestamptz) language plpgsql as
  $$ declare last timestamptz; begin
    select max(placed_at) into last from shop.orders;
    insert into shop.totals select country, sum(amount) from shop.paid p where p.id > 0 and last > since group by country;
  end $$;
create table shop.archive (deleted_at date) inherits (shop.rates);
create table shop."Odd ""Name""" ("A" integer, "a" integer);
create view shop.odd as select "A" + "a" as both from shop."Odd ""Name""";
create temporary table scratch (a integer);
analyze;
`;

function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const programs = findPostgresPrograms();
describe.skipIf(programs === undefined)("a live PostgreSQL database", () => {
  let server: TestPostgres;
  let port: string;
  let run: (sql: string) => Promise<void>;
  let close: () => Promise<void>;
  let assets: ReadonlyMap<string, MergedAsset>;

  const ingest = async (store: LineageStore, now: string, url = server.url) =>
    unwrap(
      await ingestPaths({
        paths: [url],
        store,
        parser: await loadSqlParser(),
        now,
        env: { PGPASSWORD: "unused" },
      }),
    );
  const openMemory = async () => unwrap(await openStore("memory:", {}));
  const assetsOf = async (store: LineageStore) =>
    new Map(
      [...unwrap(await loadGraphView(store)).graph.assets.values()].map((one) => [one.name, one]),
    );
  const column = (table: string, name: string) =>
    assets.get(`postgres.shop.${table}`)?.columns.find((one) => one.name === name);
  const readsOf = (table: string) =>
    [
      ...new Set(
        assets
          .get(`postgres.shop.${table}`)
          ?.edges.map(
            (edge) =>
              `${decodeURIComponent(edge.from.asset.split("/")[1] ?? "")}.${edge.from.column ?? "*"} ${edge.use} ${edge.to.column ?? "*"}`,
          ),
      ),
    ].sort();

  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    port = new URL(server.url).port;
    const { Client } = (await import("pg")).default;
    const client = new Client({ connectionString: server.url });
    await client.connect();
    run = async (sql) => void (await client.query(sql));
    close = () => client.end();
    await run(SHOP);
    const store = await openMemory();
    const report = await ingest(store, "2026-11-20T03:00:00Z");
    expect(report.problems).toEqual([]);
    assets = await assetsOf(store);
  }, 120_000);
  afterAll(async () => {
    await close?.();
    server?.stop();
  });

  it("gives every table and view under OpenLineage's name, and none of the server's own or of a session", () => {
    expect([...assets.values()].map(({ namespace }) => namespace)).toEqual(
      Array(assets.size).fill(`postgres://127.0.0.1:${port}`),
    );
    expect([...assets.keys()].map((name) => name.replace("postgres.shop.", "")).sort()).toEqual([
      '"Odd ""Name"""',
      "archive",
      "changes",
      "customers",
      "empty",
      "feed",
      "odd",
      "orders",
      "orders_2026_01",
      "orders_rest",
      "paid",
      "rates",
      "revenue",
      "taxed",
      "totals",
    ]);
    expect(assets.get("postgres.shop.paid")).toMatchObject({
      kind: "view",
      columnsComplete: true,
      attributes: { materialization: "view", dialect: "postgres" },
    });
  });

  it("knows types, keys, enums, checks, references and comments of the columns", () => {
    expect(assets.get("postgres.shop.customers")?.attributes).toMatchObject({
      description: "One row for each customer",
      rows: 50,
      extra: { uniqueKeys: [["id"], ["email"]] },
    });
    expect(column("customers", "id")).toMatchObject({
      type: "bigint",
      nullable: false,
      unique: true,
    });
    expect(column("customers", "email")).toMatchObject({
      nullable: true,
      unique: true,
      description: "As given at sign-up",
    });
    expect(column("customers", "country")?.allowedValues).toEqual(["DE", "FR", "O'X"]);
    expect(column("orders", "state")).toMatchObject({
      type: "shop.state",
      allowedValues: ["open", "paid", "sent"],
      nullable: false,
    });
    expect(column("orders", "amount")).toMatchObject({ type: "shop.cents", nullable: false });
    expect(column("orders", "customer_id")?.extra).toMatchObject({
      references: "shop.customers.id",
    });
    expect(column("orders", "id")?.unique).toBeUndefined();
  });

  it("takes the server's statistics for profiles, and says of no table that it is empty without being sure", () => {
    expect(column("orders_2026_01", "coupon")?.profile).toMatchObject({ nullShare: 1, rows: 200 });
    expect(column("orders_2026_01", "customer_id")?.profile).toMatchObject({
      nullShare: 0,
      distinct: 50,
    });
    expect(assets.get("postgres.shop.empty")?.attributes.rows).toBe(0);
  });

  it("follows views column by column, materialised ones and quoted names as well", () => {
    expect(readsOf("paid")).toEqual(
      [
        "postgres.shop.customers.country IDENTITY country",
        "postgres.shop.customers.id JOIN_INNER *",
        "postgres.shop.orders.amount IDENTITY amount",
        "postgres.shop.orders.customer_id IDENTITY customer_id",
        "postgres.shop.orders.customer_id JOIN_INNER *",
        "postgres.shop.orders.id IDENTITY id",
        "postgres.shop.orders.state FILTER *",
      ].sort(),
    );
    expect(readsOf("revenue")).toContain("postgres.shop.paid.amount AGG_SUM cents");
    expect(readsOf("odd")).toContain('postgres.shop."Odd ""Name""".A ARITH both');
  });

  it("what a function reads that a view calls is known, if only as a whole", () => {
    expect(readsOf("taxed")).toContain("postgres.shop.rates.* UNKNOWN *");
    expect(readsOf("taxed")).not.toContain("postgres.shop.paid.* UNKNOWN *");
  });

  it("what a trigger writes elsewhere comes from its table, and from what its function reads", () => {
    expect(readsOf("changes")).toEqual([
      "postgres.shop.customers.* UNKNOWN *",
      "postgres.shop.rates.* UNKNOWN *",
    ]);
  });

  it("what a rule and a procedure write is known by what they read", () => {
    expect(readsOf("feed")).toEqual(["postgres.shop.changes.* UNKNOWN *"]);
    expect(readsOf("totals")).toContain("postgres.shop.paid.amount AGG_SUM cents");
    expect(readsOf("totals")).toContain("postgres.shop.orders.placed_at FILTER *");
    expect(readsOf("totals").join()).not.toContain("UNKNOWN");
  });

  it("the rows of a partitioned table are those of its partitions, and of a table those of its heirs", () => {
    expect(readsOf("rates")).toEqual([
      "postgres.shop.archive.country IDENTITY country",
      "postgres.shop.archive.rate IDENTITY rate",
    ]);
    expect(readsOf("orders")).toContain("postgres.shop.orders_rest.amount IDENTITY amount");
  });

  // Its heir has the change, too.
  it("an ALTER and a DROP between two ingests are detected changes, judged with the views they break", async () => {
    const store = await openMemory();
    await ingest(store, "2026-11-20T03:00:00Z");
    await run(
      "alter table shop.rates rename column rate to vat_rate; alter table shop.empty add b text; drop table shop.empty cascade; alter table shop.rates alter country type text",
    );
    const report = await ingest(store, "2026-11-21T03:00:00Z");
    expect(
      report.changes?.map(({ changes }) => changes.map((one) => [one.kind, one.column, one.to])),
    ).toEqual([
      [
        ["type_changed", "country", undefined],
        ["rename_column", "rate", "vat_rate"],
      ],
      [
        ["type_changed", "country", undefined],
        ["rename_column", "rate", "vat_rate"],
      ],
      [["table_dropped_or_renamed", undefined, undefined]],
    ]);
    unwrap(await judgeInStore(store, () => new Date("2026-11-21T03:00:01Z")));
    const judged = unwrap(await store.listRecords("changes")).map(
      ({ body }) => body as ChangeRecord,
    );
    expect(judged.flatMap(({ judgement }) => judgement?.affected ?? [])).toContainEqual(
      expect.objectContaining({
        asset: expect.objectContaining({ name: "postgres.shop.taxed" }),
      }),
    );
    const third = await ingest(store, "2026-11-22T03:00:00Z");
    expect(third.changes).toBeUndefined();
    expect(third.written).toBe(0);
  });

  it("a rename, new labels of an enum and a lost key are told exactly, also where a column goes as another comes", async () => {
    await run(
      "create type shop.band as enum ('a', 'b', 'c'); create table shop.clients (id integer primary key, band shop.band, note text, code text unique)",
    );
    const store = await openMemory();
    await ingest(store, "2026-11-20T03:00:00Z");
    await run(
      "alter type shop.band add value 'd'; alter type shop.band rename value 'b' to 'B'; alter table shop.clients drop column note; alter table shop.clients rename column code to reference; alter table shop.clients add note_2 text; alter table shop.clients drop constraint clients_code_key",
    );
    const report = await ingest(store, "2026-11-21T03:00:00Z");
    expect(
      report.changes?.flatMap(({ changes }) =>
        changes.map(({ kind, column: of, value, to }) =>
          [kind, of, value, to].filter(Boolean).join(" "),
        ),
      ),
    ).toEqual([
      "enum_value_removed_or_renamed band b",
      "enum_value_added band B",
      "enum_value_added band d",
      "drop_column note",
      "rename_column code reference",
      "add_nullable_column note_2",
    ]);
    await run("alter table shop.clients drop constraint clients_pkey");
    const later = await ingest(store, "2026-11-22T03:00:00Z");
    expect(later.changes?.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toContain(
      "uniqueness_lost",
    );
  });

  it("a column that a view reads breaks the view and what stands on it", async () => {
    const store = await openMemory();
    await ingest(store, "2026-11-20T03:00:00Z");
    const view = unwrap(await loadGraphView(store));
    const answer = unwrap(
      answerImpact(view, {
        changes: [{ kind: "drop_column", asset: "shop.customers", column: "country" }],
        now: "2026-11-20T03:00:00Z",
      }),
    ) as ImpactResult & { verdicts: readonly { asset: { name: string }; verdict: string }[] };
    expect(
      Object.fromEntries(answer.verdicts.map(({ asset, verdict }) => [asset.name, verdict])),
    ).toMatchObject({
      "postgres.shop.paid": "breaks_loudly",
      "postgres.shop.revenue": "breaks_loudly",
      "postgres.shop.taxed": "breaks_loudly",
    });
  });

  it("the same source whoever reads it, and nothing of it is lost when the server does not answer", async () => {
    const store = await openMemory();
    const first = await ingest(store, "2026-11-20T03:00:00Z");
    expect(first.sources.map(({ id }) => id)).toEqual([
      `postgres:postgres://127.0.0.1:${port}/postgres`,
    ]);
    const again = await ingest(
      store,
      "2026-11-20T04:00:00Z",
      `postgresql://tester@127.0.0.1:${port}/postgres?application_name=x`,
    );
    expect(again).toMatchObject({ written: 0, madeStale: 0 });
    const down = await ingest(
      store,
      "2026-11-20T05:00:00Z",
      "postgres://me:secret@127.0.0.1:1/shop",
    );
    expect(down).toMatchObject({ assets: 0, madeStale: 0 });
    expect(down.problems).toEqual([
      expect.objectContaining({ code: "unreachable-source", file: "postgres://127.0.0.1:1/shop" }),
    ]);
    expect(JSON.stringify(down)).not.toContain("secret");
  });

  it("what went wrong comes with a next step: no database, no TLS, no right to look", async () => {
    await run("create role nobody_special login");
    await run("create database closed");
    await run("revoke connect on database closed from public");
    const base = `127.0.0.1:${port}`;
    const nextOf = async (url: string) =>
      (await ingest(await openMemory(), "2026-11-20T03:00:00Z", url)).problems[0]?.next;
    expect(await nextOf(`postgres://tester@${base}/nowhere`)).toMatch(/database at the end/);
    expect(await nextOf(`postgres://tester@${base}/postgres?sslmode=require`)).toMatch(
      /sslmode=disable/,
    );
    expect(await nextOf(`postgres://nobody_special@${base}/closed`)).toMatch(/Grant/);
    expect(
      await nextOf(
        `postgres://tester@${base}/postgres?sslmode=verify-full&sslrootcert=/nowhere.pem`,
      ),
    ).toMatch(/certificate/);
  });
});
