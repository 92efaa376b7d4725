import type { Sla } from "#lib/model/asset.ts";
import { asNumber, asText, type LooseRecord, withoutUndefined } from "../loose-value.ts";

const HOURS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|min|minutes?)$/i, 1 / 60],
  [/^(?:h|hours?)$/i, 1],
  [/^(?:d|days?)$/i, 24],
  [/^(?:w|weeks?)$/i, 24 * 7],
];
const DRIVERS = ["regulatory", "analytics", "operational"] as const;

/** The service level of one table: the strictest freshness or latency that is promised for it or for all. */
export function readSla(
  properties: readonly LooseRecord[],
  table: string | undefined,
): Sla | undefined {
  const own = properties.filter((property) => {
    const element = asText(property["element"])?.split(".")[0];
    return element === undefined || element === table;
  });
  const fresh = own
    .filter((property) => /^(?:latency|freshness)$/i.test(asText(property["property"]) ?? ""))
    .flatMap((property) => hoursOf(property) ?? []);
  const drivers = new Set(own.map((property) => asText(property["driver"])?.toLowerCase()));
  const driver = DRIVERS.find((name) => drivers.has(name));
  const completeness = shareOf(own, /^completeness$/i);
  const target = shareOf(own, /^(?:availability|uptime|objective|slo)$/i);
  const shares = withoutUndefined({ completeness, target });
  if (fresh.length === 0 && driver === undefined && Object.keys(shares).length === 0)
    return undefined;
  return {
    ...shares,
    ...(fresh.length === 0 ? {} : { freshnessHours: Math.min(...fresh) }),
    ...(driver === undefined ? {} : { driver }),
  };
}

/** The strictest share that is promised: `value: 99.5, unit: percent`, `99.5%` or `0.995`. */
function shareOf(properties: readonly LooseRecord[], name: RegExp): number | undefined {
  const shares = properties
    .filter((property) => name.test(asText(property["property"]) ?? ""))
    .flatMap((property) => {
      const [, digits, sign] =
        /^\s*([\d.]+)\s*(%?)\s*$/.exec(String(property["value"] ?? "")) ?? [];
      const value = asNumber(digits);
      if (value === undefined) return [];
      const isPercent = sign === "%" || /^(?:%|percent)/i.test(asText(property["unit"]) ?? "");
      const share = isPercent || value > 1 ? value / 100 : value;
      return share >= 0 && share <= 1 ? [share] : [];
    });
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** `value: 4, unit: d`; some write the unit into the value: `24h`. */
function hoursOf(property: LooseRecord): number | undefined {
  const [, digits, word] =
    /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(String(property["value"] ?? "")) ?? [];
  const value = asNumber(digits);
  const unit = word === "" || word === undefined ? (asText(property["unit"]) ?? "") : word;
  const hours = HOURS.find(([name]) => name.test(unit))?.[1];
  return value === undefined || hours === undefined ? undefined : value * hours;
}
