import { describe, expect, it } from "vitest";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { type AssetQuery, READS_NOT_KNOWN, UNRESOLVED } from "#lib/model/claim.ts";
import { listUnread } from "./list-unread.ts";

const query = (parts: Partial<AssetQuery>): AssetQuery => ({
  name: "q",
  sql: "",
  dialect: "duckdb",
  provenance: {},
  ...parts,
});

const reading = (...tables: readonly string[]): AssetQuery =>
  query({
    plan: {
      relations: [
        {
          label: "result",
          columns: [],
          edges: [],
          inputs: tables.map((name) => ({ asset: idOf(name), rows: "each" })),
        },
      ],
    },
  });

const unread = (queries: readonly AssetQuery[], edges = ""): readonly string[] =>
  listUnread(
    graphOf(edges, {
      orders: {},
      lost: { attributes: { extra: { [UNRESOLVED]: true } } },
      board: { kind: "dashboard", queries },
    }),
  ).map(({ name }) => name);

describe("consumers of which it is not known what they read", () => {
  it("has one whose query was not understood and names no table", () => {
    expect(unread([query({})])).toEqual(["board"]);
  });

  it("has one whose tables are nothing that was read", () => {
    expect(unread([reading("lost")])).toEqual(["board"]);
    expect(unread([reading("lost", "orders")])).toEqual([]);
  });

  it("has one with several queries as soon as one is such", () => {
    expect(unread([reading("orders"), query({ name: "r" })])).toEqual(["board"]);
  });

  it("has whatever is filled from where its source does not tell, of every kind", () => {
    const graph = graphOf("", {
      orders: {},
      model: { attributes: { extra: { [READS_NOT_KNOWN]: true } } },
    });
    expect(listUnread(graph).map(({ name }) => name)).toEqual(["model"]);
  });

  it("does not have one that reads nothing for certain", () => {
    expect(unread([reading()])).toEqual([]);
  });

  it("has one of which no source says anything", () => {
    expect(unread([])).toEqual(["board"]);
    expect(unread([], "orders.id -IDENTITY-> board.id")).toEqual([]);
  });

  it("does not have a dashboard whose charts read something", () => {
    const graph = graphOf("orders.id -IDENTITY-> chart.id", {
      orders: {},
      board: { kind: "dashboard" },
      chart: { kind: "dashboard", attributes: { partOf: idOf("board") } },
    });
    expect(listUnread(graph)).toEqual([]);
  });

  it("has one whose query reads what a part says that was not understood", () => {
    const problem = { code: "sql-not-understood", message: "", severity: "warning" } as const;
    expect(unread([{ ...reading(), problems: [problem] }])).toEqual(["board"]);
  });

  it("has one that reads a table and calls a function which may read others", () => {
    const problem = { code: "reads-not-known", message: "", severity: "warning" } as const;
    expect(unread([{ ...reading("orders"), problems: [problem] }])).toEqual(["board"]);
  });
});
