import { type ContractChange, type ContractDirection, contractChange } from "./contract-change.ts";
import type { SlaShape } from "./contract-shape.ts";
import { pairByKey } from "./pair-by-key.ts";
import { amountOf } from "./sla-duration.ts";

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
