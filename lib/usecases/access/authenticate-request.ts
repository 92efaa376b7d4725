import type { BlockList } from "node:net";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { StoreRecord } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import type { Scope } from "./manage-tokens.ts";
import { findToken, SCOPES } from "./manage-tokens.ts";

/** Who asks: kept with every change that is written. */
export interface Actor {
  readonly kind: "token" | "proxy" | "local";
  readonly name: string;
  /** The domain that a token is bound to: it writes for no other. */
  readonly domain?: string;
  readonly teams: readonly string[];
  readonly scopes: readonly Scope[];
}

/** A proxy in front that has signed people in and says who they are in headers. */
export interface ProxyConfig {
  /** Addresses that may set the headers. From any other address they mean nothing. */
  readonly addresses: BlockList;
  readonly userHeader: string;
  readonly groupsHeader: string;
  /** Group of the proxy to team here; a group that is not listed is a team of the same name. */
  readonly teams: Readonly<Record<string, string>>;
  /** Teams whose members may administer. */
  readonly adminTeams: readonly string[];
}

/** What identifies the caller, wherever the request came in. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly header: (name: string) => string | undefined;
  /** Address at the other end of the socket; undefined: not known, and then no proxy is believed. */
  readonly remoteAddress: string | undefined;
}

export interface AuthSettings {
  readonly tokens: readonly StoreRecord[];
  readonly proxy: ProxyConfig | undefined;
  /** The server listens beyond the loopback address: revoking the last token must not open it to everybody. */
  readonly required: boolean;
  /** ISO 8601. */
  readonly now: string;
}

const LOCAL: Actor = { kind: "local", name: "local", teams: [], scopes: SCOPES };

/** True where somebody has to say who they are. */
export const isAuthConfigured = (settings: Pick<AuthSettings, "tokens" | "proxy">): boolean =>
  settings.tokens.length > 0 || settings.proxy !== undefined;

/**
 * Who asks. With nothing configured everybody who can reach the loopback address is `local`, whatever token they send.
 */
export function authenticate(
  credentials: Credentials,
  settings: AuthSettings,
): Result<Actor, Failure> {
  if (!settings.required && !isAuthConfigured(settings)) return ok(LOCAL);
  const fromProxy = readProxyHeaders(credentials, settings.proxy);
  if (fromProxy) return ok(fromProxy);
  const secret = secretOf(credentials.authorization);
  if (secret === undefined) {
    return err({
      code: "unauthenticated",
      message: "this server asks for a token",
      next: "send it as `Authorization: Bearer TOKEN`; `faultline token create` makes one",
    });
  }
  const token = findToken(settings.tokens, secret, settings.now);
  if (!token) {
    return err({
      code: "unauthenticated",
      message: "the token is not known here, was revoked or has expired",
      next: "`faultline token list` shows the tokens that are valid",
    });
  }
  const actor: Actor = { kind: "token", name: token.name, teams: [], scopes: token.scopes };
  return ok(token.domain === undefined ? actor : { ...actor, domain: token.domain });
}

/** `admin` may do everything; whoever may write may read. */
export function mayDo(actor: Actor, scope: Scope): boolean {
  if (actor.scopes.includes("admin")) return true;
  // Whoever signs has to see what; a token that only sends lies in every job, and reads nothing.
  return actor.scopes.includes(scope) || (scope === "read" && actor.scopes.includes("sign"));
}

/** Bearer, or Basic with the token as the password: what a browser's own prompt sends. */
function secretOf(authorization: string | undefined): string | undefined {
  const [scheme, value] = (authorization ?? "").trim().split(/\s+/, 2);
  if (!value) return undefined;
  if (scheme?.toLowerCase() === "bearer") return value;
  if (scheme?.toLowerCase() !== "basic") return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return text.slice(colon + 1) || text.slice(0, Math.max(colon, 0)) || undefined;
}

function readProxyHeaders(
  { header, remoteAddress }: Credentials,
  proxy: ProxyConfig | undefined,
): Actor | undefined {
  if (!proxy || remoteAddress === undefined || !isListed(proxy.addresses, remoteAddress)) {
    return undefined;
  }
  const name = header(proxy.userHeader)?.trim();
  if (!name) return undefined;
  const teams = (header(proxy.groupsHeader) ?? "")
    .split(/[,;]/)
    .map((group) => group.trim())
    .filter((group) => group !== "")
    .map((group) => proxy.teams[group] ?? group);
  const isAdmin = teams.some((team) => proxy.adminTeams.includes(team));
  return { kind: "proxy", name, teams, scopes: isAdmin ? SCOPES : ["read", "sign"] };
}

function isListed(addresses: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  return addresses.check(plain, plain.includes(":") ? "ipv6" : "ipv4");
}
