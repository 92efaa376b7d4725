import type { Cell } from "./compare.ts";
import type { Judged } from "./judge.ts";
import {
  calibrate,
  f1,
  groupCells,
  isConsumerCell,
  ratio,
  recall,
  type Share,
  type Summary,
  summarise,
} from "./tally.ts";

const OUTCOMES = [
  "fails",
  "blocked",
  "different",
  "relabelled",
  "stale",
  "retyped",
  "reshaped",
  "same",
];
const VERDICTS = ["breaks_loudly", "breaks_silently", "degraded", "unknown", "unaffected"];

/** The figures of a run as text tables, consumers apart from datasets. */
export function printFigures(name: string, { cells, refused, changes }: Judged): string {
  const consumers = cells.filter(isConsumerCell);
  const datasets = cells.filter((cell) => !isConsumerCell(cell));
  return [
    `${name}: ${changes} changes, ${cells.length} assets below them`,
    ...refused.map((reason) => `  not judged: ${reason}`),
    ...section("datasets", datasets),
    ...section("consumers", consumers),
    "",
  ].join("\n");
}

function section(title: string, cells: readonly Cell[]): readonly string[] {
  if (cells.length === 0) return [];
  const kinds = groupCells(cells, (cell) => cell.kind);
  return [
    "",
    `── ${title}`,
    ...table([HEADER, figures("all", summarise(cells))]),
    ...calibration(cells),
    `  macro average of exact over kinds of change ${percent(macroAverage(cells))}`,
    "",
    ...table([
      HEADER,
      ...[...kinds].map(([kind, some]) => figures(kind, summarise(some))),
      ...[...groupCells(cells, (cell) => cell.assetKind)].map(([kind, some]) =>
        figures(`(${kind})`, summarise(some)),
      ),
    ]),
    "",
    ...confusion(cells),
  ];
}

const HEADER = [
  "",
  "cells",
  "affected F1",
  "recall",
  "positives",
  "breaking F1",
  "column F1",
  "exact",
  "unknown",
  "unaffected, failed",
  "silent, shown unaffected",
];

const figures = (name: string, summary: Summary): readonly string[] => [
  name,
  String(summary.cells),
  figure(f1(summary.affected)),
  figure(recall(summary.affected)),
  String(summary.affected.hit + summary.affected.missed),
  figure(f1(summary.breaking)),
  figure(f1(summary.column)),
  percent(ratio(summary.exact)),
  percent(ratio(summary.unknown)),
  String(summary.unaffectedButFailed),
  share(summary.silentShownUnaffected),
];

/** Kinds with thirty cases or more, each counted once. */
export function macroAverage(cells: readonly Cell[]): number {
  const shares = [...groupCells(cells, (cell) => cell.kind).values()]
    .map((some) => summarise(some).exact)
    .filter(({ of }) => of >= 30)
    .map(ratio);
  return shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
}

const calibration = (cells: readonly Cell[]): readonly string[] =>
  Object.entries(calibrate(cells)).map(
    ([certainty, { exact, affected }]) =>
      `  "${certainty}" was right in ${share(exact)}, and something was wrong in ${share(affected)}`,
  );

/** What happened, down; what was said, across. */
function confusion(cells: readonly Cell[]): readonly string[] {
  const count = (outcome: string, verdict: string): number =>
    cells.filter((cell) => cell.outcome === outcome && cell.verdict === verdict).length;
  const rows = OUTCOMES.filter((outcome) => cells.some((cell) => cell.outcome === outcome));
  return table([
    ["happened \\ said", ...VERDICTS],
    ...rows.map((outcome) => [
      outcome,
      ...VERDICTS.map((verdict) => String(count(outcome, verdict))),
    ]),
  ]);
}

const figure = (value: number): string => value.toFixed(3);
const percent = (value: number): string => `${(value * 100).toFixed(1)}%`;
const share = (one: Share): string => `${percent(ratio(one))} of ${one.of}`;

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
