import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import type { ChangeInput } from "#lib/impact/change.ts";
import { writeMigrationSql } from "./migration-sql.ts";

const asset = { namespace: "duckdb", name: "shop.orders" };
const RENAME: ChangeInput = { kind: "rename_column", asset, column: "amount", to: "total" };
const table = (dialect: string) => ({
  name: "shop.orders",
  dialect,
  columnType: "INTEGER",
  isBuilt: false,
});

async function duckdb() {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run("create schema shop");
  await connection.run("create table shop.orders (id integer, amount integer)");
  await connection.run("insert into shop.orders values (1, 10), (2, null), (3, 30)");
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  return { run: (sql: string) => connection.run(sql), rows };
}

describe("the statements of a migration", () => {
  it("put the new column beside the old with the same values, and take the old away: executed", async () => {
    const db = await duckdb();
    const sql = writeMigrationSql(RENAME, table("duckdb"));
    await db.run(sql?.expand ?? "");
    expect(await db.rows(sql?.compare ?? "")).toEqual([["0"]]);
    await db.run("update shop.orders set total = 31 where id = 3");
    expect(await db.rows(sql?.compare ?? "")).toEqual([["1"]]);
    await db.run(sql?.contract ?? "");
    expect(await db.rows("select * from shop.orders order by id")).toEqual([
      [1, 10],
      [2, null],
      [3, 31],
    ]);
  });

  it("write another type into a column of its own, by a cast: executed", async () => {
    const db = await duckdb();
    const change: ChangeInput = {
      kind: "type_changed",
      asset,
      column: "amount",
      toType: "DECIMAL(12,2)",
    };
    const sql = writeMigrationSql(change, table("duckdb"));
    await db.run(sql?.expand ?? "");
    expect(await db.rows(sql?.compare ?? "")).toEqual([["0"]]);
    expect(await db.rows("select amount_new from shop.orders where id = 1")).toEqual([["10.00"]]);
    await db.run(sql?.contract ?? "");
    expect(await db.rows("select id, amount from shop.orders where id = 1")).toEqual([
      [1, "10.00"],
    ]);
  });

  it.each([
    ["postgres", "ALTER TABLE shop.orders RENAME COLUMN amount_new TO amount;"],
    ["tsql", "EXEC sp_rename 'shop.orders.amount_new', 'amount', 'COLUMN';"],
    ["hive", "ALTER TABLE shop.orders CHANGE amount_new amount INTEGER;"],
  ])(
    "give a new meaning the old name in the end, and say who reads it then: %s",
    (dialect, said) => {
      const change: ChangeInput = { kind: "unit_or_meaning_changed", asset, column: "amount" };
      const { contract = "" } = writeMigrationSql(change, table(dialect)) ?? {};
      expect(contract.split("\n")).toEqual([
        "ALTER TABLE shop.orders DROP COLUMN amount;",
        "-- In the same step, those that read amount_new read amount again.",
        said,
      ]);
      const built = writeMigrationSql(change, { ...table(dialect), isBuilt: true });
      expect(built?.contract).toContain("call amount_new amount");
    },
  );

  it("keep the old name of a table as a view for those who still read it: executed", async () => {
    const db = await duckdb();
    const change: ChangeInput = { kind: "table_dropped_or_renamed", asset, to: "sales" };
    const sql = writeMigrationSql(change, table("duckdb"));
    await db.run("alter table shop.orders rename to sales");
    await db.run(sql?.expand ?? "");
    expect(await db.rows("select count(*) from shop.orders")).toEqual([["3"]]);
    await db.run(sql?.contract ?? "");
  });

  it("speak the producer's dialect and leave plain names as they are", () => {
    const named = (dialect: string) =>
      writeMigrationSql({ ...RENAME, column: "order", to: "new total" }, table(dialect));
    expect(named("snowflake")?.contract).toBe('ALTER TABLE shop.orders DROP COLUMN "order";');
    expect(named("bigquery")?.contract).toBe("ALTER TABLE shop.orders DROP COLUMN `order`;");
    expect(named("tsql")?.expand).toContain("ALTER TABLE shop.orders ADD [new total] INTEGER;");
    expect(writeMigrationSql(RENAME, table("mysql"))?.compare).toContain("NOT (amount <=> total)");
  });

  it("edit the query where a query makes the table", () => {
    const sql = writeMigrationSql(RENAME, { ...table("postgres"), isBuilt: true });
    expect(sql?.expand).toContain("amount AS total");
    expect(sql?.expand).not.toContain("ALTER");
  });

  it("offer nothing where the old has no successor", () => {
    expect(
      writeMigrationSql({ kind: "drop_column", asset, column: "amount" }, table("duckdb")),
    ).toBeUndefined();
    expect(
      writeMigrationSql({ kind: "table_dropped_or_renamed", asset }, table("duckdb")),
    ).toBeUndefined();
  });
});
