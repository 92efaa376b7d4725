import { expect, test } from "vitest";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { graphOf, idOf, queryOf } from "./graph-of.ts";

interface Step {
  readonly use: Use;
  readonly detail?: string;
  readonly rows: RowUse;
}

/** A column of `t` through some steps, each a relation of its own; whether the last step is marked. */
function lastIsAdditive(...steps: readonly Step[]): boolean {
  const plan: QueryPlan = {
    relations: steps.map(({ use, detail, rows }, at) => ({
      label: `step ${at}`,
      columns: [{ name: "x" }],
      inputs: [at === 0 ? { asset: idOf("t"), rows } : { relation: at - 1, rows }],
      edges: [{ input: 0, column: "x", to: 0, use, ...(detail === undefined ? {} : { detail }) }],
    })),
  };
  const query = queryOf({ plan });
  const graph = graphOf("", { t: { columns: ["x"] }, d: { columns: ["x"], queries: [query] } });
  return buildSnapshot(graph).uses.some((use) => use.additive === true);
}

const sum: Step = { use: "AGG_SUM", detail: "sum", rows: "grouped" };
const project = (use: Use, detail?: string): Step => ({
  use,
  rows: "each",
  ...(detail === undefined ? {} : { detail }),
});

test("a sum of sums, of counts, and of sums that were scaled or only handed on is the same over other groups", () => {
  expect(lastIsAdditive(sum, sum)).toBe(true);
  expect(lastIsAdditive({ use: "AGG_COUNT", rows: "grouped" }, sum)).toBe(true);
  expect(lastIsAdditive(sum, project("ARITH", "op:/"), project("IDENTITY", "carry"), sum)).toBe(
    true,
  );
});

test("a sum of extremes, of averages, of window sums, of rounded sums and of plain values is not", () => {
  expect(lastIsAdditive({ use: "AGG_IDEMPOTENT", detail: "max", rows: "grouped" }, sum)).toBe(
    false,
  );
  expect(lastIsAdditive({ use: "AGG_SUM", detail: "avg", rows: "grouped" }, sum)).toBe(false);
  expect(lastIsAdditive(project("AGG_SUM", "sum"), sum)).toBe(false);
  expect(lastIsAdditive(sum, project("ARITH", "fn:round"), sum)).toBe(false);
  expect(lastIsAdditive(project("IDENTITY"), sum)).toBe(false);
});

/** A SQL sum over `daily.units`, which other metadata feeds as `edges` say. */
function sumOverTold(edges: string, type = "hugeint"): boolean {
  const plan: QueryPlan = {
    relations: [
      {
        label: "group by",
        columns: [{ name: "x" }],
        inputs: [{ asset: idOf("daily"), rows: "grouped" }],
        edges: [{ input: 0, column: "units", to: 0, use: "AGG_SUM", detail: "sum" }],
      },
    ],
  };
  const graph = graphOf(edges, {
    moves: { columns: [{ name: "units", type: "bigint" }, "sku"] },
    daily: { columns: [{ name: "units", type }, "sku"] },
    board: { columns: ["x"], queries: [queryOf({ plan })] },
  });
  return buildSnapshot(graph).uses.some((use) => use.additive === true);
}

test("an aggregate that is only told to be one is a sum where its type says so and its rows are grouped", () => {
  const sums = "moves.units -AGG_SUM> daily.units";
  const groups = "moves.sku -GROUP_BY> daily";
  expect(sumOverTold(`${sums}; ${groups}`)).toBe(true);
  expect(sumOverTold(`${sums}; ${groups}`, "bigint")).toBe(false);
  expect(sumOverTold(sums)).toBe(false);
  expect(sumOverTold(`${sums}; ${groups}; moves.sku -WINDOW> daily`)).toBe(false);
  expect(sumOverTold(`${sums}; ${groups}; moves.sku -CONDITIONAL> daily.units`)).toBe(false);
  expect(sumOverTold(`moves.units -AGG_COUNT> daily.units; ${groups}`)).toBe(false);
});
