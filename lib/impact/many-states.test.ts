import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset } from "#lib/graph/snapshot.ts";
import type { Seed } from "./blast.ts";
import { BlastIndex } from "./blast-index.ts";
import { LANES, levelIn } from "./effects.ts";
import { propagate } from "./propagate.ts";

/** As many different sets of effects as there are columns: far more than a byte can number. */
const COLUMNS = 0x10000;
const BITS = 17;

it("more different states than a byte can number are all kept apart, and leave nothing behind", () => {
  const columns = Array.from({ length: COLUMNS }, (_, at) => `c${at}`);
  const snapshot = buildSnapshot(
    graphOf("wide.c65535 -IDENTITY> reader.x", { wide: { columns }, reader: { columns: ["x"] } }),
  );
  const relation = findAsset(snapshot, idOf("wide"));
  const start = snapshot.columnStart[relation] ?? 0;
  const seeds = columns.flatMap((_, at) =>
    Array.from({ length: BITS }, (_, lane) => lane)
      .filter((lane) => ((at >>> lane) & 1) === 1)
      .map(
        (lane): Seed => ({ relation, slot: "col", column: start + at, lane, level: 2, change: 0 }),
      ),
  );
  const index = new BlastIndex(propagate({ snapshot, seeds }));
  for (let at = 1; at < COLUMNS; at++) {
    const words = index.column(start + at);
    let found = 0;
    for (let lane = 0; lane < LANES.length; lane++)
      if (levelIn(words, lane) === 2) found |= 1 << lane;
    if (found !== at) expect(found).toBe(at);
  }
  expect(index.columnsOf(findAsset(snapshot, idOf("reader")))).toHaveLength(1);

  const after = propagate({ snapshot, seeds: seeds.slice(0, 1) });
  expect([...after.columns]).toEqual([start + 1]);
});
