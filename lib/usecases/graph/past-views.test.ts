import { expect, it } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { createGraphView } from "./graph-view.ts";
import { letGoOfOldest } from "./past-views.ts";

const kept = (sizes: readonly number[], limits: { views: number; assets: number }): string[] => {
  const past = new Map(
    sizes.map((size, at) => {
      const names = Array.from({ length: size }, (_, table) => [`t${table}`, {}] as const);
      const graph = graphOf("", Object.fromEntries(names));
      return [String(at), createGraphView(graph, { version: at, at: "" })] as const;
    }),
  );
  letGoOfOldest(past, limits);
  return [...past.keys()];
};

it("of versions of before as many stay as were said, those asked for last", () => {
  expect(kept([1, 1, 1, 1, 1], { views: 3, assets: 100 })).toEqual(["2", "3", "4"]);
});

it("of large graphs fewer stay, and the last one always does", () => {
  expect(kept([4, 4, 4], { views: 3, assets: 9 })).toEqual(["1", "2"]);
  expect(kept([20], { views: 3, assets: 9 })).toEqual(["0"]);
  expect(kept([1, 20], { views: 3, assets: 9 })).toEqual(["1"]);
});
