import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { answerVerified } from "./answer-verified.ts";

const AT = "2026-01-01T00:00:00Z";

const MESH = {
  assets: [
    {
      id: "shop.orders",
      kind: "table",
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "amount", type: "INTEGER" },
        { name: "status", type: "VARCHAR" },
      ],
    },
    {
      id: "shop.totals",
      kind: "table",
      queries: [
        {
          name: "build",
          dialect: "duckdb",
          sql: "select id, sum(amount) as total from shop.orders group by id",
        },
      ],
    },
    {
      id: "shop.latest",
      kind: "view",
      queries: [{ name: "build", dialect: "duckdb", sql: "select * from shop.orders" }],
    },
    {
      id: "Revenue",
      kind: "dashboard",
      queries: [
        { name: "tile", dialect: "duckdb", sql: "select sum(total) from shop.totals" },
        { name: "open", dialect: "duckdb", sql: "select count(*) from shop.latest" },
      ],
    },
    {
      id: "Elsewhere",
      kind: "dashboard",
      queries: [{ name: "tile", dialect: "snowflake", sql: "select amount from shop.orders" }],
    },
  ],
  edges: [],
};

async function verify(changes: readonly ChangeInput[]): Promise<Assessment> {
  const parser = await loadSqlParser();
  const path = "mesh.json";
  const read = readSources({
    files: [{ path, root: path, text: JSON.stringify(MESH) }],
    parser,
    at: AT,
  });
  const { graph } = await assembleSources({ parser }, read);
  const view = { graph, snapshot: buildSnapshot(graph), asOf: { version: 1, at: AT } };
  const answer = await answerVerified(view, { changes, verify: { kind: "bind" } });
  if (!answer.ok) throw new Error(answer.error.message);
  if ("results" in answer.value || isChangeError(answer.value)) throw new Error("one assessment");
  return answer.value;
}

const entry = (assessment: Assessment, name: string) =>
  assessment.verdicts.find(({ asset }) => asset.name === name);

describe("a verdict that an engine was asked about", () => {
  it("fails where the statement no longer binds, with the engine's own words", async () => {
    const answer = await verify([{ kind: "drop_column", asset: "shop.orders", column: "amount" }]);
    expect(entry(answer, "shop.totals")).toMatchObject({
      verdict: "breaks_loudly",
      certainty: "certain",
      proof: { engine: "duckdb", outcome: "fails", query: "build" },
    });
    expect(entry(answer, "shop.totals")?.proof?.message).toMatch(/amount/);
  });

  it("binds where a table keeps yesterday's content and nothing names the column", async () => {
    const answer = await verify([{ kind: "drop_column", asset: "shop.orders", column: "amount" }]);
    expect(entry(answer, "Revenue")?.proof).toEqual({
      engine: "duckdb",
      outcome: "binds",
      basis: "proved by run",
    });
    expect(entry(answer, "Revenue")?.verdict).toBe("degraded");
  });

  it("in a language that the engine does not speak is said not to have been tried", async () => {
    const answer = await verify([{ kind: "drop_column", asset: "shop.orders", column: "amount" }]);
    expect(entry(answer, "Elsewhere")).toMatchObject({
      verdict: "breaks_loudly",
      proof: { outcome: "not_tried", message: "its SQL is snowflake, which is not spoken here" },
    });
  });

  it("stays what it was where the changed values would only show with rows", async () => {
    const change = { asset: "shop.orders", column: "amount" } as const;
    const answer = await verify([{ kind: "unit_or_meaning_changed", ...change }]);
    expect(entry(answer, "shop.totals")).toMatchObject({
      verdict: "breaks_silently",
      proof: { outcome: "binds" },
    });
  });

  it("of everything that reads a table that is gone fails", async () => {
    const answer = await verify([{ kind: "table_dropped_or_renamed", asset: "shop.orders" }]);
    expect(entry(answer, "shop.latest")?.proof).toMatchObject({ outcome: "fails" });
    expect(entry(answer, "Revenue")).toMatchObject({
      verdict: "breaks_loudly",
      proof: { outcome: "fails", query: "open" },
    });
  });
});
