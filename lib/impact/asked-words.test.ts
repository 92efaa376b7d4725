import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges } from "./assess-change.ts";

/** `select id from orders where <condition>`; the column `status`, a text, gets another type. */
function verdictOn(condition: string, to: string): string {
  const graph = graphOf("", {
    orders: {
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "status", type: "VARCHAR" },
      ],
    },
    chosen: {
      columns: [{ name: "id", type: "INTEGER" }],
      queries: [
        {
          name: "chosen",
          sql: "",
          dialect: "duckdb",
          plan: {
            relations: [
              {
                label: "select",
                columns: [{ name: "id", type: "INTEGER" }],
                inputs: [{ asset: idOf("orders"), rows: "each" }],
                edges: [
                  { input: 0, column: "id", to: 0, use: "IDENTITY" },
                  {
                    input: 0,
                    column: "status",
                    use: "FILTER",
                    detail: "op:=",
                    expression: condition,
                  },
                ],
              },
            ],
          },
          provenance: { file: "chosen.sql", line: 1 },
        },
      ],
    },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      {
        kind: "type_incompatible",
        asset: "orders",
        column: "status",
        fromType: "VARCHAR",
        toType: to,
      },
    ],
  });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find((verdict) => verdict.asset.name === "chosen");
  return `${found?.verdict}, ${found?.certainty}`;
}

describe("a text that a filter asks for a word gets another type", () => {
  it("fails for certain where no value of the new type can be that word", () => {
    expect(verdictOn("status = 'paid'", "BIGINT")).toBe("breaks_loudly, certain");
    expect(verdictOn("status = 'paid'", "DATE")).toBe("breaks_loudly, certain");
    expect(verdictOn("status = 'paid'", "BOOLEAN")).toBe("breaks_loudly, certain");
  });

  it("may fail where the word may be a value of the new type", () => {
    expect(verdictOn("status = '1'", "BIGINT")).toBe("breaks_loudly, likely");
    expect(verdictOn("status = '1' or id = 2", "BIGINT")).toBe("breaks_loudly, likely");
  });

  it("does not fail for certain where the new type takes any text", () => {
    expect(verdictOn("status = 'paid'", "BLOB")).not.toBe("breaks_loudly, certain");
  });
});
