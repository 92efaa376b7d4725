import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import { BlastIndex } from "./blast-index.ts";
import { laneNumber } from "./effects.ts";
import { propagate } from "./propagate.ts";

it.each([
  ["the long way is looked at first", "a", "b", "z"],
  ["the short way is looked at first", "y", "z", "a"],
])(
  "an asset is as far away as over the shortest of the ways that bring it something: %s",
  (_, one, two, short) => {
    const graph = graphOf(
      `s.x -IDENTITY> ${one}.x -IDENTITY> ${two}.x -IDENTITY> end.x; s.x -IDENTITY> ${short}.x -IDENTITY> end.x`,
    );
    const snapshot = buildSnapshot(graph);
    const relation = findAsset(snapshot, idOf("s"));
    const column = findColumn(snapshot, relation, "x");
    const lane = laneNumber("UNIT");
    const index = new BlastIndex(
      propagate({
        snapshot,
        seeds: [{ relation, slot: "col", column, lane, level: 3, change: 0 }],
      }),
    );
    expect(index.hopsOf(findAsset(snapshot, idOf("end")))).toBe(2);
  },
);
