import { shortJson } from "#lib/kit/short-text.ts";
import type { Sla } from "#lib/model/asset.ts";
import { asNumber, asText, type LooseRecord, withoutUndefined } from "../loose-value.ts";
import { hoursOfSla } from "./sla-duration.ts";
import { concernsTable } from "./sla-element.ts";

const DRIVERS = ["regulatory", "analytics", "operational"] as const;

/** The service level of one table, by all that it is called: the strictest freshness or latency that is promised for it or for all. */
export function readSla(
  properties: readonly LooseRecord[],
  names: readonly (string | undefined)[],
): Sla | undefined {
  const own = properties.filter(({ element }) => concernsTable(asText(element), names));
  const fresh = own.filter(isFreshness).flatMap((property) => hoursOf(property) ?? []);
  const drivers = new Set(own.map((property) => asText(property["driver"])?.toLowerCase()));
  const driver = DRIVERS.find((name) => drivers.has(name));
  const completeness = shareOf(own, COMPLETENESS);
  const target = shareOf(own, TARGET);
  const shares = withoutUndefined({ completeness, target });
  if (fresh.length === 0 && driver === undefined && Object.keys(shares).length === 0)
    return undefined;
  return {
    ...shares,
    ...(fresh.length === 0 ? {} : { freshnessHours: Math.min(...fresh) }),
    ...(driver === undefined ? {} : { driver }),
  };
}

const FRESHNESS = /^(?:latency|freshness)$/i;
const COMPLETENESS = /^completeness$/i;
const TARGET = /^(?:availability|uptime|objective|slo)$/i;

const nameOf = (property: LooseRecord): string => asText(property["property"]) ?? "";

const isFreshness = (property: LooseRecord): boolean => FRESHNESS.test(nameOf(property));

const hoursOf = ({ value, unit }: LooseRecord): number | undefined =>
  hoursOfSla({ value, unit: asText(unit)?.toLowerCase() });

/** Service levels that are held to nothing, by their place in the list: no time, no share, or of no table of the contract. */
export function unreadSla(
  properties: readonly LooseRecord[],
  names: readonly (string | undefined)[],
): readonly { readonly at: number; readonly message: string }[] {
  return properties.flatMap((property, at) => {
    const said = `slaProperties[${at}] (${nameOf(property)})`;
    const element = asText(property["element"]);
    const isShare = COMPLETENESS.test(nameOf(property)) || TARGET.test(nameOf(property));
    if (!isFreshness(property) && !isShare) return [];
    if (!concernsTable(element, names))
      return [
        {
          at,
          message: `${said} is of ${shortJson(element)}, which is no table of the contract: it is not held to anything`,
        },
      ];
    const isRead = isFreshness(property)
      ? hoursOf(property) !== undefined
      : shareIn(property) !== undefined;
    if (isRead) return [];
    const what = isFreshness(property)
      ? "no time such as 4h, PT4H or 4 with a unit"
      : "no share such as 99.5%";
    return [
      {
        at,
        message: `${said} says ${shortJson(property["value"])}, which is ${what}: it is not held to anything`,
      },
    ];
  });
}

/** The strictest share that is promised: `value: 99.5, unit: percent`, `99.5%` or `0.995`. */
function shareOf(properties: readonly LooseRecord[], name: RegExp): number | undefined {
  const shares = properties
    .filter((property) => name.test(nameOf(property)))
    .flatMap((property) => shareIn(property) ?? []);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

function shareIn({ value: said, unit }: LooseRecord): number | undefined {
  const [, digits, sign] = /^\s*([\d.]+)\s*(%?)\s*$/.exec(String(said ?? "")) ?? [];
  const value = asNumber(digits);
  if (value === undefined) return undefined;
  const isPercent = sign === "%" || /^(?:%|percent)/i.test(asText(unit) ?? "");
  const share = isPercent || value > 1 ? value / 100 : value;
  return share >= 0 && share <= 1 ? share : undefined;
}
