import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBlock } from "./block-statements.ts";

const read = (sql: string) => readBlock({ sql, line: 1 });
const textsOf = (sql: string) => read(sql)?.statements.map((piece) => piece.sql);

describe("the statements in a block", () => {
  it("are read from conditions, loops and handlers, with their lines", () => {
    const sql = `do language plpgsql $body$
declare
  r record; n int := 0;
begin
  if exists (select 1 from t) then
    alter table t drop column a;
  else
    drop table u;
  end if;
  for r in select 1 loop insert into v select 1; end loop;
exception when others then
  create table w (id int);
end $body$`;
    expect(read(sql)).toEqual({
      statements: [
        { sql: "alter table t drop column a", line: 6 },
        { sql: "drop table u", line: 8 },
        { sql: "insert into v select 1", line: 10 },
        { sql: "create table w (id int)", line: 12 },
      ],
      unread: [],
    });
  });

  it("are read from a text that is run as it stands", () => {
    expect(textsOf("do $$ begin execute 'comment on table t is ''x'''; end $$")).toEqual([
      "comment on table t is 'x'",
    ]);
    expect(textsOf("do 'begin drop table t; end'")).toEqual(["drop table t"]);
  });

  it("are named where nobody can say what they run", () => {
    const block = read("do $$ begin execute 'drop table ' || t; perform tidy(); perform 1; end $$");
    expect(block?.statements).toEqual([]);
    expect(block?.unread.map(({ sql }) => sql)).toEqual([
      "execute 'drop table ' || t",
      "perform tidy()",
    ]);
  });

  it("keep to the text, whatever stands there", () => {
    const word = fc.constantFrom("begin", "if", "then", "drop", "execute", "'", ";", "end", "x");
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const body = words.join(" ");
        const block = read(`do $$ ${body} $$`);
        const found = [...(block?.statements ?? []), ...(block?.unread ?? [])];
        for (const { sql, line } of found) expect([body.includes(sql), line]).toEqual([true, 1]);
      }),
    );
  });
});
