import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { assignRoles, breaks } from "./counts.ts";
import { countOf, isLate, KIND_WORDS, listOf } from "./verdict-words.ts";

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
  const every = all === 2 ? "Both" : `All ${all}`;
  if (silent === all) return all === 1 ? "It breaks silently." : `${every} break silently.`;
  if (silent === 0)
    return all === 1 ? "It fails where people see it." : `${every} fail where people see it.`;
  return `${silent} of the ${all} ${silent === 1 ? "breaks" : "break"} silently.`;
}

function headlineOfDegraded(degraded: readonly AssetVerdict[]): Headline {
  const late = degraded.filter(isLate);
  const words =
    late.length === degraded.length
      ? "late"
      : late.length === 0
        ? "relabelled"
        : "late or relabelled";
  const verb = degraded.length === 1 ? "is" : "are";
  return {
    lead: `Nothing breaks. ${capital(listKinds(degraded))} ${verb} ${words}.`,
    tone: "calm",
  };
}

function headlineOfNothing(assessment: Assessment, consumers: readonly AssetVerdict[]): Headline {
  const unknown = consumers.filter((verdict) => verdict.verdict === "unknown");
  if (unknown.length > 0 || !assessment.complete) {
    const whose =
      unknown.length === 0
        ? "Part of the lineage is not known."
        : `Of ${listKinds(unknown)} nobody can say.`;
    return { lead: "Nothing that we know breaks.", stress: whose, tone: "unknown" };
  }
  if (assessment.verdicts.length === 0)
    return { lead: "Nothing that we know reads it.", tone: "calm" };
  if (consumers.length === 0)
    return {
      lead: "Nothing that we know breaks. No dashboard, ML job or report reads it.",
      tone: "calm",
    };
  return {
    lead: `Nothing that we know breaks. ${capital(listKinds(consumers))} ${consumers.length === 1 ? "stays" : "stay"} right.`,
    tone: "calm",
  };
}

/** `3 dashboards, 2 ML jobs and the quarterly board report break. 4 of the 6 break silently.` Counts consumers. */
export function sayHeadline(assessment: Assessment): Headline {
  const roles = assignRoles(assessment);
  const consumers = assessment.verdicts.filter(
    (verdict) => roles.get(verdict.asset.id) === "consumer",
  );
  const broken = consumers.filter(breaks);
  if (broken.length === 0) {
    const degraded = consumers.filter((verdict) => verdict.verdict === "degraded");
    return degraded.length > 0
      ? headlineOfDegraded(degraded)
      : headlineOfNothing(assessment, consumers);
  }
  const silent = broken.filter((verdict) => verdict.verdict === "breaks_silently").length;
  return {
    lead: `${capital(listKinds(broken))} ${broken.length === 1 ? "breaks" : "break"}.`,
    stress: howMany(silent, broken.length),
    tone: silent > 0 ? "silent" : "loud",
  };
}
