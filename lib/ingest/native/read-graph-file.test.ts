import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readGraphFile } from "./read-graph-file.ts";

const yaml = (text: string) => readGraphFile({ path: "graph.yaml", text });
const json = (value: unknown) =>
  readGraphFile({ path: "graph.json", text: JSON.stringify(value, undefined, 1) });
const table = (id: string, more: object = {}) => ({ id, kind: "table", ...more });

describe("a graph file", () => {
  const text = `
assets:
  - id: mesh.orders
    kind: table
    tier: 1
    columns: [{name: id, type: INT, nullable: false}, amount]
    team: kept as it is
  - id: board
    kind: dashboard
    owner: sales
    queries:
      - {name: total, sql: "select sum(amount) as t from mesh.orders", dialect: duckdb, roles: [{column: t, role: measure}]}
edges:
  - {from: mesh.orders.amount, to: board.total, use: MEASURE}
  - {from: mesh.orders, to: board, use: EXISTS}
observed:
  mesh.orders.amount: {nullShare: 0.5, rows: 10}
  mesh.orders: {rows: 12}
changes:
  - {kind: drop_column, asset: mesh.orders, column: amount}
`;

  it("gives assets with columns, profiles, queries and edges, each with its line", () => {
    const { graphs, problems } = yaml(text);
    expect(problems).toEqual([]);
    const [orders, board] = graphs[0]?.facts ?? [];
    expect(orders).toMatchObject({
      name: { namespace: "graph", name: "mesh.orders" },
      path: ["mesh", "orders"],
      attributes: { tier: 1, rows: 12, extra: { team: "kept as it is" } },
      columns: [
        { name: "id", type: "INT", nullable: false },
        { name: "amount", profile: { nullShare: 0.5, rows: 10 } },
      ],
      columnsComplete: true,
      provenance: { file: "graph.yaml", line: 3 },
    });
    expect(board).toMatchObject({
      queries: [{ name: "total", roles: [{ column: "t", use: "MEASURE" }] }],
      columns: [{ name: "total" }],
      edges: [
        { from: { column: "amount" }, toColumn: "total", use: "MEASURE", provenance: { line: 14 } },
        { from: { name: { name: "mesh.orders" } }, use: "EXISTS", provenance: { line: 15 } },
      ],
    });
    expect(graphs[0]?.changes).toHaveLength(1);
  });

  it("leaves an asset open that lists no columns", () => {
    expect(yaml(text).graphs[0]?.facts[1]?.columnsComplete).toBeUndefined();
  });

  it("splits an end at the longest asset that is declared", () => {
    const { graphs } = json({
      assets: [table("a.b"), table("a.b.c"), table("t")],
      edges: [
        { from: "a.b.c.d", to: "t.x", use: "IDENTITY" },
        { from: "a.b.e.f", to: "t.x", use: "IDENTITY" },
      ],
    });
    expect(
      graphs[0]?.facts[2]?.edges.map((edge) => [edge.from.name.name, edge.from.column]),
    ).toEqual([
      ["a.b.c", "d"],
      ["a.b", "e.f"],
    ]);
  });

  it("names the scenarios of a file by their ids, so that all fit into one graph", () => {
    const scenario = (id: string) => ({
      id,
      assets: [table("t")],
      edges: [],
      changes: [{ kind: "drop_column", asset: "t", column: "c" }],
    });
    const { graphs } = json({ scenarios: [scenario("S1"), scenario("S2")] });
    expect(graphs.map((graph) => graph.facts[0]?.name)).toEqual([
      { namespace: "S1", name: "t" },
      { namespace: "S2", name: "t" },
    ]);
    expect(graphs[1]?.changes[0]).toMatchObject({ asset: { namespace: "S2", name: "t" } });
  });
});

describe("a graph file with mistakes", () => {
  it("keeps that an unknown use reads something, and says where it stands", () => {
    const { graphs, problems } = yaml(
      "assets:\n - {id: a, kind: table}\n - {id: b, kind: table}\nedges:\n - {from: a.x, to: b.x, use: SUMMED}\n - {from: a.y, to: b.y, use: IDENTITY}\n",
    );
    expect(problems).toMatchObject([{ code: "unknown-use", line: 5, file: "graph.yaml" }]);
    expect(graphs[0]?.facts[1]?.edges.map((edge) => edge.use)).toEqual(["UNKNOWN", "IDENTITY"]);
    expect(graphs[0]?.facts[1]?.edges[0]?.from.column).toBeUndefined();
  });

  it.each([
    ["no use", { from: "a.x", to: "c" }, "no use is given"],
    ["an empty use", { from: "a.x", to: "c", use: null }, "no use is given"],
    ["a number for a use", { from: "a.x", to: "c", use: 5 }, 'the use "5" is not known'],
  ])("keeps that something is read through an edge with %s", (_what, edge, said) => {
    const { graphs, problems } = json({
      assets: [table("a"), { id: "c", kind: "dashboard" }],
      edges: [edge],
    });
    expect(problems.map(({ code, message }) => [code, message.split(";")[0]])).toEqual([
      ["unknown-use", said],
    ]);
    expect(graphs[0]?.facts[1]?.edges).toMatchObject([{ from: { path: ["a"] }, use: "UNKNOWN" }]);
  });

  it("finds the line of a bad entry in JSON too", () => {
    const { problems } = json({
      assets: [table("a"), { id: "b", kind: "cube" }, { kind: "table" }],
      edges: [],
    });
    expect(problems.map((one) => [one.code, one.line])).toEqual([
      ["wrong-shape", 11],
      ["unknown-kind", 7],
    ]);
  });

  it("keeps an asset whose tier or other attribute is none, and leaves out only that", () => {
    const asset = {
      id: "board",
      kind: "dashboard",
      tier: 9,
      owner: "sales",
      sla: { freshnessHours: 4, driver: "whim" },
      contract: { id: "c1" },
      queries: [
        {
          name: "a",
          sql: "select 1 as x",
          roles: [{ column: "x", role: "measure" }, { column: 1 }],
        },
        { name: "b" },
      ],
    };
    const { graphs, problems } = json({ assets: [asset, table("t", { tier: 2 })], edges: [] });
    const [board, other] = graphs[0]?.facts ?? [];
    expect(board?.attributes).toEqual({ owner: "sales", sla: { freshnessHours: 4 } });
    expect(board?.queries).toMatchObject([
      { name: "a", roles: [{ column: "x", use: "MEASURE" }] },
      { name: "b", sql: "" },
    ]);
    expect(other?.attributes.tier).toBe(2);
    expect(problems.map(({ code, message }) => [code, message.split(":")[0]])).toEqual(
      [
        "tier",
        "sla.driver",
        "contract.status",
        "queries.0.roles.1.column",
        "queries.0.roles.1.role",
        "queries.1.sql",
      ].map((path) => ["wrong-shape", `assets[0].${path}`]),
    );
    expect(problems[0]).toMatchObject({ file: "graph.json", line: 3 });
  });

  it("keeps an asset without a kind, with what it reads", () => {
    const queries = [{ name: "q", sql: "select 1 as x" }];
    const { graphs, problems } = json({ assets: [{ id: "board", tier: 1, queries }], edges: [] });
    expect(graphs[0]?.facts[0]).toMatchObject({
      kind: "table",
      attributes: { tier: 1 },
      queries: [{ name: "q", sql: "select 1 as x" }],
    });
    expect(problems.map(({ code }) => code)).toEqual(["unknown-kind"]);
  });

  it.each([
    ["a text", "select 1 as x", "select 1 as x"],
    ["one record", { sql: "select 1 as x" }, "select 1 as x"],
    ["a list of texts", ["select 1 as x"], "select 1 as x"],
    ["a list with query for sql", [{ query: "select 1 as x" }], "select 1 as x"],
    ["a number", 5, ""],
    ["a list with nothing in a record", [{}], ""],
    ["a list with a number for the text", [{ sql: 5 }], ""],
    ["texts that disagree", [{ sql: 5, query: "select 1 as x" }], ""],
  ])("keeps that a dashboard reads something whose queries are %s", (_what, queries, sql) => {
    const { graphs, problems } = json({
      assets: [{ id: "d", kind: "dashboard", queries }],
      edges: [],
    });
    expect(graphs[0]?.facts[0]?.queries.map((query) => query.sql)).toEqual([sql]);
    expect(problems.length > 0).toBe(sql === "");
  });

  it.each([
    ["a duplicate asset", { assets: [table("a"), table("a")], edges: [] }, "duplicate-asset"],
    [
      "a self-loop",
      { assets: [table("a")], edges: [{ from: "a.x", to: "a.x", use: "IDENTITY" }] },
      "self-loop",
    ],
    [
      "columns that differ in case",
      { assets: [table("a", { columns: ["Id", "id"] })], edges: [] },
      "case-clash",
    ],
    [
      "a role that is not known",
      {
        assets: [
          table("a", { queries: [{ sql: "select 1", roles: [{ column: "x", role: "colour" }] }] }),
        ],
        edges: [],
      },
      "unknown-use",
    ],
    ["a list that is none", { assets: {}, edges: [] }, "wrong-shape"],
    ["a tier of 9", { assets: [table("a", { tier: 9 })], edges: [] }, "wrong-shape"],
    [
      "a profile of an asset that is not there",
      { assets: [], edges: [], observed: { "x.y": { rows: 1 } } },
      "unknown-asset",
    ],
  ])("tells of %s", (_what, value, code) => {
    expect(json(value).problems.map((problem) => problem.code)).toEqual([code]);
  });

  it("both columns that differ in case stay", () => {
    const { graphs } = json({ assets: [table("a", { columns: ["Id", "id"] })], edges: [] });
    expect(graphs[0]?.facts[0]?.columns?.map((column) => column.name)).toEqual(["Id", "id"]);
  });

  it.each([
    ['{"assets": [', "bad-json"],
    ["assets: [a\nedges: ]", "bad-yaml"],
    ["just text", "wrong-shape"],
  ])("refuses %j as a whole", (broken, code) => {
    expect(yaml(broken).problems.map((problem) => problem.code)).toEqual([code]);
  });
});

describe("size", () => {
  it("reads a table of 100,000 columns and as many edges", () => {
    const columns = Array.from({ length: 100_000 }, (_none, at) => `c${at}`);
    const { graphs, problems } = json({
      assets: [table("wide", { columns }), table("copy")],
      edges: columns.map((column) => ({
        from: `wide.${column}`,
        to: `copy.${column}`,
        use: "IDENTITY",
      })),
    });
    expect(problems).toEqual([]);
    expect(graphs[0]?.facts[1]?.edges).toHaveLength(100_000);
  });
});

describe("ugly names", () => {
  it("are the same in JSON and in YAML, and every edge finds its column", () => {
    const name = fc.string({ minLength: 1, maxLength: 10, unit: "binary" }).filter(
      (text) =>
        // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON and YAML escape them in different ways
        text.trim() !== "" && !/[\uD800-\uDFFF\u0000-\u001f\u007f-\u009f\ufeff]/.test(text),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 4 }), name, (ids, column) => {
        const [from = "", to = ""] = ids;
        const value = {
          assets: ids.map((id) => table(id)),
          edges: [{ from: `${from}.${column}`, to, use: "FILTER" }],
        };
        const a = json(value);
        const b = yaml(stringify(value));
        expect(b.graphs[0]?.facts.map((fact) => fact.name)).toEqual(
          a.graphs[0]?.facts.map((fact) => fact.name),
        );
        const target = a.graphs[0]?.facts.find((fact) => fact.name.name === to);
        const end = target?.edges[0]?.from;
        if (a.problems.length === 0)
          expect(`${end?.name.name}.${end?.column}`).toBe(`${from}.${column}`);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
