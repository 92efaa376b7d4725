import type { Suspect } from "#lib/incidents/suspect.ts";
import type { TriageAnswer } from "#lib/usecases/incidents/triage-incident.ts";
import { sayFault } from "#lib/view/suspect-words.ts";

export const TRIAGE_FORMATS = ["text", "json"] as const;
export type TriageFormat = (typeof TRIAGE_FORMATS)[number];

export function renderTriage(answer: TriageAnswer, format: TriageFormat): string {
  return format === "json" ? `${JSON.stringify(answer, null, 2)}\n` : renderText(answer);
}

function renderText(answer: TriageAnswer): string {
  const lines =
    answer.suspects.length === 0
      ? ["Nothing upstream of what is broken explains it."]
      : answer.suspects.flatMap((suspect, at) => suspectLines(suspect, at + 1));
  if (answer.unexplained.length > 0)
    lines.push("", `Not explained: ${answer.unexplained.map(({ ref }) => ref).join(", ")}`);
  if (answer.rejected.length > 0) {
    lines.push("", "Changed lately, and not it:");
    for (const { asset, column, reason } of answer.rejected)
      lines.push(`  ${nameOf(asset.name, column)}: ${reason}`);
  }
  if (answer.notWalked > 0)
    lines.push("", `${answer.notWalked} less likely assets upstream were not walked.`);
  lines.push("", `Graph version ${answer.graphVersion}, weights ${answer.weights}.`);
  return `${lines.join("\n")}\n`;
}

const nameOf = (asset: string, column: string | undefined): string =>
  column === undefined ? asset : `${asset}.${column}`;

function suspectLines(suspect: Suspect, place: number): readonly string[] {
  const { asset, column, score, terms, group, cause } = suspect;
  const about = [asset.kind.replaceAll("_", " "), asset.domain, asset.owner].filter(
    (part) => part !== undefined,
  );
  const sum = terms
    .map(({ value, text }) => `${text} (${value > 0 ? "+" : ""}${value.toFixed(1)})`)
    .join(", ");
  return [
    `${String(place).padStart(2)}. ${nameOf(asset.name, column)}  [${about.join(", ")}]  ${score.toFixed(1)}`,
    `    ${cause === 2 ? "a second cause: " : ""}${sayFault(suspect)}`,
    `    ${sum}`,
    ...(suspect.explains.length === 0
      ? []
      : [`    breaks ${suspect.explains.map(({ ref }) => ref).join(", ")}`]),
    `    group ${group}`,
  ];
}
