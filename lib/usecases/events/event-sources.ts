import { isToCome } from "#lib/incidents/clock-slack.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import type { OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import {
  createEventReader,
  type EventReader,
  producerLabel,
} from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import { shortJson } from "#lib/kit/short-text.ts";
import { changeFact } from "#lib/model/edge-lanes.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Actor } from "../access/authenticate-request.ts";

/** Events of one request, all of which `checkEvent` accepts, and who sent them. */
export interface Delivery {
  readonly events: readonly unknown[];
  readonly actor: Pick<Actor, "kind" | "name" | "teams" | "domain">;
  /** ISO 8601: when they were accepted. */
  readonly at: string;
}

/** The id under which a delivery's event is a source: one for each producer, and for each domain that a token writes for. */
const sourceIdOf = (label: string, domain: string | undefined): string =>
  `openlineage:${domain === undefined ? label : `${label}@${domain}`}`;

export interface EventSource extends AssembleSource {
  /** Those that can be read: each is checked once. */
  readonly events: readonly OpenLineageEvent[];
  /** How many events each sent. */
  readonly actors: readonly { readonly actor: Delivery["actor"]; readonly events: number }[];
}

/** What deliveries say, by source. `at`: ISO 8601, of the group. */
export function sourcesOf(deliveries: readonly Delivery[], at: string): readonly EventSource[] {
  const groups = new Map<string, Group>();
  for (const { events, actor, at: arrival } of deliveries) {
    for (const sent of events) {
      const value = ofTheirTime(sent, arrival);
      const label = producerLabel(value);
      const id = sourceIdOf(label, actor.domain);
      const group = groups.get(id) ?? newGroup(label, actor.domain);
      groups.set(id, group);
      group.reader.add({ value, provenance: { event: describeEvent(value) } });
      if (value !== sent) group.problems.push(tookArrival(sent));
      countActor(group, actor);
    }
  }
  return [...groups].map(([id, group]) => sourceOf(id, group, at));
}

/**
 * A run that a wrong clock puts into a time to come would be the last one until then, and hide all that fail: it is taken
 * as of when it arrived.
 */
function ofTheirTime(sent: unknown, arrival: string): unknown {
  const time = parseEventTime(asText(asRecord(sent)?.["eventTime"]) ?? "");
  return time !== undefined && isToCome(time.iso, arrival)
    ? { ...asRecord(sent), eventTime: arrival }
    : sent;
}

const tookArrival = (sent: unknown): Problem => ({
  code: "wrong-shape",
  severity: "warning",
  message: `${describeEvent(sent)} has the time ${shortJson(asRecord(sent)?.["eventTime"])}, which is to come: taken as of when it arrived`,
  next: "Set the clock of what sends this event.",
});

interface Group {
  readonly label: string;
  readonly domain: string | undefined;
  readonly events: readonly OpenLineageEvent[];
  readonly reader: EventReader;
  /** Beside those of the reader. */
  readonly problems: Problem[];
  readonly actors: Map<string, { readonly actor: Delivery["actor"]; events: number }>;
}

function newGroup(label: string, domain: string | undefined): Group {
  const events: OpenLineageEvent[] = [];
  const reader = createEventReader((event) => events.push(event));
  return { label, domain, events, reader, problems: [], actors: new Map() };
}

function countActor({ actors }: Group, actor: Delivery["actor"]): void {
  const key = `${actor.kind} ${actor.name}`;
  const known = actors.get(key);
  if (known) known.events += 1;
  else actors.set(key, { actor, events: 1 });
}

function sourceOf(id: string, group: Group, at: string): EventSource {
  const { label, domain } = group;
  const { facts, problems } = group.reader.finish();
  return {
    source: {
      id,
      kind: "openlineage",
      label: `OpenLineage events of ${label}`,
      ...(domain === undefined ? {} : { domain }),
    },
    facts: domain === undefined ? facts : facts.map((fact) => speakForDomain(fact, domain)),
    at,
    complete: false,
    problems: [...group.problems, ...problems],
    events: group.events,
    actors: [...group.actors.values()],
  };
}

type Fact = AssembleSource["facts"][number];

/** A token's domain stands for what the event itself does not say, and never for tables that it only reads. */
function speakForDomain(fact: Fact, domain: string): Fact {
  if (fact.placeholder || fact.attributes.domain !== undefined) return fact;
  return changeFact(fact, { attributes: { ...fact.attributes, domain } });
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
