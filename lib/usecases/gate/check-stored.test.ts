import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSide } from "./check-state.ts";
import { type CheckCall, checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-check-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return path;
}

type Asked = Omit<Partial<CheckCall>, "base" | "head"> & {
  readonly base: string;
  readonly head: string;
};

async function check({ base, head, ...call }: Asked) {
  return checkStored({
    now: NOW,
    policy: DEFAULT_GATE,
    waivers: [],
    ...call,
    base: await readSide(base, folder),
    head: await readSide(head, folder),
  });
}

async function checked(call: Asked): Promise<CheckAnswer> {
  const answer = await check(call);
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

const changesIn = ({ changes }: CheckAnswer): readonly string[] =>
  changes.map(
    ({ kind, asset, column, to }) =>
      `${kind} ${asset.name}${column ? `.${column}` : ""}${to ? ` -> ${to}` : ""}`,
  );

const findingsIn = ({ findings }: CheckAnswer): readonly string[] =>
  findings.map(({ asset, verdict, certainty }) =>
    `${asset.shortName} ${verdict} ${certainty ?? ""}`.trim(),
  );

const TABLES = "create table orders (id integer not null, amount decimal(12,2), status varchar);\n";
const MODEL = (select: string) =>
  `${TABLES}create table daily as ${select};\ncreate view report as select total from daily;\n`;

describe("two files of SQL", () => {
  const compare = (before: string, after: string) => {
    write("base.sql", before);
    write("head.sql", after);
    return checked({ base: "base.sql", head: "head.sql" });
  };

  it("an edit that means nothing is no change", async () => {
    const answer = await compare(
      MODEL("select status, sum(amount) as total from orders group by status"),
      MODEL("-- by status\n select o.status, (sum((o.amount))) as total from orders o group by 1"),
    );
    expect(answer.changes).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });

  it("a filter in a query takes rows from its table, and sums over them are other ones", async () => {
    const answer = await compare(
      MODEL("select status, sum(amount) as total from orders group by status"),
      MODEL("select status, sum(amount) as total from orders where amount > 0 group by status"),
    );
    expect(changesIn(answer)).toEqual(["filter_changed daily"]);
    expect(answer.changes[0]).toMatchObject({
      after: "amount > 0",
      before: null,
      file: "head.sql",
      line: 2,
    });
    expect(findingsIn(answer)).toEqual(["report breaks_silently certain"]);
    expect(answer.outcome).toBe("would_block");
    expect(answer.exitCode).toBe(0);
  });

  it("a column that goes breaks the reader that names it, and not the one that was mended with it", async () => {
    const before = `${TABLES}create view a as select id, amount from orders;\ncreate view b as select id, amount from orders;\n`;
    const after =
      "create table orders (id integer not null, status varchar);\ncreate view a as select id, 0 as amount from orders;\ncreate view b as select id, amount from orders;\n";
    const answer = await compare(before, after);
    expect(changesIn(answer)).toContain("drop_column orders.amount");
    expect(findingsIn(answer)).toContain("b breaks_loudly certain");
    expect(findingsIn(answer).some((line) => line.startsWith("a "))).toBe(false);
  });

  it("a column that goes because what it is read from lost it is told once", async () => {
    const view =
      "create view everything as select * from orders;\ncreate view last as select amount from everything;\n";
    const answer = await compare(
      `${TABLES}${view}`,
      `create table orders (id integer not null, status varchar);\n${view}`,
    );
    expect(changesIn(answer)).toEqual(["drop_column orders.amount"]);
    expect(findingsIn(answer)).toContain("last breaks_loudly certain");
  });

  it("a reader that was edited, and still names what goes, is told", async () => {
    const before = `${TABLES}create view a as select id, amount from orders;\ncreate view c as select amount from a;\n`;
    const after =
      "create table orders (id integer not null, status varchar);\ncreate view a as select id, amount + 1 as amount from orders;\ncreate view c as select amount from a;\n";
    const answer = await compare(before, after);
    expect(findingsIn(answer).some((line) => line.startsWith("a breaks_loudly"))).toBe(true);
  });

  it("an edited query that names what nothing has is a finding itself, and its readers fail with it", async () => {
    const answer = await compare(
      `${TABLES}create view v as select amount from orders;\ncreate view w as select amount from v;\n`,
      `${TABLES}create view v as select nothing as amount from orders;\ncreate view w as select amount from v;\n`,
    );
    expect(findingsIn(answer)).toContain("v breaks_loudly certain");
    expect(findingsIn(answer).some((line) => line.startsWith("w breaks"))).toBe(true);
  });

  it("the same expression under another name is a rename", async () => {
    const answer = await compare(
      MODEL("select status, sum(amount) as total from orders group by status"),
      MODEL("select status, sum(amount) as revenue from orders group by status"),
    );
    expect(changesIn(answer)).toEqual(["rename_column daily.total -> revenue"]);
    expect(answer.changes[0]?.evidence).toContain("sum(amount)");
    expect(findingsIn(answer)).toEqual(["report breaks_loudly certain"]);
  });

  it("a column at the place of one that went may be that one: a person says so", async () => {
    const before = `${TABLES}create view v as select amount from orders;\n`;
    const after =
      "create table orders (id integer not null, net decimal(12,2), status varchar);\ncreate view v as select amount from orders;\n";
    const guessed = await compare(before, after);
    expect(guessed.changes).toContainEqual(
      expect.objectContaining({ kind: "drop_column", column: "amount", maybeRenamedTo: "net" }),
    );
    const confirmed = await checked({
      base: "base.sql",
      head: "head.sql",
      renames: [{ asset: "orders", from: "amount", to: "net" }],
    });
    expect(changesIn(confirmed)).toEqual(["rename_column orders.amount -> net"]);
  });

  it("an edit that cannot be parsed leaves its readers unknown, never safe", async () => {
    const answer = await compare(
      MODEL("select status, sum(amount) as total from orders group by status"),
      MODEL("select status, sum(amount as total from from orders group by status"),
    );
    expect(answer.confidence.notUnderstood.map(({ asset }) => asset)).toContain("daily");
    expect(answer.findings.every(({ verdict }) => verdict !== "unaffected")).toBe(true);
    expect(answer.findings.length).toBeGreaterThan(0);
  });

  it("other types, keys and nulls of a table are changes of it", async () => {
    const answer = await compare(
      "create table t (a integer not null, b varchar(10), c date unique);\n",
      "create table t (a integer, b varchar(5), c date);\n",
    );
    expect(changesIn(answer)).toEqual([
      "required_to_nullable t.a",
      "type_changed t.b",
      "uniqueness_lost t.c",
    ]);
  });

  it("a table that goes is gone for whoever reads it", async () => {
    const answer = await compare(
      `${TABLES}create view v as select id from orders;\n`,
      "create view v as select id from orders;\n",
    );
    expect(changesIn(answer)[0]).toBe("table_dropped_or_renamed orders");
    expect(findingsIn(answer)).toContain("v breaks_loudly certain");
  });
});

describe("over what is deployed", () => {
  let store: LineageStore;
  beforeEach(async () => {
    const opened = await openStore(`file:${join(folder, "store")}`, {});
    if (!opened.ok) throw new Error(opened.error.message);
    store = opened.value;
    write(
      "deployed.json",
      JSON.stringify({
        assets: [
          {
            id: "shop.orders",
            kind: "table",
            domain: "checkout",
            columns: [
              { name: "id", type: "INTEGER" },
              { name: "amount", type: "DECIMAL(12,2)" },
              { name: "status", type: "VARCHAR" },
            ],
          },
          {
            id: "board",
            kind: "dashboard",
            domain: "finance",
            owner: "team-finance",
            tier: 1,
            queries: [
              {
                name: "tile",
                sql: "select sum(amount) as revenue from shop.orders",
                dialect: "duckdb",
              },
            ],
          },
        ],
        edges: [],
      }),
    );
    const parser = await loadSqlParser();
    const done = await ingestPaths({
      paths: [join(folder, "deployed.json")],
      cwd: folder,
      now: NOW,
      parser,
      store,
    });
    expect(done.ok).toBe(true);
  });
  afterEach(async () => {
    await store.close();
  });

  it("a migration breaks the dashboard of another team", async () => {
    write("001.sql", "alter table shop.orders drop column amount;\n");
    const answer = await checked({ base: "store", head: "001.sql", store });
    expect(changesIn(answer)).toEqual(["drop_column shop.orders.amount"]);
    expect(answer.changes[0]).toMatchObject({ file: "001.sql" });
    expect(findingsIn(answer)).toEqual(["board breaks_loudly certain"]);
    expect(answer.findings[0]).toMatchObject({ new: true, waived: false, counts: true });
    expect(answer.confidence.deployedKnown).toBe(true);
  });

  it.each(["orders", "checkout.orders"])(
    "a migration finds the table %s that a graph file told, by the tail that it writes",
    async (id) => {
      const mesh = {
        assets: [
          { id, kind: "table", columns: [{ name: "id" }, { name: "amount" }] },
          {
            id: "Board",
            kind: "dashboard",
            queries: [{ name: "t", dialect: "duckdb", sql: `select sum(amount) from ${id}` }],
          },
        ],
        edges: [],
      };
      const file = write("mesh.json", JSON.stringify(mesh));
      const opened = await openStore(`file:${join(folder, "graph-store")}`, {});
      if (!opened.ok) throw new Error(opened.error.message);
      const store = opened.value;
      const parser = await loadSqlParser();
      await ingestPaths({ paths: [join(folder, file)], cwd: folder, store, parser, now: NOW });
      const head = write("001.sql", "alter table orders drop column amount;");
      const answer = await checked({ base: "store", head, store });
      expect(findingsIn(answer)).toEqual(["Board breaks_loudly certain"]);
      await store.close();
    },
  );

  it("a migration that renames says so itself", async () => {
    write("001.sql", "alter table shop.orders rename column amount to net;\n");
    const answer = await checked({ base: "store", head: "001.sql", store });
    expect(changesIn(answer)).toEqual(["rename_column shop.orders.amount -> net"]);
  });

  it("a folder of migrations counts as a whole: a column that is added back was never gone", async () => {
    write("m/001.sql", "alter table shop.orders drop column amount;\n");
    write("m/002.sql", "alter table shop.orders add column amount decimal(12,2);\n");
    const answer = await checked({ base: "store", head: "m", store });
    expect(changesIn(answer).some((line) => line.startsWith("drop_column"))).toBe(false);
    expect(findingsIn(answer).some((line) => line.includes("breaks_loudly"))).toBe(false);
  });

  it("a policy that blocks does, a domain that observes does not", async () => {
    write("001.sql", "alter table shop.orders drop column amount;\n");
    const policy = overridePolicy(DEFAULT_GATE, { failOn: "loud" });
    const blocked = await checked({ base: "store", head: "001.sql", store, policy });
    expect(blocked).toMatchObject({ outcome: "blocked", blocked: true, exitCode: 1 });
    const observed = await checked({
      base: "store",
      head: "001.sql",
      store,
      policy: { ...policy, domains: { finance: { mode: "observe" } } },
    });
    expect(observed).toMatchObject({ outcome: "would_block", blocked: false, exitCode: 0 });
    const high = await checked({
      base: "store",
      head: "001.sql",
      store,
      policy: overridePolicy(DEFAULT_GATE, { failOn: "none" }),
    });
    expect(high).toMatchObject({ outcome: "passed", exitCode: 0 });
  });

  it("what is deployed already is no news", async () => {
    const { fingerprints } = await (async () => {
      write(
        "base.sql",
        "create table shop.orders (id integer, amount decimal(12,2), status varchar, extra integer);\n",
      );
      write(
        "head.sql",
        "create table shop.orders (id integer, amount decimal(12,2), status varchar);\n",
      );
      const answer = await checked({ base: "base.sql", head: "head.sql", store });
      return { fingerprints: answer.findings.filter((finding) => finding.new) };
    })();
    expect(fingerprints).toEqual([]);
  });

  it("a waiver excuses until its last day, then the finding is back and says so", async () => {
    write("001.sql", "alter table shop.orders drop column amount;\n");
    const policy = overridePolicy(DEFAULT_GATE, { failOn: "loud" });
    const call = { base: "store", head: "001.sql", store, policy };
    const [finding] = (await checked(call)).findings;
    const waiver = (expires: string) => ({
      fingerprint: finding?.fingerprint ?? "",
      reason: "the tile is retired",
      approver: "team-finance",
      expires,
    });
    const excused = await checked({ ...call, waivers: [waiver("2026-03-03")] });
    expect(excused).toMatchObject({ outcome: "passed", exitCode: 0 });
    expect(excused.findings[0]).toMatchObject({ waived: true });
    const late = await checked({ ...call, waivers: [waiver("2026-03-02")] });
    expect(late).toMatchObject({ outcome: "blocked", exitCode: 1 });
    expect(late.findings[0]?.waiver).toMatchObject({ expired: true });
    expect(late.waivers.expired).toHaveLength(1);
    const other = await checked({
      ...call,
      waivers: [{ ...waiver("2026-04-01"), fingerprint: "0000" }],
    });
    expect(other.waivers.unused).toHaveLength(1);
    expect(other.blocked).toBe(true);
  });

  it("a wildcard does not reach the important ones", async () => {
    write("001.sql", "alter table shop.orders drop column amount;\n");
    const waiver = {
      selector: "bo*",
      reason: "r",
      approver: "team-finance",
      expires: "2026-04-01",
    };
    const answer = await checked({ base: "store", head: "001.sql", store, waivers: [waiver] });
    expect(answer.findings[0]?.waived).toBe(false);
    const named = await checked({
      base: "store",
      head: "001.sql",
      store,
      waivers: [{ ...waiver, selector: "board" }],
    });
    expect(named.findings[0]?.waived).toBe(true);
  });

  it("the fingerprint does not hang on lines", async () => {
    write("001.sql", "alter table shop.orders drop column amount;\n");
    write("002.sql", "-- first\n\n\nalter table shop.orders drop column amount;\n");
    const one = await checked({ base: "store", head: "001.sql", store });
    const two = await checked({ base: "store", head: "002.sql", store });
    expect(two.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      one.findings.map(({ fingerprint }) => fingerprint),
    );
  });
});

describe("migrations over a deployed schema", () => {
  const SCHEMA = `create table public.orders (id integer primary key, amount numeric, status text, cust integer);
create view public.v_paid as select id, amount, cust from public.orders where status = 'paid';
create table public.customers (id integer primary key, name text);
`;
  /** A reader that sends its text anew each time, where a view of PostgreSQL holds on to its table. */
  const SENT = `name,kind,owner,tier,url,sql,dialect
Sheet,application,ops,2,,"select id, amount from public.orders",postgres
`;
  let store: LineageStore;

  beforeEach(async () => {
    const opened = await openStore(`file:${join(folder, "deployed")}`, {});
    if (!opened.ok) throw new Error(opened.error.message);
    store = opened.value;
    const parser = await loadSqlParser();
    const paths = [write("schema.sql", SCHEMA), write("consumers.csv", SENT)];
    await ingestPaths({
      paths: paths.map((path) => join(folder, path)),
      cwd: folder,
      now: NOW,
      parser,
      store,
      dialect: "postgres",
    });
  });
  afterEach(async () => {
    await store.close();
  });

  const migrate = (sql: string) =>
    checked({
      base: "store",
      head: write("migration.sql", sql),
      store,
      dialect: "postgres",
      policy: overridePolicy(DEFAULT_GATE, { failOn: "silent" }),
    });

  it.each([
    ["after a bare select", "select 1; alter table public.orders drop column amount;"],
    [
      "by a table that is put in its place",
      "alter table public.orders rename to orders_old; create table public.orders (id int primary key, status text);",
    ],
    [
      "by a copy that is put in its place",
      "alter table public.orders rename to orders_old; create table public.orders (like public.orders_old including all); alter table public.orders drop column amount;",
    ],
    ["by the short name", "alter table orders drop column amount;"],
    ["in a block", "do $$ begin alter table public.orders drop column amount; end $$;"],
    [
      "in a text that a block runs",
      "do $$ begin execute 'alter table public.orders drop column amount'; end $$;",
    ],
  ])("a column that goes %s blocks", async (_how, sql) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toContain("drop_column public.orders.amount");
    expect(findingsIn(answer)).toContain("Sheet breaks_loudly certain");
    expect(answer.outcome).toBe("blocked");
  });

  const [SHEET, VIEW] = ["Sheet breaks_loudly certain", "v_paid breaks_loudly certain"];
  it.each([
    ["renamed", "alter table public.orders rename to purchases;", [SHEET]],
    ["renamed by its short name", "alter table orders rename to purchases;", [SHEET]],
    ["moved to another schema", "alter table public.orders set schema archive;", [SHEET]],
    ["dropped by its short name", "drop table orders;", [SHEET, VIEW]],
    ["dropped", "drop table public.orders;", [SHEET, VIEW]],
    [
      "dropped in a block",
      "do $$ begin if true then drop table public.orders; end if; end $$;",
      [SHEET, VIEW],
    ],
  ])("a table that is %s is gone for who names it", async (_how, sql, readers) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toEqual(["table_dropped_or_renamed public.orders"]);
    expect([...findingsIn(answer)].sort()).toEqual(readers);
    expect(answer.outcome).toBe("blocked");
  });

  it.each([
    ["dropped", "drop schema public cascade;"],
    ["renamed", "alter schema public rename to core;"],
  ])("all tables of a schema that is %s are gone", async (_how, sql) => {
    const answer = await migrate(sql);
    expect([...changesIn(answer)].sort()).toEqual([
      "table_dropped_or_renamed public.customers",
      "table_dropped_or_renamed public.orders",
      "table_dropped_or_renamed public.v_paid",
    ]);
    expect(answer.outcome).toBe("blocked");
  });

  it("a view that is put in the place of another has the rows and columns of the new one", async () => {
    const answer = await migrate(
      "create view public.v_new as select * from public.orders; drop view public.v_paid; alter view public.v_new rename to v_paid;",
    );
    expect(changesIn(answer)).toEqual([
      "add_nullable_column public.v_paid.status",
      "filter_changed public.v_paid",
    ]);
  });

  it.each([
    ["a procedure", "call tidy('orders');"],
    [
      "a text that is put together",
      "do $$ begin execute format('alter table %I drop column amount', 'orders'); end $$;",
    ],
    ["a function of a block", "do $$ begin perform tidy('orders'); end $$;"],
    ["a database", "drop database orders;"],
  ])("%s may change anything: the check has not passed", async (_what, sql) => {
    const answer = await migrate(sql);
    expect(answer).toMatchObject({ outcome: "incomplete", exitCode: 3 });
    expect(answer.confidence.notUnderstood.map(({ asset }) => asset)).toContain("migration.sql:1");
  });

  it.each([
    ["an index", "create index i on public.orders (status); reindex table public.orders;"],
    [
      "a block that only tells",
      "do $$ declare n int; begin n := 1; select count(*) into n from public.orders; raise notice 'orders %', n; end $$;",
    ],
    [
      "a temporary table of the same name",
      "create temp table orders as select 1 as id; drop table orders;",
    ],
    [
      "a rename that is taken back",
      "begin; alter table public.orders rename to o2; alter table o2 rename to orders; commit;",
    ],
    [
      "a move that is taken back",
      "alter table public.orders set schema archive; alter table archive.orders set schema public;",
    ],
    ["a table of that name elsewhere", "drop table if exists archive.orders;"],
  ])("%s changes no deployed table", async (_what, sql) => {
    const answer = await migrate(sql);
    expect(changesIn(answer)).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });
});

describe("bad input", () => {
  it.each([
    ["a path that is not there", "nothing.sql"],
    ["a file that is nothing known", "notes.txt"],
    ["JSON that is broken", "broken.json"],
    ["a store without one", "store"],
  ])("%s is told", async (_what, head) => {
    write("base.sql", TABLES);
    write("notes.txt", "hello");
    write(
      "broken.json",
      '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {',
    );
    const answer = await check({ base: "base.sql", head });
    expect(answer.ok).toBe(false);
  });

  it("two states with nothing in common are told apart from a removal of everything", async () => {
    write("base.sql", TABLES);
    write("head.sql", "create table other (id integer);\n");
    const answer = await check({ base: "base.sql", head: "head.sql" });
    expect(answer).toMatchObject({ ok: false, error: { code: "bad-usage" } });
  });

  it("a base that equals the head changes nothing", async () => {
    write("base.sql", MODEL("select status, sum(amount) as total from orders group by status"));
    expect(await checked({ base: "base.sql", head: "base.sql" })).toMatchObject({
      outcome: "passed",
      changes: [],
    });
  });
});
