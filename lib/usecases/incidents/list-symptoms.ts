import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, ReportedSymptom } from "#lib/incidents/incident-action.ts";
import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { placeSignal } from "./place-signal.ts";

/** Symptoms that an incident lists; further ones are counted. */
export const MOST_SYMPTOMS = 200;

/** What a signal nothing in the graph answers to is called, and how it shows. */
export const strangeOf = ({ refs, check, shows }: KeptSignal) => ({ ref: refs[0] ?? check, shows });

/** Entries for what is told anew: listed while there is room, else counted, each thing once however many checks tell of it. */
export function listSymptoms(
  view: GraphView,
  {
    incident,
    told,
    signals,
  }: {
    readonly incident: Incident;
    readonly told: readonly ReportedSymptom[];
    /** All that are kept: some are part of this incident already and were only counted. */
    readonly signals: ReadonlyMap<string, KeptSignal>;
  },
): readonly IncidentAction[] {
  const listed = new Set(incident.symptoms.map(({ ref }) => ref));
  const news = new Map(told.flatMap((one) => (listed.has(one.ref) ? [] : [[one.ref, one]])));
  const room = Math.max(0, MOST_SYMPTOMS - listed.size);
  const added = [...news.values()].slice(0, room);
  const actions = added.map((symptom): IncidentAction => ({ kind: "add_symptom", symptom }));
  if (news.size <= room) return actions;
  const known = new Set([...listed, ...added.map(({ ref }) => ref), ...incident.healthy]);
  const others = new Set([...news.keys(), ...refsOf(view, { id: incident.id, signals })]);
  const count = [...others].filter((ref) => !known.has(ref)).length;
  // Old signals are forgotten at some time: what they told stays told.
  if (count > (incident.unlisted ?? 0)) actions.push({ kind: "count_unlisted", count });
  return actions;
}

const refsOf = (
  view: GraphView,
  { id, signals }: { readonly id: string; readonly signals: ReadonlyMap<string, KeptSignal> },
): readonly string[] =>
  [...signals.values()].flatMap((signal) =>
    signal.incident === id ? [(placeSignal(view, signal) ?? strangeOf(signal)).ref] : [],
  );
