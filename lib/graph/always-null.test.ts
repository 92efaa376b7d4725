import { beforeAll, describe, expect, it } from "vitest";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../usecases/sources/load-sql-parser.ts";
import { findAlwaysNull } from "./always-null.ts";
import { graphOf, idOf } from "./graph-of.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
  charge: ["id", "amount"],
  method: ["method_id", "brand"],
  stg: ["id", "amount", "method_id"],
};
let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

/** Models in the order in which they are given; each may read the tables and `stg`. */
function nullsOf(models: Readonly<Record<string, string>>, asked: string): string[] {
  const notes = Object.fromEntries(
    Object.entries(models).map(([name, sql]) => {
      const { plan } = analyzeQuery({
        sql,
        dialect: "duckdb",
        parser,
        lookup: ([table = ""]) =>
          TABLES[table] && {
            asset: idOf(table),
            columns: TABLES[table].map((column) => ({ name: column })),
            complete: true,
          },
      });
      const query = { name: "model", sql, dialect: "duckdb", provenance: {} };
      return [name, { columns: [], queries: [{ ...query, ...(plan ? { plan } : {}) }] }];
    }),
  );
  const graph = graphOf("charge.id -NOT_USED> nobody; method.brand -NOT_USED> nobody", {
    charge: {},
    method: {},
    ...notes,
  });
  return [...(findAlwaysNull(graph).get(idOf(asked)) ?? [])].sort();
}

const STG = "select id, amount, cast(null as varchar(20)) as method_id from charge";
const over = (sql: string) => nullsOf({ mart: sql, stg: STG }, "mart");

describe("columns that are NULL whatever the tables hold", () => {
  it("are those in which the query writes NULL", () => {
    expect(nullsOf({ stg: STG }, "stg")).toEqual(["method_id"]);
    expect(
      nullsOf({ m: "select null as a, null::int as b, '' as c, 1 as d from charge" }, "m"),
    ).toEqual(["a", "b"]);
  });

  it("are not those that may be NULL for another reason", () => {
    const sql =
      "select try_cast('x' as int) as a, nullif(1, 2) as b, lag(1) over () as c from charge";
    expect(nullsOf({ m: sql }, "m")).toEqual([]);
    const union = "select null as a from charge union all select id from charge";
    expect(nullsOf({ m: union }, "m")).toEqual([]);
  });

  it("are handed on, and end where something is put in their place", () => {
    expect(
      over(
        "with s as (select * from stg) select method_id as a, cast(method_id as int) as b from s",
      ),
    ).toEqual(["a", "b"]);
    expect(
      over(
        "select coalesce(method_id, 'x') as a, count(method_id) as b, case when true then method_id else 'x' end as c, sum(amount) as d from stg group by 3",
      ),
    ).toEqual([]);
  });

  it("are all columns of the optional side of a join that can never match", () => {
    const join = (on: string) =>
      over(`select s.id, m.brand, m.brand || '!' as loud from stg s left join method m on ${on}`);
    expect(join("s.method_id = m.method_id")).toEqual(["brand"]);
    expect(join("s.method_id = m.method_id and m.brand <> 'x'")).toEqual(["brand"]);
    expect(join("s.id = m.method_id")).toEqual([]);
    expect(join("s.method_id = m.method_id or s.id = 1")).toEqual([]);
    expect(join("coalesce(s.method_id, '') = m.method_id")).toEqual([]);
    expect(join("lower(coalesce(s.method_id, '')) = m.method_id")).toEqual([]);
    expect(join("coalesce(lower(s.method_id), '') = m.method_id")).toEqual([]);
    expect(join("left(concat('a', s.method_id), 3) = m.method_id")).toEqual([]);
    expect(join("lower(s.method_id) = m.method_id")).toEqual(["brand"]);
    expect(join("s.method_id is not distinct from m.method_id")).toEqual([]);
    expect(join("m.method_id is not distinct from s.method_id")).toEqual([]);
    expect(join("case when s.method_id is null then 'x' end = m.method_id")).toEqual([]);
  });

  it("are found in time linear in the text, however odd the text is", () => {
    const odd = `on ${"left ".repeat(100_000)} ${"(".repeat(50_000)} cast(null as ${" ".repeat(100_000)}`;
    const sql = `${STG} /* */ where id > 1`;
    const { plan } = analyzeQuery({ sql, dialect: "duckdb", parser, lookup: () => undefined });
    const query = { name: "q", sql: `${sql} ${odd}`, dialect: "duckdb", provenance: {} };
    const graph = graphOf("x.a -NOT_USED> y", {
      m: { queries: [{ ...query, ...(plan ? { plan } : {}) }] },
    });
    const before = process.cpuUsage();
    findAlwaysNull(graph);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  });

  it("are none of tables that read themselves", () => {
    expect(nullsOf({ stg: "select id, amount, method_id from stg" }, "stg")).toEqual([]);
  });
});
