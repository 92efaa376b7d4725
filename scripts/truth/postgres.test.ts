import { beforeAll, describe, expect, it } from "vitest";
import { findPostgresPrograms, startPostgres } from "#lib/usecases/profile/postgres-for-tests.ts";
import type { Cell } from "./compare.ts";
import { judgeExecuted } from "./judge.ts";
import { readDemo, runDemo } from "./run-demo.ts";
import { f1, isConsumerCell, ratio, recall, summarise } from "./tally.ts";

const programs = findPostgresPrograms();

describe.skipIf(programs === undefined)("the demo's SQL on PostgreSQL", () => {
  let cells: readonly Cell[];
  let leftOut: readonly string[] = [];
  beforeAll(async () => {
    const view = await readDemo("2026-01-01T00:00:00Z", "postgres");
    const server = await startPostgres(programs ?? "");
    try {
      const run = { every: 30, postgres: server.url, onReady: noteLeftOut };
      ({ cells } = await judgeExecuted(view, runDemo(view.graph, run)));
    } finally {
      server.stop();
    }
  }, 240_000);

  function noteLeftOut(ready: { readonly leftOut: readonly string[] }): void {
    leftOut = ready.leftOut;
  }

  it("runs as it is written, but for a clause that PostgreSQL does not have", () => {
    expect(leftOut).toHaveLength(2);
    expect(leftOut[0]).toContain("qualify");
  });

  it("never calls unaffected what fails there", () => {
    const overlooked = cells.filter((c) => c.outcome === "fails" && c.verdict === "unaffected");
    expect(overlooked.map(({ label, asset }) => `${label} -> ${asset}`)).toEqual([]);
  });

  it("has its verdicts right in nearly all cases", () => {
    for (const some of [cells.filter(isConsumerCell), cells.filter((c) => !isConsumerCell(c))]) {
      const { affected, exact } = summarise(some);
      expect(some.length).toBeGreaterThan(120);
      expect(recall(affected)).toBeGreaterThanOrEqual(0.97);
      expect(f1(affected)).toBeGreaterThanOrEqual(0.9);
      expect(ratio(exact)).toBeGreaterThanOrEqual(0.94);
    }
  });
});
