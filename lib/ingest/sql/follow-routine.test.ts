import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readStatements } from "./read-statements.ts";
import { takeRoutines } from "./routines.ts";
import type { SqlParser } from "./sql-parser.ts";
import type { ReadStatements } from "./statement-facts.ts";
import { tokenizeSql } from "./tokenize.ts";
import { findTsqlStatements } from "./tsql-blocks.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const read = (dialect: string, sql: string): ReadStatements =>
  readStatements({ sql, dialect, parser });
const written = (found: ReadStatements): string[] =>
  found.statements.map(
    ({ line, kind, target, sql }) =>
      `${line} ${kind} ${target?.join(".") ?? "-"}: ${sql.replace(/\s+/g, " ").trim()}`,
  );

describe("a procedure of T-SQL", () => {
  const sql = `create or alter procedure dbo.load @day date, @mode as int = 0
with execute as owner as
begin try
  declare @last datetime = (select max(ts) from dbo.watermark), @n int
  begin transaction
  select id, x into #new from dbo.src where ts > @last and day = @day
  insert into dbo.fact (a, b)
  select case when x = 1 then 'a' else 'b' end, x from #new
  update dbo.watermark set ts = getdate()
  truncate table dbo.stage
  commit
end try
begin catch
  if @@trancount > 0 rollback
  throw
end catch
go
create table dbo.other (a int)`;

  it("tells each write of its body, through its temporary tables and with the queries of its variables", () => {
    const found = read("tsql", sql);
    expect(written(found)).toEqual([
      "7 insert dbo.fact: select id, x into #new from dbo.src where ts > ((select max(ts) from dbo.watermark)) and day = @day; insert into dbo.fact (a, b) select case when x = 1 then 'a' else 'b' end, x from #new",
      "9 update dbo.watermark: update dbo.watermark set ts = getdate()",
    ]);
    expect(found.problems).toEqual([]);
  });

  it("takes nothing away where it is made, and hides nothing that comes after it", () => {
    const found = read("tsql", sql);
    expect(found.losses).toEqual([]);
    expect(found.unread).toEqual([]);
    expect(found.tables.map(({ path }) => path.join("."))).toEqual(["dbo.other"]);
  });

  it("says what a condition reads, which all that it writes may hang on", () => {
    const found = read(
      "tsql",
      "create procedure p as if exists (select 1 from dbo.lock) return\ninsert into t select a from s",
    );
    expect(
      found.statements.map(({ target, sql: text }) => [target, text.includes("dbo.lock")]),
    ).toEqual([
      [["t"], false],
      [["t"], true],
    ]);
    expect(found.problems.map(({ code }) => code)).toEqual(["sql-not-understood"]);
  });

  it.each([
    [
      "select open, close from t order by a offset 0 rows fetch next 5 rows only insert into u select 1",
      ["select", "insert"],
    ],
    [
      "open c fetch next from c into @a close c deallocate c select 1",
      ["open", "fetch", "close", "deallocate", "select"],
    ],
    [
      "if update(a) insert into t select a from inserted else delete from t",
      ["if", "insert", "delete"],
    ],
    ["while @a > 0 begin set @a = 1 exec p @a end return 1", ["while", "set", "exec", "return"]],
    [
      "insert into t exec p ;with x as (select 1 a) merge t using x on x.a = t.a when matched then update set a = 1 when not matched then insert (a) values (1) print 'x'",
      ["insert", "with", "print"],
    ],
    [
      "begin transaction select case when 1 = 1 then 2 end from t commit transaction",
      ["select", "commit"],
    ],
  ])("is cut where another statement begins: %s", (body, heads) => {
    expect(findTsqlStatements(tokenizeSql(body)).map(({ head }) => head)).toEqual(heads);
  });

  it("is cut without losing or moving a word that is in no mark of a block", () => {
    const word = fc.constantFrom(
      ..."begin end if while select insert update set into from case when ( ) ; t @a with fetch close else".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join(" ");
        const spans = findTsqlStatements(tokenizeSql(text));
        spans.forEach(({ start, end }, at) => {
          expect(start).toBeGreaterThanOrEqual(spans[at - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
        });
        const kept = spans.map(({ start, end }) => text.slice(start, end)).join(" ");
        const plain = (all: string): string[] =>
          all.split(" ").filter((one) => one !== "" && !/^(?:begin|end|else|;)$/.test(one));
        expect(plain(kept)).toEqual(plain(text));
      }),
    );
  });
});

describe("procedures and tasks of other engines", () => {
  it.each([
    [
      "snowflake",
      "create procedure p(p_from date) returns int language sql execute as caller as $$ declare m date; begin m := (select max(d) from w); insert into t select a from s where d > :m and e > :p_from; for r in c do delete from x; end for; return 1; end $$; create table k (a int)",
      ["T: insert into t select a from s where d > ((select max(d) from w)) and e > ?"],
    ],
    [
      "snowflake",
      "create task k warehouse = w schedule = '1 minute' as insert into a select id from c",
      ["A: insert into a select id from c"],
    ],
    [
      "bigquery",
      "create procedure d.p() begin declare m date default (select max(d) from d.w); merge d.t using d.s on t.a = s.a when matched and s.d > m then update set b = s.b; end",
      [
        "d.t: merge d.t using d.s on t.a = s.a when matched and s.d > ((select max(d) from d.w)) then update set b = s.b",
      ],
    ],
    [
      "mysql",
      "create procedure p(in p_id int) modifies sql data begin declare v int; select max(x) into v from w; if v > 0 then insert into t select a from s where a > v and id = p_id; end if; end",
      ["t: insert into t select a from s where a > (select max(x) from w) and id = ?"],
    ],
    [
      "postgres",
      "create procedure p(p_d date) language plpgsql as $b$ declare v int := (select 1 from w); begin insert into t select a from s where id > v and d = p_d; exception when others then raise; end $b$",
      ["t: insert into t select a from s where id > ((select 1 from w)) and d = ?"],
    ],
    [
      "redshift",
      "create procedure p() as 'begin insert into t select ''x'', a from s; end' language plpgsql",
      ["t: insert into t select 'x', a from s"],
    ],
  ])("are followed statement by statement: %s, %s", (dialect, sql, expected) => {
    const found = read(dialect, sql);
    expect(
      found.statements
        .filter(({ kind }) => kind !== "delete")
        .map(
          ({ target, sql: text }) => `${target?.join(".")}: ${text.replace(/\s+/g, " ").trim()}`,
        ),
    ).toEqual(expected);
    expect([found.problems, found.losses, found.unread]).toEqual([[], [], []]);
  });

  it("are named as far as their text goes where it is put together while they run", () => {
    const found = read(
      "snowflake",
      "create procedure p() returns int language sql as $$ begin execute immediate 'insert into q select z from zz'; execute immediate :text; end $$",
    );
    expect(found.statements.map(({ target }) => target)).toEqual([["Q"]]);
    expect(found.problems).toHaveLength(1);
  });

  it("take a name that a column has as well for the column", () => {
    const found = read(
      "bigquery",
      "create procedure d.p(day date) begin insert into d.t select s.a from d.s where s.day = day; end",
    );
    expect(found.statements[0]?.sql).toBe("insert into d.t select s.a from d.s where s.day = day");
  });

  it("leave everything else of a text where it stands", () => {
    const word = fc.constantFrom(
      ..."create procedure task p as begin end ; $$ ' select a from t ( ) case go \n".split(" "),
    );
    fc.assert(
      fc.property(
        fc.array(word),
        fc.constantFrom("tsql", "snowflake", "mysql"),
        (words, dialect) => {
          const sql = words.join(" ");
          const taken = takeRoutines(sql, dialect as "tsql");
          expect(taken.sql.split("\n").length).toBe(sql.split("\n").length);
          expect(taken.sql.length).toBe(sql.length);
          for (const { body } of taken.routines)
            expect(sql.replaceAll("''", "'")).toContain(body.sql);
        },
      ),
    );
  });
});

describe("variables of a script", () => {
  it.each([
    ["tsql", "declare @n int\nset language us_english\ninsert into t select language, @n from s"],
    [
      "databricks",
      "declare n int default 1; set spark.sql.ansi.enabled = true; insert into t select spark, n from s",
    ],
  ])("are no settings of the session: %s", (dialect, sql) => {
    const inserted = read(dialect, sql).statements.find(({ kind }) => kind === "insert");
    expect(inserted?.sql).toMatch(/select (?:language|spark), (?:@n|\?)\s+from s/);
  });

  it.each([
    [
      "tsql",
      "declare @c datetime = (select max(ts) from w)\nselect @c = max(d) from v\ninsert into t select a from s where ts > @c",
      "insert into t select a from s where ts > (coalesce(((select max(ts) from w)), (select max(d) from v)))",
    ],
    [
      "bigquery",
      "declare c, d date default (select max(ts) from w); declare n int64 default 5; insert into t select a from s where ts > c and x > n",
      "insert into t select a from s where ts > ((select max(ts) from w)) and x > ?",
    ],
  ])("stand for the query that fills them: %s", (dialect, sql, expected) => {
    const [found] = read(dialect, sql).statements;
    expect(found?.sql.trimEnd()).toBe(expected);
  });
});
