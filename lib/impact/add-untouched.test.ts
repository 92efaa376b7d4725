import fc from "fast-check";
import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { noteChanges } from "#lib/graph/graph-changes.ts";
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

test("a version that goes on from another lists the same as one that stands alone", () => {
  const name = fc.constantFrom("orders", "a", "b", "c");
  const edges = fc.array(
    fc.tuple(name, name).map(([from, to]) => `${from}.id -> ${to}.id`),
    { minLength: 1, maxLength: 6 },
  );
  const untouched = (graph: ReturnType<typeof graphOf>): readonly string[] =>
    assess(graph, "amount")
      .verdicts.map(({ asset, hops }) => `${asset.name} ${hops}`)
      .sort();
  let listed = 0;
  fc.assert(
    fc.property(fc.array(edges, { minLength: 2, maxLength: 5 }), (versions) => {
      let before: ReturnType<typeof graphOf> | undefined;
      for (const said of versions) {
        const after = graphOf(`orders.amount -> mart.amount; ${said.join(";")}`);
        const ids = new Set([...(before?.assets.keys() ?? []), ...after.assets.keys()]);
        if (before) noteChanges(before, { after, changed: ids });
        expect(untouched(after)).toEqual(untouched({ ...after }));
        listed += untouched(after).length;
        before = after;
      }
    }),
  );
  expect(listed).toBeGreaterThan(100);
});
