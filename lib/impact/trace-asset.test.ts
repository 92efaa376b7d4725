import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { TraceNode } from "./assessment.ts";

function trace(edges: string, asset: string): readonly TraceNode[] {
  const graph = graphOf(edges, { a: {}, b: {}, c: {}, board: { kind: "dashboard" } });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "became_mostly_null", asset: "a", column: "x" }],
    options: { explain: idOf(asset) },
  });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  return answer.trace ?? [];
}

const written = (nodes: readonly TraceNode[]): readonly string[] =>
  nodes.flatMap(({ node, effects, steps, stops }) => [
    `${node}: ${effects.map(({ effect, certainty }) => `${effect} ${certainty}`).join(", ")}`,
    ...steps.map((step) => `  ${step.gives} by ${step.effect} of ${step.from} over ${step.use}`),
    ...stops.map((stop) => `  stops ${stop.effect} of ${stop.from} over ${stop.use}`),
  ]);

test("every way to an asset is told, not only the shortest", () => {
  const nodes = trace(
    "a.x -IDENTITY> b.x -AGG_SUM> board.n; a.x -COALESCE> c.x -IDENTITY> board.n",
    "board",
  );
  expect(written(nodes)).toEqual([
    "col:a.x: NULLS certain",
    "col:b.x: NULLS certain",
    "  NULLS by NULLS of col:a.x over IDENTITY",
    "col:c.x: VALUE certain",
    "  VALUE by NULLS of col:a.x over COALESCE",
    "col:board.n: VALUE certain",
    "  VALUE by NULLS of col:b.x over AGG_SUM",
    "  VALUE by VALUE of col:c.x over IDENTITY",
  ]);
});

test("where a change ends on its way is told with the reason, however far from the asset", () => {
  const nodes = trace("a.x -EXISTS> b.x -IDENTITY> c.x -IDENTITY> board.n", "board");
  expect(written(nodes)).toEqual([
    "col:a.x: NULLS certain",
    "col:b.x: ",
    "  stops NULLS of col:a.x over EXISTS",
  ]);
  expect(nodes.at(-1)?.stops[0]?.text).toBe("does not look at the values");
});

test("what has nothing to do with the asset is left out", () => {
  const nodes = trace("a.x -IDENTITY> b.x -IDENTITY> board.n; a.x -IDENTITY> c.x", "board");
  expect(nodes.map(({ node }) => node)).toEqual(["col:a.x", "col:b.x", "col:board.n"]);
});
