import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "../usecases/sources/load-sql-parser.ts";
import { readSqlFiles } from "./read-sql-files.ts";
import type { SqlParser } from "./sql/sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

describe("DDL and SQL files", () => {
  const files = [
    {
      path: "V10__add.sql",
      text: "alter table shop.orders add column note text;\nalter table shop.orders drop column junk",
    },
    {
      path: "V2__init.sql",
      text: "create table shop.orders (\n id int primary key,\n junk text,\n amount numeric(10,2) not null\n);\n",
    },
    { path: "report.sql", text: "\nselect sum(amount) from shop.orders" },
    { path: "view.sql", text: "create view shop.paid as select * from shop.orders" },
  ];

  it("fold migrations in the order of their numbers", () => {
    const { facts, problems } = readSqlFiles({ files, dialect: "postgres", parser });
    expect(problems).toEqual([]);
    expect(facts[0]).toMatchObject({
      name: { namespace: "postgres", name: "shop.orders" },
      path: ["shop", "orders"],
      columnsComplete: true,
      provenance: { file: "V2__init.sql", line: 1 },
    });
    expect(facts[0]?.columns?.map((column) => column.name)).toEqual(["id", "amount", "note"]);
  });

  it("statements of one line have names of their own, in a table and in a report", () => {
    const text =
      "create table t (v int); insert into t select a from x; insert into t select b from y; select 1 from x; select 2 from y;";
    const { facts } = readSqlFiles({ files: [{ path: "all.sql", text }], parser });
    expect(facts.map(({ queries }) => queries.map(({ name }) => name))).toEqual([
      ["all.sql:1", "all.sql:1 (2)"],
      ["all.sql:1", "all.sql:1 (2)"],
    ]);
  });

  const tablesOf = (text: string) => {
    const { facts, problems } = readSqlFiles({
      files: [{ path: "structure.sql", text }],
      dialect: "postgres",
      parser,
    });
    const tables = facts.map(({ name, columns, columnsComplete, edges }) => ({
      name: name.name,
      columns: columns?.map((column) => column.name).join(" "),
      complete: columnsComplete,
      reads: edges.map(({ from }) => [from.name.name, from.column].join(".")).sort(),
    }));
    return { tables, problems };
  };

  const readsByTable = (dialect: string, texts: readonly string[]) => {
    const { facts, problems } = readSqlFiles({
      files: texts.map((text, at) => ({ path: `${at}.sql`, text })),
      dialect,
      parser,
    });
    const reads = facts.flatMap(({ name, queries = [] }) =>
      queries.map(({ sql }) => `${name.name}: ${sql.replace(/\s+/g, " ").trim()}`),
    );
    return { reads, problems };
  };

  it("a procedure ends with its file where nothing else ends its batch", () => {
    expect(
      readsByTable("tsql", [
        "create procedure p as insert into t select a from s",
        "create procedure q as begin insert into u select a from t end",
      ]),
    ).toEqual({
      reads: ["t: insert into t select a from s", "u: insert into u select a from t"],
      problems: [],
    });
  });

  it("a sign of the client's ends statements instead of the semicolon", () => {
    const text =
      "delimiter //\ncreate procedure p() begin insert into t select a from s; insert into u select 1; end //\ndelimiter ;\ninsert into v select b from s;";
    expect(readsByTable("mysql", [text]).reads).toEqual([
      "t: insert into t select a from s",
      "u: insert into u select 1",
      "v: insert into v select b from s",
    ]);
    const copy = "copy v from 's3://x'\ndelimiter '|'\n;";
    expect(readsByTable("redshift", [copy]).reads).toHaveLength(1);
  });

  it("a table that is like another and more has the columns of both", () => {
    const orders = "create table orders (id bigint not null, amount numeric);\n";
    const { tables, problems } = tablesOf(
      `${orders}create table kept (first int, LIKE orders INCLUDING ALL, kept_at date);`,
    );
    expect(problems).toEqual([]);
    expect(tables[1]).toMatchObject({ columns: "first id amount kept_at", complete: true });
    const alone = tablesOf("create table kept (like orders including all, kept_at date);");
    expect(alone.tables[0]).toMatchObject({ columns: "kept_at", complete: false });
    expect(alone.problems).toMatchObject([{ code: "unresolved-name" }]);
  });

  const USERS = "CREATE TABLE public.users (id bigint NOT NULL, email text);\n";
  it("a table that inherits has its parent's columns, and both read each other", () => {
    const { tables, problems } = tablesOf(
      `${USERS}CREATE TABLE public.admins (salary int)\nINHERITS (public.users);
      alter table public.users add column note text; alter table public.users rename email to mail;`,
    );
    expect(problems).toEqual([]);
    expect(tables).toEqual([
      {
        name: "public.users",
        columns: "id mail note",
        complete: true,
        reads: ["public.admins.id", "public.admins.mail", "public.admins.note"],
      },
      {
        name: "public.admins",
        columns: "id mail salary note",
        complete: true,
        reads: ["public.users.id", "public.users.mail", "public.users.note"],
      },
    ]);
  });

  it("partitions have the columns of their table however they became so, until they are taken off", () => {
    const declared = "CREATE TABLE users_2 PARTITION OF public.users FOR VALUES IN (2);";
    const attached = `CREATE TABLE users_2 (id bigint, email text);
      ALTER TABLE ONLY public.users ATTACH PARTITION users_2 FOR VALUES IN (2);`;
    for (const text of [declared, attached]) {
      const { tables } = tablesOf(USERS + text);
      expect(tables[0]?.reads).toEqual(["users_2.email", "users_2.id"]);
      expect(tables[1]).toMatchObject({ columns: "id email" });
      const taken = tablesOf(`${USERS}${text}ALTER TABLE public.users DETACH PARTITION users_2;`);
      expect(taken.tables.map(({ reads }) => reads)).toEqual([[], []]);
      const altered = tablesOf(`${USERS}${text}ALTER TABLE public.users DROP COLUMN email;`);
      expect(altered.tables.map(({ columns }) => columns)).toEqual(["id", "id"]);
    }
    expect(tablesOf(USERS + declared).tables[1]?.reads).toEqual([
      "public.users.email",
      "public.users.id",
    ]);
  });

  it("a part of a table that the text does not create is not known in full, and reads it", () => {
    const { tables, problems } = tablesOf("create table admins (salary int) inherits (users);");
    expect(tables).toEqual([
      { name: "admins", columns: "salary", complete: false, reads: ["users."] },
    ]);
    expect(problems).toMatchObject([{ code: "unresolved-name" }]);
  });

  it("of a database dump say what is in tables, and nothing of what only the database's keeper needs", () => {
    const text = String.raw`\restrict abc
CREATE TYPE shop.st AS ENUM ('a', 'b');
ALTER TYPE shop.st OWNER TO postgres;
-- Name: orders; Type: TABLE
CREATE TABLE shop.orders (id integer NOT NULL, note text);
CREATE SEQUENCE shop.orders_id_seq AS integer START WITH 1 INCREMENT BY 1;
ALTER TABLE shop.orders_id_seq OWNER TO postgres;
COPY shop.orders (id, note) FROM stdin;
1	it's; select a from b
\.
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
GRANT SELECT ON shop.orders TO PUBLIC;
CREATE VIEW shop.ids AS SELECT id FROM shop.orders;
\unrestrict abc
`;
    const { facts, problems } = readSqlFiles({
      files: [{ path: "dump.sql", text }],
      dialect: "postgres",
      parser,
    });
    expect(problems).toEqual([]);
    expect(facts.map((fact) => fact.name.name)).toEqual(["shop.orders", "shop.ids"]);
    expect(facts[0]?.columns?.map((column) => column.name)).toEqual(["id", "note"]);
    expect(facts[1]?.provenance).toEqual({ file: "dump.sql", line: 13 });
  });

  it("make views of their queries, and reports of bare selects", () => {
    const { facts } = readSqlFiles({ files, parser });
    expect(facts.map((fact) => [fact.name.name, fact.kind, fact.queries.length])).toEqual([
      ["shop.orders", "table", 0],
      ["report.sql", "report", 1],
      ["shop.paid", "view", 1],
    ]);
    expect(facts[1]?.queries[0]?.provenance).toEqual({ file: "report.sql", line: 2 });
  });

  it("keep the rest where a statement cannot be parsed, with its place", () => {
    const broken = {
      path: "V1.sql",
      text: "create table a (id int);\n\ncreate table b (((;\ncreate table c (id int);",
    };
    const { facts, problems } = readSqlFiles({ files: [broken], parser });
    expect(facts.map((fact) => fact.name.name)).toEqual(expect.arrayContaining(["a", "c"]));
    expect(problems).toContainEqual(
      expect.objectContaining({ code: "sql-not-parsed", file: "V1.sql", line: 3 }),
    );
  });
});
