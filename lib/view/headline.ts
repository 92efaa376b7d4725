import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { assignRoles, breaks } from "./counts.ts";
import { countOf, isLate, KIND_WORDS, listOf, sayNumber } from "./verdict-words.ts";

/** The answer as a sentence: `lead`, and what is worst of it. */
export interface Headline {
  readonly lead: string;
  readonly stress?: string;
  /** Which colour the stressed part has. */
  readonly tone: "silent" | "loud" | "calm" | "unknown";
}

const KIND_ORDER: readonly AssetKind[] = [
  "dashboard",
  "chart",
  "ml_job",
  "ml_model",
  "report",
  "metric",
  "application",
  "table",
  "view",
  "feature_view",
  "file",
  "topic",
  "job",
];

/** `Quarterly board report` reads as a name in a sentence, `rpt_q4_board` does not. */
function nameInSentence(verdict: AssetVerdict): string {
  const name = verdict.asset.shortName;
  const word = KIND_WORDS[verdict.asset.kind].one;
  if (!name.includes(" ") || !name.toLowerCase().endsWith(word.toLowerCase())) return `1 ${word}`;
  const plain = /^[A-Z][a-z]/.test(name) ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : name;
  return `the ${plain}`;
}

function listKinds(verdicts: readonly AssetVerdict[]): string {
  const parts = KIND_ORDER.flatMap((kind) => {
    const these = verdicts.filter((verdict) => verdict.asset.kind === kind);
    const [only] = these;
    if (only === undefined) return [];
    return [these.length === 1 ? nameInSentence(only) : countOf(these.length, KIND_WORDS[kind])];
  });
  return listOf(parts);
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function howMany(silent: number, all: number): string {
  const every = all === 2 ? "Both" : `All ${sayNumber(all)}`;
  if (silent === all) return all === 1 ? "It breaks silently." : `${every} break silently.`;
  if (silent === 0)
    return all === 1 ? "It fails where people see it." : `${every} fail where people see it.`;
  return `${sayNumber(silent)} of the ${sayNumber(all)} ${silent === 1 ? "breaks" : "break"} silently.`;
}

/** `No dashboard breaks; 2 tables fail.`: what breaks before anybody looks at it, or undefined where nothing does. */
function sayBetween(
  broken: readonly AssetVerdict[],
  isKnown: boolean,
): Pick<Headline, "lead" | "tone"> | undefined {
  if (broken.length === 0) return undefined;
  const loud = broken.filter((verdict) => verdict.verdict === "breaks_loudly");
  const silent = broken.filter((verdict) => verdict.verdict === "breaks_silently");
  const parts = [
    ...(loud.length === 0 ? [] : [`${listKinds(loud)} ${loud.length === 1 ? "fails" : "fail"}`]),
    ...(silent.length === 0
      ? []
      : [`${listKinds(silent)} ${silent.length === 1 ? "breaks" : "break"} silently`]),
  ];
  return {
    lead: `No dashboard, ML job or report${isKnown ? "" : " that we know"} breaks; ${parts.join(", ")}.`,
    tone: silent.length > 0 ? "silent" : "loud",
  };
}

function headlineOfDegraded(
  degraded: readonly AssetVerdict[],
  between: readonly AssetVerdict[],
): Headline {
  const late = degraded.filter(isLate);
  const words =
    late.length === degraded.length
      ? "late"
      : late.length === 0
        ? "relabelled"
        : "late or relabelled";
  const verb = degraded.length === 1 ? "is" : "are";
  const { lead, tone } = sayBetween(between, true) ?? { lead: "Nothing breaks.", tone: "calm" };
  return { lead: `${lead} ${capital(listKinds(degraded))} ${verb} ${words}.`, tone };
}

function headlineOfNothing(
  assessment: Assessment,
  {
    consumers,
    between,
  }: { readonly consumers: readonly AssetVerdict[]; readonly between: readonly AssetVerdict[] },
): Headline {
  const unknown = consumers.filter((verdict) => verdict.verdict === "unknown");
  if (unknown.length > 0 || !assessment.complete) {
    const whose =
      unknown.length === 0
        ? "Part of the lineage is not known."
        : `Of ${listKinds(unknown)} nobody can say.`;
    const { lead, tone } = sayBetween(between, false) ?? {
      lead: "Nothing that we know breaks.",
      tone: "unknown",
    };
    return { lead, stress: whose, tone };
  }
  if (assessment.verdicts.length === 0)
    return { lead: "Nothing that we know reads it.", tone: "calm" };
  const { lead, tone } = sayBetween(between, true) ?? {
    lead: "Nothing that we know breaks.",
    tone: "calm",
  };
  if (consumers.length === 0)
    return between.length > 0
      ? { lead, tone }
      : { lead: `${lead} No dashboard, ML job or report reads it.`, tone };
  return {
    lead: `${lead} ${capital(listKinds(consumers))} ${consumers.length === 1 ? "stays" : "stay"} right.`,
    tone,
  };
}

/** `3 dashboards, 2 ML jobs and the quarterly board report break. 4 of the 6 break silently.` Counts consumers, and where none breaks what lies before them. */
export function sayHeadline(assessment: Assessment): Headline {
  const roles = assignRoles(assessment);
  const consumers = assessment.verdicts.filter(
    (verdict) => roles.get(verdict.asset.id) === "consumer",
  );
  const broken = consumers.filter(breaks);
  if (broken.length === 0) {
    const degraded = consumers.filter((verdict) => verdict.verdict === "degraded");
    const between = assessment.verdicts.filter(
      (verdict) => roles.get(verdict.asset.id) === "between" && breaks(verdict),
    );
    return degraded.length > 0
      ? headlineOfDegraded(degraded, between)
      : headlineOfNothing(assessment, { consumers, between });
  }
  const silent = broken.filter((verdict) => verdict.verdict === "breaks_silently").length;
  return {
    lead: `${capital(listKinds(broken))} ${broken.length === 1 ? "breaks" : "break"}.`,
    stress: howMany(silent, broken.length),
    tone: silent > 0 ? "silent" : "loud",
  };
}
