import { describe, expect, it } from "vitest";
import { COLUMNS_SHOWN, findColumns } from "./find-columns.ts";
import type { AssetColumnView } from "./page-answers.ts";

const column = (name: string, dashboards = 0): AssetColumnView => ({
  name,
  reads: [],
  inContract: false,
  consumers: dashboards === 0 ? {} : { dashboard: dashboards },
});
const many = Array.from({ length: COLUMNS_SHOWN + 5 }, (_, at) =>
  column(`feature_${at}`, at === 28 ? 3 : at === 29 ? 1 : 0),
);
const names = (columns: readonly AssetColumnView[]) => columns.map(({ name }) => name);

describe("columns of an asset", () => {
  it("stand as the table has them where all are in view", () => {
    expect(names(findColumns([column("b"), column("a", 2)], ""))).toEqual(["b", "a"]);
  });

  it("begin with what most people would notice where they are many", () => {
    expect(names(findColumns(many, "")).slice(0, 3)).toEqual([
      "feature_28",
      "feature_29",
      "feature_0",
    ]);
    expect(findColumns(many, "")).toHaveLength(many.length);
  });

  it("are found by a part of their name or description, in any case", () => {
    expect(names(findColumns(many, " FEATURE_12 "))).toEqual(["feature_12"]);
    const told = { ...column("x"), description: "Net of returns" };
    expect(names(findColumns([told, column("y")], "returns"))).toEqual(["x"]);
  });
});
