import type { OutboxMessage } from "./outbox-message.ts";

/** A section takes 3000 characters; names in a message may be long. */
const MOST = 2_900;

/** A message as Slack's incoming webhooks take it, and those that speak like them (Mattermost, Rocket.Chat). */
export function slackBody({ title, lines }: OutboxMessage, url: string): unknown {
  const text = lines.map(escapeText).join("\n");
  return {
    text: `${title}\n${url}`,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: cut(`*${escapeText(title)}*\n${text}`) } },
      {
        type: "context",
        elements: [{ type: "mrkdwn", text: /^https?:/.test(url) ? `<${url}>` : escapeText(url) }],
      },
    ],
  };
}

/** The three characters with a meaning of their own. */
const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const cut = (text: string): string => (text.length <= MOST ? text : `${text.slice(0, MOST)}…`);
