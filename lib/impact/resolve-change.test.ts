import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges } from "./assess-change.ts";
import type { ChangeKind } from "./change.ts";

const graph = graphOf("orders.amount -MEASURE> board.n", { board: { kind: "dashboard" } });
const snapshot = buildSnapshot(graph);
const judge = (kind: ChangeKind) =>
  assessChanges({ graph, snapshot, changes: [{ kind, asset: "orders" }] });

it.each([
  "drop_column",
  "rename_column",
  "type_changed",
  "became_mostly_null",
  "unit_or_meaning_changed",
  "enum_value_added",
  "add_nullable_column",
] as const)("%s that names no column is an error of that change, not a safe one", (kind) => {
  const answer = judge(kind);
  expect("error" in answer && answer.error).toMatchObject({
    code: "wrong-shape",
    message: `${kind} of orders says of no column`,
  });
});

it.each([
  "row_count_drop",
  "table_dropped_or_renamed",
  "late_freshness",
  "column_order_changed",
] as const)("%s is about the whole table", (kind) => {
  expect(judge(kind)).not.toHaveProperty("error");
});

it("a column renamed to the name that it has is an error, not a break", () => {
  const change = {
    kind: "rename_column",
    asset: "orders",
    column: "amount",
    to: "amount",
  } as const;
  const answer = assessChanges({ graph, snapshot, changes: [change] });
  expect("error" in answer && answer.error).toMatchObject({ code: "wrong-shape" });
});

it("an effect of an unknown name counts as unknown, and the answer names it", () => {
  const answer = assessChanges({
    graph,
    snapshot,
    changes: [{ kind: "drop_column", asset: "orders", column: "amount", effects: ["BOGUS"] }],
  });
  if ("error" in answer) throw new Error(answer.error.message);
  expect(answer.changes[0]?.note).toMatch(/"BOGUS".*UNKNOWN/);
  expect(answer.verdicts.map(({ verdict }) => verdict)).toEqual(["unknown"]);
});
