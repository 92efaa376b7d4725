import type { Verdict } from "#lib/impact/assessment.ts";
import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { foldSteps } from "#lib/view/fold-steps.ts";
import { VERDICT_MEANS, VERDICT_ORDER, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { isIncomplete, notesOf, placeOf, sayOutcome, sentenceOf } from "./check-words.ts";

type Level = "error" | "warning" | "note";

/** Certain breaks are errors, likely ones warnings; what is possible, late or unknown is a note. */
function levelOf({ verdict, certainty }: Finding): Level {
  if (verdict !== "breaks_loudly" && verdict !== "breaks_silently") return "note";
  if (certainty === "certain") return "error";
  return certainty === "likely" ? "warning" : "note";
}

const RULES: readonly Verdict[] = VERDICT_ORDER.filter((verdict) => verdict !== "unaffected");

/**
 * SARIF 2.1.0. All rules are listed, the silent ones too, so that findings which are gone close; fingerprints hold no line
 * numbers; waived findings are suppressed, and their last day stands in the properties because SARIF has no place for it.
 */
export const renderCheckSarif = (answer: CheckAnswer, version: string): string =>
  sarifLog(version, {
    invocations: [
      { executionSuccessful: true, toolExecutionNotifications: notificationsOf(answer) },
    ],
    properties: { outcome: answer.outcome, policy: answer.policy },
    results: answer.findings.map(resultOf),
  });

/** What is not known would else read as safe: there are no results of it. */
const notificationsOf = (answer: CheckAnswer): readonly object[] => [
  ...(isIncomplete(answer) ? [notification("warning", sayOutcome(answer))] : []),
  ...notesOf(answer).map((note) => notification("note", note)),
];

const notification = (level: Level, text: string): object => ({ level, message: { text } });

/** A log of one run of the gate, with what else is said of that run. */
export function sarifLog(version: string, run: object): string {
  const rules = RULES.map((verdict) => ({
    id: verdict,
    name: VERDICT_WORDS[verdict],
    shortDescription: { text: VERDICT_WORDS[verdict] },
    fullDescription: { text: VERDICT_MEANS[verdict] },
    defaultConfiguration: { level: verdict.startsWith("breaks") ? "error" : "note" },
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Faultline",
            version,
            rules,
          },
        },
        automationDetails: { id: "faultline-check/" },
        ...run,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: Finding): object {
  const { change, asset, verdict, because } = finding;
  return {
    ruleId: verdict,
    ruleIndex: RULES.indexOf(verdict),
    level: levelOf(finding),
    message: { text: sentenceOf(finding) },
    baselineState: finding.new ? "new" : "unchanged",
    partialFingerprints: { "faultline/v1": finding.fingerprint },
    locations: [locationOf(change, asset.name)],
    ...(because.length === 0
      ? {}
      : { codeFlows: [{ threadFlows: [{ locations: foldSteps(because).map(flowOf) }] }] }),
    ...(finding.waived && finding.waiver
      ? {
          suppressions: [
            {
              kind: finding.waiver.place === undefined ? "external" : "inSource",
              status: "accepted",
              justification: finding.waiver.reason,
              ...(finding.waiver.place === undefined
                ? {}
                : { location: locationOf(finding.waiver.place, finding.asset.name) }),
            },
          ],
        }
      : {}),
    properties: {
      certainty: finding.certainty,
      points: finding.points,
      owner: asset.owner,
      tier: asset.tier,
      ...(finding.waiver
        ? { expiryUtc: finding.waiver.expires, approver: finding.waiver.approver }
        : {}),
    },
  };
}

function locationOf(
  place: { readonly file?: string; readonly line?: number },
  name: string,
): object {
  return {
    ...(place.file === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriOf(place.file) },
            ...(place.line === undefined ? {} : { region: { startLine: place.line } }),
          },
        }),
    logicalLocations: [{ fullyQualifiedName: name }],
  };
}

const flowOf = (step: Finding["because"][number]): object => ({
  location: {
    ...locationOf(step.provenance ?? {}, step.node),
    message: {
      text: `${step.text}${placeOf(step.provenance ?? {}) === "" ? "" : ` (${placeOf(step.provenance ?? {})})`}`,
    },
  },
});

/** A path as a relative reference. */
const uriOf = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
