import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/*
 * Readers of a small shop that DuckDB answers before and after a change: an error is called an error, another answer is
 * never called unaffected, and nothing certain is said of the same one.
 */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: {
    id: "INTEGER",
    customer_id: "INTEGER",
    amount: "INTEGER",
    status: "VARCHAR",
    day: "DATE",
    is_gift: "BOOLEAN",
  },
  customers: { id: "INTEGER", name: "VARCHAR", region: "VARCHAR" },
  rates: { day: "DATE", rate: "INTEGER" },
  items: { order_id: "INTEGER", price: "INTEGER", sku: "VARCHAR" },
};

const FILL = [
  ...Object.entries(TABLES).map(
    ([name, columns]) =>
      `create table ${name} (${Object.entries(columns)
        .map((column) => column.join(" "))
        .join(", ")})`,
  ),
  "insert into orders values (1, 1, 10, 'paid', '2026-01-01', true), (2, 1, 20, 'open', '2026-01-02', false)",
  "insert into orders values (3, 2, -5, 'paid', '2026-01-03', false), (4, 2, 0, 'void', '2026-01-04', true)",
  "insert into customers values (1, 'Ann', 'EU'), (2, 'Bob', 'US'), (3, 'Cy', 'US')",
  "insert into rates values ('2026-01-01', 1), ('2026-01-03', 2)",
  "insert into items values (1, 30, 'a'), (2, 1, 'b'), (3, 7, 'a'), (4, 7, null)",
];

export interface Group {
  readonly title: string;
  readonly change: ChangeInput;
  /** The same change, done. */
  readonly sql: string;
  readonly readers: readonly string[];
}

let parser: SqlParser;
let instance: DuckDBInstance;
let db: DuckDBConnection;
async function open(): Promise<void> {
  parser = await loadSqlParser();
  instance = await DuckDBInstance.create(":memory:");
  db = await instance.connect();
  await db.run("set threads = 1");
  await db.run("set memory_limit = '500MB'");
  for (const sql of FILL) await db.run(sql);
}

function close(): void {
  db.closeSync();
  instance.closeSync();
}

const answer = async (sql: string): Promise<string> => {
  const read = await db.runAndReadAll(sql);
  // Numbers that may be too long for JSON stand there as texts: a sum of whole numbers is what a sum of others is.
  const isNumber = read.columnTypes().map((type) => NUMBER.test(type.toString()));
  const plain = read
    .getRowsJson()
    .map((row) => row.map((value, at) => (isNumber[at] && value !== null ? Number(value) : value)));
  return JSON.stringify(plain.map((row) => JSON.stringify(row)).sort());
};

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;

async function outcome(sql: string, changed: string): Promise<"fails" | "differs" | "same"> {
  const first = await answer(sql);
  await db.run("begin");
  for (const step of changed.split("; ")) await db.run(step);
  const second = await answer(sql).catch(() => undefined);
  await db.run("rollback");
  if (second === undefined) return "fails";
  return first === second ? "same" : "differs";
}

function judge(sql: string, change: ChangeInput) {
  const columnsOf = (name: string) =>
    Object.entries(TABLES[name] ?? {}).map(([column, type]) => ({ name: column, type }));
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    return name in TABLES
      ? { asset: idOf(name), columns: columnsOf(name), complete: true }
      : undefined;
  };
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = queryOf({ sql, plan });
  const graph = graphOf("", {
    ...Object.fromEntries(Object.keys(TABLES).map((name) => [name, { columns: columnsOf(name) }])),
    board: { kind: "dashboard", queries: [query] },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  const said = found.verdicts.find(({ asset }) => asset.name === "board");
  return { verdict: said?.verdict ?? "unaffected", certainty: said?.certainty ?? undefined };
}

/** Each reader before and after the change, as DuckDB answers it and as it is judged. */
export function describeReaders(groups: readonly Group[]): void {
  beforeAll(open);
  afterAll(close);
  describe.each(groups)("$title", ({ change, sql: changed, readers }) => {
    it.each(readers)("is judged as DuckDB answers: %s", async (sql) => {
      const { verdict, certainty } = judge(sql, change);
      const said = certainty === undefined ? verdict : `${verdict} ${certainty}`;
      switch (await outcome(sql, changed)) {
        case "fails":
          expect(verdict).toBe("breaks_loudly");
          break;
        case "differs":
          expect(["unaffected", "breaks_loudly certain"]).not.toContain(said);
          break;
        case "same":
          expect(certainty).not.toBe("certain");
      }
    });
  });
}
