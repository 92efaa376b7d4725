import fc from "fast-check";
import { expect, it } from "vitest";
import { DEFAULT_TRIAGE_WEIGHTS as weights } from "./triage-weights.ts";
import { weighSpared } from "./weigh-spared.ts";

const nats = fc.double({ min: -50, max: 0, noNaN: true });

it("nothing that is healthy speaks against nobody", () => {
  expect(weighSpared(0, weights)).toBe(0);
});

it("one that is healthy counts nearly in full, ten of them no more than that all were spared at once", () => {
  expect(weighSpared(-0.89, weights)).toBeCloseTo(-0.76, 1);
  expect(weighSpared(-8.9, weights)).toBeCloseTo(Math.log(weights.spared), 2);
});

it("never speaks for a suspect, never says more than the sum, and more against it never helps it", () => {
  fc.assert(
    fc.property(nats, nats, (one, other) => {
      const [less = 0, more = 0] = [one, other].sort((a, b) => b - a);
      expect(weighSpared(less, weights)).toBeLessThanOrEqual(1e-12);
      expect(weighSpared(less, weights)).toBeGreaterThanOrEqual(less - 1e-9);
      expect(weighSpared(more, weights)).toBeLessThanOrEqual(weighSpared(less, weights) + 1e-9);
    }),
  );
});
