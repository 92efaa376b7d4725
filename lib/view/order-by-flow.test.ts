import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Flow, orderByFlow } from "./order-by-flow.ts";

const flow = (of: string, by: string, weight = 1): Flow => ({ of, by, weight });
const against = (order: readonly string[], flows: readonly Flow[]): readonly Flow[] =>
  flows.filter(({ of, by }) => order.indexOf(of) > order.indexOf(by));

describe("the order of the data's flow", () => {
  it("puts a domain before all that read it, also one that reads much and is read little", () => {
    const flows = [
      flow("metering", "billing", 9),
      flow("metering", "pricing", 4),
      flow("metering", "grid", 2),
      flow("billing", "exec", 3),
      flow("billing", "science", 1),
    ];
    const order = orderByFlow(
      ["billing", "exec", "grid", "metering", "pricing", "science", "zoo"],
      flows,
    );
    expect(against(order, flows)).toEqual([]);
    expect(order.at(0)).toBe("metering");
    expect(order.at(-1)).toBe("zoo");
  });

  it("lets the smaller of two directions run against it", () => {
    const flows = [flow("checkout", "finance", 21), flow("finance", "checkout", 4)];
    expect(orderByFlow(["finance", "checkout"], flows)).toEqual(["checkout", "finance"]);
  });

  it("has every domain once, and nothing against it where nobody reads back", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const pair = fc.tuple(fc.nat(5), fc.nat(5), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), fc.boolean(), (pairs, isAcyclic) => {
        const flows = pairs
          .filter(([of, by]) => (isAcyclic ? of < by : of !== by))
          .map(([of, by, weight]) => flow(names[of] ?? "", names[by] ?? "", weight));
        const order = orderByFlow([...names].reverse(), flows);
        expect([...order].sort()).toEqual(names);
        expect(order).toEqual(orderByFlow(names, [...flows].reverse()));
        const back = against(order, flows).reduce((sum, { weight }) => sum + weight, 0);
        const all = flows.reduce((sum, { weight }) => sum + weight, 0);
        expect(back).toBeLessThanOrEqual(isAcyclic ? 0 : all / 2);
      }),
    );
  });
});
