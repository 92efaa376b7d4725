import { describe, expect, it } from "vitest";
import { parseLocated } from "./locate-entries.ts";

const lineOf = (value: unknown, path: readonly (string | number)[]) => {
  const parsed = parseLocated("g.json", JSON.stringify(value, undefined, 1));
  return parsed.ok ? parsed.value.lineOf(path) : undefined;
};

describe("the lines of a graph file in JSON", () => {
  const graph = { assets: [{ id: "a" }, { id: "b", columns: ["x", "y"] }], edges: [{ from: "a" }] };

  it("are those of whole entries: nothing is kept for each column of a large file", () => {
    expect(lineOf(graph, ["assets", 1])).toBe(6);
    expect(lineOf(graph, ["assets", 1, "columns", 1])).toBe(6);
    expect(lineOf(graph, ["edges", 0])).toBe(15);
  });

  it("are those of whole entries in every scenario", () => {
    expect(lineOf({ scenarios: [graph] }, ["scenarios", 0, "edges", 0])).toBe(17);
  });
});
