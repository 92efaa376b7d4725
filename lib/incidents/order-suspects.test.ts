import { expect, it } from "vitest";
import { orderSuspects } from "./order-suspects.ts";
import type { SuspectTerm } from "./suspect.ts";
import { DEFAULT_TRIAGE_WEIGHTS as weights } from "./triage-weights.ts";

interface Scored {
  readonly candidate: { readonly relation: number };
  readonly score: number;
  readonly terms: readonly SuspectTerm[];
  readonly logged?: unknown;
}
const scored = (relation: number, score: number): Scored => ({
  candidate: { relation },
  score,
  terms: [{ term: "symptoms", value: score, text: "" }],
});
/** It changed, which counts so much of its score. */
const changed = (relation: number, score: number, change: number): Scored => ({
  candidate: { relation },
  score,
  terms: [
    { term: "symptoms", value: score - change, text: "" },
    { term: "change", value: change, text: "" },
  ],
  logged: {},
});
const order = (first: readonly Scored[], second: readonly Scored[]): number[] =>
  orderSuspects({ first, second, weights }).map(({ candidate }) => candidate.relation);

it("puts those who may be the second cause before what was beaten clearly as the first", () => {
  expect(order([scored(1, 12), scored(2, 3)], [scored(3, 8), scored(4, 7.8)])).toEqual([
    1, 3, 4, 2,
  ]);
});

it("keeps those that cannot be told from the first before a second cause that is hardly there", () => {
  expect(order([scored(1, 9), scored(2, 9)], [scored(3, 1.5)])).toEqual([1, 2, 3]);
});

it("names an asset once that may be either cause, and the likeliest of all first", () => {
  expect(order([scored(1, 9), scored(2, 8)], [scored(2, 9), scored(1, 2)])).toEqual([1, 2]);
});

it("what changed may have broken something as well: it comes before what only explains the same as a clear first cause", () => {
  expect(order([changed(1, 15, 3), scored(2, 11), changed(3, 8, 3)], [])).toEqual([1, 3, 2]);
});

it("but not before one that may well be the first cause, nor where its change tells little", () => {
  expect(order([scored(1, 9), scored(2, 9), changed(3, 5, 3)], [])).toEqual([1, 2, 3]);
  expect(order([changed(1, 15, 3), scored(2, 11), changed(3, 8, -1)], [])).toEqual([1, 2, 3]);
});

it("answers where there is only one cause, or none", () => {
  expect(order([scored(1, 9), scored(2, 8)], [])).toEqual([1, 2]);
  expect(order([], [])).toEqual([]);
});
