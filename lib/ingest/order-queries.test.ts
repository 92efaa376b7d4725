import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderSteps } from "./order-queries.ts";

/** `a<-b,c` needs b and c. */
const steps = (text: string) =>
  text.split(" ").map((one) => {
    const [id = "", needs = ""] = one.split("<-");
    return { id, needs: needs === "" ? [] : needs.split(",") };
  });

const run = (text: string) => {
  const list = steps(text);
  const { order, circles } = orderSteps(list);
  return { order: order.map((index) => list[index]?.id).join(" "), circles: circles.join(" ") };
};

describe("the order in which models are analysed", () => {
  it.each([
    ["a<-b b<-c c", "c b a", ""],
    ["a<-a,unknown", "a", ""],
    ["a<-b b<-a c<-b d", "d a b c", "a b"],
    ["up a<-b,up b<-a c<-b", "up a b c", "a b"],
  ])("%s", (text, order, circles) => {
    expect(run(text)).toEqual({ order, circles });
  });

  it("puts every step once, and after what it needs unless that is in a circle", () => {
    const graph = fc.array(fc.array(fc.nat(12), { maxLength: 4 }), { maxLength: 13 });
    fc.assert(
      fc.property(graph, (needs) => {
        const list = needs.map((of, index) => ({ id: `${index}`, needs: of.map(String) }));
        const { order } = orderSteps(list);
        expect([...order].sort((a, b) => a - b)).toEqual(list.map((_one, index) => index));
        const reach = (from: number, seen = new Set<number>()): Set<number> => {
          for (const next of needs[from] ?? [])
            if (next < needs.length && !seen.has(next)) reach(next, seen.add(next));
          return seen;
        };
        const bound = (index: number) =>
          [index, ...reach(index)].some((one) => reach(one).has(one));
        for (const [at, index] of order.entries()) {
          if (
            bound(index) &&
            [index, ...reach(index)].some(
              (one) =>
                (reach(one).has(one) && one !== index) ||
                (needs[one] ?? []).some((n) => n !== one && reach(n).has(one)),
            )
          )
            continue;
          for (const need of needs[index] ?? []) {
            if (need < needs.length && need !== index) expect(order.indexOf(need)).toBeLessThan(at);
          }
        }
      }),
      { seed: 5 },
    );
  });
});
