import { describe, expect, it } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { openMemoryStore } from "#lib/store/embedded/open-embedded-store.ts";
import { createHistoryKeeper } from "./keep-history.ts";

const ORDERS = assetId("mesh", "orders");

const graphOn = (day: number, rows: number): MergedGraph => {
  const at = new Date(Date.UTC(2026, 0, day)).toISOString();
  const asset = {
    id: ORDERS,
    attributes: { rows, lastRun: { at, state: "ok" } },
    columns: [],
  } as unknown as MergedAsset;
  return { version: day, assets: new Map([[ORDERS, asset]]) };
};

const NOW = "2026-02-01T00:00:00Z";

describe("what was observed of a table, day after day", () => {
  it("is kept over a restart, and tells at the second bad day that rows are missing", async () => {
    const opened = openMemoryStore();
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    let keeper = createHistoryKeeper();
    const told: boolean[] = [];
    for (let day = 1; day <= 12; day++) {
      if (day === 6) keeper = createHistoryKeeper();
      const graph = graphOn(day, (day >= 11 ? 500 : 1_000) + (day % 3));
      const first = await keeper.look(store, graph, NOW);
      const again = await keeper.look(store, graph, NOW);
      expect(again).toEqual({ ok: true, value: [] });
      told.push(first.ok && first.value.some(({ isOver }) => !isOver));
    }
    expect(told.indexOf(true)).toBe(11);
    const other = await createHistoryKeeper().look(store, graphOn(12, 501), NOW);
    expect(other).toEqual({ ok: true, value: [] });
  });

  it("one that lies in a time to come hides none of those after it", async () => {
    const opened = openMemoryStore();
    if (!opened.ok) throw new Error(opened.error.message);
    const keeper = createHistoryKeeper();
    const told: boolean[] = [];
    for (let day = 1; day <= 12; day++) {
      const graph = graphOn(day, (day >= 11 ? 500 : 1_000) + (day % 3));
      const looked = await keeper.look(opened.value, graph, NOW);
      if (day === 6) await keeper.look(opened.value, graphOn(300, 1_000), NOW);
      told.push(looked.ok && looked.value.some(({ isOver }) => !isOver));
    }
    expect(told.indexOf(true)).toBe(11);
  });
});
