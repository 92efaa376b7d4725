import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { type Channel, linkOf } from "./channel.ts";
import type { ChannelConfig, NotifyConfig } from "./notify-config.ts";
import type { Audience, OutboxMessage } from "./outbox-message.ts";
import { createMailer } from "./send-mail.ts";
import { postJson } from "./send-webhook.ts";
import { slackBody } from "./slack-body.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface OpenedChannels {
  readonly channels: readonly Channel[];
  /** Channels that cannot be used, each with what is missing. */
  readonly problems: readonly string[];
}

/** The channels of a configuration, with what is secret taken from the environment. */
export function openChannels(config: NotifyConfig, env: Env): OpenedChannels {
  const channels: Channel[] = [];
  const problems: string[] = [];
  for (const one of config.channels) {
    const send = senderOf(one, { env, base: config.url });
    if (!send.ok) {
      problems.push(`notify: channel ${one.name}: ${send.error}`);
      continue;
    }
    const { takes = () => true, ...sender } = send.value;
    channels.push({
      name: one.name,
      ...sender,
      takes: (message) => listensTo(one, message) && takes(message),
    });
  }
  return { channels, problems };
}

type Sender = Pick<Channel, "send" | "close"> & { readonly takes?: Channel["takes"] };

interface SenderSetup {
  readonly env: Env;
  readonly base: string | undefined;
}

function senderOf(config: ChannelConfig, { env, base }: SenderSetup): Result<Sender, string> {
  if (config.type === "email") {
    const smtp = env[config.smtp_env];
    return smtp === undefined || smtp === ""
      ? err(`${config.smtp_env} is not set`)
      : createMailer({ smtp, from: config.from, to: config.to, base });
  }
  const url = config.url ?? (config.url_env === undefined ? undefined : env[config.url_env]);
  if (url === undefined || !URL.canParse(url))
    return err(config.url_env === undefined ? "it has no url" : `${config.url_env} is no address`);
  const secret =
    config.type === "webhook" && config.secret_env !== undefined
      ? env[config.secret_env]
      : undefined;
  if (config.type === "webhook" && config.secret_env !== undefined && secret === undefined)
    return err(`${config.secret_env} is not set`);
  return ok({
    close: () => undefined,
    send: (message, id) =>
      postJson(url, {
        id,
        secret,
        body:
          config.type === "slack"
            ? slackBody(message, linkOf(base, message))
            : { id, ...message, url: linkOf(base, message) },
      }),
  });
}

function listensTo(
  { owners, domains, kinds }: ChannelConfig,
  { kind, audience }: OutboxMessage,
): boolean {
  if (kinds !== undefined && !kinds.some((one) => kind === one || kind.startsWith(`${one}.`)))
    return false;
  return isFor({ owners, domains }, audience);
}

/** Who listens for an owner or a domain hears what is for it, and nothing that is for others. */
function isFor(
  {
    owners,
    domains,
  }: {
    readonly owners?: readonly string[] | undefined;
    readonly domains?: readonly string[] | undefined;
  },
  { owner, domain }: Audience,
): boolean {
  if (owners === undefined && domains === undefined) return true;
  return (
    (owner !== undefined && owners?.includes(owner) === true) ||
    (domain !== undefined && domains?.includes(domain) === true)
  );
}
