import { describe, expect, it } from "vitest";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { Drawn } from "./drawn.ts";
import type { ExecutedChange } from "./executed-change.ts";
import { parseRecorded, readRecorded, recordRun, writeRecorded } from "./recorded-run.ts";

const graph = graphOf("", {
  daily: { columns: [{ name: "day" }, { name: "total" }] },
  board: { kind: "dashboard" },
});

const EXECUTED: readonly ExecutedChange[] = [
  {
    kind: "drop",
    label: "drop shop.orders.amount",
    change: { asset: "orders", column: "amount", kind: "drop_column" },
    assets: [
      {
        id: idOf("daily"),
        name: "daily",
        kind: "table",
        outcome: "different",
        detail: "relabelled",
        columns: { all: ["day", "total"], affected: new Set(["total"]) },
        observable: true,
      },
      { id: idOf("board"), name: "board", kind: "dashboard", outcome: "same", observable: true },
    ],
  },
];

describe("a run that was written down", () => {
  it("is read as it happened", () => {
    const written = writeRecorded(recordRun("spark", EXECUTED));
    expect(readRecorded(parseRecorded(written), graph)).toEqual(EXECUTED);
  });

  it("is refused over a graph that lacks one of its assets", () => {
    expect(() => readRecorded(recordRun("spark", EXECUTED), graphOf("", {}))).toThrow(
      /record the run again/,
    );
  });
});

describe("a sample of each kind", () => {
  const all = Array.from({ length: 40 }, (_, at) => ({
    kind: at % 4 === 0 ? "rare" : "often",
    at,
  }));
  const draw = (most?: number) => {
    const drawn = new Drawn(most);
    return drawn.order(all).filter(({ kind }) => {
      if (drawn.isEnough(kind)) return false;
      drawn.add(kind);
      return true;
    });
  };

  it("has as many of the rare kind as of the frequent one, and is the same each time", () => {
    const some = draw(3);
    expect(some.filter(({ kind }) => kind === "rare")).toHaveLength(3);
    expect(some).toHaveLength(6);
    expect(draw(3)).toEqual(some);
    expect(some.map(({ at }) => at)).not.toEqual([0, 1, 2, 3, 4, 8]);
  });

  it("is everything in its order where nothing is said", () => {
    expect(draw()).toEqual(all);
  });
});
