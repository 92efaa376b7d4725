import type { BacktestAnswer, BacktestPair } from "#lib/usecases/gate/backtest-policy.ts";

const WORDS: Readonly<Record<BacktestPair["result"], string>> = {
  stopped: "stopped",
  warned: "warned",
  passed: "passed",
  not_judged: "not judged",
};

/** One line for each step of the history, what was counted below it, the totals at the end. */
export function renderBacktest({ pairs, totals, skipped, policy, more }: BacktestAnswer): string {
  const lines = pairs.flatMap(renderPair);
  for (const { id, why } of skipped) lines.push(`skipped     ${id}: ${why}`);
  const { stopped, warned, passed, not_judged } = totals;
  lines.push(
    "",
    `policy ${policy}, ${pairs.length} ${pairs.length === 1 ? "step" : "steps"}: ${stopped} stopped, ${warned} only warned, ${passed} passed, ${not_judged} not judged`,
  );
  if (more) lines.push("Older states were left out: --max takes more.");
  return `${lines.join("\n")}\n`;
}

function renderPair(pair: BacktestPair): readonly string[] {
  const { base, head, result, why, changes, counted, countedInAll } = pair;
  const step = `${head.at.slice(0, 10)}  ${base.id} -> ${head.id}`;
  const edits = `${changes} ${changes === 1 ? "change" : "changes"}`;
  const rest = countedInAll - counted.length;
  return [
    `${WORDS[result].padEnd(12)}${step}  ${edits}: ${why}`,
    ...counted.map(({ asset, verdict, certainty, change }) => {
      const cause = `${change.kind} ${change.asset.name}${change.column ? `.${change.column}` : ""}`;
      return `              ${asset.shortName} ${verdict} (${certainty ?? "unknown"}): ${cause}`;
    }),
    ...(rest > 0 ? [`              and ${rest} more`] : []),
  ];
}
