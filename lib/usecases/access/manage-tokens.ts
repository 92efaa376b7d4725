import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore, StoreRecord } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";

export const SCOPES = ["read", "ingest", "sign", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope =>
  (SCOPES as readonly string[]).includes(text);

/** What is known of a token. The token itself is shown once, when it is made; the store keeps only its hash. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly domain?: string;
  readonly scopes: readonly Scope[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt?: string;
}

interface StoredToken extends TokenInfo {
  readonly hash: string;
}

const COLLECTION = "tokens";
const TOKEN_FORM = /^flt_([0-9a-f]{12})_([0-9A-Za-z_-]{43})$/;

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Makes a token `flt_<id>_<secret>` of 256 random bits. */
export async function createToken(
  store: LineageStore,
  wanted: Omit<TokenInfo, "id">,
): Promise<Result<{ readonly token: string; readonly info: TokenInfo }, Failure>> {
  const id = randomBytes(6).toString("hex");
  const token = `flt_${id}_${randomBytes(32).toString("base64url")}`;
  const info: TokenInfo = { ...wanted, id };
  const body: StoredToken = { ...info, hash: hashOf(token) };
  const put = await store.putRecord(COLLECTION, id, body, 0);
  return put.ok ? ok({ token, info }) : err(failureOfStore(put.error));
}

/** All tokens, oldest first, without their hashes. */
export async function listTokens(
  store: LineageStore,
): Promise<Result<readonly TokenInfo[], Failure>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  const infos = records.value.flatMap((record) => {
    const token = readStored(record);
    return token ? [withoutHash(token)] : [];
  });
  return ok(infos.sort((a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id)));
}

/** By id or by name; a name that several tokens have is refused. */
export async function revokeToken(
  store: LineageStore,
  idOrName: string,
): Promise<Result<TokenInfo, Failure>> {
  const all = await listTokens(store);
  if (!all.ok) return all;
  const byId = all.value.find((token) => token.id === idOrName);
  const found = byId ? [byId] : all.value.filter((token) => token.name === idOrName);
  const [only] = found;
  if (!only) {
    return err({
      code: "not-found",
      message: `no token has the id or name "${idOrName}"`,
      next: "faultline token list shows them",
    });
  }
  if (found.length > 1) {
    return err({
      code: "ambiguous-name",
      message: `${found.length} tokens are called "${idOrName}"`,
      next: "give the id instead",
      candidates: found.map((token) => token.id),
    });
  }
  const gone = await store.deleteRecord(COLLECTION, only.id);
  return gone.ok ? ok(only) : err(failureOfStore(gone.error));
}

/** The stored token that a secret belongs to, compared in constant time; undefined for none, a wrong or an expired one. */
export function findToken(
  records: readonly StoreRecord[],
  secret: string,
  now: string,
): TokenInfo | undefined {
  const id = TOKEN_FORM.exec(secret)?.[1];
  if (id === undefined) return undefined;
  const stored = records.map(readStored).find((token) => token?.id === id);
  if (!stored) return undefined;
  const same = timingSafeEqual(Buffer.from(stored.hash, "hex"), Buffer.from(hashOf(secret), "hex"));
  if (!same) return undefined;
  if (stored.expiresAt !== undefined && stored.expiresAt <= now) return undefined;
  return withoutHash(stored);
}

function readStored(record: StoreRecord): StoredToken | undefined {
  const body = record.body as Partial<StoredToken> | null;
  if (!body || typeof body.hash !== "string" || body.hash.length !== 64) return undefined;
  if (typeof body.id !== "string" || !Array.isArray(body.scopes)) return undefined;
  return body as StoredToken;
}

function withoutHash({ hash: _, ...info }: StoredToken): TokenInfo {
  return info;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
