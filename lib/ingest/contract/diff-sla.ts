import { makeTable } from "#lib/kit/make-table.ts";
import { asNumber, asText } from "../loose-value.ts";
import { type ContractChange, type ContractDirection, contractChange } from "./contract-change.ts";
import type { SlaShape } from "./contract-shape.ts";
import { digitsOfDate } from "./digits-of-date.ts";
import { pairByKey } from "./pair-by-key.ts";

/** Times of which a longer one promises less, and breaks who relies on the shorter. */
const DURATIONS = new Set(["freshness", "latency", "frequency"]);
/** What people plan by; nothing in today's data differs. */
const PLANNED = new Set([
  "retention",
  "availability",
  "generalavailability",
  "endofsupport",
  "endoflife",
  "throughput",
  "errorrate",
  "timetodetect",
  "timetonotify",
  "timetorepair",
  "timeofavailability",
]);
/** Of these more promises more. */
const MORE_IS_BETTER = new Set([
  "retention",
  "availability",
  "throughput",
  "endofsupport",
  "endoflife",
]);

/** What service levels promise more than before, or less. */
export function diffSla(
  before: readonly SlaShape[],
  after: readonly SlaShape[],
): readonly ContractChange[] {
  return pairByKey(before, after, ({ key }) => key).flatMap(({ before: old, after: now }) => {
    const sla = old ?? now;
    if (sla === undefined) return [];
    const direction = directionOf(old, now);
    if (direction === undefined) return [];
    const object = sla.element?.split(".")[0];
    const isLate =
      DURATIONS.has(sla.property.toLowerCase()) && direction !== "tightens" && direction !== "note";
    return [
      contractChange({
        path: `sla.${sla.property}`,
        ...(object === undefined ? {} : { object }),
        rule: `${sla.property}-changed`,
        what: sayChange(old, now),
        direction,
        ...(old === undefined ? {} : { before: sayValue(old) }),
        ...(now === undefined ? {} : { after: sayValue(now) }),
        ...(isLate ? { effect: { kind: "late_freshness" as const } } : {}),
      }),
    ];
  });
}

const sayValue = ({ value, unit }: SlaShape): string =>
  [String(value), unit].filter(Boolean).join(" ");

function sayChange(old: SlaShape | undefined, now: SlaShape | undefined): string {
  if (old === undefined)
    return `${now?.property} ${now === undefined ? "" : sayValue(now)} is promised`;
  if (now === undefined) return `${old.property} ${sayValue(old)} is no longer promised`;
  return `${old.property} is ${sayValue(now)} and no longer ${sayValue(old)}`;
}

function directionOf(
  old: SlaShape | undefined,
  now: SlaShape | undefined,
): ContractDirection | undefined {
  const property = (old ?? now)?.property.toLowerCase() ?? "";
  const isPlanned = PLANNED.has(property);
  if (!isPlanned && !DURATIONS.has(property)) return sameSla(old, now) ? undefined : "note";
  // A consumer who plans by it has to know; nobody's data breaks by the text.
  const less = isPlanned ? "notice" : "loosens";
  const more = isPlanned ? "note" : "tightens";
  if (old === undefined) return more;
  if (now === undefined) return less;
  if (sameSla(old, now)) return undefined;
  const [from, to] = [amountOf(old), amountOf(now)];
  if (from === undefined || to === undefined) return "unclear";
  if (from === to) return "note";
  return to > from === MORE_IS_BETTER.has(property) ? more : less;
}

const sameSla = (old: SlaShape | undefined, now: SlaShape | undefined): boolean =>
  old !== undefined && now !== undefined && sayValue(old) === sayValue(now);

const SECONDS: Readonly<Record<string, number>> = makeTable({
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3_600,
  hr: 3_600,
  hour: 3_600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  mo: 2_629_800,
  month: 2_629_800,
  y: 31_557_600,
  yr: 31_557_600,
  year: 31_557_600,
});

/** A duration in hours; undefined for what is none. */
export function hoursOfSla(sla: SlaShape): number | undefined {
  const unit = /[a-z]+$/i.exec(String(sla.value))?.[0] ?? sla.unit ?? "";
  const seconds = amountOf(sla);
  const isDuration = SECONDS[unit.toLowerCase()] ?? SECONDS[unit.toLowerCase().replace(/s$/, "")];
  return seconds === undefined || isDuration === undefined ? undefined : seconds / 3_600;
}

/** Seconds, a share, or a time as a number; larger is longer, more or later. */
function amountOf({ value, unit = "" }: SlaShape): number | undefined {
  const text = asText(value)?.trim() ?? "";
  const clock = /^(\d{1,2}):(\d{2})/.exec(text);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
  const joined = /^([\d.]+)\s*([a-z]+|%)$/i.exec(text);
  const number = asNumber(joined ? joined[1] : value);
  const word = (joined?.[2] ?? unit).toLowerCase();
  if (number !== undefined) return number * (SECONDS[word] ?? SECONDS[word.replace(/s$/, "")] ?? 1);
  return digitsOfDate(text);
}
