import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { compareQueries } from "#lib/ingest/sql/compare-queries.ts";
import { QueryTrace } from "#lib/ingest/sql/query-trace.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { type QuerySaid, querySaid, spellings, writeQuery } from "./random-rewrites.conformance.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
  orders: ["id", "customer_id", "amount", "status"],
  customers: ["customer_id", "country"],
  payments: ["order_id", "amount"],
};

/** Nulls, keys without a partner, keys with several, and values that are there more than once. */
const ROWS = `
  create table orders as select i as id, case when i % 11 = 0 then null else i % 6 end as customer_id,
    case when i % 7 = 3 then null else i % 5 end as amount,
    case i % 5 when 0 then 'open' when 1 then 'paid' when 2 then 'void' when 3 then null else 'open' end as status
    from range(40) t(i);
  create table customers as select i % 5 as customer_id, case when i % 3 = 0 then 'x' when i % 3 = 1 then 'y' end as country from range(7) t(i);
  create table payments as select i * 3 as order_id, i as amount from range(9) t(i);`;

let parser: SqlParser;
let connection: DuckDBConnection;
let instance: DuckDBInstance;

beforeAll(async () => {
  parser = await loadSqlParser();
  instance = await DuckDBInstance.create(":memory:", { memory_limit: "200MB", threads: "1" });
  connection = await instance.connect();
  await connection.run(ROWS);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

function traced(sql: string): QueryTrace {
  const trace = new QueryTrace();
  analyzeQuery({
    sql,
    dialect: "duckdb",
    parser,
    trace,
    lookup: (path) => {
      const name = path.at(-1)?.toLowerCase() ?? "";
      const columns = TABLES[name];
      if (columns === undefined) return undefined;
      return {
        asset: assetId("db", name),
        complete: true,
        columns: columns.map((column) => ({ name: column })),
      };
    },
  });
  return trace;
}

const editsOf = (before: string, after: string) =>
  compareQueries({ base: traced(before), head: traced(after), dialect: "duckdb" })?.edits;

const columnsOf = (sql: string): string => {
  const found = compareQueries({ base: traced(sql), head: traced(sql), dialect: "duckdb" });
  return (found?.after ?? []).map(({ name }) => name).join(" ");
};

/** How many rows one of the two has and the other has not, each as often as it is there; one where their columns differ. */
async function differingRows(before: string, after: string): Promise<number> {
  const names = async (sql: string): Promise<string> =>
    (await connection.runAndReadAll(`select * from (${sql}) limit 0`)).columnNames().join(" ");
  if ((await names(before)) !== (await names(after))) return 1;
  await connection.run(`create or replace temp table old_rows as ${before}`);
  await connection.run(`create or replace temp table new_rows as ${after}`);
  const found = await connection.runAndReadAll(
    `select count(*) from ((from old_rows except all from new_rows) union all (from new_rows except all from old_rows))`,
  );
  return Number(found.getRows()[0]?.[0]);
}

describe("queries that are written in other ways, executed", () => {
  it("say the same, and are told to be the same", async () => {
    await fc.assert(
      fc.asyncProperty(querySaid, spellings, spellings, async (said, one, other) => {
        const [before, after] = [writeQuery(said, one), writeQuery(said, other)];
        expect(await differingRows(before, after)).toBe(0);
        expect([before, after, editsOf(before, after)]).toEqual([before, after, []]);
      }),
      { numRuns: 150, seed: 20_261 },
    );
  });

  it("are never told to be the same where their rows differ", async () => {
    const change = fc.record({ said: querySaid, part: fc.nat({ max: 7 }), other: querySaid });
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(change, spellings, spellings, async ({ said, part, other }, one, two) => {
        const edited = { ...said, ...partOf(other, part) };
        const [before, after] = [writeQuery(said, one), writeQuery(edited, two)];
        if ((await differingRows(before, after)) === 0) return;
        differing += 1;
        // What only one of them gives is told by their columns.
        const isSaid =
          columnsOf(before) !== columnsOf(after) || editsOf(before, after)?.length !== 0;
        expect([before, after, isSaid]).toEqual([before, after, true]);
      }),
      { numRuns: 250, seed: 20_262 },
    );
    expect(differing).toBeGreaterThan(60);
  });
});

/** One thing that the other query says. */
function partOf(other: QuerySaid, part: number): Partial<QuerySaid> {
  const entries = Object.entries(other);
  const entry = entries[part % entries.length];
  return entry === undefined ? {} : Object.fromEntries([entry]);
}
