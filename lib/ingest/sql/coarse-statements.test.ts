import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery, type QueryAnalysis } from "./analyze-query.ts";
import { readStatements } from "./read-statements.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const analyse = (sql: string, dialect: string): QueryAnalysis =>
  analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => ({
      asset: assetId("test", path.join(".").toLowerCase()),
      columns: [],
      complete: false,
    }),
  });

const unknownFrom = ({ edges }: QueryAnalysis): string[] =>
  edges
    .filter((edge) => edge.use === "UNKNOWN")
    .map((edge) => edge.from.asset.split("/").at(-1) ?? "");

const written = (sql: string, dialect: string): string[] =>
  readStatements({ sql, dialect, parser }).statements.map(
    ({ kind, target }) => `${kind} ${target?.join(".").toLowerCase() ?? "nothing"}`,
  );

describe("statements that are known to the table only", () => {
  it.each([
    "create trigger g after update of a on t for each row when (old.a is distinct from new.a) execute function f()",
    "create trigger g before insert or update on t for each row execute function f()",
    "create trigger g on t for insert, update as exec f",
  ])("takes no word of a trigger for a table that is read: %s", (sql) => {
    for (const dialect of ["postgres", "tsql"])
      expect(unknownFrom(analyse(sql, dialect)).filter((name) => name !== "t")).toEqual([]);
  });

  it.each([
    [
      "snowflake",
      "insert all into a (x) values (id) into b values (name) select id, name from c",
      ["insert a", "insert b"],
    ],
    [
      "snowflake",
      "create procedure p() returns int language sql as $$ begin insert into a select id from c; end $$",
      ["insert a"],
    ],
    [
      "snowflake",
      "create task t schedule = '1 minute' as insert into a select id from c",
      ["insert a"],
    ],
    ["snowflake", "execute immediate 'insert into a select id from c'", ["insert a"]],
    ["postgres", "do $$ begin insert into a select * from c; end $$", ["insert a"]],
    [
      "postgres",
      "create function f() returns int language sql as 'insert into a select id from c'",
      ["insert a"],
    ],
    [
      "bigquery",
      "create model m options (model_type = 'linear_reg') as select * from c",
      ["table m"],
    ],
    [
      "hive",
      "from c insert into table a select x insert into table b select y",
      ["insert a", "insert b"],
    ],
    ["databricks", "apply changes into a from stream(c) keys (id) sequence by ts", ["insert a"]],
  ])("marks the table that is read as unknown, and says so: %s, %s", (dialect, sql, targets) => {
    const found = analyse(sql, dialect);
    expect(unknownFrom(found)).toContain("c");
    expect(found.problems.map((problem) => problem.code)).toContainEqual(
      expect.stringMatching(/^sql-not-(understood|parsed)$/),
    );
    expect(written(sql, dialect)).toEqual(targets);
  });

  it.each([
    ["redshift", "unload ('select id from c') to 's3://bucket/x'", "id"],
    ["duckdb", "copy (select id from c) to 'x.parquet'", "id"],
    ["duckdb", "copy c to 'x.parquet'", undefined],
  ])("follows what goes into a file, which is no table: %s, %s", (dialect, sql, column) => {
    const found = analyse(sql, dialect);
    expect(found.problems).toEqual([]);
    expect(found.edges.map(({ from }) => from.column)).toContain(column);
    expect(written(sql, dialect)).toEqual(["query nothing"]);
  });

  it.each([
    ["snowflake", "copy into a from @stage/x", ["insert a"]],
    ["postgres", "copy a from '/x.csv'", ["insert a"]],
    ["mysql", "load data infile 'x' into table a", ["insert a"]],
    ["postgres", "call p()", []],
  ])("tells of a load whose columns nobody can know: %s, %s", (dialect, sql, targets) => {
    expect(analyse(sql, dialect).problems).toHaveLength(1);
    expect(written(sql, dialect)).toEqual(targets);
  });

  it("keeps quiet about statements that move no data", () => {
    const read = readStatements({
      sql: "set x = 1; use db.s; grant select on a to role r; drop view v; begin; commit",
      dialect: "snowflake",
      parser,
    });
    expect(read).toEqual({
      tables: [],
      moved: [],
      tookViews: [],
      statements: [],
      problems: [],
      gone: [["v"]],
      losses: [],
      twice: [],
      unread: [],
    });
  });
});

describe("targets that stand at unusual places", () => {
  it.each([
    ["tsql", "select id into a from c", ["table a"]],
    ["postgres", "with x as (select id from c) insert into a select id from x", ["insert a"]],
    ["postgres", "delete from a using c where c.id = a.id", ["delete a"]],
    ["postgres", "delete from a where id = 3", []],
    ["postgres", "alter view v as select id from c", ["view v"]],
    ["snowflake", "create table a clone c", ["table a"]],
    ["snowflake", "alter table a swap with c", ["table a"]],
    ["databricks", "create or refresh streaming table a as select * from stream(c)", ["table a"]],
    ["databricks", "insert overwrite a select * from c", ["insert a"]],
  ])("%s: %s", (dialect, sql, targets) => {
    expect(written(sql, dialect)).toEqual(targets);
  });
});

describe("temporary tables", () => {
  const script = [
    "create temp table t as -- what is paid",
    "  select customer_id, sum(amount) as total from orders group by 1;",
    "create temp table u (id int, total int);",
    "insert into u select customer_id, total from t;",
    "create table spent as",
    "select u.id, u.total from u;",
    "select id from customers",
  ].join("\n");

  it("are looked through by the statements that come after them", () => {
    const { statements, tables } = readStatements({ sql: script, dialect: "postgres", parser });
    expect(tables).toEqual([]);
    expect(statements.map(({ kind, line }) => [kind, line])).toEqual([
      ["table", 5],
      ["query", 7],
    ]);
    const [spent, other] = statements;
    const found = analyse(spent?.sql ?? "", "postgres");
    expect(found.problems).toEqual([]);
    expect(found.edges.map((edge) => [edge.output, edge.from.column, edge.use])).toEqual([
      ["id", "customer_id", "IDENTITY"],
      ["total", "amount", "AGG_SUM"],
      [undefined, "customer_id", "GROUP_BY"],
    ]);
    expect(other?.sql).toBe("select id from customers");
  });

  it("keep the lines of the statement that reads them", () => {
    const { statements } = readStatements({ sql: script, dialect: "postgres", parser });
    const lines = (statements[0]?.sql ?? "").split("\n");
    expect(lines[0]).toContain("create table spent as");
    expect(lines).toHaveLength(2);
  });
});
