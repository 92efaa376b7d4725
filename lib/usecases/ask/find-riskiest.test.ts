import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { riskiestColumns, riskiestSoon } from "./find-riskiest.ts";

const dashboards = (count: number): Record<string, { readonly kind: "dashboard" }> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`board${at}`, { kind: "dashboard" as const }]),
  );

function viewOf(text: string, consumers: number): GraphView {
  const graph = graphOf(text, dashboards(consumers));
  return { graph, snapshot: buildSnapshot(graph), asOf: { version: 1 } } as GraphView;
}

/** Many columns, each of which feeds a chain that all end in the same dashboards, and a cycle among them. */
function largeView(): GraphView {
  const columns = Array.from({ length: 300 }, (_, at) => at);
  const lines = [
    ...columns.map((at) => `t${at}.x -IDENTITY> t${(at + 1) % 300}.x`),
    ...columns.map((at) => `t${at}.x -IDENTITY> board${at}.n`),
    ...columns.map((at) => `t${at}.x -IDENTITY> t${(at * 7) % 300}.x`),
  ];
  return viewOf(lines.join("\n"), 300);
}

it("of a small graph they are there at once, with how many consumers hang on each", () => {
  const view = viewOf(
    "a.x -IDENTITY> b.x\nb.x -MEASURE> board0.n\nb.x -MEASURE> board1.n\nb.y -MEASURE> board0.m",
    2,
  );
  const soon = riskiestSoon(view);
  expect(soon).toEqual(riskiestColumns(view));
  const counts = soon?.map(
    ({ shortName, column, consumers }) => `${shortName}.${column} ${consumers}`,
  );
  expect(counts?.sort()).toEqual(["a.x 2", "b.x 2", "b.y 1"]);
});

it("of a large graph they are found beside other work, and are the same as when somebody waits for them", async () => {
  const view = largeView();
  expect(riskiestSoon(view)).toBeUndefined();
  await expect.poll(() => riskiestSoon(view), { timeout: 20_000 }).toBeDefined();
  const found = riskiestSoon(view);
  expect(found).toHaveLength(10);
  expect(found).toEqual(riskiestColumns(largeView()));
  expect(riskiestSoon(view)).toBe(found);
});
