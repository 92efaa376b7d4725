import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { standingPoints } from "#lib/impact/points.ts";
import { DEFAULT_POLICY, type Policy } from "#lib/impact/policy.ts";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import { applyEvent, foldIncident } from "#lib/incidents/fold-incident.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type {
  AffectedAsset,
  IncidentAction,
  IncidentEvent,
  ReportedSymptom,
} from "#lib/incidents/incident-action.ts";
import { findPublished, planRepair } from "#lib/incidents/plan-repair.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
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
  const harmed = request.symptoms.flatMap((symptom) => harmedBy(hand, symptom));
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

/** Whose data is wrong. That a column is not there, or does not fit, is told of the side of the cause: its readers suffer. */
function harmedBy({ view }: IncidentHand, { ref, shows }: ReportedSymptom): readonly MergedAsset[] {
  if (shows === "gone" || shows === "unfit") return [];
  const found = findObserved(view, ref);
  return found.ok ? [found.value.asset] : [];
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

const affectedAsset = ({ id, name, attributes }: MergedAsset): AffectedAsset => ({
  asset: id,
  name,
  ...(attributes.domain === undefined ? {} : { domain: attributes.domain }),
  ...(attributes.owner === undefined ? {} : { owner: attributes.owner }),
  ...(attributes.tier === undefined ? {} : { tier: attributes.tier }),
});

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
  const action = completePick(hand.view, asked);
  const actions = [action, ...consequencesOf(hand, action)];
  const worst = worstBelow(hand, action);
  const add = (
    logged: Logged<IncidentEvent, Incident>,
  ): Result<Logged<IncidentEvent, Incident>, Failure> => {
    const wrong = whyNotWritten(hand.actor, { logged, action });
    if (wrong !== undefined) return err(wrong);
    const isWorse = worst !== undefined && worst < logged.state.severity;
    const raise = isWorse ? [{ kind: "set_severity" as const, severity: worst }] : [];
    return addAll(hand, logged, [...actions, ...raise]);
  };
  return recordOf(await appendToRecord(INCIDENTS, { store: hand.store, id, ifSeq, add }));
}

/** Several entries that belong together, as one write: what machines tell comes in crowds. */
export async function appendAll(
  hand: IncidentHand,
  { id, actions }: { readonly id: string; readonly actions: readonly IncidentAction[] },
): Promise<Result<IncidentRecord, Failure>> {
  const follows = actions.flatMap((action) => consequencesOf(hand, action));
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

/** A duplicate is one of another incident that there is, or a wrong number would hide it for good. */
async function checkOther(
  store: LineageStore,
  { id, action }: { readonly id: string; readonly action: IncidentAction },
): Promise<Result<undefined, Failure>> {
  const other = action.kind === "set_state" ? action.duplicateOf : undefined;
  if (other === undefined) return ok(undefined);
  if (other === id)
    return err({ code: "bad-usage", message: `${id} cannot be a duplicate of itself` });
  const found = await getIncident(store, other);
  return found.ok ? ok(undefined) : found;
}

/**
 * Of a picked cause the graph says what it is called and whose it is: who picks it does not choose who is held for it. What is
 * in the graph no more is kept as it was written.
 */
function completePick(view: GraphView, action: IncidentAction): IncidentAction {
  if (action.kind !== "pick_suspect") return action;
  const found = findObserved(view, action.asset);
  if (!found.ok) return action;
  const { id, attributes } = found.value.asset;
  const { domain: _, ...picked } = action;
  return {
    ...picked,
    asset: id,
    ...(attributes.domain === undefined ? {} : { domain: attributes.domain }),
  };
}

function addAll(
  hand: IncidentHand,
  logged: Logged<IncidentEvent, Incident>,
  actions: readonly IncidentAction[],
): Result<Logged<IncidentEvent, Incident>, Failure> {
  let incident = logged.state;
  const events = [...logged.events];
  for (const [at, action] of actions.entries()) {
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

/** What the product itself knows to add: whose a new symptom is; of a picked cause the radius, the repair, what went out. */
function consequencesOf(hand: IncidentHand, action: IncidentAction): readonly IncidentAction[] {
  if (action.kind === "add_symptom") {
    const affected = harmedBy(hand, action.symptom).map(affectedAsset);
    return affected.length === 0 ? [] : [{ kind: "affect", affected }];
  }
  return action.kind === "pick_suspect" ? radiusOf(hand, action) : [];
}

function hitBy(
  { view }: IncidentHand,
  { asset, column, change }: Extract<IncidentAction, { kind: "pick_suspect" }>,
): readonly AssetVerdict[] {
  const answer = assessChanges({
    snapshot: view.snapshot,
    graph: view.graph,
    changes: [changeOfCause({ asset, column, change })],
    ...(view.weights === undefined ? {} : { options: { policy: view.weights } }),
  });
  if (isChangeError(answer)) return [];
  return answer.verdicts.filter(({ verdict }) => verdict !== "unaffected");
}

/** By the points of what a picked cause reaches: it may reach worse than what was noticed. Never less than people said. */
function worstBelow(hand: IncidentHand, action: IncidentAction): Incident["severity"] | undefined {
  if (action.kind !== "pick_suspect") return undefined;
  return hitBy(hand, action)
    .flatMap(({ severity }) => severity ?? [])
    .sort()
    .at(0);
}

function radiusOf(
  hand: IncidentHand,
  action: Extract<IncidentAction, { kind: "pick_suspect" }>,
): readonly IncidentAction[] {
  const { view } = hand;
  const hit = hitBy(hand, action);
  if (hit.length === 0) return [];
  const affected = hit.flatMap((entry) => affectedOf(view, entry));
  const input = { snapshot: view.snapshot, graph: view.graph, verdicts: hit };
  return [
    ...(affected.length === 0 ? [] : [{ kind: "affect" as const, affected }]),
    { kind: "plan_repair" as const, steps: planRepair(input) },
    ...findPublished(input).map((published) => ({ kind: "publish" as const, published })),
  ];
}

function affectedOf(view: GraphView, { asset }: AssetVerdict): readonly AffectedAsset[] {
  const known = view.graph.assets.get(asset.id);
  return known === undefined ? [] : [affectedAsset(known)];
}
