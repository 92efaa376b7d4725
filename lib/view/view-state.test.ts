import { describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { asksAnew, EMPTY_VIEW, isStep, reduceView, type ViewState } from "./view-state.ts";

const board = assetId("superset", "board");
const drop = { kind: "drop_column", asset: "shop.orders", column: "amount" } as const;
const full: ViewState = {
  ...EMPTY_VIEW,
  changes: [drop],
  story: "tuesday",
  selected: board,
  grouping: "owner",
  level: "domains",
  find: "finance",
  verdicts: ["breaks_loudly"],
  opened: ["risk"],
  pathOnly: true,
  present: true,
};

describe("the view of the blast screen", () => {
  it("forgets with another question what belonged to the old answer, and keeps how people like to see it", () => {
    const asked = reduceView(full, { do: "add-change", change: { ...drop, column: "id" } });
    expect(asked.changes).toHaveLength(2);
    expect(asked).toMatchObject({
      grouping: "owner",
      present: true,
      find: "",
      verdicts: [],
      opened: [],
      pathOnly: false,
    });
    expect(asked.selected).toBeUndefined();
    expect(asked.story).toBeUndefined();
  });

  it("asks the server again for a new question only", () => {
    expect(asksAnew({ do: "remove-change", index: 0 })).toBe(true);
    expect(asksAnew({ do: "zoom-to", level: "columns" })).toBe(false);
  });

  it("leads back over what was chosen, not over letters and what the arrows came by", () => {
    expect(isStep({ do: "select", asset: board })).toBe(true);
    expect(isStep({ do: "zoom-to", level: "columns" })).toBe(true);
    expect(isStep({ do: "toggle-fold", fold: "risk" })).toBe(true);
    expect(isStep({ do: "add-change", change: drop })).toBe(true);
    expect(isStep({ do: "select", asset: board, passing: true })).toBe(false);
    expect(isStep({ do: "find", text: "rev" })).toBe(false);
  });

  it("replaces and removes the change that was meant", () => {
    const two = reduceView(full, { do: "add-change", change: { ...drop, column: "id" } });
    expect(reduceView(two, { do: "remove-change", index: 0 }).changes[0]?.column).toBe("id");
    expect(reduceView(two, { do: "replace-change", index: 1, change: drop }).changes).toEqual([
      drop,
      drop,
    ]);
  });

  it("shows one path only towards something, and leaves the path with the selection", () => {
    expect(reduceView(EMPTY_VIEW, { do: "toggle-path-only" }).pathOnly).toBe(false);
    expect(reduceView(EMPTY_VIEW, { do: "toggle-path-only", asset: board })).toMatchObject({
      pathOnly: true,
      selected: board,
    });
    expect(reduceView(full, { do: "clear-selection" })).toMatchObject({ pathOnly: false });
  });

  it("switches filters and folds on and off again", () => {
    const on = reduceView(EMPTY_VIEW, { do: "toggle-fold", fold: "finance" });
    expect(on.opened).toEqual(["finance"]);
    expect(reduceView(on, { do: "toggle-fold", fold: "finance" }).opened).toEqual([]);
    expect(reduceView(full, { do: "clear-filters" })).toMatchObject({
      find: "",
      verdicts: [],
      pathOnly: false,
    });
  });
});
