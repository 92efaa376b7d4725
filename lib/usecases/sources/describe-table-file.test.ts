import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readParquetFooter } from "#lib/ingest/table-files/read-parquet-footer.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readPaths } from "./read-paths.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-tables-"));
  mkdirSync(join(folder, "days"));
  const instance = await DuckDBInstance.create(join(folder, "shop.duckdb"));
  const connection = await instance.connect();
  await connection.run(`create schema raw; create table raw.orders (id bigint primary key, note varchar);
    create schema "My S"; create table "My S"."T.1" (id bigint not null, "A b" varchar);
    create macro late(z) as table select id from "My S"."T.1" where id > z;
    create macro later() as table select * from late(3);
    create view raw.notes as select o.note, t."A b" as x from raw.orders o join "My S"."T.1" t using (id);
    create view raw.recent as select * from later();
    copy (select i as id, 'x' as name, null::integer as empty, case when i % 4 = 0 then 1.5 end::decimal(10,2) as amount,
          date '2026-01-01' as day, timestamptz '2026-01-01 00:00:00Z' as at, [1, 2] as list, {'city': 'a', 'zip': 1} as home,
          map {'a': 1} as m, true as yes from range(8) t(i)) to '${join(folder, "orders.parquet")}' (format parquet);
    copy (select i as id, i % 2 as region from range(4) t(i)) to '${join(folder, "days")}' (format parquet, partition_by (region), overwrite_or_ignore);`);
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function factsOf(path: string) {
  const parser = await loadSqlParser();
  const now = "2026-01-01T00:00:00Z";
  const { sources, problems } = await readPaths({
    paths: [join(folder, path)],
    cwd: folder,
    parser,
    now,
  });
  return { facts: sources.flatMap(({ facts }) => facts), problems };
}

describe("files that are tables", () => {
  it("a Parquet file has the columns, rows and nulls of its footer", async () => {
    const { facts, problems } = await factsOf("orders.parquet");
    expect(problems).toEqual([]);
    expect(facts[0]).toMatchObject({
      name: { namespace: "file", name: "orders.parquet" },
      attributes: { rows: 8 },
    });
    expect(
      facts[0]?.columns?.map(({ name, type, profile }) => [name, type, profile?.nullShare]),
    ).toEqual([
      ["id", "bigint", 0],
      ["name", "varchar", 0],
      ["empty", "int", 1],
      ["amount", "decimal(10,2)", 0.75],
      ["day", "date", 0],
      ["at", "timestamp with time zone", 0],
      ["list", "ARRAY<int>", undefined],
      ["home", "STRUCT(city varchar, zip int)", undefined],
      ["m", "MAP<varchar, int>", undefined],
      ["yes", "boolean", 0],
    ]);
  });

  it("the parts of a dataset are one file, with the columns that its folders are named by", async () => {
    const { facts } = await factsOf("days");
    expect(
      facts.map(({ name, columns }) => [name.name, columns?.map((column) => column.name)]),
    ).toEqual([["days", ["id", "region"]]]);
  });

  it("a DuckDB database has its tables", async () => {
    const { facts, problems } = await factsOf("shop.duckdb");
    expect(problems).toEqual([]);
    expect(facts.map(({ name, columns }) => [name.name, columns?.map(({ type }) => type)])).toEqual(
      [
        ['shop.My S."T.1"', ["BIGINT", "VARCHAR"]],
        ["shop.raw.notes", ["VARCHAR", "VARCHAR"]],
        ["shop.raw.orders", ["BIGINT", "VARCHAR"]],
        ["shop.raw.recent", ["BIGINT"]],
      ],
    );
    expect(facts[2]?.attributes.extra).toEqual({ uniqueKeys: [["id"]] });
    expect(facts[0]?.columns?.map(({ nullable }) => nullable)).toEqual([false, undefined]);
  });

  it("a view of a DuckDB database is read from its definition, and what its macros read as a whole", async () => {
    const { facts } = await factsOf("shop.duckdb");
    const [notes, recent] = facts.filter(({ kind }) => kind === "view");
    expect(notes?.queries.map(({ sql }) => sql)).toEqual([expect.stringContaining("CREATE VIEW")]);
    expect(notes?.edges).toEqual([]);
    expect(recent?.edges.map(({ from, use }) => [from.name.name, use])).toEqual([
      ['shop.My S."T.1"', "UNKNOWN"],
    ]);
  });

  it("a CSV file that was named has the columns of its first row", async () => {
    writeFileSync(join(folder, "people.csv"), '\ufeff"id";name;"e;mail"\n1;a;b\n');
    writeFileSync(join(folder, "rows.csv"), "1,2\n3,4\n");
    const { facts } = await factsOf("people.csv");
    expect(facts[0]?.columns?.map(({ name }) => name)).toEqual(["id", "name", "e;mail"]);
    expect((await factsOf("rows.csv")).problems).toEqual([]);
    expect((await factsOf("rows.csv")).facts).toEqual([]);
  });

  it("that are something else are a problem", async () => {
    writeFileSync(join(folder, "bad.parquet"), "PAR1 nothing");
    writeFileSync(join(folder, "bad.duckdb"), "nothing");
    expect((await factsOf("bad.parquet")).problems.map(({ code }) => code)).toEqual([
      "unreadable-file",
    ]);
    expect((await factsOf("bad.duckdb")).problems.map(({ code }) => code)).toEqual([
      "unreadable-file",
    ]);
  });

  it("with a footer of any bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readParquetFooter(bytes);
        return true;
      }),
    );
  });
});
