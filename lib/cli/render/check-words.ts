import type { Finding } from "#lib/review/finding.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import { nameWaiver } from "#lib/review/waiver.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { tellingStep } from "#lib/view/because-words.ts";
import { CHANGE_WORDS } from "#lib/view/change-kinds.ts";
import { sayCertainty, VERDICT_WORDS } from "#lib/view/verdict-words.ts";

/** `orders.amount`: the end of the table's name, and the column. */
export function targetOf({ asset, column }: Pick<ReviewedChange, "asset" | "column">): string {
  const short = asset.name.split(/[./]/).at(-1) ?? asset.name;
  return column === undefined ? short : `${short}.${column}`;
}

/** `is renamed to total`, with before and after where they say more. */
export function sayChange(change: ReviewedChange): string {
  const { kind, asset, before, after } = change;
  const phrase = CHANGE_WORDS[kind].phrase({ ...detailsOf(change), kind, asset });
  const isShown = SHOWS_BOTH.has(kind) && (before !== null || after !== null);
  return isShown ? `${phrase}: ${before ?? "nothing"} → ${after ?? "nothing"}` : phrase;
}

const SHOWS_BOTH: ReadonlySet<ReviewedChange["kind"]> = new Set([
  "expression_changed",
  "filter_changed",
  "join_changed",
  "grain_changed",
  "materialization_changed",
  "description_only",
]);

const detailsOf = ({ to, fromType, toType, value }: ReviewedChange) => ({
  ...(to === undefined ? {} : { to }),
  ...(fromType === undefined ? {} : { fromType }),
  ...(toType === undefined ? {} : { toType }),
  ...(value === undefined ? {} : { value }),
});

export const placeOf = ({ file, line }: Pick<ReviewedChange, "file" | "line">): string =>
  file === undefined ? "" : line === undefined ? file : `${file}:${line}`;

/** `silently wrong, certain`. */
export function sayFinding({ verdict, certainty }: Finding): string {
  const sure = sayCertainty(certainty);
  return sure === "" ? VERDICT_WORDS[verdict] : `${VERDICT_WORDS[verdict]}, ${sure}`;
}

/** What does the harm: the last step that uses something, before the run passes it on. */
export const whyOf = ({ because }: Finding): string =>
  (because.findLast(({ rule }) => rule === "run") ?? tellingStep(because))?.text ?? "";

/** One sentence that a finding is told with everywhere. */
export const sentenceOf = (finding: Finding): string =>
  `${finding.asset.shortName}: ${sayFinding(finding)}, because ${targetOf(finding.change)} ${CHANGE_WORDS[finding.change.kind].label}${whyOf(finding) === "" ? "" : ` (${whyOf(finding)})`}`;

const OUTCOMES: Readonly<Record<CheckAnswer["outcome"], string>> = {
  passed: "Passed",
  blocked: "Blocked",
  would_block: "Passed",
  incomplete: "Incomplete",
  would_be_incomplete: "Passed; the lineage has holes",
};

export const sayOutcome = ({ outcome, why }: CheckAnswer): string =>
  `${OUTCOMES[outcome]}: ${why}.`;

/** Whether nobody can say that nothing breaks, for want of lineage. */
export const isIncomplete = ({ outcome }: CheckAnswer): boolean =>
  outcome === "incomplete" || outcome === "would_be_incomplete";

/** Findings that are told as such: new ones that nobody excused, the weightiest first. */
export const openFindings = ({ findings }: CheckAnswer): readonly Finding[] =>
  findings.filter((finding) => finding.new && !finding.waived);

/** Owners of what breaks, with what of theirs it is. */
export function ownersOf(answer: CheckAnswer): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const { asset } of openFindings(answer)) {
    const { owner } = asset;
    if (owner === undefined) continue;
    owners.set(owner, [...(owners.get(owner) ?? []), asset.shortName]);
  }
  return owners;
}

/** What a reader has to know of the answer beside its findings. */
export function notesOf(answer: CheckAnswer): readonly string[] {
  const { confidence, waivers, orphans, changes, assessment } = answer;
  const known = Math.floor(confidence.columnsKnown * 100);
  const { onCall } = answer;
  const suggestions = changes.filter(({ maybeRenamedTo }) => maybeRenamedTo !== undefined);
  return [
    ...(onCall?.needed === true
      ? [
          onCall.named === undefined
            ? "It goes out shortly before days off, and something important may be silently wrong: name who is on call with --on-call."
            : `It goes out shortly before days off; on call: ${onCall.named}.`,
        ]
      : []),
    ...(confidence.columnsKnown < 1 ? [`${known}% of all reads are known to the column.`] : []),
    ...(confidence.deployedKnown
      ? []
      : ["Only the two states are known; other teams' readers are in the store (--store URL)."]),
    ...(confidence.typesInferred
      ? ["A side has no catalog: its types are inferred from the SQL."]
      : []),
    ...confidence.notUnderstood.map(({ asset, why }) => `Not understood: ${asset} (${why}).`),
    ...(assessment.misses ?? []).map(
      ({ asset, predicted, ran }) =>
        `${asset} was predicted to be ${VERDICT_WORDS[predicted.verdict]}; the run shows: ${VERDICT_WORDS[ran]}.`,
    ),
    ...orphans.map(({ kind, id, column }) => `The ${kind} ${id} names ${column}, which is gone.`),
    ...suggestions.map(
      (change) =>
        `${targetOf(change)} may have been renamed to ${change.maybeRenamedTo}: confirm it with --rename ${targetOf(change)}=${change.maybeRenamedTo}.`,
    ),
    ...(answer.unknownDomains ?? []).map(
      (domain) =>
        `The policy's rules for the domain ${domain} do nothing: nothing is of that domain.`,
    ),
    ...waivers.expired.map(
      (waiver) =>
        `The ${nameWaiver(waiver)}, approved by ${waiver.approver}, ended on ${waiver.expires}, and its finding is back: ${waiver.reason}.`,
    ),
    ...waivers.unused.map((waiver) => `The ${nameWaiver(waiver)} excuses nothing any more.`),
    ...waivers.refused.map(
      (pragma) => `The pragma at ${placeOf(pragma)} excuses nothing: ${pragma.why}.`,
    ),
  ];
}
