import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { foldSteps } from "#lib/view/fold-steps.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import {
  notesOf,
  openFindings,
  ownersOf,
  placeOf,
  sayChange,
  sayFinding,
  sayOutcome,
  targetOf,
  whyOf,
} from "./check-words.ts";

/** By it a script finds the comment that it has to edit. */
export const COMMENT_MARK = "<!-- faultline-check -->";

const MOST_ROWS = 10;
const MOST_NOTES = 10;
/** GitHub refuses comments above 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** One comment for a pull request, to be edited in place: the outcome, at most ten rows, the reasons folded. */
export function renderCheckMarkdown(answer: CheckAnswer): string {
  const open = openFindings(answer);
  const shown = open.slice(0, MOST_ROWS);
  const notes = notesOf(answer);
  const [first] = open;
  const lines = [
    COMMENT_MARK,
    `### Faultline: ${plain(sayOutcome(answer))}`,
    "",
    ...changeLines(answer),
    ...(shown.length === 0 ? [noReader(answer), ""] : tableOf(shown, open.length)),
    ...(shown.length === 0 ? [] : fold("Why", shown.flatMap(becauseLines))),
    ...askLines(answer),
    ...(first === undefined ? [] : fold("How to waive a finding", waiverLines(first))),
    ...(notes.length === 0
      ? []
      : fold(
          "What is not known",
          notes.slice(0, MOST_NOTES).map((note) => `- ${plain(note)}`),
        )),
    `<sub>Policy ${plain(answer.policy)} · ${plain(answer.base)} → ${plain(answer.head)}</sub>`,
  ];
  const text = lines.join("\n");
  return text.length <= MOST_CHARACTERS ? `${text}\n` : `${text.slice(0, MOST_CHARACTERS)}\n\n…\n`;
}

const noReader = ({ confidence }: CheckAnswer): string =>
  confidence.notUnderstood.length === 0 ? "No reader breaks." : "No reader that we know breaks.";

function changeLines({ changes }: CheckAnswer): readonly string[] {
  if (changes.length === 0) return ["Nothing differs in meaning.", ""];
  const lines = changes.map((change) => {
    const place = placeOf(change);
    return `- ${code(targetOf(change))} ${plain(sayChange(change))}${place === "" ? "" : ` (${code(place)})`}`;
  });
  if (lines.length <= 3) return [...lines, ""];
  return fold(countOf(changes.length, { one: "change", many: "changes" }), lines.slice(0, 50));
}

function tableOf(shown: readonly Finding[], all: number): readonly string[] {
  const more = all - shown.length;
  return [
    "| | what breaks | how | owner | tier | points |",
    "|---|---|---|---|---|---|",
    ...shown.map((finding) => {
      const { asset, counts, points } = finding;
      const cells = [
        counts ? "🛑" : "",
        `${code(asset.shortName)} ${asset.kind.replaceAll("_", " ")}`,
        plain(sayFinding(finding)),
        plain(asset.owner ?? "nobody"),
        asset.tier === undefined ? "" : String(asset.tier),
        points === null ? "" : points.toFixed(1),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    ...(more > 0 ? ["", `… and ${more} more.`] : []),
    "",
  ];
}

function becauseLines(finding: Finding): readonly string[] {
  const steps = foldSteps(finding.because).map((step) => {
    const { provenance } = step;
    const place = placeOf(provenance ?? {});
    return `  - ${code(step.node)} ${step.effect}: ${plain(step.text)}${place === "" ? "" : ` (${code(place)})`}`;
  });
  return [
    `- **${plain(finding.asset.shortName)}** ${plain(whyOf(finding))} ${code(finding.fingerprint)}`,
    ...steps,
  ];
}

function askLines(answer: CheckAnswer): readonly string[] {
  const owners = [...ownersOf(answer)];
  if (owners.length === 0) return [];
  const asked = owners.map(
    ([owner, names]) =>
      `${plain(owner)} (${names.slice(0, 3).map(code).join(", ")}${names.length > 3 ? " …" : ""})`,
  );
  return [`**Ask:** ${asked.join(", ")}`, ""];
}

const waiverLines = ({ fingerprint }: Finding): readonly string[] => [
  "Add to `faultline.waivers.yaml` (it ends after 90 days at the latest):",
  "",
  "```yaml",
  "waivers:",
  `  - fingerprint: "${fingerprint}"`,
  "    reason: why this may pass",
  "    approver: the team that answers for it",
  "    expires: YYYY-MM-DD",
  "```",
];

const fold = (title: string, lines: readonly string[]): readonly string[] => [
  `<details><summary>${title}</summary>`,
  "",
  ...lines,
  "",
  "</details>",
  "",
];

/** Names come from other people's systems: what Markdown would read as markup is escaped. */
export const plain = (text: string): string =>
  text.replace(/[\r\n]+/g, " ").replace(/[\\`*_{}[\]<>|#~]/g, (letter) => `\\${letter}`);

function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}
