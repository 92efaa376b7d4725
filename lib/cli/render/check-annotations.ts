import { fingerprint } from "#lib/kit/fingerprint.ts";
import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { isIncomplete, openFindings, sayOutcome, sentenceOf } from "./check-words.ts";

/**
 * GitHub's workflow commands: a line for each finding, shown beside the line that changed, and one for all that was not
 * understood, since only the first ten of a step are shown.
 */
export function renderCheckGithub(answer: CheckAnswer): string {
  const lines = openFindings(answer).map((finding) => {
    const { file, line } = finding.change;
    const place = [
      ...(file === undefined ? [] : [`file=${property(file)}`]),
      ...(line === undefined ? [] : [`line=${line}`]),
      `title=${property(`Faultline: ${finding.asset.shortName}`)}`,
    ];
    return `::${LEVELS[severityOf(finding)]} ${place.join(",")}::${data(sentenceOf(finding))}`;
  });
  const unknown = answer.confidence.notUnderstood.map(({ asset, why }) => `${asset}: ${why}`);
  return `${[
    ...lines,
    ...(unknown.length === 0
      ? []
      : [`::warning title=Faultline: not understood::${data(unknown.join("\n"))}`]),
    `::${isIncomplete(answer) ? "warning" : "notice"} title=Faultline::${data(sayOutcome(answer))}`,
  ].join("\n")}\n`;
}

type Severity = "blocker" | "major" | "minor" | "info";

/** What stops the pipeline is shown as what stops it; what the policy counts and only observes, as what needs a look. */
function severityOf({ blocks, counts, verdict, certainty }: Finding): Severity {
  if (blocks) return "blocker";
  if (counts) return "major";
  if (verdict === "breaks_loudly" || verdict === "breaks_silently")
    return certainty === "possible" ? "minor" : "major";
  return verdict === "degraded" ? "minor" : "info";
}

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "notice">> = {
  blocker: "error",
  major: "warning",
  minor: "notice",
  info: "notice",
};

/** Text of a workflow command. */
export const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/**
 * GitLab's code quality report: a list of issues, each with a path and a line, which are required there. What was not
 * understood is an issue as well: an empty list reads as safe.
 */
export function renderCheckGitlab(answer: CheckAnswer): string {
  const issues = openFindings(answer).map((finding) => ({
    description: sentenceOf(finding),
    check_name: finding.verdict,
    fingerprint: finding.fingerprint,
    severity: severityOf(finding),
    location: {
      path: finding.change.file ?? finding.change.asset.name,
      lines: { begin: finding.change.line ?? 1 },
    },
  }));
  const unknown = answer.confidence.notUnderstood.map(({ asset, why }) => ({
    description: `Not understood: ${asset} (${why})`,
    check_name: "not_understood",
    fingerprint: fingerprint(`not understood ${asset}`),
    severity: isIncomplete(answer) ? "minor" : "info",
    location: { path: answer.head, lines: { begin: 1 } },
  }));
  return `${JSON.stringify([...issues, ...unknown], null, 2)}\n`;
}
