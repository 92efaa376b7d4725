import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery, type QueryAnalysis } from "./analyze-query.ts";
import type { SchemaColumn, TableSchema } from "./scope.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const id = (name: string) => assetId("shop", name);
const table = (name: string, columns: readonly SchemaColumn[], complete = true): TableSchema => ({
  asset: id(name),
  columns,
  complete,
});

const TABLES = new Map(
  [
    table("orders", [
      { name: "id", type: "BIGINT", nullable: false },
      { name: "customer_id", type: "BIGINT" },
      { name: "amount", type: "DECIMAL(10,2)" },
      { name: "status", type: "VARCHAR" },
    ]),
    table("customers", [
      { name: "id", type: "BIGINT", nullable: false },
      { name: "name", type: "VARCHAR" },
    ]),
    table("clients", [
      { name: "id", type: "BIGINT", nullable: false },
      { name: "name", type: "VARCHAR" },
    ]),
    table("open_table", [], false),
    table("other_open", [], false),
  ].map((schema) => [schema.asset, schema] as const),
);

const analyse = (sql: string, dialect = "duckdb"): QueryAnalysis =>
  analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => TABLES.get(id(path.at(-1)?.toLowerCase() ?? "")),
  });

/** A plan in lines: `label <- inputs` and `  input.column -> column USE detail`. */
function planLines({ plan }: QueryAnalysis): string[] {
  const relations = plan?.relations ?? [];
  return relations.flatMap((relation) => {
    const inputs = relation.inputs.map((input) =>
      "asset" in input
        ? `${input.asset.split("/")[1]}:${input.rows}`
        : `#${input.relation}:${input.rows}`,
    );
    const edges = relation.edges.map((edge) => {
      const from = `${inputs[edge.input]?.split(":")[0]}.${edge.column ?? "*"}`;
      const to = edge.to === undefined ? "rows" : relation.columns[edge.to]?.name;
      return `  ${from} -> ${to} ${edge.use}${edge.detail ? ` ${edge.detail}` : ""}`;
    });
    return [`${relation.label} <- ${inputs.join(" ")}`, ...edges];
  });
}

describe("query plans", () => {
  it("reads a single table without a filter directly", () => {
    expect(planLines(analyse("select id, amount * 2 as d from orders"))).toEqual([
      "result <- orders:each",
      "  orders.id -> id IDENTITY",
      "  orders.amount -> d ARITH op:*",
    ]);
  });

  it("binds the keys of a left join to the side that may be missing", () => {
    expect(
      planLines(
        analyse(
          "select c.name, o.amount from customers c left join orders o on o.customer_id = c.id",
        ),
      ),
    ).toEqual([
      "left join o <- orders:each customers:exists",
      "  orders.customer_id -> rows JOIN_LEFT op:=",
      "  customers.id -> rows JOIN_LEFT op:=",
      "  orders.amount -> amount IDENTITY carry",
      "join c <- customers:each #0:outer",
      "  customers.name -> name IDENTITY carry",
      "  #0.amount -> amount IDENTITY carry",
      "result <- #1:each",
      "  #1.name -> name IDENTITY",
      "  #1.amount -> amount IDENTITY",
    ]);
  });

  it("folds groups in a relation of their own", () => {
    expect(
      planLines(analyse("select status, sum(amount) as s, count(*) as n from orders group by 1")),
    ).toEqual([
      "group by <- orders:grouped",
      "  orders.status -> status IDENTITY",
      "  orders.status -> status GROUP_BY",
      "  orders.amount -> sum(amount) AGG_SUM sum",
      "  orders.* -> count(*) COUNT_STAR count",
      "result <- #0:each",
      "  #0.status -> status IDENTITY",
      "  #0.sum(amount) -> s IDENTITY",
      "  #0.count(*) -> n IDENTITY",
    ]);
  });

  it("says of a star that new columns pass, and of an excluded column that it is named", () => {
    expect(
      planLines(analyse("select * exclude (status, amount, customer_id) from orders")),
    ).toEqual([
      "result <- orders:each",
      "  orders.id -> id STAR",
      "  orders.customer_id -> rows NOT_USED named",
      "  orders.amount -> rows NOT_USED named",
      "  orders.status -> rows NOT_USED named",
      "  orders.* -> rows STAR",
    ]);
  });

  it("matches bare stars of a union by position", () => {
    const lines = planLines(analyse("select * from customers union all select * from clients"));
    expect(lines).toEqual([
      "union <- customers:each clients:each",
      "  customers.id -> id POSITIONAL names",
      "  customers.name -> name POSITIONAL names",
      "  customers.* -> rows POSITIONAL",
      "  clients.id -> id POSITIONAL",
      "  clients.name -> name POSITIONAL",
      "  clients.* -> rows POSITIONAL",
    ]);
  });

  it("hands on stars of a union over one table as they are: its parts have the same columns", () => {
    const lines = planLines(
      analyse("select * from customers union all select * from customers where id > 1"),
    );
    expect(lines.filter((line) => line.includes("POSITIONAL"))).toEqual([]);
    expect(lines.slice(lines.indexOf("union <- #0:each #2:each"))).toEqual([
      "union <- #0:each #2:each",
      "  #0.id -> id STAR",
      "  #0.name -> name STAR",
      "  #0.* -> rows STAR",
      "  #2.id -> id STAR",
      "  #2.name -> name STAR",
      "  #2.* -> rows STAR",
    ]);
  });

  it("warns of names that a new column of another table would make ambiguous", () => {
    const lines = planLines(
      analyse("select status, name from orders join customers on customer_id = customers.id"),
    );
    expect(lines.filter((line) => line.includes("UNQUALIFIED"))).toEqual([
      "  customers.customer_id -> rows UNQUALIFIED",
      "  customers.status -> rows UNQUALIFIED",
      "  orders.name -> rows UNQUALIFIED",
    ]);
  });

  it("lets a recursive CTE read itself, and no other relation later ones", () => {
    const { plan } = analyse(
      "with recursive r as (select id, amount from orders union all select o.id, r.amount + 1 from orders o join r on o.customer_id = r.id) select * from r",
    );
    const backward = (plan?.relations ?? []).flatMap((relation, i) =>
      relation.inputs.flatMap((input) =>
        "relation" in input && input.relation >= i ? [[i, input.relation]] : [],
      ),
    );
    expect(backward).toEqual([[1, 1]]);
  });

  it("keeps the condition of EXISTS in the rows it asks for", () => {
    expect(
      planLines(
        analyse(
          "select name from customers c where not exists (select 1 from orders o where o.customer_id = c.id)",
        ),
      ),
    ).toEqual([
      "o where <- orders:each customers:exists",
      "  orders.customer_id -> rows FILTER op:=",
      "  customers.id -> rows FILTER op:=",
      "subquery <- #0:each",
      "c where <- customers:each #1:not_exists",
      "  #1.* -> rows EXISTS not_exists",
      "  customers.name -> name IDENTITY carry",
      "result <- #2:each",
      "  #2.name -> name IDENTITY",
    ]);
  });
});

describe("types of outputs", () => {
  it("follows types and nullability through casts, functions and outer joins", () => {
    const { outputs } = analyse(
      "select o.id, cast(o.amount as double) as d, count(*) as n, coalesce(o.status, 'x') as s, max(o.amount) as m from orders o group by all",
    );
    expect(outputs).toEqual([
      { name: "id", type: "BIGINT", nullable: false },
      { name: "d", type: "DOUBLE" },
      { name: "n", type: "BIGINT", nullable: false },
      { name: "s", type: "VARCHAR", nullable: false },
      { name: "m", type: "DECIMAL(10,2)" },
    ]);
    const { outputs: joined } = analyse(
      "select o.id, c.id as cid from orders o left join customers c on c.id = o.customer_id",
    );
    expect(joined).toEqual([
      { name: "id", type: "BIGINT", nullable: false },
      { name: "cid", type: "BIGINT", nullable: true },
    ]);
  });
});

describe("what is not known", () => {
  it("resolves names to an open table when it is the only candidate", () => {
    const { edges, problems } = analyse(
      "select o.id, extra from orders o join open_table t on t.k = o.id",
    );
    expect(problems).toEqual([]);
    expect(edges).toContainEqual(
      expect.objectContaining({
        from: { asset: id("open_table"), column: "extra" },
        output: "extra",
      }),
    );
  });

  it("follows a name through a star of unknown columns, CTE after CTE", () => {
    const { edges } = analyse(
      "with a as (select * from open_table), b as (select * from a where z > 1) select x from b",
    );
    expect(edges).toContainEqual(
      expect.objectContaining({ from: { asset: id("open_table"), column: "x" }, output: "x" }),
    );
    expect(edges).toContainEqual(
      expect.objectContaining({ from: { asset: id("open_table"), column: "z" }, use: "FILTER" }),
    );
  });

  it("marks a star over unknown columns as unknown", () => {
    const { edges, problems, plan } = analyse("select * from open_table");
    expect(edges).toEqual([{ from: { asset: id("open_table") }, use: "UNKNOWN" }]);
    expect(problems.map((problem) => problem.code)).toEqual(["sql-not-understood"]);
    expect(plan?.relations[0]?.edges.map((edge) => edge.use)).toEqual(["STAR", "UNKNOWN"]);
  });

  it.each([
    "select list_filter(status, lambda a : 'x' = a.kind) as l from orders",
    "select list_filter(status, lambda a : 1 + a > 2) as l from orders",
    "select list_filter(status, a -> 'x' = a.kind) as l from orders",
  ])("knows the parameter of a lambda whose body starts with a literal: %s", (sql) => {
    const { problems } = analyse(sql);
    expect(problems).toEqual([]);
  });

  it("reports a column that no table has, with its place, and marks the tables unknown", () => {
    const { edges, problems } = analyse("select id,\n  nope from orders");
    expect(problems).toEqual([
      {
        code: "unknown-column",
        message: 'no table of the query has a column "nope"',
        severity: "warning",
        line: 2,
        column: 3,
      },
    ]);
    expect(edges).toContainEqual({ from: { asset: id("orders") }, use: "UNKNOWN" });
  });

  it("reads a column that its table no longer lists, which then is what the query fails by", () => {
    const bare = analyse("select nope + 1 as n from orders").edges;
    const said = analyse(
      "select o.nope + 1 as n from orders o join open_table t on t.k = o.id",
    ).edges;
    for (const edges of [bare, said])
      expect(edges).toContainEqual(
        expect.objectContaining({ from: { asset: id("orders"), column: "nope" }, output: "n" }),
      );
    expect(said.map(({ use }) => use)).not.toContain("UNKNOWN");
  });

  it.each([
    "with c as (select * from orders) select c.nope as n from c",
    "with c as (select * from orders), d as (select * from c) select nope as n from d",
    "select s.nope as n from (select * from orders) s join customers on customers.id = s.id",
  ])("reads it through stars: %s", (sql) => {
    expect(analyse(sql).edges).toContainEqual(
      expect.objectContaining({ from: { asset: id("orders"), column: "nope" }, output: "n" }),
    );
  });

  it.each([
    "select orders.id from orders join customers using (id) where nope = 1",
    "select id from orders where exists (select 1 from customers where customers.id = nope)",
    "select id from orders where id in (select nope from customers)",
    "with c as (select * from orders join customers using (id)) select c.nope from c",
  ])("may read it of any table that it can be of: %s", (sql) => {
    const lines = planLines(analyse(sql));
    for (const name of ["orders", "customers"])
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`${name}\\.nope -> rows UNKNOWN`)),
      );
  });

  it("does not choose between two tables that may both have the column", () => {
    const { edges, problems } = analyse(
      "select x from open_table join other_open on open_table.k = other_open.k",
    );
    expect(problems.map((problem) => problem.code)).toEqual(["sql-not-understood"]);
    expect(
      edges
        .filter((edge) => edge.use === "UNKNOWN")
        .map((edge) => edge.from.asset)
        .sort(),
    ).toEqual([id("open_table"), id("other_open")]);
  });

  it("reports a table that nobody knows and follows the rest", () => {
    const { edges, problems, reads } = analyse(
      "select o.id, m.x from orders o join missing m on m.id = o.id",
    );
    expect(problems.map((problem) => problem.code)).toEqual(["unresolved-name"]);
    expect(reads).toEqual([
      { path: ["orders"], asset: id("orders"), line: 1 },
      { path: ["missing"], line: 1 },
    ]);
    expect(edges).toContainEqual(
      expect.objectContaining({ from: { asset: id("orders"), column: "id" }, output: "id" }),
    );
  });

  it("keeps an edge to a table of which only the rows are counted", () => {
    const { edges } = analyse("select count(*) as n from orders");
    expect(edges).toEqual([{ from: { asset: id("orders") }, output: "n", use: "COUNT_STAR" }]);
  });
});

describe("names", () => {
  it("looks under the default path first, then as written", () => {
    const asked: string[] = [];
    const { reads } = analyzeQuery({
      sql: "select id from s.orders",
      dialect: "duckdb",
      parser,
      defaultPath: ["mesh", "main"],
      lookup: (path) => {
        asked.push(path.join("."));
        return path.length === 3 ? TABLES.get(id("orders")) : undefined;
      },
    });
    expect(asked).toEqual(["mesh.s.orders"]);
    expect(reads).toEqual([{ path: ["s", "orders"], asset: id("orders"), line: 1 }]);
  });

  it("says that a dialect is not known and reads on", () => {
    const { problems, outputs } = analyse("select id from orders", "klingon");
    expect(problems.map((problem) => problem.severity)).toEqual(["info"]);
    expect(outputs.map((output) => output.name)).toEqual(["id"]);
  });

  it("tells what a statement writes", () => {
    expect(analyse("create view v as select id from orders").writes).toEqual({
      path: ["v"],
      kind: "view",
    });
    expect(analyse("insert into customers (id) select id from orders").writes).toEqual({
      path: ["customers"],
      kind: "insert",
    });
    expect(analyse("delete from orders where id = 1").writes).toEqual({
      path: ["orders"],
      kind: "delete",
    });
  });
});
