import { isConsumerKind } from "#lib/model/asset.ts";
import { type Cell, type Compared, isRight } from "./compare.ts";

/** How often a yes-or-no was found, missed, or wrongly said. */
export interface Score {
  readonly hit: number;
  readonly missed: number;
  readonly wrong: number;
}

/** 2·hit / (2·hit + missed + wrong); 1 where there was nothing to find and nothing was said. */
export function f1({ hit, missed, wrong }: Score): number {
  const total = 2 * hit + missed + wrong;
  return total === 0 ? 1 : (2 * hit) / total;
}

export const recall = ({ hit, missed }: Score): number =>
  hit + missed === 0 ? 1 : hit / (hit + missed);

export function scoreOf(compared: readonly Compared[]): Score {
  const count = (is: boolean, said: boolean): number =>
    compared.filter((one) => one.is === is && one.said === said).length;
  return { hit: count(true, true), missed: count(true, false), wrong: count(false, true) };
}

export interface Share {
  readonly right: number;
  readonly of: number;
}

export const ratio = ({ right, of }: Share): number => (of === 0 ? 1 : right / of);

const shareOf = (cells: readonly Cell[], right: (cell: Cell) => boolean): Share => ({
  right: cells.filter(right).length,
  of: cells.length,
});

export interface Summary {
  readonly cells: number;
  /** Of all assets below a change, also those that nothing happened to. */
  readonly affected: Score;
  readonly breaking: Score;
  readonly column: Score;
  readonly exact: Share;
  readonly unknown: Share;
  /** Said to be unaffected, and the run failed. */
  readonly unaffectedButFailed: number;
  /** Said to be unaffected, among those that broke silently. */
  readonly silentShownUnaffected: Share;
}

/** The figures of some cells. Where nothing could have been seen, only what did happen counts. */
export function summarise(cells: readonly Cell[]): Summary {
  const seen = cells.filter((cell) => cell.observable || cell.affected.is);
  const silent = seen.filter((cell) => cell.outcome === "different");
  return {
    cells: seen.length,
    affected: scoreOf(
      seen
        .filter((cell) => cell.outcome !== "retyped" || cell.columns.length > 0)
        .map((cell) => cell.affected),
    ),
    breaking: scoreOf(cells.map((cell) => cell.breaking)),
    column: scoreOf(seen.flatMap((cell) => cell.columns)),
    exact: shareOf(seen, isRight),
    unknown: shareOf(seen, (cell) => cell.verdict === "unknown"),
    unaffectedButFailed: seen.filter(isMissedFailure).length,
    silentShownUnaffected: shareOf(silent, (cell) => cell.verdict === "unaffected"),
  };
}

export const isMissedFailure = ({ outcome, verdict }: Cell): boolean =>
  (outcome === "fails" || outcome === "blocked") && verdict === "unaffected";

export function groupCells(
  cells: readonly Cell[],
  keyOf: (cell: Cell) => string,
): ReadonlyMap<string, readonly Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell)) ?? [];
    group.push(cell);
    groups.set(keyOf(cell), group);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How often a verdict of each certainty was right; `affected` counts any harm where some harm was named. */
export function calibrate(
  cells: readonly Cell[],
): Readonly<Record<"certain" | "likely" | "possible", { exact: Share; affected: Share }>> {
  const of = (certainty: string) => {
    const said = cells.filter((cell) => cell.observable && cell.certainty === certainty);
    return { exact: shareOf(said, isRight), affected: shareOf(said, (cell) => cell.affected.is) };
  };
  return { certain: of("certain"), likely: of("likely"), possible: of("possible") };
}

export const isConsumerCell = (cell: Cell): boolean => isConsumerKind(cell.assetKind);
