import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";
import { ingestPaths } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
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
