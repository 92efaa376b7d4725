import { describe, expect, it } from "vitest";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import { foldTimeline } from "./fold-timeline.ts";

const entry = (seq: number, action: IncidentAction, more: Partial<IncidentEvent> = {}) => ({
  seq,
  at: `2026-11-23T03:00:${String(seq % 60).padStart(2, "0")}.000Z`,
  actor: "Faultline",
  isMachine: true as const,
  action,
  ...more,
});
const broken = (seq: number, more: Partial<IncidentEvent> = {}): IncidentEvent =>
  entry(seq, { kind: "add_symptom", symptom: { ref: `ghost.t${seq}` } }, more);

describe("the timeline of a flood", () => {
  it("is one line for what a machine entered within a minute", () => {
    const flood = Array.from({ length: 50 }, (_, at) => broken(at + 2));
    const count = entry(53, { kind: "count_unlisted", count: 150 });
    const [line, ...others] = foldTimeline([count, ...flood.reverse()]);
    expect(others).toEqual([]);
    expect(line?.events).toHaveLength(51);
    expect(line?.text).toContain("and 44 more are broken; counts 150 more things");
  });

  it("keeps what people wrote, states and two entries of a machine on lines of their own, in order", () => {
    const { isMachine: _, ...told } = entry(5, { kind: "note", text: "restarted" });
    const note = { ...told, actor: "the night desk" };
    const events = [
      broken(9),
      broken(8),
      broken(7),
      note,
      broken(4),
      broken(3),
      entry(2, { kind: "set_severity", severity: "SEV1" }),
    ];
    const lines = foldTimeline(events);
    expect(lines.map((line) => line.events.length)).toEqual([3, 1, 1, 1, 1]);
    expect(lines.flatMap((line) => line.events)).toEqual(events);
  });

  it("does not fold what came a minute later, or from another machine", () => {
    const later = { at: "2026-11-23T03:01:00.000Z" };
    const events = [broken(6, later), broken(5, later), broken(4), broken(3, { actor: "a sync" })];
    expect(foldTimeline(events)).toHaveLength(4);
  });
});
