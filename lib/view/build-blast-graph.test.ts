import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { buildBlastGraph } from "./build-blast-graph.ts";

function draw(edges: string, change: ChangeInput, notes: Readonly<Record<string, AssetNote>> = {}) {
  const graph = graphOf(edges, notes);
  const snapshot = buildSnapshot(graph);
  const assessment = assessChanges({ graph, snapshot, changes: [change] });
  if ("error" in assessment) throw new Error(assessment.error.message);
  const scene = buildBlastGraph({ assessment, graph, snapshot });
  const name = (id: string): string => scene.nodes.find((node) => node.id === id)?.shortName ?? "?";
  return {
    assessment,
    scene,
    lines: scene.edges
      .map(
        ({ from, to, state }) =>
          `${name(from.asset)}.${from.column ?? "*"} ${state} ${name(to.asset)}.${to.column ?? "*"}`,
      )
      .sort(),
  };
}

const UNIT: ChangeInput = { kind: "unit_or_meaning_changed", asset: "orders", column: "amount" };

test("each line says what the change does over it", () => {
  const { lines } = draw(
    "orders.amount -AGG_SUM> mart.revenue; orders.id -IDENTITY> mart.id; orders.amount -WINDOW> ranks.place; mart.revenue -MEASURE> board.revenue; mart -UNKNOWN> sheet",
    UNIT,
  );
  expect(lines).toEqual([
    "mart.* unknown sheet.*",
    "mart.revenue harms board.revenue",
    "orders.amount absorbed ranks.place",
    "orders.amount harms mart.revenue",
    "orders.id idle mart.id",
  ]);
});

test("what is drawn is what has a verdict, and the changed asset", () => {
  const { assessment, scene } = draw(
    "orders.amount -AGG_SUM> mart.revenue; mart.revenue -MEASURE> board.revenue; other.x -IDENTITY> unrelated.x",
    UNIT,
  );
  const judged = new Set(assessment.verdicts.map(({ asset }) => asset.id));
  expect(
    scene.nodes
      .filter(({ changed }) => !changed)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...judged].sort());
  for (const verdict of assessment.verdicts) {
    expect(scene.nodes.find(({ id }) => id === verdict.asset.id)?.verdict).toBe(verdict.verdict);
  }
});

test("an ephemeral model is no card; lines lead through it", () => {
  const { scene, lines } = draw(
    "orders.amount -CAST> tmp.amount; tmp.amount -IDENTITY> mart.amount",
    UNIT,
    {
      tmp: { attributes: { materialization: "ephemeral" } },
    },
  );
  expect(scene.nodes.map(({ shortName }) => shortName)).toEqual(["mart", "orders"]);
  expect(lines).toEqual(["orders.amount harms mart.amount"]);
});

test("a card opens the columns that the change touches, in the asset's order, and counts the others", () => {
  const { scene } = draw(
    "orders.amount -AGG_SUM> mart.revenue; orders.amount -IDENTITY> mart.last",
    UNIT,
    {
      orders: { columns: ["id", "amount", "at"] },
      mart: { columns: ["last", "customer", "revenue"] },
    },
  );
  const mart = scene.nodes.find(({ shortName }) => shortName === "mart");
  expect(mart?.touched.map(({ name, useWord }) => `${name}: ${useWord}`)).toEqual([
    "last: as is",
    "revenue: summed",
  ]);
  expect(mart?.otherColumns).toBe(1);
  const orders = scene.nodes.find(({ shortName }) => shortName === "orders");
  expect(orders?.touched).toEqual([{ name: "amount", changed: true }]);
  expect(orders?.otherColumns).toBe(2);
});

test("when a table fails, the line to its late readers is drawn as harm", () => {
  const { lines } = draw(
    "orders.amount -CAST> mart.revenue; mart.revenue -MEASURE> board.revenue",
    { kind: "drop_column", asset: "orders", column: "amount" },
  );
  expect(lines).toEqual(["mart.revenue harms board.revenue", "orders.amount harms mart.revenue"]);
});
