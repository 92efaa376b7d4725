import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges } from "./assess-change.ts";
import type { Assessment } from "./assessment.ts";

function assess(graph: ReturnType<typeof graphOf>, column: string): Assessment {
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "drop_column", asset: "orders", column }],
  });
  if ("error" in answer) throw new Error(answer.error.message);
  return answer;
}

test("who reads the table and not the column is listed as unaffected, with the reason, after all that is touched", () => {
  const graph = graphOf(
    "orders.amount -> mart.amount; orders.id -> tickets.id; tickets.id -> wall.n",
  );
  const { verdicts } = assess(graph, "amount");
  expect(verdicts.map(({ asset, verdict, hops }) => [asset.name, verdict, hops])).toEqual([
    ["mart", "breaks_loudly", 1],
    ["tickets", "unaffected", 1],
    ["wall", "unaffected", 2],
  ]);
  expect(verdicts[1]?.absorbedBy?.[0]?.why).toBe("it reads other columns of orders than amount");
  expect(verdicts[2]?.absorbedBy?.[0]?.why).toBe("what it reads of tickets stays the same");
});

test("nobody is told about what does not touch him", () => {
  const graph = graphOf("orders.id -> tickets.id", {
    tickets: { attributes: { owner: "support" } },
  });
  expect(assess(graph, "amount").notify).toEqual([]);
});

test("assets that read each other in a circle are listed once, and the changed one not at all", () => {
  const graph = graphOf("orders.id -> a.id; a.id -> b.id; b.id -> a.id; b.id -> orders.id");
  expect(assess(graph, "amount").verdicts.map(({ asset }) => asset.name)).toEqual(["a", "b"]);
});
