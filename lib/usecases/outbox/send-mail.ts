import { createTransport } from "nodemailer";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { escapeHtml } from "#lib/view/escape-html.ts";
import { type Channel, linkOf, type SendProblem } from "./channel.ts";
import type { OutboxMessage } from "./outbox-message.ts";

export interface MailSetup {
  /** `smtp://user:password@host:587`, `smtps://…`. */
  readonly smtp: string;
  readonly from: string;
  /** Addresses by owner; `*` is for those that are not listed. */
  readonly to: Readonly<Record<string, string | readonly string[]>>;
  readonly base: string | undefined;
}

const TIMEOUT_MS = 15_000;

/** Sends over SMTP. Owners without an address are not written to; another channel or the feed tells them. */
export function createMailer({
  smtp,
  from,
  to,
  base,
}: MailSetup): Result<Pick<Channel, "send" | "close" | "takes">, string> {
  const options = readSmtp(smtp);
  if (options === undefined) return err("the address of the SMTP server cannot be read");
  const transport = createTransport({
    ...options,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const addressesOf = ({ audience }: OutboxMessage): readonly string[] => {
    const own = audience.owner === undefined ? undefined : to[audience.owner];
    return [own ?? to["*"] ?? []].flat();
  };
  return ok({
    takes: (message) => addressesOf(message).length > 0,
    close: () => transport.close(),
    send: async (message, id) => {
      try {
        await transport.sendMail({
          from,
          to: [...addressesOf(message)],
          subject: message.title.replace(/\s+/g, " "),
          messageId: `<${id}@${domainOf(from)}>`,
          text: `${[...message.lines, linkOf(base, message)].join("\n\n")}\n`,
          html: htmlOf(message, linkOf(base, message)),
          // Answers of a machine to a machine end here.
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return ok(undefined);
      } catch (error) {
        return err(problemOf(error));
      }
    },
  });
}

function readSmtp(address: string) {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "smtp:" && url.protocol !== "smtps:") return undefined;
  const secure = url.protocol === "smtps:";
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    ...(user === "" ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
  };
}

const domainOf = (from: string): string => /@([^\s>]+)/.exec(from)?.[1] ?? "faultline";

/** What the server refuses for good has a code from 500 on; everything else may pass. */
function problemOf(error: unknown): SendProblem {
  const { message, responseCode } = error as { message?: string; responseCode?: number };
  return {
    message: message ?? String(error),
    mayRetry: responseCode === undefined || responseCode < 500,
  };
}

function htmlOf({ title, lines }: OutboxMessage, url: string): string {
  const body = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
  const link = /^https?:/.test(url)
    ? `<p><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`
    : `<p>${escapeHtml(url)}</p>`;
  return `<!doctype html><html><body style="font:15px/1.5 system-ui,sans-serif"><h1 style="font-size:18px">${escapeHtml(title)}</h1>${body}${link}</body></html>`;
}
