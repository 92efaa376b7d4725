import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import { assessChanges } from "./assess-change.ts";

const table = (name: string) => ({ asset: idOf(name), rows: "each" as const });

/** `select * from orders union all select * from archive`, read by its old names in `select id from all_orders`. */
const UNITED: AssetQuery = {
  name: "all_orders",
  sql: "",
  dialect: "duckdb",
  plan: {
    relations: [
      {
        label: "union",
        columns: [{ name: "id" }],
        inputs: [table("orders"), table("archive")],
        edges: [
          { input: 0, column: "id", to: 0, use: "POSITIONAL", detail: "names" },
          { input: 0, use: "POSITIONAL" },
          { input: 1, column: "id", to: 0, use: "POSITIONAL" },
          { input: 1, use: "POSITIONAL" },
        ],
      },
    ],
  },
  provenance: { file: "all_orders.sql", line: 1 },
};

const READER: AssetQuery = {
  name: "report",
  sql: "",
  dialect: "duckdb",
  plan: {
    relations: [
      {
        label: "report",
        columns: [{ name: "id" }],
        inputs: [table("all_orders")],
        edges: [{ input: 0, column: "id", to: 0, use: "IDENTITY" }],
      },
    ],
  },
  provenance: { file: "report.sql", line: 1 },
};

function runOfReport(renamed: string): string | undefined {
  const graph = graphOf("", {
    orders: { columns: ["id"] },
    archive: { columns: ["id"] },
    all_orders: { columns: ["id"], queries: [UNITED] },
    report: { columns: ["id"], queries: [READER] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "rename_column", asset: renamed, column: "id", to: "order_id" }],
  });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  return answer.verdicts.find((verdict) => verdict.asset.name === "report")?.run;
}

describe("a column that is renamed below a union of stars", () => {
  it("fails whoever reads the old name, where the first part names the columns", () => {
    expect(runOfReport("orders")).toBe("fails");
  });

  it("keeps its name where another part named it", () => {
    expect(runOfReport("archive")).toBe("ok");
  });
});
