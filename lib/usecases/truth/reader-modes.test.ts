import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { assembleGraph } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const LAKE = "s3://lake/orders.parquet";
const read = (options: string) =>
  `select sum(amount) as total from read_parquet('${LAKE}'${options})`;
const consumer = (id: string, more: Readonly<Record<string, unknown>>) => ({
  id,
  kind: "ml_job",
  ...more,
});
const GRAPH = {
  assets: [
    { id: LAKE, kind: "file", columns: ["id", "amount"] },
    consumer("plain", { queries: [{ name: "q", sql: read(""), dialect: "duckdb" }] }),
    consumer("united", {
      queries: [{ name: "q", sql: read(", union_by_name = true"), dialect: "duckdb" }],
    }),
    consumer("declared", {
      readerMode: "spark parquet",
      queries: [{ name: "q", sql: read(""), dialect: "duckdb" }],
    }),
    consumer("skipping", { readerMode: "pandas csv, on_bad_lines=skip" }),
    consumer("misspelt", { readerMode: "lenientt" }),
  ],
  edges: [{ from: `${LAKE}.amount`, to: "skipping", use: "MEASURE" }],
};

describe("readers that meet a schema that differs", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "faultline-readers-"));
    writeFileSync(join(folder, "graph.json"), JSON.stringify(GRAPH));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function judge(kind: ChangeKind, column: string) {
    const { graph, problems } = await assembleGraph({
      paths: [join(folder, "graph.json")],
      parser: await loadSqlParser(),
      now: "2026-11-20T00:00:00Z",
    });
    const answer = assessChanges({
      graph,
      snapshot: buildSnapshot(graph),
      changes: [{ kind, asset: LAKE, column }],
    });
    if (isChangeError(answer)) throw new Error(answer.error.message);
    const verdictOf = (name: string) =>
      answer.verdicts.find(({ asset }) => asset.name === name)?.verdict;
    return { verdictOf, problems };
  }

  it("fail or fill in nulls where a column is gone, as the call in their SQL or their owner says", async () => {
    const { verdictOf, problems } = await judge("drop_column", "amount");
    expect(verdictOf("plain")).toBe("breaks_loudly");
    expect(verdictOf("united")).toBe("breaks_silently");
    expect(verdictOf("declared")).toBe("breaks_silently");
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^wrong-shape .*readerMode.*strict, lenient/),
    ]);
  });

  it("lose the rows that carry a new field where they skip what they do not know", async () => {
    const { verdictOf } = await judge("add_nullable_column", "channel");
    expect(verdictOf("skipping")).toBe("breaks_silently");
    expect(verdictOf("plain")).not.toBe("breaks_silently");
  });
});
