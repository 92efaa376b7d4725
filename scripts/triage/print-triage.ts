import type { AssetId } from "#lib/model/asset-id.ts";
import type { TriageCase } from "./make-cases.ts";

export interface RankedCase {
  readonly triageCase: TriageCase;
  /** CPU of our ranking. */
  readonly ms: number;
  /** By method, the likeliest first. */
  readonly rankings: Readonly<Record<string, readonly AssetId[]>>;
}

const RESAMPLED = 1_000;

/** Tables of top-1, top-3 and mean reciprocal rank: pooled, by DAG and by kind of fault. */
export function printTriage(ranked: readonly RankedCase[], random: () => number): string {
  if (ranked.length === 0) return "no change broke anything that could be seen\n";
  const methods = Object.keys(ranked[0]?.rankings ?? {});
  const cost = ranked.map(({ ms }) => ms).sort((a, b) => a - b);
  const lines = [
    `${ranked.length} nights, ${ranked.filter(({ triageCase }) => !triageCase.isLogged).length} with a cause that no log names; CPU of a ranking: p50 ${at(cost, 0.5)} ms, p99 ${at(cost, 0.99)} ms`,
    "",
    "| method | top-1 | top-3 | 95% of top-3 | MRR |",
    "|---|---|---|---|---|",
    ...methods.map((method) => {
      const [low, high] = interval(ranked, (one) => topShare(one, method, 3), random);
      const one = mean(ranked, (each) => topShare(each, method, 1));
      const three = mean(ranked, (each) => topShare(each, method, 3));
      const mrr = mean(ranked, (each) => reciprocal(each, method));
      return `| ${method} | ${fix(one)} | ${fix(three)} | ${fix(low)} to ${fix(high)} | ${fix(mrr)} |`;
    }),
    "",
    ...splitTable("DAG", ranked, methods, ({ triageCase }) => triageCase.dag),
    "",
    ...splitTable("kind of fault", ranked, methods, ({ triageCase }) => triageCase.kind),
    "",
  ];
  return lines.join("\n");
}

/** Top-3 by some property of the cases; the best of each line in bold. */
function splitTable(
  title: string,
  ranked: readonly RankedCase[],
  methods: readonly string[],
  keyOf: (one: RankedCase) => string,
): string[] {
  const keys = [...new Set(ranked.map(keyOf))].sort();
  return [
    `Top-1 / top-3 by ${title}:`,
    "",
    `| ${title} | nights | ${methods.join(" | ")} |`,
    `|---|---|${methods.map(() => "---").join("|")}|`,
    ...keys.map((key) => {
      const some = ranked.filter((one) => keyOf(one) === key);
      const cells = methods.map(
        (method) =>
          `${fix(mean(some, (one) => topShare(one, method, 1)))} / ${fix(mean(some, (one) => topShare(one, method, 3)))}`,
      );
      return `| ${key} | ${some.length} | ${cells.join(" | ")} |`;
    }),
  ];
}

/** The share of the causes among the first so many; of two causes at once, the first place can hold only one. */
function topShare({ triageCase, rankings }: RankedCase, method: string, count: number): number {
  const first = new Set(rankings[method]?.slice(0, count));
  const causes = [...new Set(triageCase.causes)];
  const found = causes.filter((id) => first.has(id)).length;
  return found / Math.min(count, causes.length);
}

function reciprocal({ triageCase, rankings }: RankedCase, method: string): number {
  const place = rankings[method]?.findIndex((id) => triageCase.causes.includes(id)) ?? -1;
  return place < 0 ? 0 : 1 / (place + 1);
}

/** A 95% interval by resampling (bootstrap). */
function interval(
  ranked: readonly RankedCase[],
  value: (one: RankedCase) => number,
  random: () => number,
): readonly [number, number] {
  const all = ranked.map(value);
  const means = Array.from({ length: RESAMPLED }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < all.length; drawn++)
      sum += all[Math.floor(random() * all.length)] ?? 0;
    return sum / all.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLED * 0.025)] ?? 0, means[Math.floor(RESAMPLED * 0.975)] ?? 0];
}

const mean = <T>(list: readonly T[], value: (one: T) => number): number =>
  list.reduce((sum, one) => sum + value(one), 0) / Math.max(1, list.length);

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);

const fix = (value: number): string => value.toFixed(2).replace(/^0/, "");
