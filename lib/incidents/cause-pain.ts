import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { Incident } from "./incident.ts";

/** One pair of domains: who caused, who suffered. */
export interface CausePainCell {
  readonly cause: string;
  readonly suffers: string;
  readonly incidents: number;
  /** Hours that assets were wrong, times the weight of their tier. */
  readonly assetHours: number;
  /** Times that an owner was told. */
  readonly pages: number;
  /** The same, each times the weight of the best tier that the owner has among what was wrong. */
  readonly pageWeight: number;
}

export interface CausePainLedger {
  /** By cause, then by who suffers. */
  readonly cells: readonly CausePainCell[];
  /** By causing domain: the share of its asset-hours that others suffered, 0 to 1. */
  readonly exported: Readonly<Record<string, number>>;
  /** By suffering domain: the share of its asset-hours that others caused, 0 to 1. */
  readonly imported: Readonly<Record<string, number>>;
  /** Incidents whose cause both sides have not agreed on: they count for nobody. */
  readonly notAgreed: number;
}

const TIER_WEIGHT = { 1: 4, 2: 2, 3: 1, 4: 0.5 } as const;
const USUAL_WEIGHT = 1;

/** Domains, never persons. `now` (ISO 8601) ends what still goes on. */
export function tallyCausePain(incidents: readonly Incident[], now: string): CausePainLedger {
  const cells = new Map<string, CausePainCell>();
  let notAgreed = 0;
  for (const incident of incidents) {
    if (incident.state === "closed") continue;
    const { cause } = incident;
    const isAgreed = cause?.confirmedByLead === true && cause.confirmedByCauseSide;
    if (!isAgreed || cause.domain === undefined) {
      notAgreed++;
      continue;
    }
    for (const [suffers, pain] of painOf(incident, now)) {
      const key = JSON.stringify([cause.domain, suffers]);
      const before = cells.get(key);
      cells.set(key, {
        cause: cause.domain,
        suffers,
        incidents: (before?.incidents ?? 0) + 1,
        assetHours: tenth((before?.assetHours ?? 0) + pain.assetHours),
        pages: (before?.pages ?? 0) + pain.pages.size,
        pageWeight: tenth(
          [...pain.pages.values()].reduce((sum, weight) => sum + weight, before?.pageWeight ?? 0),
        ),
      });
    }
  }
  const sorted = [...cells.values()].sort(
    (a, b) => compare(a.cause, b.cause) || compare(a.suffers, b.suffers),
  );
  return {
    cells: sorted,
    exported: shares(sorted, (cell) => cell.cause),
    imported: shares(sorted, (cell) => cell.suffers),
    notAgreed,
  };
}

interface Pain {
  readonly assetHours: number;
  /** By owner that was told: the weight of its best tier. */
  readonly pages: ReadonlyMap<string, number>;
}

function painOf({ affected, stamps, openedAt, told }: Incident, now: string): Map<string, Pain> {
  const from = hoursSinceEpoch(stamps.first_bad_run ?? stamps.detected ?? openedAt) ?? 0;
  // What is repaired is wrong no more, whether or not anybody said when it was mitigated.
  const to = hoursSinceEpoch(stamps.mitigated ?? stamps.repaired ?? now) ?? from;
  const hours = Math.max(0, to - from);
  const pain = new Map<string, Pain>();
  for (const { domain, tier, owner } of affected) {
    if (domain === undefined) continue;
    const before = pain.get(domain);
    const weight = tier === undefined ? USUAL_WEIGHT : TIER_WEIGHT[tier];
    const pages = new Map(before?.pages);
    if (owner !== undefined && told[owner] !== undefined)
      pages.set(owner, Math.max(weight, pages.get(owner) ?? 0));
    pain.set(domain, { assetHours: (before?.assetHours ?? 0) + hours * weight, pages });
  }
  return pain;
}

/** Of the asset-hours of each domain, the share that lies between two different domains. */
function shares(
  cells: readonly CausePainCell[],
  domainOf: (cell: CausePainCell) => string,
): Record<string, number> {
  const sums = new Map<string, { all: number; across: number }>();
  for (const cell of cells) {
    const sum = sums.get(domainOf(cell)) ?? { all: 0, across: 0 };
    sum.all += cell.assetHours;
    if (cell.cause !== cell.suffers) sum.across += cell.assetHours;
    sums.set(domainOf(cell), sum);
  }
  return Object.fromEntries(
    [...sums].map(([domain, { all, across }]) => [domain, all === 0 ? 0 : across / all]),
  );
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
