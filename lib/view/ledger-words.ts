import type { Ledger, LedgerRow } from "#lib/incidents/ledger/read-ledger.ts";
import { sayHours } from "./incident-words.ts";

/** The ledger as the API answers it: that it is off, or for whom it is asked, is an answer and no error. */
export type LedgerPage =
  | {
      readonly state: "off" | "asks_domain";
      readonly message: string;
      readonly next: string;
    }
  | ShownLedger;

/** As far as who asks may see it. */
export interface ShownLedger extends Omit<Ledger, "disputes"> {
  readonly state: "shown";
  readonly disputes: readonly (Ledger["disputes"][number] & {
    readonly workingDays: number;
    /** The named role may decide it now. */
    readonly isDue: boolean;
  })[];
  /** Who decides disputes. */
  readonly decides: string;
  readonly sharing: "own" | "all";
  readonly decisions: readonly {
    readonly at: string;
    readonly actor: string;
    readonly with: "own" | "all";
    readonly reason: string;
  }[];
  /** Whose rows are shown. */
  readonly own: readonly string[];
}

export const sayShare = (share: number): string => `${Math.round(share * 100)}%`;

/** Median and nine of ten, never a mean, and of how many. */
export const saySpread = ({
  n,
  median,
  p90,
}: {
  readonly n: number;
  readonly median: number;
  readonly p90: number;
}): string => `${sayHours(median)} (nine of ten within ${sayHours(p90)}, n ${n})`;

/** The figures of a row with their words, as far as they may be shown. */
export function ledgerFacts(row: LedgerRow): readonly (readonly [string, string])[] {
  const share = (label: string, value: number | undefined): [string, string][] =>
    value === undefined ? [] : [[label, sayShare(value)]];
  return [
    ["Incidents caused", String(row.incidents)],
    ...(row.per100Changes === undefined
      ? []
      : [["Per 100 changes", row.per100Changes.toFixed(1)] as [string, string]]),
    ...totals(row),
    ...share("Of its asset-hours, others suffered", row.exported),
    ...share("Of what it suffered, others caused", row.imported),
    ...share("Owners told before it was deployed", row.toldBefore),
    ...share("Reviewed before it was deployed", row.reviewed),
    ...share("Owners who had agreed before", row.signedOff),
    ...share("Taken away after an agreed date", row.windowsKept),
    ...share("The same again within 90 days", row.repeated),
    ...share("Nobody was told by an error", row.silent),
    ...TIMES.flatMap(([key, label]): [string, string][] => {
      const spread = row.times?.[key];
      return spread === undefined ? [] : [[label, saySpread(spread)]];
    }),
  ];
}

function totals({ total, totalPer100Changes: per }: LedgerRow): [string, string][] {
  if (total === undefined) return [];
  const beside = (value: number, rate: number | undefined): string =>
    rate === undefined ? round(value) : `${round(value)} (${round(rate)} per 100 changes)`;
  return [
    ["Asset-hours in all", beside(total.assetHours, per?.assetHours)],
    ["Pages in all, by tier", beside(total.pageWeight, per?.pageWeight)],
  ];
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

const TIMES = [
  ["toDetect", "Time to detect"],
  ["toAcknowledge", "Time to acknowledge"],
  ["toMitigate", "Time to mitigate"],
  ["toRepair", "Time to repair"],
] as const;
