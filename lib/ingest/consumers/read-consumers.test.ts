import { describe, expect, it } from "vitest";
import { readConsumers } from "./read-consumers.ts";

const read = (text: string) => readConsumers({ path: "consumers.csv", text });

describe("consumers.csv", () => {
  it("makes one consumer of all lines with its name, a query for each", () => {
    const { facts, problems } = read(
      'name,kind,owner,tier,url,sql,tile,measures\nBoard,dashboard,sales,1,https://bi.example/1,"select sum(a) as total\nfrom m.s.t",Total,total\nBoard,dashboard,,,,select b from m.s.t,,\nChurn,ML model,ds,2,,select * from m.s.f,,\n',
    );
    expect(problems).toEqual([]);
    expect(facts).toMatchObject([
      {
        name: { namespace: "consumers", name: "Board" },
        kind: "dashboard",
        attributes: { owner: "sales", tier: 1, url: "https://bi.example/1" },
        queries: [
          { name: "Total", roles: [{ column: "total", use: "MEASURE" }], provenance: { line: 2 } },
          { name: "line 4", sql: "select b from m.s.t", provenance: { line: 4 } },
        ],
      },
      { name: { name: "Churn" }, kind: "ml_model" },
    ]);
  });

  it("reads semicolons, a byte order mark and headers in any case", () => {
    const { facts } = read("\ufeffName;Kind;SQL\nB;report;select 1\n");
    expect(facts).toMatchObject([
      { name: { name: "B" }, kind: "report", queries: [{ sql: "select 1" }] },
    ]);
  });

  it("tells tiles of one name apart", () => {
    const { facts } = read("name,kind,sql,tile\nB,report,select 1,T\nB,report,select 2,T\n");
    expect(facts[0]?.queries.map((query) => query.name)).toEqual(["T", "T (line 3)"]);
  });

  it("keeps the other lines when a quote of one never ends", () => {
    const { facts, problems } = read(
      'name,kind,sql\nA,report,"select a\nfrom t"\n"B,report,select 2\nC,report,select 3\nD,report,"select ""d""\nfrom t"\n',
    );
    expect(facts.map(({ name, queries }) => [name.name, queries[0]?.sql])).toEqual([
      ["A", "select a\nfrom t"],
      ["C", "select 3"],
      ["D", 'select "d"\nfrom t'],
    ]);
    expect(facts[1]?.provenance).toMatchObject({ line: 5 });
    expect(problems).toMatchObject([{ code: "bad-csv", line: 4 }]);
  });

  it.each([
    ["a line without a name", "name,kind,sql\n,dashboard,select 1\n", "wrong-shape", 2],
    ["a kind that is not known", "name,kind,sql\nA,cube,select 1\n", "unknown-kind", 2],
    ["a tier that is none", "name,kind,sql,tier\nA,report,select 1,7\n", "wrong-shape", 2],
    ["a consumer without SQL", "name,kind,sql\nA,report,\n", "no-sql", 2],
    ["a quote that never ends", 'name,kind,sql\nA,report,"select 1\n', "bad-csv", 2],
  ])("tells of %s", (_what, text, code, line) => {
    expect(read(text).problems).toMatchObject([{ code, line, file: "consumers.csv" }]);
  });
});
