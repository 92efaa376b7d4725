import {
  baselinesOf,
  EVIDENCE_ALONE,
  interval,
  mean,
  OURS,
  OURS_WITHOUT_LOG,
  type RankedCase,
  topShare,
} from "./ranked-case.ts";

const PLACES = [1, 3] as const;

interface Compared {
  readonly kind: string;
  readonly nights: number;
  readonly count: number;
  readonly baseline: string;
  /** Ours minus the baseline's, of the same nights. */
  readonly lead: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Of each kind of fault, ours minus the baseline that is best at it, night by night, with a 95% interval: of some dozens of nights, one
 * or two more or less show nothing. The best of the baselines is taken with hindsight, which is in its favour.
 */
export function compareByKind(ranked: readonly RankedCase[], random: () => number): string[] {
  const groups = new Map<string, RankedCase[]>();
  for (const one of ranked) {
    const { kind } = one.triageCase;
    const same = groups.get(kind);
    if (same) same.push(one);
    else groups.set(kind, [one]);
  }
  const kinds = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = [...kinds, ["all", ranked] as const].flatMap(([kind, some]) =>
    PLACES.map((count) => compare({ kind, some, count, random })),
  );
  const told = rows.filter(({ kind }) => kind !== "all");
  const below = told.filter(({ lead }) => lead < 0);
  const shown = told.filter(({ high }) => high < 0);
  return [
    "Ours minus the best baseline, by kind of fault:",
    "",
    "| kind of fault | nights | | best baseline | difference | 95% |",
    "|---|---|---|---|---|---|",
    ...rows.map(
      ({ kind, nights, count, baseline, lead, low, high }) =>
        `| ${kind} | ${nights} | top-${count} | ${baseline} | ${signed(lead)} | ${signed(low)} to ${signed(high)} |`,
    ),
    "",
    `Of ${told.length} comparisons ours is below in ${below.length}, in ${shown.length} of them by more than chance${listed(shown)}.`,
    withoutLog(ranked, random),
  ];
}

interface Comparing {
  readonly kind: string;
  readonly some: readonly RankedCase[];
  readonly count: number;
  readonly random: () => number;
}

function compare({ kind, some, count, random }: Comparing): Compared {
  const share = (method: string): number => mean(some.map((one) => topShare(one, method, count)));
  const baseline = baselinesOf(some).reduce((a, b) => (share(b) > share(a) ? b : a));
  const leads = leadsOf(some, [OURS, baseline], count);
  const [low, high] = interval(leads, random);
  return { kind, nights: some.length, count, baseline, lead: mean(leads), low, high };
}

/** Night by night, what the first of two methods finds more than the second. */
const leadsOf = (
  some: readonly RankedCase[],
  [one, other]: readonly [string, string],
  count: number,
): readonly number[] =>
  some.map((night) => topShare(night, one, count) - topShare(night, other, count));

const listed = (shown: readonly Compared[]): string =>
  shown.length === 0
    ? ""
    : ` (${shown.map(({ kind, count }) => `${kind} top-${count}`).join(", ")})`;

function withoutLog(ranked: readonly RankedCase[], random: () => number): string {
  const parts = PLACES.map((count) => {
    const leads = leadsOf(ranked, [OURS_WITHOUT_LOG, EVIDENCE_ALONE], count);
    const [low, high] = interval(leads, random);
    return `top-${count} ${signed(mean(leads))} (${signed(low)} to ${signed(high)})`;
  });
  return `Ours without any log minus the evidence alone: ${parts.join(", ")}.`;
}

const signed = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3).replace(/^0/, "")}`;
