import type { Keeping, PromiseStatus } from "#lib/incidents/promises/judge-promises.ts";
import { keepingOf } from "#lib/incidents/promises/judge-promises.ts";
import type { PromiseDay, PromiseHistory } from "#lib/incidents/promises/tally-promises.ts";
import { tallyPromises } from "#lib/incidents/promises/tally-promises.ts";

/** What a domain promises to others, and how it keeps it. */
export interface DomainPromises {
  /** Absent: nobody said whose they are. */
  readonly domain?: string;
  readonly kept: number;
  readonly broken: number;
  readonly unknown: number;
  /** Broken ones first, then by what is left of the budget. */
  readonly assets: readonly (PromiseStatus & {
    readonly state: Keeping;
    readonly history: PromiseHistory;
  })[];
}

export interface PromisesPage {
  readonly domains: readonly DomainPromises[];
  /** Of the strips, the oldest first. */
  readonly days: readonly string[];
}

export function showPromises(
  statuses: readonly PromiseStatus[],
  { days, looked }: { readonly days: readonly string[]; readonly looked: readonly PromiseDay[] },
): PromisesPage {
  const byDay = new Map(looked.map((day) => [day.day, day]));
  const inOrder = days.map((day) => byDay.get(day));
  const domains = new Map<string | undefined, DomainPromises["assets"][number][]>();
  for (const status of statuses) {
    const list = domains.get(status.domain) ?? [];
    list.push({ ...status, state: keepingOf(status), history: tallyPromises(status, inOrder) });
    domains.set(status.domain, list);
  }
  const shown = [...domains].map(([domain, assets]): DomainPromises => {
    const count = (state: Keeping): number => assets.filter((one) => one.state === state).length;
    return {
      ...(domain === undefined ? {} : { domain }),
      kept: count("kept"),
      broken: count("broken"),
      unknown: count("unknown"),
      assets: assets.sort(
        (a, b) =>
          ORDER[a.state] - ORDER[b.state] ||
          (a.history.budgetLeft ?? 1) - (b.history.budgetLeft ?? 1) ||
          (a.name < b.name ? -1 : 1),
      ),
    };
  });
  return {
    days,
    domains: shown.sort(
      (a, b) => b.broken - a.broken || ((a.domain ?? "~") < (b.domain ?? "~") ? -1 : 1),
    ),
  };
}

const ORDER: Readonly<Record<Keeping, number>> = { broken: 0, unknown: 1, kept: 2 };
