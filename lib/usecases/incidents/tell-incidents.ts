import { findAsset } from "#lib/graph/snapshot.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { AffectedAsset, IncidentEvent } from "#lib/incidents/incident-action.ts";
import { reachFrom } from "#lib/incidents/signals/reach-from.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { nameOfRef, nameSome } from "#lib/view/incident-words.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { Workspace } from "../graph/workspace.ts";
import type { Channel } from "../outbox/channel.ts";
import type { OutboxMessage } from "../outbox/outbox-message.ts";
import { postMessages } from "../outbox/post-messages.ts";
import { type IncidentRecord, listRecords } from "./manage-incidents.ts";
import { findObserved } from "./triage-incident.ts";

const COLLECTION = "incident-told";

/**
 * Posts what the timelines of incidents tell others, up to their last entries. The log is what counts: what a process that
 * ended left is posted by the next one, and nothing is posted twice.
 */
export async function tellIncidents({
  workspace,
  channels,
}: {
  readonly workspace: Pick<Workspace, "store" | "view">;
  readonly channels: readonly Channel[];
}): Promise<Result<number, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const known = await toldUpTo(store.value);
  if (!known.ok) return known;
  const records = await listRecords(store.value);
  if (!records.ok) return records;
  const news = records.value.filter(
    ({ incident: { id, seq } }) => (known.value.get(id) ?? 0) < seq,
  );
  if (news.length === 0) return ok(0);
  const view = await workspace.view();
  if (!view.ok) return view;
  let posted = 0;
  for (const record of news) {
    const { id, seq } = record.incident;
    const after = known.value.get(id) ?? 0;
    const messages = messagesOfIncident(view.value, record, after);
    const done = await postMessages(store.value, { messages, channels });
    if (!done.ok) return done;
    posted += done.value;
    const put = await store.value.putRecord(COLLECTION, id, { seq });
    if (!put.ok) return err(failureOfStore(put.error));
  }
  return ok(posted);
}

async function toldUpTo(
  store: LineageStore,
): Promise<Result<ReadonlyMap<string, number>, Failure>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  return ok(
    new Map(records.value.map(({ key, body }) => [key, (body as { readonly seq: number }).seq])),
  );
}

/** Who is told what by the entries after one. Owners hear what is theirs, domains what stands above their most important. */
export function messagesOfIncident(
  view: GraphView,
  { incident, events }: IncidentRecord,
  after: number,
): readonly OutboxMessage[] {
  const news = events.filter(({ seq }) => seq > after);
  return [
    ...news.flatMap((event) => messagesAt({ incident, event })),
    ...toReaders(view, { incident, news }),
  ];
}

interface At {
  readonly incident: Incident;
  readonly event: IncidentEvent;
}

function messagesAt(at: At): readonly OutboxMessage[] {
  const { incident, event } = at;
  const { action } = event;
  switch (action.kind) {
    case "open":
    case "affect":
      return toOwners(at, action.affected);
    case "pick_suspect":
      return toCause(at, action);
    case "status":
      return ownersOf(incident).map((owner) => ({
        ...common(at),
        key: `${incident.id}:status:${event.seq}:${owner}`,
        kind: "incident.status",
        audience: { owner },
        lines: [action.text],
      }));
    case "set_state":
      return action.state === "repaired" || action.state === "closed"
        ? ownersOf(incident).map((owner) => ({
            ...common(at),
            key: `${incident.id}:${action.state}:${event.seq}:${owner}`,
            kind: "incident.over",
            audience: { owner },
            lines: [
              action.state === "repaired"
                ? "It is repaired: what was wrong is filled again."
                : (action.reason ?? "It is closed."),
            ],
          }))
        : [];
    default:
      return [];
  }
}

const common = ({ incident: { id, severity, title }, event: { at } }: At) => ({
  subject: id,
  title: `${severity}: ${title}`,
  path: `/incidents/${encodeURIComponent(id)}`,
  at,
});

const ownersOf = ({ affected }: Incident): readonly string[] => [
  ...new Set(affected.flatMap(({ owner }) => owner ?? [])),
];

/** Once for each incident, however often more of theirs turns out to be affected. */
function toOwners(at: At, affected: readonly AffectedAsset[]): readonly OutboxMessage[] {
  const { id } = at.incident;
  const owners = new Set(affected.flatMap(({ owner }) => owner ?? []));
  return [...owners].map((owner) => {
    const own = affected.filter((one) => one.owner === owner);
    const domain = own.find((one) => one.domain !== undefined)?.domain;
    return {
      ...common(at),
      key: `${id}:affected:${owner}`,
      kind: "incident.affected",
      audience: { owner, ...(domain === undefined ? {} : { domain }) },
      lines: [
        `Affected of yours: ${nameSome(own.map(({ name }) => name))}.`,
        "Say on its page that you have seen it.",
      ],
    };
  });
}

function toCause(
  at: At,
  {
    asset,
    column,
    domain,
  }: { readonly asset: string; readonly column?: string; readonly domain?: string },
): readonly OutboxMessage[] {
  if (domain === undefined) return [];
  const name = column === undefined ? nameOfRef(asset) : `${nameOfRef(asset)}.${column}`;
  return [
    {
      ...common(at),
      key: `${at.incident.id}:cause:${asset}:${column ?? ""}`,
      kind: "incident.cause",
      audience: { domain },
      lines: [`${name} of yours is taken for the cause.`, "Confirm it, or say why it is not."],
    },
  ];
}

/** Entries that name something broken, or what may have broken it. */
const MAY_BE_READ: ReadonlySet<IncidentEvent["action"]["kind"]> = new Set([
  "open",
  "add_symptom",
  "suspect",
  "pick_suspect",
]);

/** Domains whose assets of tier 1 read what is broken or holds for the cause: they want to know before it arrives. */
function toReaders(
  view: GraphView,
  { incident, news }: { readonly incident: Incident; readonly news: readonly IncidentEvent[] },
): readonly OutboxMessage[] {
  const event = news.findLast(({ action: { kind } }) => MAY_BE_READ.has(kind));
  if (event === undefined) return [];
  const at: At = { incident, event };
  const refs = [
    ...(incident.cause === undefined ? [] : [incident.cause.asset]),
    ...(incident.suspected === undefined ? [] : [incident.suspected.asset]),
    // What came last has not been looked at yet.
    ...incident.symptoms.map(({ ref }) => ref).reverse(),
  ];
  const below = importantBelow(view, refs);
  return [...below].map(([domain, names]) => ({
    ...common(at),
    key: `${incident.id}:upstream:${domain}`,
    kind: "incident.upstream",
    audience: { domain },
    lines: [
      `${nameSome([...names])} of yours ${names.size === 1 ? "reads" : "read"} what is broken, directly or over others.`,
    ],
  }));
}

function importantBelow(
  view: GraphView,
  refs: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const { graph, snapshot } = view;
  const found = new Map<string, Set<string>>();
  const starts = new Set<number>();
  for (const ref of refs) {
    if (starts.size === MOST_STARTS) break;
    const start = startOf(view, ref);
    if (start >= 0) starts.add(start);
  }
  for (const start of starts) {
    const reached = reachFrom(snapshot, start);
    for (const { id, shortName, attributes } of graph.assets.values()) {
      const { domain, tier } = attributes;
      if (domain === undefined || tier !== 1) continue;
      const relation = findAsset(snapshot, id);
      // What is broken itself does not read what is broken: its owner is told that it is affected.
      if (relation < 0 || reached[relation] !== 1 || starts.has(relation)) continue;
      const names = found.get(domain) ?? new Set();
      found.set(domain, names.add(shortName));
    }
  }
  return found;
}

function startOf(view: GraphView, ref: string): number {
  const known = findObserved(view, ref);
  return known.ok ? known.value.relation : findAsset(view.snapshot, ref as AssetId);
}

/** Of so many broken things the readers are looked for, those told last and the cause before the others. */
const MOST_STARTS = 20;
