import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";
const SCHEMA = `create table shop.orders (id bigint primary key, amount numeric(12,2), status text, created_at timestamp, note text);
create table archive.orders (id bigint primary key, amount numeric(12,2), note text);
create table shop.parcels (id bigint primary key, weight numeric(12,2), label text);
`;
const CONSUMERS = `name,kind,owner,tier,url,sql,dialect
Notes,dashboard,cs,1,,"select note from shop.orders",postgres
Revenue,dashboard,fin,1,,"select date_trunc('day', created_at) as d, sum(amount) as r from shop.orders where status = 'paid' group by 1",postgres
Parcels,dashboard,ops,1,,"select sum(weight) as w from shop.parcels",postgres
`;

let folder: string;
let store: LineageStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-meaning-"));
  const opened = await openStore(`file:${join(folder, "store")}`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  writeFileSync(join(folder, "schema.sql"), SCHEMA);
  writeFileSync(join(folder, "consumers.csv"), CONSUMERS);
  const paths = [join(folder, "schema.sql"), join(folder, "consumers.csv")];
  const parser = await loadSqlParser();
  await ingestPaths({ paths, cwd: folder, now: NOW, parser, store, dialect: "postgres" });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function migrate(sql: string): Promise<CheckAnswer> {
  writeFileSync(join(folder, "m.sql"), sql);
  const answer = await checkStored({
    now: NOW,
    policy: overridePolicy(DEFAULT_GATE, { failOn: "silent", minCertainty: "possible" }),
    waivers: [],
    base: "store",
    head: await readSide("m.sql", folder),
    dialect: "postgres",
    store,
  });
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

const changesIn = ({ changes }: CheckAnswer): readonly string[] =>
  changes.map(({ kind, asset, column }) => `${kind} ${asset.name}${column ? `.${column}` : ""}`);
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
