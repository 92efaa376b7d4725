import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProfile } from "#lib/ingest/profile/read-profile.ts";
import { findPostgresPrograms, startPostgres, type TestPostgres } from "./postgres-for-tests.ts";
import { profileTables } from "./profile-tables.ts";

const NOW = "2026-11-20T03:00:00Z";
const COUNTED = {
  rows: 5,
  at: NOW,
  columns: {
    id: { nullShare: 0, distinct: 5, min: 0, max: 4 },
    coupon: { nullShare: 1, distinct: 0 },
    amount: { nullShare: 0, distinct: 1, min: 1.5, max: 1.5 },
    big: { nullShare: 0, min: "9223372036854775807" },
    placed: { nullShare: 0, min: "2026-11-20" },
    note: { nullShare: 0.2, distinct: 4 },
  },
};
/** The same on DuckDB and PostgreSQL. */
const MAKE = [
  "create schema shop",
  `create table shop."Orders" as
   select n as id, cast(null as varchar) as coupon, cast(1.5 as decimal(10, 2)) as amount,
     9223372036854775807 as big, date '2026-11-20' as placed,
     case when n = 0 then null else 'note ' || n end as note
   from generate_series(0, 4) as g(n)`,
  "create table shop.nothing (a integer)",
];

async function count(target: string, more: { tables?: string[]; asset?: string } = {}) {
  const outcome = await profileTables({ target, now: NOW, ...more });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-profile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("counting the tables of a DuckDB database", () => {
  const file = () => join(folder, "warehouse.duckdb");
  beforeAll(async () => {
    const instance = await DuckDBInstance.create(file());
    const connection = await instance.connect();
    for (const sql of MAKE) await connection.run(sql);
    await connection.run("create table shop.nested as select {'a': 1} as s, [1, 2] as l");
    await connection.run(
      `copy (select * from shop."Orders") to '${join(folder, "orders.parquet")}' (format parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
  });

  it("finds rows, nulls, different values and bounds of each column", async () => {
    const { profiles, failed } = await count(file());
    expect(failed).toEqual([]);
    expect(profiles.map((one) => one.asset)).toEqual([
      "warehouse.shop.Orders",
      "warehouse.shop.nested",
      "warehouse.shop.nothing",
    ]);
    expect(profiles[0]).toMatchObject(COUNTED);
    expect(profiles[2]).toMatchObject({ rows: 0, columns: { a: { distinct: 0 } } });
  });

  it("tells no bounds of texts, which may be names of people", async () => {
    const { profiles } = await count(file(), { tables: ["shop.orders"] });
    expect(profiles[0]?.columns?.["note"]).not.toHaveProperty("min");
  });

  it("writes what an ingest reads", async () => {
    const { profiles } = await count(file());
    const read = readProfile({ path: "p.json", text: JSON.stringify({ profiles }) });
    expect(read.problems).toEqual([]);
    expect(read.facts[0]?.columns?.find((one) => one.name === "coupon")?.profile).toEqual({
      nullShare: 1,
      distinct: 0,
      rows: 5,
      observedAt: NOW,
    });
  });

  it("counts a Parquet file, and a CSV file under the name that is said", async () => {
    expect((await count(join(folder, "orders.parquet"))).profiles[0]).toMatchObject({
      asset: "orders",
      ...COUNTED,
    });
    writeFileSync(join(folder, "rates.csv"), "day,rate\n2026-11-20,1.1\n2026-11-21,\n");
    const { profiles } = await count(join(folder, "rates.csv"), { asset: "shop.fx_rates" });
    expect(profiles[0]).toMatchObject({
      asset: "shop.fx_rates",
      rows: 2,
      columns: { rate: { nullShare: 0.5 } },
    });
  });

  it("a table that is not there, a file that is not there and a file of another kind are told", async () => {
    const codeOf = async (target: string, tables?: string[]) => {
      const outcome = await profileTables({ target, now: NOW, ...(tables ? { tables } : {}) });
      return outcome.ok ? undefined : outcome.error.code;
    };
    expect(await codeOf(file(), ["shop.ordres"])).toBe("unknown-asset");
    expect(await codeOf(join(folder, "none.parquet"))).toBe("unreadable-file");
    expect(await codeOf(join(folder, "none.duckdb"))).toBe("unreadable-file");
    expect(await codeOf("notes.txt")).toBe("bad-usage");
  });
});

const programs = findPostgresPrograms();
describe.skipIf(programs === undefined)("counting the tables of a PostgreSQL database", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    const { Client } = (await import("pg")).default;
    const client = new Client({ connectionString: server.url });
    await client.connect();
    for (const sql of MAKE) await client.query(sql);
    await client.query("create table shop.odd as select '{}'::json as j, null::point as p");
    await client.end();
  }, 60_000);
  afterAll(() => server?.stop());

  it("finds the same as on DuckDB", async () => {
    const { profiles, failed } = await count(server.url);
    expect(failed).toEqual([]);
    expect(profiles.map((one) => one.asset)).toEqual([
      "postgres.shop.Orders",
      "postgres.shop.nothing",
      "postgres.shop.odd",
    ]);
    expect(profiles[0]).toMatchObject(COUNTED);
  });

  it("a server that does not answer is told without the password", async () => {
    const outcome = await profileTables({ target: "postgres://me:secret@127.0.0.1:1/x", now: NOW });
    expect(outcome).toMatchObject({ ok: false, error: { code: "server-unreachable" } });
    expect(JSON.stringify(outcome)).not.toContain("secret");
  });
});
