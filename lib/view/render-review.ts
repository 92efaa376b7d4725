import { listedChanges } from "#lib/review/reviewed-change.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { describeChange, nameChangeTarget } from "./change-kinds.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { explainSignOff, sayDay, sayReviewEntry, saySignOff, worstOf } from "./review-words.ts";
import { sayTime } from "./stamp-words.ts";
import { VERDICT_WORDS } from "./verdict-words.ts";

/** A review as Markdown: for a ticket, a chat, the minutes. */
export function renderReviewMarkdown({ review, events, conditions, today }: ShownReview): string {
  const rows = review.asks.map((ask) => {
    const worst = worstOf(review, ask.owner);
    const reads = today.readers.names.filter(
      (name) => today.readers.owners?.[name] === ask.owner,
    ).length;
    const later = ask.since > review.proposedAt ? `asked on ${sayDay(ask.since)}` : "";
    const said = [saySignOff(ask), later, explainSignOff(ask)]
      .filter((part) => part !== "")
      .join(": ");
    return `| ${escapeMarkdown(ask.owner ?? "nobody")} | ${ask.tier ?? ""} | ${worst === undefined ? "" : VERDICT_WORDS[worst.verdict]} | ${ask.assets.length} | ${escapeMarkdown(said)} | ${reads} |`;
  });
  return `${[
    `# ${review.id}: ${escapeMarkdown(review.title)}`,
    "",
    `${review.state}, proposed ${sayTime(review.proposedAt)} by ${escapeMarkdown(review.proposedBy)}, judged on graph ${review.content.graphVersion}.`,
    "",
    ...listedChanges(review.content.changes).map(
      (change) => `- \`${nameChangeTarget(change)}\` ${escapeMarkdown(describeChange(change))}`,
    ),
    "",
    "| Owner | Tier | Worst verdict | Assets | Sign-off | Still reads |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...conditions.map(({ isMet, text }) => `- [${isMet ? "x" : " "}] ${escapeMarkdown(text)}`),
    "",
    "## Log",
    "",
    ...events.map(
      (event) =>
        `- ${sayTime(event.at)} ${escapeMarkdown(event.actor)} ${escapeMarkdown(sayReviewEntry(event))}`,
    ),
  ].join("\n")}\n`;
}
