import { describe, expect, it } from "vitest";
import type { Incident } from "#lib/incidents/incident.ts";
import { showBoard } from "./board.ts";

const SINCE = "2026-01-01T00:00:00Z";
const NOTHING = { past: [], replayed: [], kept: [] };

const kept = (openedAt: string, kind?: "drop_column" | "late_freshness") => ({
  incident: {
    state: "repaired",
    openedAt,
    links: [],
    stamps: {},
    ...(kind === undefined
      ? {}
      : { cause: { asset: "a", change: { asset: "a", change: { kind } } } }),
  } as unknown as Incident,
  events: [],
});

describe("the board's share of harmful changes that were stopped before they were deployed", () => {
  it("counts changes that the gate stopped against incidents that a schema change caused in the same time", () => {
    const { gate } = showBoard({
      ...NOTHING,
      kept: [
        kept("2026-02-01T00:00:00Z", "drop_column"),
        kept("2026-02-02T00:00:00Z", "late_freshness"),
        kept("2026-02-03T00:00:00Z"),
        kept("2025-12-01T00:00:00Z", "drop_column"),
      ],
      gate: { since: SINCE, summary: { changes: 20, stopped: 3, wouldHaveStopped: 2 } },
    });
    expect(gate).toEqual({
      since: SINCE,
      changes: 20,
      stopped: 3,
      wouldHaveStopped: 2,
      deployed: 1,
      stoppedShare: 0.75,
    });
  });

  it("is no share where nothing was stopped and nothing broke, and not there without a run of the gate", () => {
    const summary = { changes: 4, stopped: 0, wouldHaveStopped: 0 };
    expect(showBoard({ ...NOTHING, gate: { since: SINCE, summary } }).gate).not.toHaveProperty(
      "stoppedShare",
    );
    expect(
      showBoard({ ...NOTHING, gate: { since: SINCE, summary: { ...summary, changes: 0 } } }),
    ).not.toHaveProperty("gate");
  });
});

describe("time to repair on the board", () => {
  const repaired = (stamps: Incident["stamps"]) => ({
    incident: { ...kept("2026-02-01T09:00:00Z").incident, stamps },
    events: [],
  });

  it("is that of the incident's own page: from when it was detected, not from when it was written down", () => {
    const { since } = showBoard({
      ...NOTHING,
      kept: [
        repaired({ detected: "2026-02-01T02:00:00Z", repaired: "2026-02-01T03:00:00Z" }),
        repaired({ detected: "2026-02-01T02:00:00Z" }),
      ],
    });
    expect(since.timeToRepair).toMatchObject({ median: 1, n: 1 });
  });

  it("is not known of an imported incident that ended before it began", () => {
    const past = [
      {
        id: "1",
        title: "wrong",
        openedAt: "2026-02-01T09:00:00Z",
        resolvedAt: "2026-02-01T07:00:00Z",
      },
      {
        id: "2",
        title: "right",
        openedAt: "2026-02-01T09:00:00Z",
        resolvedAt: "2026-02-01T11:00:00Z",
      },
    ];
    const { before } = showBoard({ ...NOTHING, past: past as never });
    expect(before.timeToRepair).toMatchObject({ median: 2, n: 1 });
  });
});
