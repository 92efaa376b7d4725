import { compareByKind } from "./compare-by-kind.ts";
import type { TriageCase } from "./make-cases.ts";
import { baselinesOf, interval, mean, OURS, type RankedCase, topShare } from "./ranked-case.ts";

/** Fewer nights than these show nothing. */
const ENOUGH_NIGHTS = 10;
const PLACES = [1, 3] as const;

/** How the nights are told apart in the tables. */
const SPLITS: Readonly<Record<string, (one: TriageCase) => string>> = {
  DAG: ({ dag }) => dag,
  "kind of fault": ({ kind }) => kind,
  "share that is watched": ({ monitored }) => `${Math.round(monitored * 100)}%`,
  "share that changed innocently": ({ decoys }) => `${Math.round(decoys * 100)}%`,
  "faults at once": ({ faults }) => String(faults),
  "cause in the log": ({ isLogged }) => (isLogged ? "yes" : "no"),
};

/** Tables of top-1, top-3 and mean reciprocal rank, pooled and split, and whether any baseline is better anywhere. */
export function printTriage(ranked: readonly RankedCase[], random: () => number): string {
  if (ranked.length === 0) return "no change broke anything that could be seen\n";
  const methods = Object.keys(ranked[0]?.rankings ?? {});
  const cost = ranked.map(({ ms }) => ms).sort((a, b) => a - b);
  const unlogged = ranked.filter(({ triageCase }) => !triageCase.isLogged);
  const lines = [
    `${ranked.length} nights, ${unlogged.length} with a cause that no log names; CPU of a ranking: p50 ${at(cost, 0.5)} ms, p99 ${at(cost, 0.99)} ms`,
    "",
    "| method | top-1 | 95% | top-3 | 95% | MRR |",
    "|---|---|---|---|---|---|",
    ...methods.map((method) => {
      const cells = PLACES.map((count) => {
        const shares = ranked.map((one) => topShare(one, method, count));
        const [low, high] = interval(shares, random);
        return `${fix(mean(shares))} | ${fix(low)} to ${fix(high)}`;
      });
      return `| ${method} | ${cells.join(" | ")} | ${fix(mean(ranked.map((each) => reciprocal(each, method))))} |`;
    }),
    "",
    ...Object.entries(SPLITS).flatMap(([title, keyOf]) => [
      ...splitTable({ title, ranked, methods, keyOf }),
      "",
    ]),
    ...behindTable(ranked),
    "",
    ...compareByKind(ranked, random),
    "",
  ];
  return lines.join("\n");
}

interface Splitting {
  readonly title: string;
  readonly ranked: readonly RankedCase[];
  readonly methods: readonly string[];
  readonly keyOf: (one: TriageCase) => string;
}

function splitTable({ title, ranked, methods, keyOf }: Splitting): string[] {
  return [
    `Top-1 / top-3 by ${title}:`,
    "",
    `| ${title} | nights | ${methods.join(" | ")} |`,
    `|---|---|${methods.map(() => "---").join("|")}|`,
    ...splitBy(ranked, keyOf).map(([key, some]) => {
      const cells = methods.map((method) =>
        PLACES.map((count) => fix(mean(some.map((one) => topShare(one, method, count))))).join(
          " / ",
        ),
      );
      return `| ${key} | ${some.length} | ${cells.join(" | ")} |`;
    }),
  ];
}

function splitBy(
  ranked: readonly RankedCase[],
  keyOf: (one: TriageCase) => string,
): [string, RankedCase[]][] {
  const split = new Map<string, RankedCase[]>();
  for (const one of ranked) {
    const key = keyOf(one.triageCase);
    split.set(key, [...(split.get(key) ?? []), one]);
  }
  return [...split].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Where a baseline finds more of the causes than we do. */
function behindTable(ranked: readonly RankedCase[]): string[] {
  const baselines = baselinesOf(ranked);
  const rows = Object.entries(SPLITS).flatMap(([title, keyOf]) =>
    splitBy(ranked, keyOf).flatMap(([key, some]) =>
      some.length < ENOUGH_NIGHTS
        ? []
        : PLACES.flatMap((count) => {
            const share = (method: string): number =>
              mean(some.map((one) => topShare(one, method, count)));
            const best = baselines.reduce((a, b) => (share(b) > share(a) ? b : a));
            const behind = share(best) - share(OURS);
            return behind <= 0
              ? []
              : [`| ${title}: ${key} | ${some.length} | top-${count} | ${best} | ${fix(behind)} |`];
          }),
    ),
  );
  return [
    rows.length === 0 ? "No baseline is better anywhere." : "Where a baseline is better:",
    ...(rows.length === 0
      ? []
      : ["", "| nights | n | | baseline | by |", "|---|---|---|---|---|", ...rows]),
  ];
}

function reciprocal({ triageCase, rankings }: RankedCase, method: string): number {
  const place = rankings[method]?.findIndex((id) => triageCase.causes.includes(id)) ?? -1;
  return place < 0 ? 0 : 1 / (place + 1);
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);

const fix = (value: number): string => value.toFixed(2).replace(/^0/, "");
