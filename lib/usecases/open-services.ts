import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import type { Policy } from "#lib/impact/policy.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { type EventInbox, openEventInbox } from "#lib/store/event-inbox.ts";
import type { LineageStore, StoreRecord } from "#lib/store/lineage-store.ts";
import { folderOf, openStore } from "#lib/store/open-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { AuthSettings, ProxyConfig } from "./access/authenticate-request.ts";
import { readAllowedHosts } from "./access/check-host.ts";
import type { Metrics } from "./ask/count-metrics.ts";
import { createMetrics } from "./ask/count-metrics.ts";
import { readProxyConfig } from "./config/read-proxy-config.ts";
import { createConfigReader, type ReadServerConfig } from "./config/read-server-config.ts";
import { sayNotTaken, startEventWorker } from "./events/event-worker-client.ts";
import { createEventProjector, type Projected } from "./events/project-events.ts";
import type { EventWriter } from "./events/write-events.ts";
import { createEventWriter } from "./events/write-events.ts";
import type { Failure } from "./failure.ts";
import { failureOfStore } from "./failure.ts";
import { readWeights } from "./gate/read-gate-files.ts";
import type { Workspace } from "./graph/workspace.ts";
import { openWorkspace } from "./graph/workspace.ts";
import { judgeDetected } from "./history/judge-detected.ts";
import { tellIncidents } from "./incidents/tell-incidents.ts";
import { createIncidentWatch, type IncidentWatch } from "./incidents/watch-incidents.ts";
import { type Outbox, runOutbox } from "./outbox/run-outbox.ts";
import { keepReviews } from "./reviews/keep-reviews.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Everything that a running server shares between its requests. */
export interface Services {
  readonly workspace: Workspace;
  readonly events: EventWriter;
  /** What machines tell becomes incidents here. */
  readonly incidents: IncidentWatch;
  /** Tells people of what was written; `serve` starts it. */
  readonly outbox: Outbox;
  /** Rules, and how names meet over borders, where the company configured it. */
  readonly config: ReadServerConfig;
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
  const open = openOnce(() => openStore(storeUrl, env));
  const workspace = openWorkspace({
    open,
    now,
    weights: readWeightsHere,
    ...snapshotFileOf(storeUrl),
  });
  const required = env["FAULTLINE_REQUIRE_AUTH"] === "1";
  const configPath = resolve(env["FAULTLINE_CONFIG"] ?? "faultline.yaml");
  const config = createConfigReader(configPath);
  const metrics = createMetrics();
  const incidents = createIncidentWatch({
    workspace,
    now,
    onFailed: ({ message }) => process.stderr.write(`faultline: ${message}\n`),
  });
  const setup = { env, storeUrl, open, configPath, config, workspace, metrics, now };
  const events = openEvents({ ...setup, incidents });
  const named = readAllowedHosts(env["FAULTLINE_HOSTS"]);
  const outbox = runOutbox({
    workspace,
    config,
    env,
    now,
    post: async (channels) => {
      const kept = await keepReviews({ workspace, channels, now });
      if (!kept.ok) return kept.error;
      const told = await tellIncidents({ workspace, channels });
      return told.ok ? undefined : told.error;
    },
    onFailed: (message) => process.stderr.write(`faultline: ${message}\n`),
  });
  return ok({
    workspace,
    events,
    outbox,
    incidents,
    config,
    metrics,
    auth: createAuthReader({ open, proxy: proxy.value, required, now }),
    allowedHosts: required && named.length === 0 ? undefined : named,
    demoFolder: env["FAULTLINE_DEMO"] || undefined,
    hopSecret: env["FAULTLINE_HOP_SECRET"],
    now,
    close: async () => {
      await events.close();
      await incidents.close();
      await outbox.close();
      await workspace.close();
    },
  });
}

/** Those of the policy beside which the server runs. A policy that cannot be read is told, and stops no server. */
async function readWeightsHere(): Promise<Policy | undefined> {
  const weights = await readWeights(".");
  if (weights.ok) return weights.value;
  process.stderr.write(`faultline: ${weights.error.message}; points are the product's own\n`);
  return undefined;
}

/** The store, without waiting for its graph. */
type OpenStore = () => Promise<Result<LineageStore, StoreError>>;

/** The same for all who ask, and asked for again where it was away. */
function openOnce(open: OpenStore): OpenStore {
  let opening: ReturnType<OpenStore> | undefined;
  return async () => {
    opening ??= open();
    const opened = await opening;
    if (!opened.ok) opening = undefined;
    return opened;
  };
}

/** Beside an embedded store, inside its folder; for a store over the network in `.faultline`, one for each address. */
function snapshotFileOf(storeUrl: string): { readonly snapshotFile?: string } {
  if (storeUrl === "memory:") return {};
  if (storeUrl.startsWith("file:"))
    return { snapshotFile: join(folderOf(storeUrl), "snapshot.bin") };
  return { snapshotFile: join(".faultline", `snapshot-${digestOf(storeUrl)}.bin`) };
}

/** A revoked token is refused within this time. */
const TOKENS_FRESH_MS = 500;

/** Reads the tokens at most twice a second; while the store is away, those known last still hold. */
function createAuthReader(options: {
  readonly open: OpenStore;
  readonly proxy: ProxyConfig | undefined;
  readonly required: boolean;
  readonly now: () => Date;
}): Services["auth"] {
  const { open, proxy, required, now } = options;
  let known: readonly StoreRecord[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const readTokens = async (): Promise<Result<readonly StoreRecord[], Failure>> => {
    const store = await open();
    if (!store.ok) return err(failureOfStore(store.error));
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

interface EventsSetup {
  readonly env: Env;
  readonly storeUrl: string;
  readonly open: OpenStore;
  readonly configPath: string;
  readonly config: ReadServerConfig;
  readonly workspace: Workspace;
  readonly metrics: Metrics;
  readonly incidents: Pick<IncidentWatch, "wake">;
  readonly now: () => Date;
}

/** Small groups: each is a time in which this thread answers nobody. */
const MAX_GROUP_SIZE = 100_000;

/** Events go to disk here, and from there into the graph: in a thread of its own where `serve` names its script. */
function openEvents(setup: EventsSetup): EventWriter {
  const { env, storeUrl, open, configPath, config, now } = setup;
  const folder = inboxFolderOf(storeUrl);
  const onProjected = createListener(setup);
  const script = env["FAULTLINE_EVENT_WORKER"];
  let opened: Result<EventInbox, StoreError> | undefined;
  const openInbox = (): Result<EventInbox, StoreError> => {
    if (!opened?.ok) opened = openEventInbox(folder);
    return opened;
  };
  if (script && folder !== undefined) {
    const worker = { storeUrl, inboxFolder: folder, configPath };
    const projector = startEventWorker({ script, setup: worker, onProjected });
    return createEventWriter({ openInbox, projector });
  }
  const projector = createEventProjector({
    openInbox,
    store: async () => {
      const store = await open();
      return store.ok ? store : err(failureOfStore(store.error));
    },
    config,
    now,
    maxGroupSize: MAX_GROUP_SIZE,
    onProjected,
    onFailed: ({ message }) => sayNotTaken(message),
  });
  // What an earlier process accepted.
  projector.wake();
  return createEventWriter({ openInbox, projector });
}

/** Answers see it at once, and what changed is judged before they do. */
function createListener({
  workspace,
  metrics,
  incidents,
  now,
}: EventsSetup): (one: Projected) => void {
  return ({ changes, aside, events }) => {
    metrics.count("faultline_events_taken_in_total", {}, events);
    metrics.count("faultline_events_set_aside_total", {}, aside.length);
    // Runs and assertions that failed were kept with the events.
    if (events > 0) incidents.wake();
    for (const reason of aside) {
      process.stderr.write(
        `faultline: an event could not be taken in and was set aside: ${reason}\n`,
      );
    }
    if (changes.length === 0) {
      workspace.noteCommit();
      return;
    }
    void judgeDetected(workspace, now).then((judged) => {
      if (!judged.ok) process.stderr.write(`faultline: ${judged.error.message}\n`);
      workspace.noteCommit();
    });
  };
}

/** Beside an embedded store; for a store over the network in `.faultline`, one for each address. */
function inboxFolderOf(storeUrl: string): string | undefined {
  if (storeUrl === "memory:") return undefined;
  if (storeUrl.startsWith("file:")) return folderOf(storeUrl);
  return join(".faultline", `inbox-${digestOf(storeUrl)}`);
}

const digestOf = (storeUrl: string): string =>
  createHash("sha256").update(storeUrl).digest("hex").slice(0, 12);

const SHARED = Symbol.for("faultline.services");

/** The services of this process, opened once: the web framework loads this module more than once. */
export function sharedServices(): Result<Services, Failure> {
  const holder = globalThis as { [SHARED]?: Result<Services, Failure> };
  holder[SHARED] ??= openServices(process.env);
  return holder[SHARED];
}
