import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "./check-stored.ts";
import { changesIn, type DeployedStore, deployStore } from "./deployed-store.fixture.ts";
import type { CheckAnswer } from "./run-check.ts";

const SCHEMA = `create table shop.orders (id bigint primary key, amount numeric(12,2), status text, created_at timestamp, note text);
create table archive.orders (id bigint primary key, amount numeric(12,2), note text);
create table shop.parcels (id bigint primary key, weight numeric(12,2), label text);
`;
const CONSUMERS = `name,kind,owner,tier,url,sql,dialect
Notes,dashboard,cs,1,,"select note from shop.orders",postgres
Revenue,dashboard,fin,1,,"select date_trunc('day', created_at) as d, sum(amount) as r from shop.orders where status = 'paid' group by 1",postgres
Parcels,dashboard,ops,1,,"select sum(weight) as w from shop.parcels",postgres
`;

let deployed: DeployedStore;
beforeAll(async () => {
  const common = { dialect: "postgres", minCertainty: "possible" } as const;
  deployed = await deployStore({ schema: SCHEMA, consumers: CONSUMERS, ...common });
});
afterAll(() => deployed.close());
const migrate = (sql: string): Promise<CheckAnswer> => deployed.migrate(sql);

const harmedIn = ({ findings }: CheckAnswer): readonly string[] =>
  findings.map(({ asset, verdict }) => `${asset.shortName} ${verdict}`).sort();

describe("a column that gets a type", () => {
  it.each([
    ["amount", "numeric(12,2) using amount * 100", "Revenue"],
    ["note", "text using null", "Notes"],
    ["status", "text using upper(status)", "Revenue"],
    ["created_at", "timestamptz", "Revenue"],
    ["created_at", "timestamp(0)", "Revenue"],
    ["status", "citext", "Revenue"],
  ])("%s as %s holds other values, or reads them otherwise", async (column, type, reader) => {
    const answer = await migrate(`alter table shop.orders alter column ${column} type ${type};`);
    expect(changesIn(answer)).toEqual([`expression_changed shop.orders.${column}`]);
    expect(harmedIn(answer)).toEqual([`${reader} breaks_silently`]);
  });

  it.each(["text using note", "text using note::text", "text using (note)"])(
    "of note as %s nothing is another",
    async (type) => {
      const answer = await migrate(`alter table shop.orders alter column note type ${type};`);
      expect(answer.changes).toEqual([]);
      expect(answer.outcome).toBe("passed");
    },
  );
});

describe("a name that two schemas have", () => {
  it.each([
    ["update orders set note = null;", "Notes breaks_silently"],
    ["delete from orders;", "Notes breaks_silently"],
    ["alter table orders drop column note;", "Notes breaks_loudly"],
    ["create or replace view orders as select 1 as id;", "Notes breaks_loudly"],
  ])("means the one that the search path says: %s", async (sql, harmed) => {
    const answer = await migrate(`set search_path = shop, public; ${sql}`);
    expect(harmedIn(answer)).toContain(harmed);
    expect((await migrate(`set search_path to archive; ${sql}`)).findings).toEqual([]);
  });

  it.each(["update orders set note = null;", "delete from orders;", "truncate orders;"])(
    "without one is never passed: %s",
    async (sql) => {
      expect((await migrate(sql)).outcome).toBe("incomplete");
    },
  );
});

describe("names inside the queries of a file", () => {
  const tables = (ofShop: string, ofArchive: string): string =>
    `create table shop.orders (id int, ${ofShop}); create table archive.orders (id int, ${ofArchive});`;
  const text = (given: string, place: string, statement: string): string =>
    `${given}\n${place};\n${statement};\n`;

  it.each([
    ["set search_path = archive, public", "create view archive.v as select note from orders"],
    ["set search_path to archive", "insert into archive.v select note from orders"],
    ["use archive", "create table archive.v as select o.note from orders as o"],
  ])("mean what the session says there: %s; %s", async (place, statement) => {
    const base = text(tables("note text", "note text"), place, statement);
    const check = async (given: string): Promise<readonly string[]> => {
      const side = (label: string, sql: string) => ({
        label,
        files: [{ path: "schema.sql", root: ".", text: sql }],
      });
      const answer = await checkStored({
        base: side("base", base),
        head: side("head", text(given, place, statement)),
        policy: DEFAULT_GATE,
        waivers: [],
        now: "2026-03-03T09:00:00Z",
        dialect: "postgres",
      });
      if (!answer.ok) throw new Error(answer.error.message);
      return harmedIn(answer.value);
    };
    expect(await check(tables("memo int", "note text"))).toEqual([]);
    expect(await check(tables("note text", "memo int"))).toEqual(["v breaks_loudly"]);
  });
});

describe("a view that takes the name of a renamed table", () => {
  const RENAMED = "alter table shop.parcels rename to parcels_t;";
  const VIEW = "create view shop.parcels as select * from shop.parcels_t";

  it("is that table where it hands every row on", async () => {
    const answer = await migrate(`${RENAMED} ${VIEW};`);
    expect(answer.findings).toEqual([]);
    expect(answer.outcome).toBe("passed");
  });

  it.each([
    `${VIEW} limit 10;`,
    `${VIEW} tablesample bernoulli (1);`,
    `${VIEW}; update shop.parcels_t set weight = weight * 100;`,
    `${VIEW}; delete from shop.parcels;`,
    `truncate shop.parcels_t; ${VIEW};`,
    `alter table shop.parcels_t alter column weight type int; ${VIEW};`,
  ])("loses what it or the table loses: %s", async (sql) => {
    const answer = await migrate(`${RENAMED} ${sql}`);
    expect(harmedIn(answer)).toContain("Parcels breaks_silently");
  });
});
