import { escapeHtml } from "#lib/view/escape-html.ts";
import { linkOf } from "./channel.ts";
import type { OutboxMessage } from "./outbox-message.ts";

export interface Feed {
  readonly messages: readonly (OutboxMessage & { readonly id: string })[];
  /** The address of this server. */
  readonly base: string;
  readonly title: string;
  /** Of the feed itself, below the address of the server. */
  readonly path: string;
}

const NEVER = "1970-01-01T00:00:00.000Z";

/** RFC 4287. */
export function renderAtom({ messages, base, title, path }: Feed): string {
  const self = escapeHtml(linkOf(base, { path }));
  const entries = messages.map((message) => {
    const { id, kind, lines, at, audience } = message;
    const body = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
    const author = escapeHtml(audience.owner ?? "Faultline");
    return `<entry><id>urn:faultline:message:${id}</id><title>${cleanText(message.title)}</title><updated>${at}</updated><author><name>${author}</name></author><category term="${escapeHtml(kind)}"/><link href="${escapeHtml(linkOf(base, message))}"/><content type="html">${cleanText(body)}</content></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>${self}</id><title>${cleanText(title)}</title><updated>${messages[0]?.at ?? NEVER}</updated><link rel="self" href="${self}"/>${entries.join("")}</feed>\n`;
}

/** XML knows no control characters, not even escaped. */
const cleanText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  escapeHtml(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

/** https://www.jsonfeed.org/version/1.1 */
export const renderJsonFeed = ({ messages, base, title, path }: Feed): unknown => ({
  version: "https://jsonfeed.org/version/1.1",
  title,
  home_page_url: linkOf(base, { path: "/changes" }),
  feed_url: linkOf(base, { path }),
  items: messages.map((message) => ({
    id: message.id,
    url: linkOf(base, message),
    title: message.title,
    content_text: message.lines.join("\n\n"),
    date_published: message.at,
    tags: [message.kind, ...Object.values(message.audience)],
  })),
});
