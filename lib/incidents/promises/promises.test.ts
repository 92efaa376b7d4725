import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { judgePromises, keepingOf } from "./judge-promises.ts";
import { addLook, type PromiseDay, tallyPromises } from "./tally-promises.ts";

const A = idOf("a");
const NOW = "2026-03-03T06:00:00Z";

function graphWith(attributes: MergedAsset["attributes"], nullShare?: number): MergedGraph {
  const graph = graphOf("orders.amount -IDENTITY> sales.amount", {
    orders: { columns: ["amount"] },
  });
  const orders = graph.assets.get(idOf("orders"));
  if (orders === undefined) throw new Error("no orders");
  const columns = orders.columns.map((column) =>
    nullShare === undefined ? column : { ...column, nullable: false, profile: { nullShare } },
  );
  return { ...graph, assets: new Map([[orders.id, { ...orders, attributes, columns }]]) };
}

const contract = { id: "orders-v2", status: "active" as const };

describe("what a contract promises", () => {
  it("is kept, broken or unknown: what nobody observed is not kept", () => {
    const sla = { freshnessHours: 4, completeness: 0.98 };
    const [unknown] = judgePromises(graphWith({ sla, contract }), NOW);
    expect(unknown).toMatchObject({
      freshness: { state: "unknown" },
      completeness: { state: "unknown" },
    });
    const lastRun = { at: "2026-03-03T03:00:00Z", state: "ok" as const };
    const [kept] = judgePromises(graphWith({ sla: { freshnessHours: 4 }, lastRun }), NOW);
    expect(kept && keepingOf(kept)).toBe("kept");
    const late = { at: "2026-03-03T01:00:00Z", state: "ok" as const };
    const [broken] = judgePromises(graphWith({ sla, contract, lastRun: late }, 0.1), NOW);
    expect(broken).toMatchObject({
      product: "orders-v2",
      freshness: { state: "broken", ageHours: 5 },
      completeness: { state: "broken", observed: 0.9 },
      violations: ["amount: 10% nulls where none may be"],
    });
    expect(judgePromises(graphWith({}), NOW)).toEqual([]);
  });

  it("a failed run brings nothing: the data is as old as the last that came through, or at least as old as the failure", () => {
    const freshness = (lastRun: NonNullable<MergedAsset["attributes"]["lastRun"]>) =>
      judgePromises(graphWith({ sla: { freshnessHours: 4 }, lastRun }), NOW)[0]?.freshness;
    const failed = { at: "2026-03-03T05:00:00Z", state: "failed" as const };
    expect(freshness(failed)?.state).toBe("unknown");
    expect(freshness({ ...failed, okAt: "2026-03-03T04:00:00Z" })).toMatchObject({
      state: "kept",
      ageHours: 2,
    });
    expect(freshness({ ...failed, okAt: "2026-03-02T20:00:00Z" })).toMatchObject({
      state: "broken",
      ageHours: 10,
    });
    expect(freshness({ ...failed, at: "2026-03-03T01:00:00Z" })?.state).toBe("broken");
  });

  it("a run that ended in a time to come says nothing of how old the data is", () => {
    const lastRun = { at: "2027-03-01T00:00:00Z", state: "ok" as const };
    const [status] = judgePromises(graphWith({ sla: { freshnessHours: 4 }, lastRun }), NOW);
    expect(status?.freshness).toEqual({ state: "unknown", promisedHours: 4 });
  });

  it("of columns is kept where others bear it out, broken where one is not there, else not known", () => {
    const judge = (more: object, nullShare?: number) => {
      const columns = ["amount"];
      const [status] = judgePromises(
        graphWith({ contract: { ...contract, columns, ...more } }, nullShare),
        NOW,
      );
      return (
        status && {
          state: keepingOf(status),
          columns: status.columns,
          violations: status.violations,
        }
      );
    };
    expect(judge({})).toMatchObject({ state: "kept", columns: { promised: 1, observed: 1 } });
    expect(judge({ unproven: ["amount"] })).toMatchObject({
      state: "unknown",
      columns: { state: "unknown", promised: 1, observed: 0 },
    });
    expect(judge({ unproven: ["amount"] }, 0)).toMatchObject({ state: "kept" });
    expect(judge({ columns: ["amount", "iban"], absent: ["iban"] })).toMatchObject({
      state: "broken",
      violations: ["iban: the table has no such column"],
    });
    expect(judge({ columns: undefined })?.state).toBe("unknown");
  });
});

describe("the error budget of a promise", () => {
  const day = (looks: number, broken: number, unknown = 0): PromiseDay => ({
    day: "2026-03-03",
    assets: { [A]: { looks, broken, unknown } },
  });

  it("is whole while all is kept, used up when as much was broken as may be, and below nothing after that", () => {
    const of = (...days: readonly (PromiseDay | undefined)[]) =>
      tallyPromises({ asset: A, target: 0.99 }, days);
    expect(of(day(100, 0))).toMatchObject({ budgetLeft: 1, keptShare: 1 });
    expect(of(day(100, 1)).budgetLeft).toBeCloseTo(0);
    expect(of(day(100, 3)).budgetLeft).toBeCloseTo(-2);
    expect(of(undefined, day(4, 0, 4))).toEqual({ days: [null, null] });
    expect(of(undefined, day(8, 1, 4), day(4, 0)).days).toEqual([null, 0.75, 1]);
  });

  it("of a promise without slack is lost with the first break", () => {
    const of = (broken: number) =>
      tallyPromises({ asset: A, target: 1 }, [day(100, broken)]).budgetLeft;
    expect([of(0), of(1)]).toEqual([1, 0]);
  });

  it("counts every look once, whatever the order of looks", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (looks) => {
        const empty: PromiseDay = { day: "2026-03-03", assets: {} };
        const all = looks.reduce(
          (sum, isBroken) =>
            addLook(sum, [
              {
                asset: A,
                name: "a",
                violations: isBroken ? ["x"] : [],
                columns: { state: "kept", promised: 1, observed: 1 },
                target: 0.99,
              },
            ]),
          empty,
        );
        expect(all.assets[A]).toEqual({
          looks: looks.length,
          broken: looks.filter((one) => one).length,
          unknown: 0,
        });
      }),
    );
  });
});
