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
 * Queries that DuckDB runs before and after a change, against the verdict on the reader: what really gives other rows or
 * an error must not read as unaffected. The queries are about how rows of one table decide about rows of another.
 */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  t: { a: "INTEGER", b: "INTEGER", s: "VARCHAR" },
  u: { x: "INTEGER", y: "INTEGER", r: "VARCHAR" },
};

const FILL = [
  "create table t as select (i % 7)::int a, ((i * 37) % 23)::int b, case i % 3 when 0 then 'p' else 'q' end s from range(1, 20) g(i)",
  "create table u as select i::int x, (i * 3)::int y, case i % 2 when 0 then 'eu' else 'us' end r from range(2, 9) g(i)",
];

const QUERIES: readonly string[] = [
  "select t.b from t where not exists (select 1 from u where u.x = t.a) order by all",
  "select count(*) from t where not exists (select 1 from u where u.x = t.a)",
  "select max(t.b) from t where not exists (select 1 from u where u.x = t.a and u.r = 'eu')",
  "select t.b from t where exists (select 1 from u where u.x = t.a and u.y > 10) order by all",
  "select t.b from t where exists (select 1 from u join t t2 on u.x = t2.b where t2.s = t.s and u.r = 'us' and t.a > 3) order by all",
  "select u.x from u where exists (select 1 from t where t.b > 20) order by all",
  "select u.x from u where not exists (select 1 from t where t.b > 100) order by all",
  "select u.x, case when exists (select 1 from t where t.a = u.x and t.b > 9) then 1 else 0 end f from u order by all",
  "select u.x, exists (select 1 from t where t.b = u.y) f from u order by all",
  "select count(*) from t where t.a not in (select x from u where r = 'eu')",
  "select t.b from t left join u on t.a = u.x where u.x is null order by all",
  "select count(*) from t left join u on t.a = u.x and u.r = 'eu' where u.x is null",
  "select count(*) from t left join u on u.x = t.a where u.y is null",
  "select count(*) from t left join u on t.a = u.x where u.r = 'eu' or t.b > 15",
  "select count(*) from t left join u on t.a = u.x where coalesce(u.r, '-') = '-'",
  "select t.b from u right join t on t.a = u.x where u.x is null order by all",
  "select count(*) from t left join u on t.a = u.x join u v on v.y = u.y",
  "select count(v.x) from t left join u on t.a = u.x left join u v on v.y = u.y",
  "select count(*) from t full join u on t.a = u.x",
  "select count(*) from t full join u on t.a = u.x where t.a is null",
  "select t.b, u.y from t full join u on t.a = u.x order by all",
  "select count(*) from t anti join u on t.a = u.x and u.r = 'eu'",
  "select count(*) from t semi join u on t.a = u.x and u.y > 9",
  "select u.x from u where (select min(a) from t) is null order by all",
  "select u.x from u where u.y > coalesce((select min(b) from t where t.a = u.x), 0) order by all",
  "select u.x, (select max(t.b) from t where t.a = u.x) + 1 m from u order by all",
  "select u.x, (select t.b from t where t.a = u.x and t.s = 'p' order by t.b limit 1) + 1 m from u order by all",
  "select count(*) from u where u.y > (select t.b from t where t.a = u.x order by t.b limit 1)",
  "select count(*) from (select a from t union select x from u)",
  "select count(*) from (select a from t except select x from u)",
  "select count(*) from (select a from t intersect select x from u)",
  "select count(*) from (select a, s from t except all select x, r from u)",
  "select count(*) from (select * from t union select * from u)",
  "select count(*) from (select distinct s, b from t)",
  "select count(*) from (select s from t group by s)",
  "select count(*) from (select distinct t.s from t join u on t.a = u.x)",
  "select count(*) from (select a, sum(b) from t group by a having sum(b) > 20)",
  "select sum(case when s = 'p' then 1 else 0 end) from t",
  "pivot t on s using sum(b) group by a order by all",
  "select * from (pivot t on s using sum(b) group by a) order by all",
  "select * from t pivot (sum(b) for s in ('p', 'q') group by a) order by all",
  "select * from (select a, s, b from t) pivot (sum(b) for s in ('p', 'q')) order by all",
  "select b from t order by b, a limit (select max(y) from u where y < 10)",
  "select b from t order by b, a limit 3 offset (select min(x) from u)",
  "select t.* replace (u.y as b) from t join u on t.a = u.x order by all",
  "select n, v from t unpivot (v for n in (a, b)) order by all",
  "select count(o) from t o",
  "select sum(v) from (select s, sum(b) v from t group by s)",
  "select sum(v) from (select s, max(b) v from t group by s)",
  "select sum(v) from (select s, sum(b) / count(distinct a) v from t group by s)",
  "select sum(v) from (select s, sum(b) * 1.0 / sum(a) v from t group by s)",
  "select sum(v) from (select s, a, b + count(*) v from t group by s, a, b)",
  "select avg(v) from (select s, sum(b) v from t group by s)",
  "select max(v) from (select s, sum(b) v from t group by s)",
  "select sum(d.v) from (select s, sum(b) v from t group by s) d join u on d.v > u.x",
  "select u.r, sum(d.v) from u left join (select a, s, sum(b) v from t group by a, s) d on d.a = u.x group by u.r order by all",
  "select sum(j.y) from (select d.a, u.y from (select a, s, count(*) n from t group by a, s) d join u on u.x = d.a) j",
  "select sum(y) from (select u.y, count(*) n from u left join (select a, s, sum(b) v from t group by a, s) d on d.a = u.x group by u.y, u.x)",
  "select sum(w) from (select s, sum(b) over (partition by s) w from t)",
  "select s, sum(v) from (select s, a, sum(b) v from t group by s, a) group by s order by all",
];

interface Change {
  readonly change: ChangeInput;
  readonly sql: string;
}

const CHANGES: readonly Change[] = Object.entries(TABLES).flatMap(([asset, columns]) => [
  { change: { kind: "row_count_drop", asset }, sql: `delete from ${asset} where rowid % 2 = 0` },
  ...Object.entries(columns).flatMap(([column, type]): Change[] => [
    {
      change: { kind: "drop_column", asset, column },
      sql: `alter table ${asset} drop column ${column}`,
    },
    {
      change: { kind: "became_mostly_null", asset, column },
      sql: `update ${asset} set ${column} = null`,
    },
    ...(type === "INTEGER"
      ? [
          {
            change: { kind: "unit_or_meaning_changed", asset, column } as const,
            sql: `update ${asset} set ${column} = ${column} * 100`,
          },
        ]
      : [
          {
            change: { kind: "enum_value_removed_or_renamed", asset, column } as const,
            sql: `update ${asset} set ${column} = upper(${column})`,
          },
        ]),
  ]),
]);

let parser: SqlParser;
let instance: DuckDBInstance;
beforeAll(async () => {
  parser = await loadSqlParser();
  instance = await DuckDBInstance.create(":memory:");
});
afterAll(() => instance.closeSync());

async function execute(db: DuckDBConnection, sql: string): Promise<string> {
  try {
    return JSON.stringify((await db.runAndReadAll(sql)).getRowsJson());
  } catch {
    return "error";
  }
}

/** The query's result as the tables are, and after each change; every change is rolled back. */
async function measure(sql: string): Promise<readonly string[]> {
  const db = await instance.connect();
  await db.run("set threads = 1");
  for (const fill of FILL) await db.run(fill.replace("create table", "create temp table"));
  const results = [await execute(db, sql)];
  for (const change of CHANGES) {
    await db.run("begin");
    await db.run(change.sql);
    results.push(await execute(db, sql));
    await db.run("rollback");
  }
  db.closeSync();
  return results;
}

function judge(sql: string): readonly string[] {
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    const columns = TABLES[name];
    if (!columns) return undefined;
    return {
      asset: idOf(name),
      columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
      complete: true,
    };
  };
  const analysed = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  const query = queryOf({ sql, ...(analysed.plan ? { plan: analysed.plan } : {}) });
  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([name, columns]) => [
      name,
      { columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })) },
    ]),
  );
  const unknown = analysed.plan
    ? []
    : analysed.edges.map(({ from, use }) => `${from.asset.split("/").at(-1)} -${use}> board`);
  const graph = graphOf(unknown.join(";"), {
    ...tables,
    board: { kind: "dashboard", queries: [query] },
  });
  const snapshot = buildSnapshot(graph);
  return CHANGES.map(({ change }) => {
    const answer = assessChanges({ graph, snapshot, changes: [change] });
    if (isChangeError(answer)) return answer.error.message;
    return answer.verdicts.find((each) => each.asset.name === "board")?.verdict ?? "absent";
  });
}

describe("what DuckDB does after a change, against the verdict", () => {
  for (const sql of QUERIES) {
    it(sql, async () => {
      const [before = "error", ...after] = await measure(sql);
      expect(before).not.toBe("error");
      const verdicts = judge(sql);
      const missed = CHANGES.flatMap(({ change }, i) => {
        const differs = after[i] !== before;
        const says = verdicts[i] ?? "absent";
        const isMissed = differs && (says === "unaffected" || says === "absent");
        const isAlarm =
          change.kind === "drop_column" && !differs && says !== "unaffected" && says !== "absent";
        const isSoft =
          change.kind === "drop_column" &&
          after[i] === "error" &&
          says !== "breaks_loudly" &&
          says !== "unknown";
        return isMissed || isAlarm || isSoft
          ? [
              `${change.kind} ${change.asset}.${change.column ?? ""}: ${after[i] === "error" ? "an error" : differs ? "other rows" : "the same"}, ${says}`,
            ]
          : [];
      });
      expect(missed).toEqual([]);
    });
  }
});
