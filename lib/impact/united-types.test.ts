import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import { assessChanges } from "./assess-change.ts";

const table = (name: string) => ({ asset: idOf(name), rows: "each" as const });

interface Union {
  readonly dialect: string;
  readonly type: string;
  readonly to: string;
}

/** `select * from orders union all select * from archive`; the column of one of them gets another type. */
function verdictOn({ dialect, type, to }: Union): string {
  const query: AssetQuery = {
    name: "all_orders",
    sql: "",
    dialect,
    plan: {
      relations: [
        {
          label: "union",
          columns: [{ name: "amount", type }],
          inputs: [table("orders"), table("archive")],
          edges: [
            { input: 0, column: "amount", to: 0, use: "POSITIONAL", detail: "names" },
            { input: 1, column: "amount", to: 0, use: "IDENTITY", detail: "set_all" },
          ],
        },
      ],
    },
    provenance: { file: "all_orders.sql", line: 1 },
  };
  const columns = [{ name: "amount", type }];
  const graph = graphOf("", {
    orders: { columns },
    archive: { columns },
    all_orders: { columns, queries: [query] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      { kind: "type_incompatible", asset: "orders", column: "amount", fromType: type, toType: to },
    ],
  });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find((verdict) => verdict.asset.name === "all_orders");
  return `${found?.verdict}, ${found?.certainty}`;
}

describe("a set operation one of whose parts gets another type", () => {
  it("unites texts with numbers on DuckDB: a number becomes a text, and a text stays one", () => {
    expect(verdictOn({ dialect: "duckdb", type: "INTEGER", to: "VARCHAR" })).toBe(
      "degraded, likely",
    );
    expect(verdictOn({ dialect: "duckdb", type: "VARCHAR", to: "BIGINT" })).toBe(
      "breaks_silently, likely",
    );
  });

  it("may be refused on DuckDB where neither is a text", () => {
    expect(verdictOn({ dialect: "duckdb", type: "DATE", to: "BIGINT" })).toBe(
      "breaks_loudly, possible",
    );
    expect(verdictOn({ dialect: "duckdb", type: "INTEGER[]", to: "VARCHAR" })).toBe(
      "breaks_loudly, possible",
    );
  });

  it("may be refused on PostgreSQL", () => {
    expect(verdictOn({ dialect: "postgres", type: "INTEGER", to: "VARCHAR" })).toBe(
      "breaks_loudly, likely",
    );
  });
});
