import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { postgresStatementsBy } from "#lib/usecases/sources/sql-for-readers.ts";
import { readCheck } from "./read-check.ts";
import { readPostgresCatalog } from "./read-postgres-catalog.ts";
import type { StatementsOf } from "./routine-writes.ts";

let statementsOf: StatementsOf;
beforeAll(async () => {
  statementsOf = postgresStatementsBy(await loadSqlParser());
});

const server = { host: "db.example", port: 5432, database: "shop" };
const readText = (path: string, text: string) =>
  readPostgresCatalog([{ path, text }], { statementsOf });
const readAll = (relations: readonly unknown[], routines: readonly unknown[]) =>
  readText("catalog.json", JSON.stringify({ postgresCatalog: 1, server, relations, routines }));
const read = (...relations: readonly unknown[]) => readAll(relations, []);
const table = (name: string, more: object = {}) => ({
  schema: "raw",
  name,
  kind: "r",
  columns: [{ name: "id", type: "bigint", nullable: false }],
  ...more,
});

describe("a catalog's document", () => {
  it("statements of one procedure that write into one table have names of their own", () => {
    const body =
      "begin insert into raw.t select id from raw.x; insert into raw.t select id from raw.y; end";
    const definition = `create or replace procedure raw.fill() language plpgsql as $$ ${body} $$`;
    const fill = { schema: "raw", name: "fill", definition };
    const { facts } = readAll([table("x"), table("y"), table("t")], [fill, fill]);
    const names = facts.flatMap(({ queries }) => queries.map(({ name }) => name));
    expect(names).toEqual(["raw.fill", "raw.fill (2)", "raw.fill (3)", "raw.fill (4)"]);
  });

  it("a foreign table is read column by column from where its rows are", () => {
    const { facts } = read(
      table("orders", {
        kind: "f",
        columns: [{ name: "id", remote: "order_id" }, { name: "amount" }],
        foreign: {
          wrapper: "postgres_fdw",
          server: "wh",
          host: "other.example",
          port: "5433",
          database: "dwh",
          schema: "core",
          table: "orders",
        },
      }),
      table("log", {
        kind: "f",
        foreign: { wrapper: "file_fdw", server: "files", file: "/srv/log.csv" },
      }),
      table("odd", { kind: "f", foreign: { wrapper: "redis_fdw", server: "cache" } }),
    );
    expect(
      facts.flatMap(({ edges }) =>
        edges.map(({ from, toColumn }) => [
          from.name.namespace,
          from.name.name,
          from.column,
          toColumn,
        ]),
      ),
    ).toEqual([
      ["postgres://other.example:5433", "dwh.core.orders", "order_id", "id"],
      ["postgres://other.example:5433", "dwh.core.orders", "amount", "amount"],
      ["file", "/srv/log.csv", "id", "id"],
      ["redis_fdw://cache", "raw.odd", "id", "id"],
    ]);
  });

  it("a thousand partitions are the one table, and that is said", () => {
    const parts = Array.from({ length: 1000 }, (_, at) =>
      table(`orders_${at}`, { partOf: { schema: "raw", name: "orders" } }),
    );
    const { facts, problems } = read(table("orders", { kind: "p" }), ...parts);
    expect(facts.map(({ name }) => name.name)).toEqual(["shop.raw.orders"]);
    expect(problems).toMatchObject([{ code: "too-large", severity: "info" }]);
  });

  it("statistics of a sample do not say that a column holds nothing but nulls", () => {
    const of = (rows: number) =>
      read(
        table("t", {
          rows,
          sampled: 30_000,
          columns: [{ name: "a", nullShare: 1, distinct: -0.5 }],
        }),
      ).facts[0]?.columns?.[0]?.profile;
    expect(of(100)).toEqual({ nullShare: 1, distinct: 50, rows: 100 });
    expect(of(1_000_000)).toEqual({ distinct: 500_000, rows: 1_000_000 });
  });

  it("a column of a table may be null where it is not declared otherwise; of a view that is not known", () => {
    const of = (kind: string) =>
      read(table("t", { kind, columns: [{ name: "a", nullable: true }] })).facts[0]?.columns?.[0];
    expect(of("r")).toEqual({ name: "a", nullable: true });
    expect(of("v")).toEqual({ name: "a" });
  });

  it("a relation that is broken is told, the others are read; other files are none", () => {
    const { facts, problems } = read(table("good"), { name: 7 });
    expect(facts.map(({ name }) => name.name)).toEqual(["shop.raw.good"]);
    expect(problems).toMatchObject([{ code: "wrong-shape", file: "catalog.json" }]);
    expect(readText("x", "{}").problems).toMatchObject([{ code: "wrong-shape" }]);
    expect(readText("x", "{").problems).toMatchObject([{ code: "bad-json" }]);
  });

  const procedure = (definition: string) => ({ schema: "raw", name: "load", definition });

  it("what a procedure writes is a query of its table, in its own schema first", () => {
    const { facts, problems } = readAll(
      [table("orders"), table("orders", { schema: "public" }), table("src")],
      [
        procedure(
          "CREATE OR REPLACE PROCEDURE raw.load(IN day date)\n LANGUAGE sql\nAS $procedure$ insert into orders select id from src where at = day $procedure$\n",
        ),
        procedure(
          "CREATE OR REPLACE FUNCTION raw.f()\n RETURNS void\n LANGUAGE sql\nBEGIN ATOMIC\n DELETE FROM public.orders WHERE (id IN ( SELECT src.id FROM raw.src));\nEND\n",
        ),
      ],
    );
    expect(problems).toEqual([]);
    expect(
      facts.map(({ name, queries }) => [name.name, queries.map(({ sql }) => sql.trim())]),
    ).toEqual([
      ["shop.raw.orders", ["insert into orders select id from src where at = ?"]],
      [
        "shop.public.orders",
        ["DELETE FROM public.orders WHERE (id IN ( SELECT src.id FROM raw.src))"],
      ],
      ["shop.raw.src", []],
    ]);
  });

  it("a function means the table in small letters where it writes no quotes", () => {
    const { facts } = read(
      table("orders"),
      table("Orders"),
      table("v", { kind: "v", bodies: ["select * from orders"] }),
      table("w", { kind: "v", bodies: ['select * from "Orders"'] }),
    );
    expect(facts.slice(2).map(({ edges }) => edges.map(({ from }) => from.name.name))).toEqual([
      ["shop.raw.orders"],
      ["shop.raw.Orders"],
    ]);
  });

  it("a procedure that is broken is told, the tables are read", () => {
    const { facts, problems } = readAll([table("good")], [{ schema: "raw" }]);
    expect(facts).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "wrong-shape", file: "catalog.json" }]);
  });

  it("documents of any shape are read without an exception", () => {
    const key = fc.constantFrom(
      "schema",
      "name",
      "kind",
      "columns",
      "keys",
      "checks",
      "reads",
      "bodies",
      "triggers",
      "partOf",
      "foreign",
      "definition",
      "rows",
    );
    const value = fc.oneof(fc.constantFrom("r", "v", "f", "raw"), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.array(fc.dictionary(key, value)), fc.string(), (relations, body) => {
        readAll(relations, [...relations, procedure(body)]);
        read(
          ...relations,
          ...relations.map((one) => table("t", one)),
          table("t", {
            bodies: [body],
            triggers: [body],
            checks: [{ columns: ["id"], definition: body }],
          }),
        );
      }),
    );
  });
});

describe("CHECK constraints as the server writes them", () => {
  it.each([
    ["CHECK ((state = ANY (ARRAY['open'::text, 'it''s'::text])))", ["open", "it's"]],
    [
      "CHECK (((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
      ["a", "b"],
    ],
    ["CHECK ((n = ANY (ARRAY[1, 2, -3])))", ["1", "2", "-3"]],
    ["CHECK ((state = 'open'::text))", ["open"]],
    ["CHECK ((\"Odd\" = ANY (ARRAY['x, y'::text]))) NOT VALID", ["x, y"]],
  ])("%s", (definition, values) => {
    expect(readCheck(definition)).toEqual({ kind: "values", values });
  });

  it("one that forbids nulls, and ones that say nothing so plain", () => {
    expect(readCheck("CHECK ((state IS NOT NULL))")).toEqual({ kind: "not_null" });
    for (const other of [
      "CHECK ((amount >= 0))",
      "CHECK ((state = ANY (ARRAY['a'::text, lower(other)])))",
      "CHECK (((state = 'a'::text) OR (amount > 0)))",
      "CHECK ((NOT (state = ANY (ARRAY['a'::text]))))",
    ])
      expect(readCheck(other)).toBe(undefined);
  });
});
