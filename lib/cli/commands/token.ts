import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Scope, TokenInfo } from "#lib/usecases/access/manage-tokens.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { StoreOptions } from "../choose-store.ts";
import { addStoreOption, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { reportFailure } from "../report-failure.ts";

interface CreateOptions extends StoreOptions {
  readonly domain?: string;
  readonly scope: readonly string[];
  readonly expiresInDays?: string;
  readonly format: string;
}

/** `token create|list|revoke`: works on the store itself, so whoever reaches the store decides who reaches the server. */
export function addTokenCommand({ program, io, endWith }: CommandHost): void {
  const token = program.command("token").description("make, list and revoke tokens for a server");
  addStoreOption(token.command("create"))
    .description("make a token; it is shown this once")
    .argument("<name>", "what the token is for: checkout-ci")
    .option("--domain <domain>", "the domain that it writes for")
    .option("--scope <scope...>", "read, ingest, sign or admin", ["read", "ingest"])
    .option("--expires-in-days <n>", "after which it is no longer accepted")
    .option("--format <format>", "text or json", "text")
    .action(async (name: string, options: CreateOptions) => {
      const made = await create({ io, name, options });
      if (!made.ok) return endWith(reportFailure(io, made.error));
      const { token: secret, info } = made.value;
      io.out(
        options.format === "json"
          ? `${JSON.stringify({ token: secret, ...info }, null, 2)}\n`
          : `${secret}\n`,
      );
      io.err(
        "Keep it now: it is not shown again. Use it as FAULTLINE_TOKEN or `Authorization: Bearer`.\n",
      );
    });
  addStoreOption(token.command("list"))
    .description("the tokens that are valid")
    .option("--format <format>", "text or json", "text")
    .action(async (options: StoreOptions & { readonly format: string }) => {
      const { listTokens } = await import("#lib/usecases/access/manage-tokens.ts");
      const listed = await withStore({ io, options }, listTokens);
      if (!listed.ok) return endWith(reportFailure(io, listed.error));
      if (options.format === "json")
        io.out(`${JSON.stringify({ tokens: listed.value }, null, 2)}\n`);
      else writeList(io, listed.value);
    });
  addStoreOption(token.command("revoke"))
    .description("a revoked token is refused within a second")
    .argument("<id-or-name>", "as `token list` shows it")
    .action(async (idOrName: string, options: StoreOptions) => {
      const { revokeToken } = await import("#lib/usecases/access/manage-tokens.ts");
      const revoked = await withStore({ io, options }, (store) => revokeToken(store, idOrName));
      if (!revoked.ok) return endWith(reportFailure(io, revoked.error));
      io.out(`revoked ${revoked.value.id} ${revoked.value.name}\n`);
    });
}

async function create({
  io,
  name,
  options,
}: {
  readonly io: CliIo;
  readonly name: string;
  readonly options: CreateOptions;
}): Promise<Result<{ readonly token: string; readonly info: TokenInfo }, Failure>> {
  const { createToken, isScope, SCOPES } = await import("#lib/usecases/access/manage-tokens.ts");
  const wanted = options.scope.flatMap((text) => text.split(","));
  const wrong = wanted.find((text) => !isScope(text));
  if (wrong !== undefined) {
    return err({
      code: "bad-usage",
      message: `"${wrong}" is not a scope`,
      candidates: SCOPES,
    });
  }
  const expires = expiryOf(io, options.expiresInDays);
  if (!expires.ok) return expires;
  return withStore({ io, options }, (store) =>
    createToken(store, {
      name,
      scopes: wanted.filter((text): text is Scope => isScope(text)),
      createdAt: io.now().toISOString(),
      ...(options.domain === undefined ? {} : { domain: options.domain }),
      ...(expires.value === undefined ? {} : { expiresAt: expires.value }),
    }),
  );
}

const DAY_MS = 86_400_000;

function expiryOf(io: CliIo, days: string | undefined): Result<string | undefined, Failure> {
  if (days === undefined) return ok(undefined);
  const count = Number(days);
  if (!(count > 0 && count < 36_500)) {
    return err({ code: "bad-usage", message: `--expires-in-days ${days} is not a number of days` });
  }
  return ok(new Date(io.now().getTime() + count * DAY_MS).toISOString());
}

function writeList(io: CliIo, tokens: readonly TokenInfo[]): void {
  if (tokens.length === 0)
    io.err("No tokens: on the loopback address the server is open to all.\n");
  for (const token of tokens) {
    const parts = [token.id, token.name, token.scopes.join(","), token.domain ?? "any domain"];
    if (token.expiresAt !== undefined) parts.push(`until ${token.expiresAt}`);
    io.out(`${parts.join("  ")}\n`);
  }
}
