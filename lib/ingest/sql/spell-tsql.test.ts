import { describe, expect, it } from "vitest";
import { spellTsql } from "./spell-tsql.ts";
import { splitStatements } from "./split-statements.ts";

const heads = (sql: string): string[] =>
  splitStatements(spellTsql(sql)).map((piece) => piece.sql.replace(/\s+/g, " ").trim());

describe("statements of T-SQL without a sign between them", () => {
  it("are told apart by the words that they begin with", () => {
    expect(
      heads(`set nocount on
        declare @from date = '2026-01-01'
        if object_id('tempdb..#big') is not null drop table #big
        select id into #big from orders where ts >= @from
        update #big set id = 1
        delete from #big where id = 2
        select * from #big`),
    ).toEqual([
      "set nocount on",
      "declare @from date = '2026-01-01'",
      "drop table #big",
      "select id into #big from orders where ts >= @from",
      "update #big set id = 1",
      "delete from #big where id = 2",
      "select * from #big",
    ]);
  });

  it.each([
    "insert into t (a) select a from s union all select b from r",
    "with x as (select a from s) insert into t select a from x",
    "insert into t values (1)",
    "merge t using s on t.a = s.a when matched then update set b = 1 when not matched then insert (a) values (1)",
    "alter table t drop column a",
    "alter table t drop constraint c, column if exists a",
    "drop table if exists #t",
    "create table if not exists t (a int)",
    "create procedure p as begin select 1 select 2 end",
    "create view v as select a from t",
    "grant select on t to r",
    "bulk insert t from 'x.csv'",
    "declare c cursor for select a from t",
    "select a from t order by (select 1)",
  ])("stay whole where one holds the other: %s", (sql) => {
    expect(heads(sql)).toEqual([sql]);
  });

  it("end where values were written out", () => {
    expect(heads("insert into t values (1)\nselect a from t")).toEqual([
      "insert into t values (1)",
      "select a from t",
    ]);
  });
});

describe("blocks of T-SQL", () => {
  it.each([
    ["if col_length('t', 'c') is null alter table t add c int", ["alter table t add c int"]],
    [
      "if exists (select 1 from sys.columns) begin alter table t drop column b alter table t add d int end else drop table t",
      ["alter table t drop column b", "alter table t add d int", "drop table t"],
    ],
    [
      "begin try begin tran alter table t drop column b commit tran end try begin catch rollback tran; throw end catch",
      ["alter table t drop column b"],
    ],
    [
      "while 1 = 1 begin delete top (100) from t where a < 5 if @@rowcount = 0 break end",
      ["delete from t where a < 5"],
    ],
    [
      "if 1 = 1 exec('create table u (a varchar(3) default ''x'')')",
      ["create table u (a varchar(3) default 'x')"],
    ],
    [
      "set xact_abort on begin transaction drop table t commit",
      ["set xact_abort on", "drop table t"],
    ],
  ])("are taken to run what they hold: %s", (sql, expected) => {
    expect(heads(sql)).toEqual(expected);
  });

  it("leave a batch that makes a trigger or a view as it stands, and cut the next one", () => {
    const trigger = "create trigger g on t for insert as begin insert into u select 1 end";
    expect(heads(`${trigger}\ngo\nif 1 = 1 drop table v`)).toEqual([trigger, "drop table v"]);
  });

  it("keep the lines of what they hold", () => {
    const sql = "if 1 = 1\nbegin\n  drop table a\n\n  drop table b\nend";
    expect(splitStatements(spellTsql(sql)).map(({ line }) => line)).toEqual([3, 5]);
  });
});

describe("spellings that only T-SQL has", () => {
  it("gives table variables and named columns the forms that the parser takes", () => {
    expect(spellTsql("declare @t as table (a int)").replace(/\s+/g, " ")).toBe(
      "create table @t (a int)",
    );
    expect(spellTsql("select 'Full name' = a, b from t where c in ('x') and 'y' = d")).toBe(
      "select [Full name] = a, b from t where c in ('x') and 'y' = d",
    );
  });
});
