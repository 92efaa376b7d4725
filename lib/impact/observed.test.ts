import { describe, expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { Assessment } from "./assessment.ts";
import type { ChangeInput } from "./change.ts";

const EDGES =
  "src.fee -IDENTITY> mart.fee; src.fee -ARITH> mart.net; mart.fee -MEASURE> board.fee; mart.net -MEASURE> profit.net";
const plain: Readonly<Record<string, AssetNote>> = {
  src: { columns: ["fee"] },
  mart: { columns: ["fee", "net"] },
  board: { kind: "dashboard" },
  profit: { kind: "dashboard" },
};
const change: ChangeInput = {
  kind: "became_mostly_null",
  asset: "src",
  column: "fee",
  nullShare: 1,
};

function assess(notes: Readonly<Record<string, AssetNote>>, changed = change): Assessment {
  const graph = graphOf(EDGES, { ...plain, ...notes });
  const answer = assessChanges({ snapshot: buildSnapshot(graph), graph, changes: [changed] });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  return answer;
}

const verdictOf = (answer: Assessment, name: string) => {
  const found = answer.verdicts.find(({ asset }) => asset.name === name);
  return found && `${found.verdict} ${found.certainty}`;
};

const ONLY_NULLS = { nullShare: 1, rows: 90 };

describe("what was observed in tables on the way", () => {
  test("a column that holds only nulls already cannot become null, and the answer says so", () => {
    const answer = assess({ mart: { columns: [{ name: "fee", profile: ONLY_NULLS }, "net"] } });
    expect(verdictOf(answer, "board")).toBe("unaffected null");
    expect(answer.verdicts.find(({ asset }) => asset.name === "board")?.absorbedBy).toEqual([
      {
        node: "col:mart.fee",
        use: "IDENTITY",
        why: "the column held only nulls when it was last observed, and still does",
      },
    ]);
    expect(verdictOf(answer, "profit")).toBe("breaks_silently certain");
  });

  test("the column beside it is judged as before", () => {
    const answer = assess({ mart: { columns: ["fee", { name: "net", profile: ONLY_NULLS }] } });
    expect(verdictOf(answer, "board")).toBe("breaks_silently certain");
  });

  test("a dropped column is still an error where only nulls were seen", () => {
    const notes = { mart: { columns: [{ name: "fee", profile: ONLY_NULLS }, "net"] } };
    const answer = assess(notes, { kind: "drop_column", asset: "src", column: "fee" });
    expect(verdictOf(answer, "mart")).toBe("breaks_loudly certain");
  });

  test("nulls of a table without rows are no rows", () => {
    const empty = { ...plain["mart"], attributes: { materialization: "table", rows: 0 } } as const;
    const answer = assess({ mart: empty });
    expect(verdictOf(answer, "board")).toBe("unaffected null");
    const lost = assess({ mart: empty }, { kind: "row_count_drop", asset: "src" });
    expect(verdictOf(lost, "board")).not.toMatch(/certain|likely/);
  });

  test("what is true of the changed column itself is said beside the change", () => {
    const answer = assess({ src: { columns: [{ name: "fee", profile: ONLY_NULLS }] } });
    expect(answer.changes[0]?.note).toBe("src.fee held only nulls when it was last observed");
    expect(verdictOf(answer, "board")).toBe("unaffected null");
    expect(assess({}).changes[0]?.note).toBeUndefined();
  });
});

describe("what a query writes NULL in", () => {
  const plan = {
    relations: [
      {
        label: "result",
        columns: [{ name: "fee", nullable: true }, { name: "net" }],
        inputs: [{ asset: idOf("src"), rows: "each" as const }],
        edges: [{ input: 0, column: "fee", to: 1, use: "IDENTITY" as const }],
      },
    ],
  };
  const sql = "select cast(null as int) as fee, fee as net from src";
  const queries = [{ name: "model", sql, dialect: "duckdb", plan, provenance: {} }];
  const reads = "mart.fee -IDENTITY> copy.fee; copy.fee -MEASURE> board.fee";

  function verdictAfter(changed: ChangeInput): string | undefined {
    const graph = graphOf(reads, {
      src: { columns: ["fee"] },
      mart: { columns: ["fee", "net"], queries },
      copy: { columns: ["fee"] },
      board: { kind: "dashboard" },
    });
    const answer = assessChanges({ snapshot: buildSnapshot(graph), graph, changes: [changed] });
    return isChangeError(answer) ? answer.error.message : verdictOf(answer, "board");
  }

  test("is what a change of that query itself decides, so it is not taken for granted then", () => {
    expect(verdictAfter({ kind: "unit_or_meaning_changed", asset: "mart", column: "fee" })).toBe(
      "breaks_silently certain",
    );
  });

  test("is NULL whatever happens to the tables", () => {
    expect(verdictAfter(change) ?? "not reached").toMatch(/^(?:not reached|unaffected null)$/);
  });
});
