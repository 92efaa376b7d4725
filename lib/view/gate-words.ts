import type { GateSummary, StoppedChange } from "#lib/review/gate-page.ts";
import type { LoggedFinding } from "#lib/review/gate-run.ts";
import { CHANGE_WORDS } from "./change-kinds.ts";
import { countOf } from "./verdict-words.ts";

/** `4.2 s`, `3 min`, `1.5 h`: what a person waits. */
export function sayWait(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

const CHANGES = { one: "change", many: "changes" } as const;

/** What came of the gate, in one line. */
export function sayGateHead({ runs, changes, stopped, wouldHaveStopped }: GateSummary): string {
  if (runs === 0) return "The gate has not run";
  const all = countOf(changes, CHANGES);
  if (stopped === 0 && wouldHaveStopped === 0) return `Nothing was stopped in ${all}`;
  if (stopped === 0) return `${wouldHaveStopped} of ${all} would have been stopped`;
  const would = wouldHaveStopped === 0 ? "" : `, ${wouldHaveStopped} more would have been`;
  return `${stopped} of ${all} ${stopped === 1 ? "was" : "were"} stopped${would}`;
}

/** `8%`, or nothing to take a share of. */
export const sayWrongShare = ({ wrong, findings }: GateSummary): string =>
  findings === 0 ? "–" : `${Math.round((100 * wrong) / findings)}%`;

/** What became of a change at the gate. */
export const STOPPED_WORDS: Readonly<Record<StoppedChange["outcome"], string>> = {
  blocked: "stopped",
  incomplete: "stopped: not known",
  would_block: "would have been stopped",
  would_be_incomplete: "would have been stopped: not known",
};

/** `orders.amount is dropped`, of a finding that is kept. */
export function sayLoggedChange({ change: { kind, asset, column } }: LoggedFinding): string {
  const short = asset.split(/[./]/).at(-1) ?? asset;
  const target = column === undefined ? short : `${short}.${column}`;
  return `${target} ${CHANGE_WORDS[kind].phrase({ kind, asset })}`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** `March 2026` of `2026-03`. */
export function sayMonth(month: string): string {
  const [year = "", number = ""] = month.split("-");
  return `${MONTHS[Number(number) - 1] ?? number} ${year}`;
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
