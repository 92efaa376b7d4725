import type { Assessment, AssetVerdict, BecauseStep } from "#lib/impact/assessment.ts";
import { sayEffect, sayNode, sayProvenance, sayWhyQuiet } from "./because-words.ts";
import { describeChange, nameChangeTarget } from "./change-kinds.ts";
import { countVerdicts } from "./counts.ts";
import { escapeMarkdown as plain } from "./escape-markdown.ts";
import { foldSteps } from "./fold-steps.ts";
import { sayHeadline } from "./headline.ts";
import { rankConsumers } from "./ranking.ts";
import { sayUnread } from "./unread-words.ts";
import {
  countOf,
  KIND_WORDS,
  sayCertainty,
  sayNumber,
  sayVerdict,
  USE_WORDS,
  VERDICT_WORDS,
} from "./verdict-words.ts";
import { EMPTY_VIEW } from "./view-state.ts";

function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, " ");
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}

const verdictCell = (verdict: AssetVerdict): string => {
  const certainty = verdict.proof?.basis ?? sayCertainty(verdict.certainty);
  return certainty === ""
    ? `**${sayVerdict(verdict)}**`
    : `**${sayVerdict(verdict)}**, ${certainty}`;
};

function consumerLine(verdict: AssetVerdict, rank: number | undefined): string {
  const { asset } = verdict;
  const cells = [
    rank === undefined ? "" : String(rank),
    plain(asset.shortName),
    KIND_WORDS[asset.kind].one,
    verdictCell(verdict),
    plain(asset.owner ?? ""),
    asset.tier === undefined
      ? ""
      : `${asset.tier}${asset.tierGuessed === true ? " (guessed)" : ""}`,
    verdict.points === null ? "" : verdict.points.toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
}

function stepLine(step: BecauseStep): string {
  const use = step.use === undefined ? "" : ` (${USE_WORDS[step.use]})`;
  const place = sayProvenance(step);
  return `   - ${code(sayNode(step))}: ${sayEffect(step)}${use}. ${plain(step.text)}${place === undefined ? "" : ` ${code(place)}`}`;
}

function becauseOf(verdict: AssetVerdict, rank: number): readonly string[] {
  if (verdict.because.length === 0) return [];
  return [
    `${rank}. **${plain(verdict.asset.shortName)}** ${sayVerdict(verdict)}`,
    ...foldSteps(verdict.because).map(stepLine),
  ];
}

function changeLines(assessment: Assessment): readonly string[] {
  return assessment.changes.map(
    (change, at) => `${at + 1}. ${code(nameChangeTarget(change))} ${plain(describeChange(change))}`,
  );
}

const missLine = ({ asset, predicted, ran }: NonNullable<Assessment["misses"]>[number]): string =>
  `- ${plain(asset)}: predicted ${VERDICT_WORDS[predicted.verdict]}, and it is ${VERDICT_WORDS[ran]}`;

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function tallyLine(assessment: Assessment): string {
  const { consumers, between, reached } = countVerdicts(assessment);
  const parts = [
    `${sayNumber(consumers.breaks_silently)} silently wrong`,
    `${sayNumber(consumers.breaks_loudly)} fail`,
    `${sayNumber(consumers.degraded)} late or relabelled`,
    `${sayNumber(consumers.unknown)} unknown`,
    `${sayNumber(consumers.unaffected)} unaffected`,
  ];
  const assets = countOf(reached, { one: "asset", many: "assets" });
  return `Consumers: ${parts.join(", ")}. ${assets} reached, ${sayNumber(between.total)} of them in between${assessment.hidden > 0 ? `, ${sayNumber(assessment.hidden)} hidden` : ""}.`;
}

/** The answer for a pull request, a chat or a page: the same counts and order as everywhere else. */
export function renderMarkdown(assessment: Assessment): string {
  const headline = sayHeadline(assessment);
  const ranking = rankConsumers(assessment, EMPTY_VIEW);
  const rows = ranking.groups.flatMap((group) => group.rows);
  const table =
    rows.length + ranking.unknown.length === 0
      ? []
      : [
          "| | who | kind | verdict | owner | tier | points |",
          "|---:|---|---|---|---|---|---:|",
          ...rows.map((row) => consumerLine(row.verdict, row.rank)),
          ...ranking.unknown.map((verdict) => consumerLine(verdict, undefined)),
        ];
  const unaffected = [...ranking.unaffectedConsumers, ...ranking.unaffectedBetween].map(
    (verdict) => {
      const why = sayWhyQuiet(verdict).map(plain).join("; ");
      return `- ${plain(verdict.asset.shortName)}${why === "" ? "" : `: ${why}`}`;
    },
  );
  return [
    `# ${plain(headline.lead)}${headline.stress === undefined ? "" : ` ${plain(headline.stress)}`}`,
    "",
    ...changeLines(assessment),
    "",
    tallyLine(assessment),
    ...(assessment.complete
      ? []
      : [
          "",
          "**Not complete:** part of what is reached is not known to the column. Unknown is not safe.",
          ...[sayUnread(assessment)].flatMap((said) => (said === undefined ? [] : [plain(said)])),
        ]),
    ...section("Who breaks", table),
    ...section(
      "Because",
      rows.flatMap((row) => becauseOf(row.verdict, row.rank ?? 0)),
    ),
    ...section(
      "In between",
      ranking.between.map((verdict) => `- ${plain(verdict.asset.name)}: ${sayVerdict(verdict)}`),
    ),
    ...section("Unaffected, each with its reason", unaffected),
    ...section("Predictions that the run contradicts", (assessment.misses ?? []).map(missLine)),
    ...section(
      "To tell",
      assessment.notify.map(
        ({ owner, assets }) => `- ${plain(owner)}: ${assets.map(plain).join(", ")}`,
      ),
    ),
    "",
    `Graph ${assessment.graphVersion}, points by ${assessment.policy}.`,
    "",
  ].join("\n");
}
