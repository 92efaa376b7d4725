import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEvent } from "./check-event.ts";
import { runEvent } from "./event.fixture.ts";
import { mergeRuns, type RunRecord, readRun } from "./read-run.ts";

function runOf(event: Record<string, unknown>): RunRecord {
  const checked = checkEvent(event);
  const run = checked.ok ? readRun(checked.value) : undefined;
  if (!run) throw new Error("no run");
  return run;
}

describe("a run", () => {
  const start = runOf(runEvent({ state: "START", time: "2026-03-03T02:00:00Z" }));
  const end = runOf(runEvent({ state: "COMPLETE", time: "2026-03-03T02:01:30.5Z" }));
  const fail = runOf(
    runEvent({
      state: "FAIL",
      time: "2026-03-03T02:00:10Z",
      runFacets: { errorMessage: { message: "no such column", programmingLanguage: "SQL" } },
    }),
  );

  it("lasts from its start to its end, in whichever order they arrive", () => {
    for (const run of [mergeRuns(start, end), mergeRuns(end, start)]) {
      expect(run).toMatchObject({ state: "ok", durationMs: 90_500 });
    }
  });

  it("that goes on is running, and has no duration", () => {
    expect(start.state).toBe("running");
    expect(start.durationMs).toBeUndefined();
  });

  it("that failed says why", () => {
    expect(mergeRuns(start, fail)).toMatchObject({ state: "failed", error: "no such column" });
  });

  it("comes to the same in any order and with repeats", () => {
    const running = runOf(runEvent({ state: "RUNNING", time: "2026-03-03T02:00:30Z" }));
    const all = [start, running, end];
    const whole = all.reduce(mergeRuns);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 6 }), (events) => {
        expect(events.reduce(mergeRuns)).toEqual(whole);
      }),
    );
  });
});
