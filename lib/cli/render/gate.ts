import type { GatePage } from "#lib/review/gate-page.ts";
import { type GateMiss, isWrong } from "#lib/review/gate-run.ts";
import { sayGateFigures } from "#lib/view/gate-words.ts";
import { sayCertainty, VERDICT_WORDS } from "#lib/view/verdict-words.ts";

/** For a terminal: the figures, then what was judged, each with the last word on it. */
export function renderGateText({ since, summary, misses }: GatePage): string {
  const figures = sayGateFigures(summary);
  const wide = Math.max(...figures.map(([label]) => label.length));
  const lines = [
    `Since ${since.slice(0, 10)}:`,
    ...figures.map(([label, value]) => `  ${label.padEnd(wide)}  ${value}`),
    ...(misses.length === 0
      ? ["", "Nobody has judged a finding wrong."]
      : ["", "Judged:", ...misses.flatMap(missLines)]),
  ];
  return `${lines.join("\n")}\n`;
}

function missLines(miss: GateMiss): readonly string[] {
  const { finding, fingerprint, entries } = miss;
  const last = entries.at(-1);
  const sure = sayCertainty(finding.certainty);
  const verdict =
    sure === "" ? VERDICT_WORDS[finding.verdict] : `${VERDICT_WORDS[finding.verdict]}, ${sure}`;
  return [
    `  ${isWrong(miss) ? "wrong" : "right"}  ${finding.name}: ${verdict} (${fingerprint})`,
    `         ${last?.because ?? ""} (${last?.actor ?? ""}, ${last?.at.slice(0, 10) ?? ""})`,
  ];
}
