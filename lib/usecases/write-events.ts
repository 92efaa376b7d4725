import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { checkEvent } from "#lib/ingest/openlineage/check-event.ts";
import type { RawEvent } from "#lib/ingest/openlineage/parse-event-file.ts";
import {
  producerLabel,
  readOpenLineageEvents,
} from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Actor } from "./authenticate-request.ts";
import type { Failure } from "./failure.ts";
import { failureOfStore } from "./failure.ts";
import { createEventIngest, type EventIngest } from "./ingest-events.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { createWriteQueue } from "./queue-writes.ts";
import { recordMutation } from "./record-mutation.ts";
import type { Workspace } from "./workspace.ts";

/** Events of one request, all of which `checkEvent` accepts. */
interface Delivery {
  readonly events: readonly unknown[];
  readonly actor: Actor;
}

export interface EventWriter {
  /** Resolves with the store's version once the events are durable. `weight`: about the bytes that they came in. */
  readonly submit: (delivery: Delivery, weight: number) => Promise<Result<number, Failure>>;
  readonly waiting: () => number;
  readonly drain: () => Promise<void>;
  /** Runs other work on the store between two groups, so that two writers never resolve names over each other. */
  readonly runAlone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** About the text of a few thousand events a transaction. */
const MAX_GROUP_WEIGHT = 8e6;
const MAX_WAITING_WEIGHT = 64e6;

/** Why an event can never be accepted, or undefined where it can. */
export function refuseEvent(value: unknown): Failure | undefined {
  const checked = checkEvent(value);
  return checked.ok ? undefined : { code: checked.error.code, message: checked.error.message };
}

export function createEventWriter(options: {
  readonly workspace: Workspace;
  readonly now: () => Date;
  readonly names: () => Promise<NamesConfig | undefined>;
}): EventWriter {
  const { workspace } = options;
  const runAlone = createLock();
  const ingest = createEventIngest();
  const queue = createWriteQueue<Delivery, number>({
    maxGroupWeight: MAX_GROUP_WEIGHT,
    maxWaitingWeight: MAX_WAITING_WEIGHT,
    write: async (deliveries) => {
      const written = await runAlone(() => writeDeliveries(deliveries, { ...options, ingest }));
      if (!written.ok) return written;
      // Answers see it at once; the sender need not wait for that.
      workspace.noteCommit();
      return ok(deliveries.map(() => written.value));
    },
  });
  return { ...queue, runAlone };
}

function createLock(): EventWriter["runAlone"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function writeDeliveries(
  deliveries: readonly Delivery[],
  options: Parameters<typeof createEventWriter>[0] & { readonly ingest: EventIngest },
): Promise<Result<number, Failure>> {
  const store = await options.workspace.store();
  if (!store.ok) return store;
  const at = options.now().toISOString();
  const names = await options.names();
  const ingested = await options.ingest.ingest({
    sources: sourcesOf(deliveries, at),
    parser: await loadSqlParser(),
    store: store.value,
    now: at,
    ...(names ? { names } : {}),
  });
  if (!ingested.ok) return err(failureOfStore(ingested.error));
  const { version, written } = ingested.value;
  // Repeated events change nothing, and then there is nothing to account for.
  if (written === 0) return ok(version);
  const recorded = await recordActors(deliveries, { store: store.value, at, version });
  return recorded.ok ? ok(version) : recorded;
}

async function recordActors(
  deliveries: readonly Delivery[],
  {
    store,
    at,
    version,
  }: {
    readonly store: Parameters<typeof recordMutation>[0];
    readonly at: string;
    readonly version: number;
  },
): Promise<Result<void, Failure>> {
  const byActor = new Map<string, { actor: Actor; events: number }>();
  for (const { actor, events } of deliveries) {
    const key = `${actor.kind} ${actor.name}`;
    const entry = byActor.get(key) ?? { actor, events: 0 };
    byActor.set(key, { actor, events: entry.events + events.length });
  }
  for (const { actor, events } of byActor.values()) {
    const mutation = { at, actor, action: "ingest-events", version, details: { events } } as const;
    const recorded = await recordMutation(store, mutation);
    if (!recorded.ok) return recorded;
  }
  return ok(undefined);
}

/** One source for each producer, and for each domain that a token writes for. */
function sourcesOf(deliveries: readonly Delivery[], at: string): readonly AssembleSource[] {
  const groups = new Map<
    string,
    { label: string; domain: string | undefined; events: RawEvent[] }
  >();
  for (const { events, actor } of deliveries) {
    for (const value of events) {
      const label = producerLabel(value);
      const key = actor.domain === undefined ? label : `${label}@${actor.domain}`;
      const group = groups.get(key) ?? { label, domain: actor.domain, events: [] };
      groups.set(key, group);
      group.events.push({ value, provenance: { event: describeEvent(value) } });
    }
  }
  return [...groups].map(([key, { label, domain, events }]) => {
    const { facts, problems } = readOpenLineageEvents(events);
    return {
      source: {
        id: `openlineage:${key}`,
        kind: "openlineage",
        label: `OpenLineage events of ${label}`,
        ...(domain === undefined ? {} : { domain }),
      },
      facts: domain === undefined ? facts : facts.map((fact) => speakForDomain(fact, domain)),
      at,
      complete: false,
      problems,
    };
  });
}

type Fact = AssembleSource["facts"][number];

/** A token's domain stands for what the event itself does not say, and never for tables that it only reads. */
function speakForDomain(fact: Fact, domain: string): Fact {
  if (fact.placeholder || fact.attributes.domain !== undefined) return fact;
  return { ...fact, attributes: { ...fact.attributes, domain } };
}

/** `dbt run 0198c2…`, as people would look for it in the producer's own logs. */
function describeEvent(value: unknown): string {
  const event = value as {
    readonly run?: { readonly runId?: unknown };
    readonly job?: { readonly name?: unknown };
    readonly dataset?: { readonly name?: unknown };
    readonly eventTime?: unknown;
  };
  const subject = event.job?.name ?? event.dataset?.name ?? "event";
  const run = event.run?.runId;
  return run === undefined
    ? `${String(subject)} at ${String(event.eventTime)}`
    : `${String(subject)} run ${String(run)}`;
}
