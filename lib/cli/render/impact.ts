import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment, AssetVerdict, BecauseStep, Proof } from "#lib/impact/assessment.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { writeJson } from "#lib/kit/write-json.ts";
import type { ImpactAnswer, ImpactResult } from "#lib/usecases/ask/answer-impact.ts";
import { findSimilarNames } from "#lib/usecases/ask/find-similar-names.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { tellingStep } from "#lib/view/because-words.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { assignRoles, countVerdicts } from "#lib/view/counts.ts";
import { sayHeadline } from "#lib/view/headline.ts";
import { renderCsv } from "#lib/view/render-csv.ts";
import { renderMarkdown } from "#lib/view/render-markdown.ts";
import { sayUnread } from "#lib/view/unread-words.ts";
import {
  countOf,
  sayCertainty,
  sayNumber,
  sayVerdict,
  VERDICT_ORDER,
  VERDICT_WORDS,
} from "#lib/view/verdict-words.ts";

import { renderTrace } from "./trace.ts";

export const IMPACT_FORMATS = ["text", "json", "markdown", "csv"] as const;
export type ImpactFormat = (typeof IMPACT_FORMATS)[number];

/** The answer as the reader wants it, in pieces; with `explain`, only what concerns that asset. */
export function renderImpact(
  answer: ImpactAnswer,
  { format, explain }: { readonly format: ImpactFormat; readonly explain?: string },
): Result<Iterable<string>, Failure> {
  const chosen = explain === undefined ? ok(answer) : onlyAsset(answer, explain);
  if (!chosen.ok) return chosen;
  if (format === "json") return ok(withLineEnd(writeJson(chosen.value, 2)));
  const wholes = resultsOf(answer);
  const render = RENDERERS[format];
  const text = resultsOf(chosen.value)
    .flatMap((result, at) => {
      const whole = wholes[at];
      if (isChangeError(result) || whole === undefined || isChangeError(whole)) return [];
      return [render(result, explain === undefined ? undefined : whole)];
    })
    .join("\n");
  return ok([text === "" || text.endsWith("\n") ? text : `${text}\n`]);
}

function* withLineEnd(pieces: Iterable<string>): Generator<string> {
  yield* pieces;
  yield "\n";
}

/** With `whole`, the assessment is the part of it that somebody wants explained. */
const RENDERERS: Record<
  Exclude<ImpactFormat, "json">,
  (assessment: Assessment, whole: Assessment | undefined) => string
> = {
  text: renderText,
  markdown: (assessment) => renderMarkdown(assessment),
  csv: (assessment) => renderCsv(assessment),
};

const resultsOf = (answer: ImpactAnswer): readonly ImpactResult[] =>
  "results" in answer ? answer.results : [answer];

function onlyAsset(answer: ImpactAnswer, reference: string): Result<ImpactAnswer, Failure> {
  const names = new Set<string>();
  let found = 0;
  const narrow = (result: ImpactResult): ImpactResult => {
    if (isChangeError(result)) return result;
    for (const { asset } of result.verdicts) names.add(asset.shortName);
    const verdicts = result.verdicts.filter((verdict) => isMeant(verdict, reference));
    found += verdicts.length;
    return { ...result, verdicts };
  };
  const narrowed = "results" in answer ? { results: answer.results.map(narrow) } : narrow(answer);
  const isAllErrors = resultsOf(answer).every(isChangeError);
  if (found > 0 || isAllErrors) return ok(narrowed);
  return err({
    code: "unknown-asset",
    message: `"${reference}" is not reached by the change, or no asset has this name`,
    candidates: findSimilarNames(reference, names),
  });
}

function isMeant({ asset }: AssetVerdict, reference: string): boolean {
  const wanted = reference.toLowerCase();
  const name = asset.name.toLowerCase();
  if (name === wanted || asset.id === reference) return true;
  return name.endsWith(`.${wanted}`) || name.endsWith(`/${wanted}`);
}

function renderText(assessment: Assessment, whole: Assessment | undefined): string {
  const isExplained = whole !== undefined;
  const roles = assignRoles(assessment);
  const shown = assessment.verdicts.filter(
    ({ verdict }) => isExplained || verdict !== "unaffected",
  );
  const consumers = shown.filter(({ asset }) => roles.get(asset.id) === "consumer");
  const between = shown.filter(({ asset }) => roles.get(asset.id) === "between");
  const writeOne = (verdict: AssetVerdict): readonly string[] =>
    isExplained ? explainLines(verdict) : verdictLines(verdict);
  const notes = assessment.changes.flatMap(({ note }) => (note === undefined ? [] : [`${note}.`]));
  // A headline over the one asset would read as if nothing else broke.
  const lines = [...headlineOf(whole ?? assessment), ...notes, "", ...consumers.flatMap(writeOne)];
  if (between.length > 0) lines.push("", "In between:", ...between.flatMap(writeOne));
  if (assessment.trace !== undefined) lines.push(...renderTrace(assessment.trace));
  if (assessment.notify.length > 0) {
    lines.push("", `Tell: ${assessment.notify.map(({ owner }) => owner).join(", ")}`);
  }
  if (!assessment.complete) {
    lines.push(
      "",
      "Not complete: part of what this reaches is known by table only, or not at all.",
    );
  }
  lines.push(...missLines(assessment));
  const unread = sayUnread(assessment);
  if (unread !== undefined) lines.push("", unread);
  lines.push(`Graph version ${assessment.graphVersion}.`);
  return `${lines.join("\n")}\n`;
}

/** What was said and did not come true. */
function missLines({ misses = [] }: Assessment): readonly string[] {
  if (misses.length === 0) return [];
  const said = misses.map(
    ({ asset, predicted, ran }) =>
      `  ${asset}: predicted ${VERDICT_WORDS[predicted.verdict]}, and it is ${VERDICT_WORDS[ran]}`,
  );
  return ["", `Predictions that the run contradicts: ${misses.length}.`, ...said];
}

/** The sentence and the counts of the screen: both doors say the same. */
function headlineOf(assessment: Assessment): readonly string[] {
  const { lead, stress } = sayHeadline(assessment);
  const { consumers } = countVerdicts(assessment);
  const counts = VERDICT_ORDER.flatMap((verdict) =>
    consumers[verdict] === 0 ? [] : [`${sayNumber(consumers[verdict])} ${VERDICT_WORDS[verdict]}`],
  );
  return [
    `If ${assessment.changes.map((change) => `${nameChangeTarget(change)} ${describeChange(change)}`).join(", and ")}:`,
    stress === undefined ? lead : `${lead} ${stress}`,
    ...(counts.length === 0
      ? []
      : [
          `${countOf(consumers.total, { one: "consumer", many: "consumers" })} reached: ${counts.join(", ")}.`,
        ]),
  ];
}

function verdictLines(entry: AssetVerdict): readonly string[] {
  const { asset, points } = entry;
  const about = [
    asset.kind.replaceAll("_", " "),
    asset.domain,
    asset.owner,
    tierOf(entry),
    asset.staleSince === undefined ? undefined : `no longer said since ${asset.staleSince}`,
  ].filter((part) => part !== undefined);
  const score = points === null ? "" : ` · ${points} points`;
  const head = [sayVerdict(entry), sayCertainty(entry.certainty)]
    .filter((part) => part !== "")
    .join(", ");
  // What a run proves has a line of its own.
  const last = tellingStep(entry.because.filter(({ rule }) => rule !== "run"));
  return [
    `  ${head.padEnd(26)} ${asset.name}  [${about.join(", ")}]${score}`,
    ...(last ? [`${" ".repeat(29)}${last.text}`] : []),
    ...(entry.proof ? [`${" ".repeat(29)}${sayProof(entry.proof)}`] : []),
  ];
}

function sayProof({ engine, outcome, basis, predicted, query, message }: Proof): string {
  const where = query === undefined ? "" : `${query}: `;
  const was = predicted === undefined ? "" : ` (predicted: ${VERDICT_WORDS[predicted.verdict]})`;
  if (outcome === "not_tried") return `not asked of ${engine}: ${where}${message ?? ""}`;
  if (basis === undefined) return `asked of ${engine}: binds`;
  return `${basis} on ${engine}: ${where}${message ?? "binds"}${was}`;
}

const tierOf = ({ asset }: AssetVerdict): string | undefined =>
  asset.tier === undefined
    ? undefined
    : `tier ${asset.tier}${asset.tierGuessed ? " (guessed)" : ""}`;

function explainLines(entry: AssetVerdict): readonly string[] {
  const terms = Object.entries(entry.terms).map(([name, value]) => `${name} ${value}`);
  return [
    ...verdictLines(entry).slice(0, 1),
    ...entry.because.map(renderStep),
    ...(entry.absorbedBy ?? []).map(({ node, why }) => `    stops at ${node}: ${why}`),
    ...entry.also.flatMap((other) => [
      `    also ${VERDICT_WORDS[other.verdict]}:`,
      ...other.because.map(renderStep),
    ]),
    ...(terms.length > 0 ? [`    points: ${terms.join(" + ")}`] : []),
  ];
}

function renderStep(step: BecauseStep): string {
  const { provenance } = step;
  const place = provenance?.file
    ? `  (${provenance.file}${provenance.line === undefined ? "" : `:${provenance.line}`})`
    : "";
  const inside = step.inside ? ` in ${step.inside}` : "";
  const expression = step.expression ? `  \`${step.expression}\`` : "";
  return `    ${step.node}${inside}  ${step.effect}  ${step.text} [${step.rule}]${expression}${place}`;
}
