import { expect, it } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { createGraphView } from "../graph/graph-view.ts";
import { triageWithLog } from "./triage-with-log.ts";

const NOW = "2026-11-20T08:00:00Z";
const view = createGraphView(
  graphOf("orders.amount -IDENTITY> sales.amount", { orders: { columns: ["amount", "note"] } }),
  { version: 1, at: NOW } as never,
);

function triage(value: unknown) {
  const answer = triageWithLog(view, {
    request: { symptoms: [{ ref: "sales" }], now: NOW },
    log: { value, where: "log.json" },
    history: [],
  });
  if (!answer.ok) throw new Error(answer.error.message);
  const { suspects, errors = [] } = answer.value;
  const changes = suspects.flatMap(({ change }) => (change === undefined ? [] : [change]));
  return { changes, errors };
}

const LAST_NIGHT = "2026-11-20T01:00:00Z";

it("of a log each entry that cannot be used is said with its place, and the rest counts", () => {
  const { changes, errors } = triage([
    { knd: "drop_column", asset: "orders" },
    { kind: "drop_colum", asset: "orders", column: "amount" },
    { kind: "rows_missing", asset: "invoices", at: LAST_NIGHT },
    { kind: "drop_column", asset: "orders", column: "amount", at: LAST_NIGHT },
  ]);
  expect(changes).toMatchObject([{ column: "amount", at: LAST_NIGHT }]);
  expect(errors).toMatchObject([
    { ref: "log.json: changes[0]", code: "wrong-shape", next: expect.stringContaining("kind") },
    { ref: "log.json: changes[1]", code: "unknown-kind", candidates: ["drop_column"] },
    { ref: "log.json: changes[2]", code: expect.stringMatching(/^unknown/) },
  ]);
  for (const { ref, message } of errors) {
    expect(message).toContain(ref);
    expect(message).toMatch(/left out$/);
  }
});

it("of a column that is not there, or not any more, what may have been meant is said", () => {
  const { errors } = triage([
    { kind: "drop_column", asset: "orders", column: "amuont", at: LAST_NIGHT },
  ]);
  expect(errors).toMatchObject([{ code: "unknown-column", candidates: ["amount"] }]);
  expect(errors[0]?.message).toContain("only what still asks for it");
});

it("what has not happened yet is no suspect; a time that cannot be read is said, and the change counts", () => {
  const planned = { kind: "drop_column", asset: "orders", column: "amount" };
  const next = triage([{ ...planned, at: "2026-12-20T01:00:00Z" }]);
  expect(next.changes).toEqual([]);
  expect(next.errors).toMatchObject([{ ref: "log.json: changes[0]" }]);
  expect(next.errors[0]?.message).toContain("had not happened yet");
  const odd = triage([{ ...planned, at: "last night" }]);
  expect(odd.changes).toMatchObject([{ column: "amount" }]);
  expect(odd.changes[0]?.at).toBeUndefined();
  expect(odd.errors[0]?.message).toContain("cannot be read");
});

it("changes as an incident keeps them count as those of a changes file", () => {
  const { changes, errors } = triage([
    { asset: "orders", column: "amount", change: { kind: "drop_column" }, at: LAST_NIGHT },
  ]);
  expect(errors).toEqual([]);
  expect(changes).toMatchObject([{ column: "amount", change: { kind: "drop_column" } }]);
});
