import type { GateSummary } from "#lib/review/summarise-gate.ts";

/** `4.2 s`, `3 min`, `1.5 h`: what a person waits. */
function sayWait(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** The figures by which people say whether the gate is worth its price: label and value. */
export function sayGateFigures({
  runs,
  changes,
  stopped,
  wouldHaveStopped,
  passedLater,
  findings,
  wrong,
  seconds,
}: GateSummary): readonly (readonly [label: string, value: string])[] {
  return [
    ["Changes checked", `${changes} in ${runs} ${runs === 1 ? "run" : "runs"}`],
    ["Stopped", String(stopped)],
    ["Would have been stopped", String(wouldHaveStopped)],
    ["Of both, passed later", String(passedLater)],
    [
      "Findings judged wrong",
      findings === 0
        ? "no finding"
        : `${wrong} of ${findings} (${Math.round((100 * wrong) / findings)}%)`,
    ],
    [
      "Time added a run",
      seconds === undefined
        ? "not measured"
        : `${sayWait(seconds.median)} median, ${sayWait(seconds.p90)} nine of ten; ${sayWait(seconds.total)} in all`,
    ],
  ];
}
