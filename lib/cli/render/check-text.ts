import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
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

/** For a terminal: the outcome first, then what changed, what it breaks, and what is not known. */
export function renderCheckText(answer: CheckAnswer): string {
  const { changes, findings } = answer;
  const open = openFindings(answer);
  const excused = findings.filter(({ waived }) => waived).length;
  const old = findings.filter((finding) => !finding.new).length;
  const owners = [...ownersOf(answer)];
  const notes = notesOf(answer);
  const lines = [
    sayOutcome(answer),
    "",
    changes.length === 0
      ? "Nothing differs in meaning."
      : `${countOf(changes.length, { one: "change", many: "changes" })}:`,
    ...changes.map(
      (change) => `  ${targetOf(change)} ${sayChange(change)}${inParentheses(placeOf(change))}`,
    ),
    ...(open.length === 0
      ? []
      : [
          "",
          `${countOf(open.length, { one: "finding", many: "findings" })}:`,
          ...open.flatMap(findingLines),
        ]),
    ...(excused + old === 0 ? [] : ["", `${excused} waived, ${old} not new.`]),
    ...(owners.length === 0 ? [] : ["", `Ask: ${owners.map(([owner]) => owner).join(", ")}`]),
    ...(notes.length === 0 ? [] : ["", ...notes]),
    "",
    `Policy ${answer.policy}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function findingLines(finding: Finding): readonly string[] {
  const { asset, points, fingerprint, change, counts } = finding;
  const about = [
    asset.kind.replaceAll("_", " "),
    asset.domain,
    asset.owner,
    asset.tier === undefined ? undefined : `tier ${asset.tier}`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
  const score = points === null ? "" : ` · ${points} points`;
  return [
    `  ${counts ? "!" : " "} ${sayFinding(finding).padEnd(26)} ${asset.name}  [${about}]${score}`,
    `      ${targetOf(change)}: ${whyOf(finding)} (${fingerprint})`,
  ];
}

const inParentheses = (text: string): string => (text === "" ? "" : `  (${text})`);
