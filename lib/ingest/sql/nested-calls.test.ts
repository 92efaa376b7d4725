import { describe, expect, it } from "vitest";
import { idOf } from "#lib/graph/graph-of.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import { nestsCallsDeeply } from "./nested-calls.ts";

const parser = await loadSqlParser();
const lookup = () => ({
  asset: idOf("t"),
  columns: [{ name: "a" }, { name: "b" }],
  complete: true,
});

const timed = (sql: string, dialect: string) => {
  const start = process.cpuUsage();
  const answer = analyzeQuery({ sql, dialect, lookup, parser });
  const { user, system } = process.cpuUsage(start);
  return { answer, milliseconds: (user + system) / 1000 };
};

const nested = (depth: number): string =>
  `${"replace(".repeat(depth)}a${", 'x', '')".repeat(depth)}`;

describe("calls in calls", () => {
  it.each(["postgres", "tsql", "duckdb", "redshift", "generic", "sqlite"])(
    "sixty deep are followed to their column within two seconds (%s)",
    (dialect) => {
      const { answer, milliseconds } = timed(`select ${nested(60)} as x from t`, dialect);
      expect(answer.outputs.map(({ name }) => name)).toEqual(["x"]);
      expect(answer.edges.map(({ from }) => from.column)).toContain("a");
      expect(milliseconds).toBeLessThan(2000);
    },
  );

  it("a few deep, as people write them, leave the dialect its own parser", () => {
    const columns = Array.from({ length: 50 }, (_, at) => `${nested(7)} as x${at}`).join(", ");
    expect(nestsCallsDeeply(`select ${columns} from t`)).toBe(false);
    expect(nestsCallsDeeply(`select ${nested(16)} from t`)).toBe(true);
  });

  it("parentheses that call nothing do not count", () => {
    expect(
      nestsCallsDeeply(`select a from ${"(select a from ".repeat(40)}t${") s".repeat(40)}`),
    ).toBe(false);
  });

  it.each(["bigquery", "spark", "mysql", "postgres"])(
    "an interval of an interval without end is given up at once (%s)",
    (dialect) => {
      const { answer, milliseconds } = timed(`select ${"interval ".repeat(40)} a from t`, dialect);
      expect(answer.plan).toBeUndefined();
      expect(answer.reads.map(({ path }) => path.at(-1)?.toLowerCase())).toContain("t");
      expect(milliseconds).toBeLessThan(2000);
    },
  );
});
