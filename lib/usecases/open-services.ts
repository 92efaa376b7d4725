import { createHash } from "node:crypto";
import { join } from "node:path";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { StoreRecord } from "#lib/store/lineage-store.ts";
import { folderOf, openStore } from "#lib/store/open-store.ts";
import type { AuthSettings, ProxyConfig } from "./authenticate-request.ts";
import { readAllowedHosts } from "./check-host.ts";
import type { Metrics } from "./count-metrics.ts";
import { createMetrics } from "./count-metrics.ts";
import type { Failure } from "./failure.ts";
import { failureOfStore } from "./failure.ts";
import { readNames } from "./read-names.ts";
import { readProxyConfig } from "./read-proxy-config.ts";
import type { Workspace } from "./workspace.ts";
import { openWorkspace } from "./workspace.ts";
import type { EventWriter } from "./write-events.ts";
import { createEventWriter } from "./write-events.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Everything that a running server shares between its requests. */
export interface Services {
  readonly workspace: Workspace;
  readonly events: EventWriter;
  /** How names meet over borders, where the company configured it. */
  readonly names: () => Promise<NamesConfig | undefined>;
  readonly metrics: Metrics;
  readonly auth: () => Promise<Result<AuthSettings, Failure>>;
  /** Where the demo's stories are, when it is shown. */
  readonly demoFolder: string | undefined;
  /** Absent: any host name is answered for. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Set by `serve` for every request: proves that the remote address was written by it. */
  readonly hopSecret: string | undefined;
  readonly now: () => Date;
  readonly close: () => Promise<void>;
}

const DEFAULT_STORE = "file:.faultline";

/** Opens what a server needs. A store that is away is no reason not to start: see `Workspace`. */
export function openServices(
  env: Env,
  now: () => Date = () => new Date(),
): Result<Services, Failure> {
  const proxy = readProxyConfig(env);
  if (!proxy.ok) return proxy;
  const storeUrl = env["FAULTLINE_STORE"] ?? DEFAULT_STORE;
  const workspace = openWorkspace({
    open: () => openStore(storeUrl, env),
    now,
    ...snapshotFileOf(storeUrl),
  });
  const required = env["FAULTLINE_REQUIRE_AUTH"] === "1";
  const names = createNamesReader(env["FAULTLINE_CONFIG"] ?? "faultline.yaml");
  const events = createEventWriter({ workspace, now, names });
  const named = readAllowedHosts(env["FAULTLINE_HOSTS"]);
  return ok({
    workspace,
    events,
    names,
    metrics: createMetrics(),
    auth: createAuthReader({ workspace, proxy: proxy.value, required, now }),
    allowedHosts: required && named.length === 0 ? undefined : named,
    demoFolder: env["FAULTLINE_DEMO"] || undefined,
    hopSecret: env["FAULTLINE_HOP_SECRET"],
    now,
    close: async () => {
      await events.drain();
      await workspace.close();
    },
  });
}

/** Beside an embedded store, inside its folder; for a store over the network in `.faultline`, one for each address. */
function snapshotFileOf(storeUrl: string): { readonly snapshotFile?: string } {
  if (storeUrl === "memory:") return {};
  if (storeUrl.startsWith("file:"))
    return { snapshotFile: join(folderOf(storeUrl), "snapshot.bin") };
  const name = createHash("sha256").update(storeUrl).digest("hex").slice(0, 12);
  return { snapshotFile: join(".faultline", `snapshot-${name}.bin`) };
}

/** A revoked token is refused within this time. */
const TOKENS_FRESH_MS = 500;

/** Reads the tokens at most twice a second; while the store is away, those known last still hold. */
function createAuthReader(options: {
  readonly workspace: Workspace;
  readonly proxy: ProxyConfig | undefined;
  readonly required: boolean;
  readonly now: () => Date;
}): Services["auth"] {
  const { workspace, proxy, required, now } = options;
  let known: readonly StoreRecord[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const readTokens = async (): Promise<Result<readonly StoreRecord[], Failure>> => {
    const store = await workspace.store();
    if (!store.ok) return store;
    const records = await store.value.listRecords("tokens");
    return records.ok ? ok(records.value) : err(failureOfStore(records.error));
  };
  return async () => {
    const time = now().getTime();
    if (time - readAt >= TOKENS_FRESH_MS) {
      const read = await readTokens();
      if (read.ok) known = read.value;
      else if (required && known === undefined) return read;
      readAt = time;
    }
    return ok({ tokens: known ?? [], proxy, required, now: now().toISOString() });
  };
}

/** The section `names` of the configuration, read again for every use: a company adds rules as it finds out. */
function createNamesReader(path: string): Services["names"] {
  return async () => {
    const names = await readNames(path);
    if (names.ok) return names.value;
    if (names.error.code !== "unreadable-file") {
      process.stderr.write(`faultline: ${names.error.message}\n`);
    }
    return undefined;
  };
}

const SHARED = Symbol.for("faultline.services");

/** The services of this process, opened once: the web framework loads this module more than once. */
export function sharedServices(): Result<Services, Failure> {
  const holder = globalThis as { [SHARED]?: Result<Services, Failure> };
  holder[SHARED] ??= openServices(process.env);
  return holder[SHARED];
}
