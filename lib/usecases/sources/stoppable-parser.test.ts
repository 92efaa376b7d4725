import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzeQuery, type QueryAnalysis } from "#lib/ingest/sql/analyze-query.ts";
import { DIALECTS } from "#lib/ingest/sql/dialect.ts";
import { mayParseSlowly } from "#lib/ingest/sql/parsing-risk.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "./load-sql-parser.ts";

const parser = await loadSqlParser();

interface Timed {
  readonly answer: QueryAnalysis;
  readonly seconds: number;
}

function timed(sql: string, dialect: string): Timed {
  const start = process.cpuUsage();
  const answer = analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => ({
      asset: assetId("test", path.join(".")),
      columns: [{ name: "a" }, { name: "b" }],
      complete: true,
    }),
  });
  const { user, system } = process.cpuUsage(start);
  return { answer, seconds: (user + system) / 1e6 };
}

/** What stands before and after the next level. */
type Level = readonly [before: string, after: string];

const LEVELS: Readonly<Record<string, Level>> = {
  case: ["case when ", " then 1 else 2 end"],
  cast: ["cast(", " as int)"],
  tryCast: ["try_cast(", " as int)"],
  values: ["(select * from (values (", ")) v)"],
  struct: ["struct(", " as z)"],
  charset: ["convert(", " using utf8)"],
  convert: ["convert(int, ", ")"],
  ceil: ["ceil(", " to day)"],
  position: ["position('a' in ", ")"],
  lambda: ["f(x -> ", ")"],
  list: ["array[", "]"],
  unnest: ["(select 1 from unnest(", "))"],
  pivot: ["(select 1 from t pivot (sum(a) for b in (", ")))"],
  cte: ["(with q as (select ", " as z) select z from q)"],
  trim: ["trim(both 'x' from ", ")"],
  call: ["f(1, ", ", 'x')"],
  interval: ["interval (", ") day"],
};

function nest(names: readonly string[], depth: number): string {
  let before = "";
  let after = "";
  for (let at = 0; at < depth; at++) {
    const [opens, closes] = LEVELS[names[at % names.length] ?? ""] ?? ["(", ")"];
    before += opens;
    after = closes + after;
  }
  return `select ${before}a${after} as x from t`;
}

const expectAnswered = ({ answer, seconds }: Timed): void => {
  expect(seconds).toBeLessThan(2);
  if (answer.plan) return;
  expect(answer.problems.length).toBeGreaterThan(0);
  expect(answer.edges.map(({ use }) => use)).toContain("UNKNOWN");
};

describe("texts that hold the parser up", () => {
  it.each([
    ["duckdb", ["case", "cast", "tryCast", "values"], 53],
    ["snowflake", ["struct", "charset"], 43],
    ["snowflake", ["ceil", "position", "lambda"], 80],
    ["tsql", ["list", "unnest"], 63],
    ["spark", ["position", "cte"], 72],
    ["mysql", ["cast", "position", "cte"], 54],
    ["postgres", ["struct", "pivot", "charset"], 61],
    ["generic", ["lambda", "ceil"], 60],
  ])("are given up in time and say so, with the table kept: %s, %j", (dialect, names, depth) => {
    const { answer, seconds } = timed(nest(names, depth), dialect);
    expect(answer.plan).toBeUndefined();
    expect(answer.problems.map(({ code }) => code)).toContain("sql-limit");
    expect(new Set(answer.edges.map(({ use }) => use))).toEqual(new Set(["UNKNOWN"]));
    expect(answer.reads.map(({ path }) => path.at(-1)?.toLowerCase())).toContain("t");
    expect(seconds).toBeLessThan(2);
  });

  it("leave the next texts as they were, deep and plain", () => {
    const plain = timed("select a from t", "duckdb").answer;
    const deep = timed(nest(["call"], 20), "duckdb").answer;
    expect(deep.edges.map(({ from }) => from.column)).toContain("a");
    timed(nest(["case", "cast", "tryCast", "values"], 53), "duckdb");
    expect(timed("select a from t", "duckdb").answer).toEqual(plain);
    expect(timed(nest(["call"], 20), "duckdb").answer).toEqual(deep);
  });

  it("say where they are wrong just as shorter texts do", () => {
    const sql = `${nest(["call"], 20)}\nfrom from`;
    expect(() => parser.parse(sql, "duckdb")).toThrow(/Line: 2, Column: \d+/);
  });

  it("have an end in any mixture and any dialect", () => {
    const mixture = fc.record({
      names: fc.array(fc.constantFrom(...Object.keys(LEVELS)), { minLength: 1, maxLength: 4 }),
      depth: fc.integer({ min: 4, max: 90 }),
      dialect: fc.constantFrom(...DIALECTS),
    });
    fc.assert(
      fc.property(mixture, ({ names, depth, dialect }) => {
        expectAnswered(timed(nest(names, depth), dialect));
      }),
      { numRuns: 40, seed: 7 },
    );
  }, 120_000);
});

describe("what is parsed apart", () => {
  it("is what nests deeply, and long texts sooner", () => {
    expect(mayParseSlowly(nest(["cast"], 9))).toBe(false);
    expect(mayParseSlowly(nest(["cast"], 10))).toBe(true);
    expect(mayParseSlowly(nest(["case"], 12))).toBe(true);
    expect(mayParseSlowly(`${nest(["cast"], 7)} -- ${"x".repeat(20_000)}`)).toBe(true);
  });

  it("is no query that people write beside one another", () => {
    const columns = Array.from({ length: 500 }, (_, at) => `coalesce(sum(a), ${at}) as x${at}`);
    expect(mayParseSlowly(`select ${columns.join(", ")} from t`)).toBe(false);
    expect(mayParseSlowly("select case when a then 1 end, ".repeat(50))).toBe(false);
  });
});
