const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Days from 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant's days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  );
}

/** Hours since 1970-01-01T00:00Z of an ISO 8601 date or time; without a zone it is UTC. Undefined: not such a text. */
export function hoursSinceEpoch(text: string): number | undefined {
  return hoursOfStamp(text) ?? hoursOfText(text);
}

const ZERO = "0".charCodeAt(0);

/** Of `YYYY-MM-DDTHH:MM:SS.mmmZ`: nearly all times are written so, and are then read several times faster. */
function hoursOfStamp(text: string): number | undefined {
  if (text.length !== 24 || text[10] !== "T" || text[19] !== "." || text[23] !== "Z")
    return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  const days = daysFromCivil(
    digitsAt(text, 0) * 100 + digitsAt(text, 2),
    digitsAt(text, 5),
    digitsAt(text, 8),
  );
  const hours =
    days * 24 + digitsAt(text, 11) + digitsAt(text, 14) / 60 + digitsAt(text, 17) / 3600;
  const isStamp = !Number.isNaN(hours + digitsAt(text, 20) + digitsAt(text, 21));
  return isStamp ? hours : undefined;
}

/** Two digits as a number; NaN where they are none. */
function digitsAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function hoursOfText(text: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", zone = "Z"] = match;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const hours = days * 24 + Number(hour) + Number(minute) / 60 + Number(second) / 3600;
  if (zone.toUpperCase() === "Z") return hours;
  const offset = Number(zone.slice(1, 3)) + Number(zone.slice(-2)) / 60;
  return zone.startsWith("-") ? hours + offset : hours - offset;
}
