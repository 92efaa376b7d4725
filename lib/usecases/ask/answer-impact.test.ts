import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import type { ImpactAnswer } from "./answer-impact.ts";
import { answerImpact, changeErrorsOf } from "./answer-impact.ts";
import { readChanges } from "./read-changes.ts";

const AT = "2026-03-02T06:00:00Z";
const FILE = {
  assets: [
    { id: "shop.orders", kind: "table", columns: [{ name: "amount" }, { name: "note" }] },
    {
      id: "Sales",
      kind: "dashboard",
      queries: [{ name: "total", sql: "select sum(amount) from shop.orders", dialect: "duckdb" }],
    },
  ],
};

const good = { kind: "drop_column", asset: "shop.orders", column: "amount" };
const other = { kind: "drop_column", asset: "shop.orders", column: "note" };
const unknown = { kind: "drop_column", asset: "nowhere", column: "x" };

async function ask(changes: readonly unknown[], each: boolean): Promise<ImpactAnswer> {
  const parser = await loadSqlParser();
  const file = { path: "g.json", root: "g.json", text: JSON.stringify(FILE) };
  const { graph } = await assembleSources(
    { parser },
    readSources({ files: [file], parser, at: AT }),
  );
  const read = readChanges({ changes }, "changes.json");
  if (!read.ok) throw new Error(read.error.message);
  const view = { graph, snapshot: buildSnapshot(graph), asOf: { version: 1, at: AT } };
  const answer = answerImpact(view, { changes: read.value, each });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe("a changes file with entries that are no changes", () => {
  it.each([
    ["no kind", { asset: "shop.orders" }, "changes[1].kind"],
    ["a number", 7, "changes[1]"],
    ["null", null, "changes[1]"],
    [
      "an asset without its namespace",
      { kind: "drop_column", asset: { name: "orders" } },
      "changes[1].asset",
    ],
  ])("%s: an error in its place, and the others are judged one by one", async (_, bad, place) => {
    const answer = await ask([good, bad, other], true);
    if (!("results" in answer)) throw new Error("no results");
    expect(answer.results.map((result) => isChangeError(result))).toEqual([false, true, false]);
    expect(answer.results[1]).toMatchObject({ error: { code: "wrong-shape" }, change: bad });
    expect(changeErrorsOf(answer).errors[0]?.error.message).toContain(`changes.json: ${place}`);
  });

  it("are listed as errors, in order, where the changes are judged together", async () => {
    const answer = await ask([7, good, unknown, null], false);
    if ("results" in answer || isChangeError(answer)) throw new Error("nothing was judged");
    expect(answer.changes).toMatchObject([good].map(({ kind, column }) => ({ kind, column })));
    expect(answer.errors?.map(({ error, change }) => [error.code, change])).toEqual([
      ["wrong-shape", 7],
      ["unknown-asset", unknown],
      ["wrong-shape", null],
    ]);
    expect(answer.verdicts[0]).toMatchObject({ verdict: "breaks_loudly" });
  });

  it("are the answer when nothing else is left", async () => {
    const answer = await ask([7, null], false);
    expect(answer).toMatchObject({ error: { code: "wrong-shape" }, change: 7 });
    expect(changeErrorsOf(answer).answered).toBe(0);
  });
});
