import { describe, expect, it } from "vitest";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { findPublished, type PastRun } from "./plan-repair.ts";

interface Case {
  readonly kind?: AssetKind;
  readonly verdict?: AssetVerdict["verdict"];
  readonly lastRun?: {
    readonly at: string;
    readonly state: "ok" | "failed" | "running";
    readonly okAt?: string;
  };
  readonly runs?: readonly PastRun[];
  readonly since?: string;
  readonly mitigated?: string;
}

const at = (hour: number): string => `2026-03-03T${String(hour).padStart(2, "0")}:00:00Z`;
const ok = (hour: number) => ({ at: at(hour), state: "ok" }) as const;
const failed = (hour: number) => ({ at: at(hour), state: "failed" }) as const;

/** What of a report between 01:00 (its first bad run) and 08:00 (mitigated) is listed. */
function wordsOf({
  kind = "report",
  verdict = "breaks_silently",
  lastRun,
  runs,
  since = at(1),
  mitigated = at(8),
}: Case): readonly string[] {
  const attributes = lastRun === undefined ? {} : { lastRun };
  const found = findPublished({
    graph: {
      assets: new Map([["r", { id: "r", kind, attributes }]]),
    } as unknown as MergedGraph,
    verdicts: [{ asset: { id: "r", name: "r", kind }, verdict } as unknown as AssetVerdict],
    wrongSince: since === "" ? undefined : since,
    mitigated: mitigated === "" ? undefined : mitigated,
    ...(runs === undefined ? {} : { runs: new Map([["r", runs]]) }),
  });
  return found.map((one) =>
    one.at === undefined ? one.what : `${one.what} ${one.at.slice(11, 13)}`,
  );
}

describe("what left the house while it was wrong", () => {
  it("is every edition of that time, whatever ran later", () => {
    expect(wordsOf({ lastRun: ok(6) })).toEqual(["an edition was sent 06"]);
    expect(wordsOf({ lastRun: ok(12), runs: [ok(12), ok(6), ok(0)] })).toEqual([
      "an edition was sent 06",
    ]);
    expect(wordsOf({ lastRun: ok(7), runs: [ok(7), ok(6), ok(0)] })).toEqual([
      "2 editions were sent 06",
    ]);
    expect(wordsOf({ lastRun: failed(7), runs: [failed(7), ok(6), ok(0)] })).toEqual([
      "an edition was sent 06",
    ]);
    expect(wordsOf({ lastRun: { ...failed(7), okAt: at(6) } })).toEqual(["an edition was sent 06"]);
  });

  it("is perhaps there where the runs of that time are not known", () => {
    const perhaps = ["perhaps an edition was sent: its runs of that time are not known"];
    expect(wordsOf({ lastRun: ok(12) })).toEqual(perhaps);
    expect(wordsOf({ lastRun: failed(7) })).toEqual(perhaps);
    expect(wordsOf({ lastRun: ok(12), runs: [ok(12), ok(11)] })).toEqual(perhaps);
    expect(wordsOf({ lastRun: { at: at(7), state: "running" } })).toEqual(perhaps);
    expect(wordsOf({})).toEqual(["perhaps an edition was sent: no run of it is known"]);
  });

  it("is nothing where all runs of that time are known and none came through", () => {
    expect(wordsOf({ lastRun: ok(0) })).toEqual([]);
    expect(wordsOf({ lastRun: { ...failed(7), okAt: at(0) } })).toEqual([]);
    expect(wordsOf({ lastRun: ok(12), runs: [ok(12), failed(6), ok(0)] })).toEqual([]);
  });

  it("goes by moments, not by how a time is written", () => {
    expect(wordsOf({ lastRun: ok(6), since: "2026-03-03T09:00:00+02:00" })).toEqual([]);
    expect(wordsOf({ lastRun: ok(6), since: "2026-03-03T07:00:00+02:00" })).toHaveLength(1);
  });

  it("is the last one that came through where nobody knows since when it was wrong", () => {
    expect(wordsOf({ since: "", mitigated: "", lastRun: ok(6), runs: [ok(6), ok(5)] })).toEqual([
      "an edition was sent 06",
    ]);
  });

  it("holds what is unknown, and says so; what fails sends nothing, and what is late is right", () => {
    expect(wordsOf({ lastRun: ok(6), verdict: "unknown" })).toEqual([
      "an edition was sent, perhaps wrong 06",
    ]);
    expect(wordsOf({ lastRun: ok(6), verdict: "degraded" })).toEqual([]);
    expect(wordsOf({ lastRun: ok(6), verdict: "breaks_loudly" })).toEqual([]);
    expect(wordsOf({ lastRun: ok(6), kind: "dashboard" })).toEqual([]);
  });
});
