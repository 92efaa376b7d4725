import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const COLUMNS = [
  { name: "id", type: "INTEGER" },
  { name: "word", type: "VARCHAR" },
];
const parser = await loadSqlParser();

/** What a dashboard with one query over `t` shows, and how sure that is. */
function verdictOn(
  expression: string,
  change: Omit<ChangeInput, "asset" | "column">,
  dialect = "duckdb",
): string {
  const sql = `select ${expression} as a from t`;
  const lookup = () => ({ asset: idOf("t"), columns: COLUMNS, complete: true });
  const { plan } = analyzeQuery({ sql, dialect, lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = { name: "q", sql, dialect, reads: [], basis: "", provenance: {}, plan };
  const graph = graphOf("", {
    t: { columns: COLUMNS },
    board: { kind: "dashboard", queries: [query] },
  });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ ...change, asset: "t", column: "word" } as ChangeInput],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  const board = found.verdicts.find(({ asset }) => asset.name === "board");
  return `${board?.verdict} ${board?.certainty}`;
}

describe("a text that becomes a number (run on DuckDB)", () => {
  const numbers = { kind: "type_incompatible", fromType: "VARCHAR", toType: "BIGINT" } as const;

  it.each([
    "cast(word as integer)",
    "word::boolean",
    "word::decimal(12, 2) * 2",
    "json_extract_string(word, '$.a')",
    "word->>'$.a'",
    "word::json->>'$.a'",
  ])("gives other values and no error in %s", (expression) => {
    expect(verdictOn(expression, numbers)).toBe("breaks_silently likely");
  });

  it.each(["word::date", "cast(word as timestamp)", "strptime(word, '%Y')"])(
    "most likely fails in %s",
    (expression) => {
      expect(verdictOn(expression, numbers)).toMatch(/^breaks_loudly (likely|certain)$/);
    },
  );

  it("is refused as JSON by PostgreSQL", () => {
    expect(verdictOn("word->>'a'", numbers, "postgres")).toMatch(/^breaks_loudly/);
  });
});

describe("a text that is another one", () => {
  const others = { kind: "unit_or_meaning_changed", orderPreserving: false } as const;

  it.each(["word::date", "cast(word as integer)", "strptime(word, '%d.%m.%Y')", "word->>'$.a'"])(
    "most likely has not the form that is read in %s",
    (expression) => {
      expect(verdictOn(expression, others)).toBe("breaks_loudly likely");
    },
  );

  it.each(["word", "upper(word)", "word::varchar"])("is shown in %s", (expression) => {
    expect(verdictOn(expression, others)).toBe("breaks_silently certain");
  });
});
