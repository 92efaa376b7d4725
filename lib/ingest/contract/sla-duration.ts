import { makeTable } from "#lib/kit/make-table.ts";
import { asNumber, asText } from "../loose-value.ts";
import type { SlaShape } from "./contract-shape.ts";
import { digitsOfDate } from "./digits-of-date.ts";

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

type Said = Pick<SlaShape, "value" | "unit">;

/** A duration in hours: `value: 4, unit: d`, `24h`, `PT4H`; undefined for what is none. */
export function hoursOfSla(sla: Said): number | undefined {
  const iso = secondsOfIso(asText(sla.value) ?? "");
  if (iso !== undefined) return iso / 3_600;
  const unit = /[a-z]+$/i.exec(String(sla.value))?.[0] ?? sla.unit ?? "";
  const seconds = amountOf(sla);
  const isDuration = SECONDS[unit.toLowerCase()] ?? SECONDS[unit.toLowerCase().replace(/s$/, "")];
  return seconds === undefined || isDuration === undefined ? undefined : seconds / 3_600;
}

/** Seconds, a share, or a time as a number; larger is longer, more or later. */
export function amountOf({ value, unit = "" }: Said): number | undefined {
  const text = asText(value)?.trim() ?? "";
  const iso = secondsOfIso(text);
  if (iso !== undefined) return iso;
  const clock = /^(\d{1,2}):(\d{2})/.exec(text);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
  const joined = /^([\d.]+)\s*([a-z]+|%)$/i.exec(text);
  const number = asNumber(joined ? joined[1] : value);
  const word = (joined?.[2] ?? unit).toLowerCase();
  if (number !== undefined) return number * (SECONDS[word] ?? SECONDS[word.replace(/s$/, "")] ?? 1);
  return digitsOfDate(text);
}

/** `P1DT12H`, as ISO 8601 writes how long something takes. */
const ISO =
  /^P(?=.)(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?=.)(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/i;
const ISO_UNITS = ["y", "mo", "w", "d", "h", "m", "s"] as const;

function secondsOfIso(text: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const parts = ISO_UNITS.map((unit, at) => Number(match[at + 1] ?? 0) * (SECONDS[unit] ?? 0));
  const seconds = parts.reduce((sum, part) => sum + part, 0);
  return Number.isFinite(seconds) ? seconds : undefined;
}
