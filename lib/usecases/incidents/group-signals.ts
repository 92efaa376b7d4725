import { findAsset } from "#lib/graph/snapshot.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, SuspectedCause } from "#lib/incidents/incident-action.ts";
import type { Observation } from "#lib/incidents/observation.ts";
import { groupByCause } from "#lib/incidents/signals/group-by-cause.ts";
import { reachFrom } from "#lib/incidents/signals/reach-from.ts";
import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import type { Suspect } from "#lib/incidents/suspect.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { Failure } from "../failure.ts";
import { logOfHistory } from "../history/read-change-log.ts";
import { readHistory } from "../history/read-history.ts";
import { listSignals, markSignals } from "./keep-signals.ts";
import {
  listSymptoms,
  MOST_SYMPTOMS,
  onceEach,
  sayFurther,
  strangeSymptom,
  type Told,
} from "./list-symptoms.ts";
import { appendAll, type IncidentHand, listIncidents, openIncident } from "./manage-incidents.ts";
import { placeMissing, placeRuledOut, placeSignal, symptomOf } from "./place-signal.ts";
import { isToBeClosed, tellWhatIsOver } from "./tell-what-is-over.ts";
import { failedRunsOf, groupChanges } from "./triage-incident.ts";

/** What a pass over the signals came to. */
export interface GroupedSignals {
  /** Ids of incidents that were opened. */
  readonly opened: readonly string[];
  /** Ids of incidents that got more symptoms. */
  readonly extended: readonly string[];
}

/** News of yesterday opens nothing: a history that is read in is no alarm. */
const MOST_AGE_HOURS = 24;
/** Incidents of one pass; the rest becomes one more. */
const MOST_GROUPS = 12;
const MOST_HEALTHY = 100;
const LIVE = new Set(["reported", "triaged", "mitigating"]);

interface Placed {
  readonly key: string;
  readonly signal: KeptSignal;
  readonly observation: Observation;
}

/**
 * Puts every signal that belongs to no incident yet into one: into an open one whose probable cause it reads, else into a new one
 * for each probable cause. Tells incidents which of their signals are over. One pass at a time: see `IncidentWatch`.
 */
export async function groupSignals(
  given: Omit<IncidentHand, "actor">,
): Promise<Result<GroupedSignals, Failure>> {
  const hand: IncidentHand = { ...given, actor: MACHINE, isMachine: true };
  const signals = await listSignals(hand.store);
  if (!signals.ok) return signals;
  const told = await tellWhatIsOver(hand, signals.value);
  if (!told.ok) return told;
  const fresh = [...signals.value].filter(([, signal]) => isFresh(signal, hand.now));
  if (fresh.length === 0) return ok({ opened: [], extended: [] });
  const incidents = await listIncidents(hand.store);
  if (!incidents.ok) return incidents;
  const placed: Placed[] = [];
  const strange: [string, KeptSignal][] = [];
  for (const [key, signal] of fresh) {
    const observation = placeSignal(hand.view, signal);
    if (observation === undefined) strange.push([key, signal]);
    else placed.push({ key, signal, observation });
  }
  const extended = await extendOpen(hand, {
    incidents: incidents.value,
    placed,
    signals: signals.value,
  });
  if (!extended.ok) return extended;
  const rest = placed.filter(({ key }) => !extended.value.taken.has(key));
  const opened = await openForRest(hand, { rest, signals: signals.value });
  if (!opened.ok) return opened;
  const others = await openForStrange(hand, {
    strange,
    incidents: incidents.value,
    signals: signals.value,
  });
  if (!others.ok) return others;
  if (fresh.some(([, { isOver }]) => isOver)) {
    const now = await listSignals(hand.store);
    const closed = now.ok ? await tellWhatIsOver(hand, now.value) : now;
    if (!closed.ok) return closed;
  }
  return ok({
    opened: [...opened.value, ...others.value],
    extended: extended.value.ids,
  });
}

/** Whether a pass would do anything: most of what is told is known already. */
export async function hasNews(
  store: IncidentHand["store"],
  now: string,
): Promise<Result<boolean, Failure>> {
  const signals = await listSignals(store);
  if (!signals.ok) return signals;
  for (const signal of signals.value.values())
    if (isFresh(signal, now) || isToBeClosed(signal)) return ok(true);
  return ok(false);
}

const MACHINE: Actor = { kind: "local", name: "Faultline", teams: [], scopes: [] };

/** What is over already was broken all the same: it is looked at when it began, as passing checks are told every hour. */
function isFresh({ isOver, incident, lastAt, firstAt, toldAt }: KeptSignal, now: string): boolean {
  const told = toldAt ?? lastAt;
  const newest = hoursSinceEpoch(!isOver && told > firstAt ? told : firstAt);
  const age = (hoursSinceEpoch(now) ?? 0) - (newest ?? 0);
  return incident === undefined && age <= MOST_AGE_HOURS;
}

/** Open incidents whose cause, picked or probable, lies upstream of what is told. */
async function extendOpen(
  hand: IncidentHand,
  {
    incidents,
    placed,
    signals,
  }: {
    readonly incidents: readonly Incident[];
    readonly placed: readonly Placed[];
    readonly signals: ReadonlyMap<string, KeptSignal>;
  },
): Promise<
  Result<{ readonly ids: readonly string[]; readonly taken: ReadonlySet<string> }, Failure>
> {
  const { snapshot } = hand.view;
  const taken = new Set<string>();
  const ids: string[] = [];
  for (const incident of incidents) {
    const cause = incident.cause?.asset ?? incident.suspected?.asset;
    const start = cause === undefined ? -1 : findAsset(snapshot, cause as AssetId);
    if (!LIVE.has(incident.state) || start < 0 || taken.size === placed.length) continue;
    const reached = reachFrom(snapshot, start);
    const members = placed.filter(
      ({ key, observation }) => !taken.has(key) && reached[observation.relation] === 1,
    );
    if (members.length === 0) continue;
    const told = members.map(({ key, observation, signal }) => ({
      key,
      symptom: symptomOf(observation, signal),
    }));
    const added = await addMembers(hand, { incident, members: told, signals });
    if (!added.ok) return added;
    for (const { key } of members) taken.add(key);
    ids.push(incident.id);
  }
  return ok({ ids, taken });
}

async function addMembers(
  hand: IncidentHand,
  { incident, members, signals }: Extending & { readonly members: readonly Told[] },
): Promise<Result<void, Failure>> {
  const actions = listSymptoms(hand.view, { incident, told: members, signals });
  if (actions.length > 0) {
    const appended = await appendAll(hand, { id: incident.id, actions });
    if (!appended.ok) return appended;
  }
  return markSignals(
    hand.store,
    new Map(members.map(({ key }) => [key, { incident: incident.id }])),
  );
}

interface Extending {
  readonly incident: Incident;
  readonly signals: ReadonlyMap<string, KeptSignal>;
}

const distinct = (members: readonly Placed[]): readonly Placed[] => [
  ...new Map(members.map((one) => [one.observation.ref, one])).values(),
];

async function openForRest(
  hand: IncidentHand,
  {
    rest,
    signals,
  }: { readonly rest: readonly Placed[]; readonly signals: ReadonlyMap<string, KeptSignal> },
): Promise<Result<readonly string[], Failure>> {
  if (rest.length === 0) return ok([]);
  const { view, store, now } = hand;
  const history = await readHistory(store, view.graph);
  if (!history.ok) return history;
  const missing = rest.flatMap((one) =>
    placeMissing(view, one.observation, one.signal).map((observation) => ({ ...one, observation })),
  );
  const all = [...rest, ...missing];
  const broken = distinct(all).map(({ observation }) => observation);
  const groups = groupByCause({
    snapshot: view.snapshot,
    graph: view.graph,
    broken,
    healthy: healthyOf(hand, { signals, broken }),
    changesAt: groupChanges(view, logOfHistory(history.value)),
    failedRuns: failedRunsOf(view),
    now,
    most: MOST_GROUPS,
  });
  const opened: string[] = [];
  for (const { suspect, members } of groups) {
    const refs = new Set(members.flatMap((at) => broken[at]?.ref ?? []));
    const own = all.filter(({ observation }) => refs.has(observation.ref));
    // What a failed run did not find is no incident of its own.
    if (!own.some((one) => rest.includes(one))) continue;
    const id = await openGroup(hand, {
      members: own.map(({ key, signal, observation }) => ({
        key,
        symptom: symptomOf(observation, signal),
      })),
      suspect,
      signals,
    });
    if (!id.ok) return id;
    opened.push(id.value);
  }
  return ok(opened);
}

/** What was told to be right again lately speaks against suspects above it. */
function healthyOf(
  hand: IncidentHand,
  {
    signals,
    broken,
  }: { readonly signals: ReadonlyMap<string, KeptSignal>; readonly broken: readonly Observation[] },
): readonly Observation[] {
  const taken = new Set(broken.map(({ relation }) => relation));
  const now = hoursSinceEpoch(hand.now) ?? 0;
  const healthy = new Map<number, Observation>();
  for (const signal of signals.values()) {
    if (healthy.size >= MOST_HEALTHY) break;
    if (isFresh(signal, hand.now))
      for (const one of placeRuledOut(hand.view, signal))
        if (!taken.has(one.relation)) healthy.set(one.relation, one);
    if (!signal.isOver || now - (hoursSinceEpoch(signal.lastAt) ?? 0) > MOST_AGE_HOURS) continue;
    const found = placeSignal(hand.view, signal);
    if (found !== undefined && !taken.has(found.relation))
      healthy.set(found.relation, { ref: found.ref, relation: found.relation, isBroken: false });
  }
  return [...healthy.values()];
}

interface NewGroup {
  readonly members: readonly Told[];
  readonly suspect?: Suspect | undefined;
  readonly title?: string;
  readonly signals: ReadonlyMap<string, KeptSignal>;
}

async function openGroup(
  hand: IncidentHand,
  { members, suspect, title, signals }: NewGroup,
): Promise<Result<string, Failure>> {
  const symptoms = onceEach(members);
  const opened = await openIncident(hand, {
    symptoms: symptoms.slice(0, MOST_SYMPTOMS).map(({ symptom }) => symptom),
    ...(title === undefined ? {} : { title }),
  });
  if (!opened.ok) return opened;
  const { id } = opened.value.incident;
  const actions: IncidentAction[] = [];
  if (suspect !== undefined) actions.push({ kind: "suspect", suspected: suspectedOf(suspect) });
  if (symptoms.length > MOST_SYMPTOMS)
    actions.push({
      kind: "count_unlisted",
      count: symptoms.length - MOST_SYMPTOMS,
    });
  actions.push(...sayFurther(id, { told: members, news: symptoms, signals }));
  if (actions.length > 0) {
    const appended = await appendAll(hand, { id, actions });
    if (!appended.ok) return appended;
  }
  const marked = await markSignals(
    hand.store,
    new Map(members.map(({ key }) => [key, { incident: id }])),
  );
  return marked.ok ? ok(id) : marked;
}

const suspectedOf = ({ asset, column, fault, score }: Suspect): SuspectedCause => ({
  asset: asset.id,
  name: asset.name,
  ...(column === undefined ? {} : { column }),
  fault,
  score,
});

/** What no name in the graph answers to is an incident all the same: one for all that is told in one pass. */
async function openForStrange(
  hand: IncidentHand,
  {
    strange,
    incidents,
    signals,
  }: {
    readonly strange: readonly (readonly [string, KeptSignal])[];
    readonly incidents: readonly Incident[];
    readonly signals: ReadonlyMap<string, KeptSignal>;
  },
): Promise<Result<readonly string[], Failure>> {
  if (strange.length === 0) return ok([]);
  const members = strange.map(([key, signal]) => ({
    key,
    symptom: strangeSymptom(hand.view, signal),
  }));
  const known = incidents.find(({ state, title }) => LIVE.has(state) && title === TITLE_OF_STRANGE);
  if (known === undefined) {
    const opened = await openGroup(hand, { members, title: TITLE_OF_STRANGE, signals });
    return opened.ok ? ok([opened.value]) : opened;
  }
  const added = await addMembers(hand, { incident: known, members, signals });
  return added.ok ? ok([]) : added;
}

const TITLE_OF_STRANGE = "Alerts about what is not in the graph";
