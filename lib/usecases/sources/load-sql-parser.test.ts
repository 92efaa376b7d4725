import { describe, expect, it, vi } from "vitest";
import { loadSqlParser } from "./load-sql-parser.ts";

/** A chain so long that its tree overflows the parser's own stack; the instance then answers nothing any more. */
const BREAKING = `select a from t where ${Array.from({ length: 3000 }, (_, i) => `c = ${i}`).join(" or ")}`;

const BROKEN = /memory access|call stack|unreachable/;

describe("the SQL parser", () => {
  it("answers as before after texts that broke it, also several in a row", async () => {
    const parser = await loadSqlParser();
    const before = parser.parse("select a from t", "duckdb");
    for (let round = 0; round < 3; round++) {
      expect(() => parser.parse(BREAKING, "duckdb")).toThrow(BROKEN);
      expect(parser.parse("select a from t", "duckdb")).toEqual(before);
    }
  });

  it("has spare instances again after a turn of the event loop", async () => {
    const parser = await loadSqlParser();
    for (let round = 0; round < 6; round++) {
      expect(() => parser.parse(BREAKING, "duckdb")).toThrow(BROKEN);
      await vi.waitFor(() => expect(parser.parse("select 1", "duckdb")).toHaveLength(1), 5000);
    }
  });

  it("gives the parser's own message with its place", async () => {
    const parser = await loadSqlParser();
    expect(() => parser.parse("select from from", "duckdb")).toThrow(/Line: 1, Column: \d+/);
  });
});
