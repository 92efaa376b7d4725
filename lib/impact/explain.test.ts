import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges } from "./assess-change.ts";

function stepsToTheEndOf(tables: number) {
  const graph = graphOf(
    Array.from({ length: tables - 1 }, (_, at) => `t${at}.a -> t${at + 1}.a`).join("; "),
  );
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "unit_or_meaning_changed", asset: "t0", column: "a" }],
  });
  if ("error" in answer) throw new Error(answer.error.message);
  return answer.verdicts.find(({ asset }) => asset.name === `t${tables - 1}`)?.because ?? [];
}

test("a way of usual length is told whole", () => {
  const steps = stepsToTheEndOf(100);
  expect(steps).toHaveLength(100);
  expect(steps.some(({ skipped }) => skipped !== undefined)).toBe(false);
});

test("of a very long way both ends are told, and how much lies between them", () => {
  const steps = stepsToTheEndOf(400);
  expect(steps).toHaveLength(120);
  expect(steps[0]?.node).toBe("col:t0.a");
  expect(steps.at(-1)?.node).toBe("col:t399.a");
  expect(steps.reduce((sum, { skipped }) => sum + (skipped ?? 0), steps.length)).toBe(400);
});
