import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { standingPoints } from "#lib/impact/points.ts";
import { DEFAULT_POLICY, type Policy } from "#lib/impact/policy.ts";
import { applyEvent, foldIncident } from "#lib/incidents/fold-incident.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type {
  IncidentAction,
  IncidentEvent,
  ReportedSymptom,
} from "#lib/incidents/incident-action.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { sayClosing } from "#lib/view/incident-words.ts";
import type { Actor } from "../access/authenticate-request.ts";
import {
  appendToRecord,
  getLogged,
  type Logged,
  listLogged,
  listStates,
  type RecordLog,
  startRecord,
} from "../audit/record-log.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import {
  affectedAsset,
  affectedBy,
  completePick,
  followsFrom,
  harmedBy,
  nameAlike,
  PLANNING,
  type Reach,
  reachOfCause,
} from "./reach-of-cause.ts";
import { findObserved } from "./triage-incident.ts";
import { whyNotWritten } from "./why-not-written.ts";

const INCIDENTS: RecordLog<IncidentEvent, Incident> = {
  collection: "incidents",
  prefix: "INC",
  noun: "incident",
  crowded: "too many incidents are opened at this moment",
  fold: foldIncident,
};

/** An incident with everything that was written into it. */
export interface IncidentRecord {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
}

export interface OpenRequest {
  readonly title?: string;
  readonly symptoms: readonly ReportedSymptom[];
  readonly healthy?: readonly string[];
}

export interface IncidentHand {
  readonly store: LineageStore;
  readonly view: GraphView;
  readonly actor: Actor;
  /** ISO 8601. */
  readonly now: string;
  /** What machines told made it, not a person. */
  readonly isMachine?: true;
}

/** A new incident: what is broken, whose it is, how bad. Names that are not known are kept as symptoms all the same. */
export async function openIncident(
  hand: IncidentHand,
  request: OpenRequest,
): Promise<Result<IncidentRecord, Failure>> {
  if (request.symptoms.length === 0)
    return err({ code: "bad-usage", message: "nothing is named that is broken" });
  const found = request.symptoms.flatMap(({ ref }) => {
    const asset = findObserved(hand.view, ref);
    return asset.ok ? [asset.value.asset] : [];
  });
  const harmed = request.symptoms.flatMap((symptom) => harmedBy(hand.view, symptom));
  const title = request.title ?? titleOf(request.symptoms, harmed.length > 0 ? harmed : found);
  const action: IncidentAction = {
    kind: "open",
    title,
    symptoms: request.symptoms,
    ...(request.healthy === undefined ? {} : { healthy: request.healthy }),
    severity: severityOf(found, hand.view.weights),
    affected: harmed.map(affectedAsset),
  };
  return recordOf(await startRecord(INCIDENTS, hand.store, eventOf(hand, { seq: 1, action })));
}

const recordOf = (
  logged: Result<Logged<IncidentEvent, Incident>, Failure>,
): Result<IncidentRecord, Failure> =>
  logged.ok ? ok({ incident: logged.value.state, events: logged.value.events }) : logged;

function titleOf(symptoms: readonly ReportedSymptom[], found: readonly MergedAsset[]): string {
  const first = found[0]?.shortName ?? symptoms[0]?.ref ?? "something";
  const others = symptoms.length - 1;
  if (others <= 0) return `${first} is broken`;
  return `${first} and ${others} ${others === 1 ? "other" : "others"} are broken`;
}

/** By what the broken things count for on their own: a regulatory report or a much read tier 1 dashboard is SEV1. */
function severityOf(
  found: readonly MergedAsset[],
  weights: Policy = DEFAULT_POLICY,
): "SEV1" | "SEV2" | "SEV3" | "SEV4" {
  const { severity, verdict } = weights;
  if (found.some(({ attributes }) => attributes.sla?.driver === "regulatory")) return "SEV1";
  const points = Math.max(0, ...found.map(({ attributes }) => standingPoints(attributes, weights)));
  const all = points + verdict.breaks_silently;
  if (all >= severity.SEV1) return "SEV1";
  return all >= severity.SEV2 ? "SEV2" : all >= severity.SEV3 ? "SEV3" : "SEV4";
}

const eventOf = (
  hand: Pick<IncidentHand, "actor" | "now" | "isMachine">,
  entry: Pick<IncidentEvent, "seq" | "action">,
): IncidentEvent =>
  hand.isMachine === true
    ? eventOfMachine(hand, entry)
    : { seq: entry.seq, at: hand.now, actor: hand.actor.name, action: entry.action };

/** What follows from an entry is the product's word, not that of who made the entry. */
const eventOfMachine = (
  { now }: Pick<IncidentHand, "now">,
  { seq, action }: Pick<IncidentEvent, "seq" | "action">,
): IncidentEvent => ({ seq, at: now, actor: "Faultline", isMachine: true, action });

/** Incidents, the newest first. */
export async function listIncidents(
  store: LineageStore,
): Promise<Result<readonly Incident[], Failure>> {
  const incidents = await listStates(INCIDENTS, store);
  if (!incidents.ok) return incidents;
  return ok(incidents.value.sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1)));
}

/** All incidents with their timelines. */
export async function listRecords(
  store: LineageStore,
): Promise<Result<readonly IncidentRecord[], Failure>> {
  const all = await listLogged(INCIDENTS, store);
  return all.ok ? ok(all.value.map(({ state, events }) => ({ incident: state, events }))) : all;
}

export async function getIncident(
  store: LineageStore,
  id: string,
): Promise<Result<IncidentRecord, Failure>> {
  return recordOf(await getLogged(INCIDENTS, store, id));
}

/**
 * One more entry. Entries of others that came in between are no conflict: the entry is checked against what there is
 * then. With `ifSeq`, it is one: somebody decided on what they saw.
 */
export async function appendEntry(
  hand: IncidentHand,
  {
    id,
    action: asked,
    ifSeq,
  }: { readonly id: string; readonly action: IncidentAction; readonly ifSeq?: number },
): Promise<Result<IncidentRecord, Failure>> {
  const known = await checkOther(hand.store, { id, action: asked });
  if (!known.ok) return known;
  const completed = completePick(hand.view, asked);
  if (!completed.ok) return completed;
  const picked = completed.value;
  const reach = await reachAfter(hand, { id, action: picked });
  if (!reach.ok) return reach;
  const add = (
    logged: Logged<IncidentEvent, Incident>,
  ): Result<Logged<IncidentEvent, Incident>, Failure> => {
    const wrong = whyNotWritten(hand.actor, { logged, action: picked });
    if (wrong !== undefined) return err(wrong);
    const incident = logged.state;
    const action = nameAlike(hand.view, { incident, action: picked });
    const follows = followsFrom(hand.view, { incident, action, reach: reach.value });
    return addAll(hand, logged, [action, ...follows]);
  };
  return recordOf(await appendToRecord(INCIDENTS, { store: hand.store, id, ifSeq, add }));
}

/** Of a picked cause, and of the one that there is when its times are set: they say what went out meanwhile. */
async function reachAfter(
  { store, view }: IncidentHand,
  { id, action }: { readonly id: string; readonly action: IncidentAction },
): Promise<Result<Reach | undefined, Failure>> {
  if (action.kind === "pick_suspect") return reachOfCause(store, { view, cause: action });
  if (action.kind !== "stamp" || !PLANNING.has(action.stamp)) return ok(undefined);
  const record = await getIncident(store, id);
  if (!record.ok) return record;
  const { cause } = record.value.incident;
  return cause === undefined ? ok(undefined) : reachOfCause(store, { view, cause });
}

/** Several entries that belong together, as one write: what machines tell comes in crowds. */
export async function appendAll(
  hand: IncidentHand,
  { id, actions }: { readonly id: string; readonly actions: readonly IncidentAction[] },
): Promise<Result<IncidentRecord, Failure>> {
  const follows = actions.flatMap((action) => affectedBy(hand.view, action));
  const affected = follows.flatMap((one) => (one.kind === "affect" ? one.affected : []));
  const all = [
    ...actions,
    ...(affected.length === 0 ? [] : [{ kind: "affect" as const, affected }]),
    ...follows.filter(({ kind }) => kind !== "affect"),
  ];
  const add = (logged: Logged<IncidentEvent, Incident>) => addAll(hand, logged, all);
  return recordOf(
    await appendToRecord(INCIDENTS, { store: hand.store, id, ifSeq: undefined, add }),
  );
}

/** A duplicate is one of another incident that there is and that is open, or a wrong number would hide it for good. */
async function checkOther(
  store: LineageStore,
  { id, action }: { readonly id: string; readonly action: IncidentAction },
): Promise<Result<undefined, Failure>> {
  const other = action.kind === "set_state" ? action.duplicateOf : undefined;
  if (other === undefined) return ok(undefined);
  if (other === id)
    return err({ code: "bad-usage", message: `${id} cannot be a duplicate of itself` });
  const found = await getIncident(store, other);
  if (!found.ok) return found;
  const { state, closing, duplicateOf } = found.value.incident;
  if (state !== "closed") return ok(undefined);
  // Two that are closed for one another are worked on by nobody.
  return err({
    code: "bad-usage",
    message: `${other} is closed itself: ${closing === undefined ? "nobody works on it" : sayClosing({ closing, duplicateOf })}`,
    next:
      duplicateOf === undefined || duplicateOf === id
        ? `open ${other} again, or close this one for a reason of its own`
        : `say of ${duplicateOf}`,
  });
}

function addAll(
  hand: IncidentHand,
  logged: Logged<IncidentEvent, Incident>,
  actions: readonly IncidentAction[],
): Result<Logged<IncidentEvent, Incident>, Failure> {
  let incident = logged.state;
  const events = [...logged.events];
  for (const [at, made] of actions.entries()) {
    const isThing = made.kind === "publish";
    const action = isThing ? { ...made, item: incident.published.length } : made;
    const entry = { seq: incident.seq + 1, action };
    const event = at === 0 ? eventOf(hand, entry) : eventOfMachine(hand, entry);
    const next = applyEvent({ id: incident.id, incident, event });
    if (!next.ok) {
      const { message, next: todo } = next.error;
      return err({
        code: next.error.code === "taken" ? "conflict" : "bad-usage",
        message,
        ...(todo === undefined ? {} : { next: todo }),
      });
    }
    incident = next.value;
    events.push(event);
  }
  return ok({ state: incident, events });
}
