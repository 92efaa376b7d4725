import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPowerQuery } from "./read-power-query.ts";
import { selectSql } from "./table-step.ts";

const read = (text: string, shared: Readonly<Record<string, string>> = {}) =>
  readPowerQuery(text, new Map(Object.entries(shared)));

const sqlOf = (
  text: string,
  columns: readonly string[],
  shared: Readonly<Record<string, string>> = {},
) => {
  const { step, lost } = read(text, shared);
  if (step === undefined) throw new Error(`not understood: ${lost.join(", ")}`);
  return selectSql(
    step,
    columns.map((name) => step.column(name)),
  ).replaceAll("\n", " ");
};

const ORDERS = `let Source = Sql.Database("srv", "dwh"), Orders = Source{[Schema="sales",Item="orders"]}[Data]`;

describe("a Power Query", () => {
  it.each([
    [
      "SQL Server",
      `let S = Sql.Database("srv", "dwh"), T = S{[Schema="dbo",Item="t"]}[Data] in T`,
      "mssql://srv",
      "dwh.dbo.t",
    ],
    [
      "SQL Server by database",
      `let S = Sql.Databases("srv"), D = S{[Name="dwh"]}[Data], T = D{[Schema="dbo",Item="t"]}[Data] in T`,
      "mssql://srv",
      "dwh.dbo.t",
    ],
    [
      "PostgreSQL in one line",
      `PostgreSQL.Database("db:5432", "shop"){[Schema="mart",Item="t"]}[Data]`,
      "postgres://db:5432",
      "shop.mart.t",
    ],
    [
      "Snowflake",
      `let S = Snowflake.Databases("acme.snowflakecomputing.com","WH"), D = S{[Name="DWH",Kind="Database"]}[Data], C = D{[Name="MART",Kind="Schema"]}[Data], T = C{[Name="T",Kind="Table"]}[Data] in T`,
      "snowflake://acme.snowflakecomputing.com",
      "DWH.MART.T",
    ],
    [
      "Databricks",
      `let S = Databricks.Catalogs("host", "/sql/1.0/x", [Catalog=null]), C = S{[Name="main",Kind="Database"]}[Data], D = C{[Name="mart",Kind="Schema"]}[Data], T = D{[Name="t",Kind="Table"]}[Data] in T`,
      "databricks://host",
      "main.mart.t",
    ],
    [
      "BigQuery",
      `let S = GoogleBigQuery.Database(), P = S{[Name="proj"]}[Data], D = P{[Name="ds",Kind="Schema"]}[Data], T = D{[Name="t",Kind="Table"]}[Data] in T`,
      "bigquery",
      "proj.ds.t",
    ],
    [
      "a file",
      `Csv.Document(File.Contents("C:\\data\\orders.csv"),[Delimiter=","])`,
      "file",
      "orders.csv",
    ],
    [
      "a sheet",
      `let S = Excel.Workbook(File.Contents("book.xlsx"), null, true), T = S{[Item="Orders",Kind="Sheet"]}[Data] in T`,
      "file",
      "book.xlsx.Orders",
    ],
  ])("opens %s", (_, text, namespace, name) => {
    const reading = read(text);
    expect(reading.lost).toEqual([]);
    expect(reading.step).toBeDefined();
    expect(reading.sources.map((one) => [one.namespace, one.path.join(".")])).toEqual([
      [namespace, name],
    ]);
  });

  it("follows columns back through renames, types, additions and filters", () => {
    const text = `${ORDERS},
      #"Renamed Columns" = Table.RenameColumns(Orders,{{"amt", "Amount"}, {"qty", "Quantity"}}),
      Typed = Table.TransformColumnTypes(#"Renamed Columns",{{"Amount", Currency.Type}}),
      Added = Table.AddColumn(Typed, "Total", each [Amount] * [Quantity], type number),
      Banded = Table.AddColumn(Added, "Band", each if [Total] > 10 then "big" else "small"),
      Kept = Table.SelectRows(Banded, each [status] <> "void")
    in Kept`;
    expect(sqlOf(text, ["Total", "Band"])).toBe(
      `SELECT (as_type(s1.amt) * s1.qty), computed((as_type(s1.amt) * s1.qty)) FROM dwh.sales.orders AS s1 WHERE kept(s1.status) ORDER BY as_type(s1.amt)`,
    );
  });

  it("needs the columns that it removes or selects, unless it says that missing ones do not matter", () => {
    const removed = (more: string) =>
      `${ORDERS}, R = Table.RemoveColumns(Orders,{"note"}${more}) in R`;
    expect(sqlOf(removed(""), ["id"])).toContain("ORDER BY s1.note");
    expect(sqlOf(removed(", MissingField.Ignore"), ["id"])).not.toContain("note");
  });

  it("joins, expands, groups and stacks tables", () => {
    const joined = `${ORDERS}, C = Source{[Schema="sales",Item="customers"]}[Data],
      J = Table.NestedJoin(Orders, {"cust"}, C, {"id"}, "c", JoinKind.LeftOuter),
      E = Table.ExpandTableColumn(J, "c", {"name"}, {"Customer"}),
      G = Table.Group(E, {"Customer"}, {{"Sum", each List.Sum([amt]), type number}, {"n", each Table.RowCount(_), Int64.Type}})
    in G`;
    expect(sqlOf(joined, ["Customer", "Sum", "n"])).toBe(
      `SELECT s3."Customer", s3."Sum", s3."n" FROM ( SELECT s2.name AS "Customer", SUM(s1.amt) AS "Sum", COUNT(*) AS "n" FROM dwh.sales.orders AS s1 LEFT JOIN dwh.sales.customers AS s2 ON s1.cust = s2.id GROUP BY s2.name ) AS s3`
        .replaceAll('"Customer"', "[Customer]")
        .replaceAll('"Sum"', "[Sum]")
        .replaceAll('"n"', "[n]"),
    );
    const stacked = `${ORDERS}, Old = Source{[Schema="arc",Item="orders"]}[Data], A = Table.Combine({Orders, Old}) in A`;
    expect(sqlOf(stacked, ["id"])).toContain("FROM dwh.sales.orders AS s1 UNION ALL SELECT s2.id");
  });

  it("reads a native query, with parameters of the model in the connection", () => {
    const text = `let Source = Value.NativeQuery(PostgreSQL.Database(Server & ":5432", Db), "select a#(lf)from t where b = ""x""", null, [EnableFolding=true]) in Source`;
    expect(sqlOf(text, ["a"], { Server: '"db"', Db: '"shop"' })).toBe(
      `SELECT s1.a FROM ( select a from t where b = "x" ) AS s1`,
    );
  });

  it("follows shared queries, and no circle of them", () => {
    const shared = { Base: `${ORDERS} in Orders`, A: "let S = B in S", B: "let S = A in S" };
    expect(sqlOf("let Source = Base in Source", ["id"], shared)).toContain("dwh.sales.orders");
    const circle = read("let Source = A in Source", shared);
    expect([circle.step, circle.constant]).toEqual([undefined, false]);
  });

  it("that is not understood still names what it reads", () => {
    const reading = read(
      `${ORDERS}, P = Table.Pivot(Orders, List.Distinct(Orders[k]), "k", "v") in P`,
    );
    expect(reading).toMatchObject({ lost: ["Table.Pivot"], constant: false });
    expect(reading.step).toBeUndefined();
    expect(reading.sources.map(({ path }) => path.join("."))).toEqual(["dwh.sales.orders"]);
  });

  it("that is computed from nothing is told from one whose connector is not known", () => {
    expect(
      read(`Table.FromList(List.Dates(#date(2024,1,1), 10, #duration(1,0,0,0)))`).constant,
    ).toBe(true);
    expect(read(`let S = Acme.Contents("x"), T = S{[Name="t"]}[Data] in T`).constant).toBe(false);
  });

  it("is never thrown at, however it was mangled", () => {
    const whole = `${ORDERS}, R = Table.RenameColumns(Orders,{{"a","b"}}), F = Table.SelectRows(R, each [b] > 1) in F`;
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(30), fc.string({ maxLength: 6 }), (at, cut, put) => {
        const { step } = read(whole.slice(0, at) + put + whole.slice(at + cut));
        if (step) selectSql(step, [step.column("b")]);
      }),
    );
  });
});

describe("a native query", () => {
  const native = (on: string) =>
    read(`Value.NativeQuery(${on}, "select a from dbo.t")`).defaultPath;
  const snowflake = `Snowflake.Databases("acme", "WH"){[Name="DWH"]}[Data]`;

  it.each([
    [`Sql.Database("srv", "dwh")`, ["dwh", "dbo"]],
    [`PostgreSQL.Database("srv", "dwh")`, ["dwh", "public"]],
    [`MySQL.Database("srv", "dwh")`, ["dwh"]],
    [snowflake, ["DWH", "PUBLIC"]],
    [`${snowflake}{[Name="MART",Kind="Schema"]}[Data]`, ["DWH", "MART"]],
    [`GoogleBigQuery.Database(){[Name="proj"]}[Data]`, ["proj"]],
  ])("stands in the database that it is sent to: %s", (on, path) => {
    expect(native(on)).toEqual(path);
  });

  it("beside one of another database leaves names without a database to none of them", () => {
    const part = (database: string) =>
      `Sql.Database("srv", "${database}", [Query="select a from dbo.t"])`;
    expect(read(`Table.Combine({${part("one")}, ${part("two")}})`).defaultPath).toEqual([]);
    expect(read(`Table.Combine({${part("one")}, ${part("one")}})`).defaultPath).toEqual([
      "one",
      "dbo",
    ]);
  });
});

describe("a query that joins tables of two systems", () => {
  const joined = (left: string) =>
    `let L = ${left}, R = Snowflake.Databases("acme","WH"){[Name="DWH"]}[Data]{[Name="MART"]}[Data]{[Name="T",Kind="Table"]}[Data], J = Table.NestedJoin(L, {"Key"}, R, {"KEY"}, "R", JoinKind.Inner), E = Table.ExpandTableColumn(J, "R", {"B"}, {"b"}) in E`;

  it("keeps every name as its own system writes it", () => {
    const text = joined(`Sql.Database("srv", "dwh"){[Schema="dbo",Item="Orders"]}[Data]`);
    expect(read(text).dialect).toBe("generic");
    expect(sqlOf(text, ["Amt", "b"])).toBe(
      'SELECT s1."Amt", s2."B" FROM "dwh"."dbo"."Orders" AS s1 INNER JOIN "DWH"."MART"."T" AS s2 ON s1."Key" = s2."KEY"',
    );
  });

  it("is written as the one that the SQL in it is written in", () => {
    const text = joined(`Sql.Database("srv", "dwh", [Query="select [Amt] from dbo.Orders"])`);
    expect(read(text).dialect).toBe("tsql");
    expect(sqlOf(text, ["b"])).toContain("INNER JOIN [DWH].[MART].[T] AS s2");
  });
});
