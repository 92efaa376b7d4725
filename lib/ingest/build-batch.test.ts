import { describe, expect, it } from "vitest";
import { loadSqlParser } from "../usecases/sources/load-sql-parser.ts";
import { createQueryAnalyzer } from "../usecases/sources/sql-analyzer.ts";
import { assembleClaims } from "./assemble-claims.ts";
import { DEFAULT_NAMES } from "./names/names-config.ts";
import { readSqlFiles } from "./read-sql-files.ts";

const AT = "2026-03-02T06:00:00Z";

async function problemsOf(sql: string) {
  const parser = await loadSqlParser();
  const read = readSqlFiles({
    files: [{ path: "schema.sql", text: sql }],
    dialect: "postgres",
    parser,
  });
  const { batches } = await assembleClaims({
    sources: [
      {
        source: { id: "sql:schema.sql", kind: "sql", label: "SQL files" },
        at: AT,
        complete: true,
        ...read,
      },
    ],
    names: DEFAULT_NAMES,
    analyzer: createQueryAnalyzer(parser),
  });
  return batches.flatMap(({ problems }) =>
    problems.map(({ code, line, message }) => [code, line, message.split(":")[0]]),
  );
}

describe("the problems of a file of SQL", () => {
  it("tell of a broken statement once, with the asset that it was to fill", async () => {
    const sql = "create table o (id int);\n\ncreate view v as\nselect id\nfrom o where;\n";
    expect(await problemsOf(sql)).toEqual([["sql-not-parsed", 3, "v"]]);
  });

  it("tell of each broken statement, also where the same is wrong with them", async () => {
    const sql =
      "create table o (id int); create view v as select id from o where;\ncreate view w as select id from o where;";
    expect(await problemsOf(sql)).toEqual([
      ["sql-not-parsed", 1, "v"],
      ["sql-not-parsed", 2, "w"],
    ]);
  });

  it("tell of a broken statement that fills and reads nothing known", async () => {
    expect(await problemsOf("create table o (id int);\nfoo bar;\n")).toEqual([
      ["sql-not-parsed", 2, "the SQL could not be parsed"],
    ]);
  });
});
