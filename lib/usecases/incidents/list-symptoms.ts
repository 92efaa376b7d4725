import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, ReportedSymptom } from "#lib/incidents/incident-action.ts";
import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import { shortText } from "#lib/kit/short-text.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { placeSignal, sayCandidates, symptomOf } from "./place-signal.ts";

/** Symptoms that an incident lists; further ones are counted. */
export const MOST_SYMPTOMS = 200;

/** What a signal nothing in the graph answers to is called, and how it shows. */
const strangeOf = ({ refs, check, shows }: KeptSignal) => ({ ref: refs[0] ?? check, shows });

/** The same as a symptom, with what its name may mean. */
export function strangeSymptom(view: GraphView, signal: KeptSignal): ReportedSymptom {
  const candidates = sayCandidates(view, signal);
  const seen = candidates === undefined ? signal.seen : `${signal.seen} (${candidates})`;
  return symptomOf(strangeOf(signal), { ...signal, seen });
}

/** A signal as an incident has it; what a failed run did not find has the key of the run. */
export interface Told {
  readonly key: string;
  readonly symptom: ReportedSymptom;
}

/** Of several that tell of one thing, the last: what is thereby listed or counted, each thing once. */
export const onceEach = (told: readonly Told[]): readonly Told[] => [
  ...new Map(told.map((one) => [one.symptom.ref, one])).values(),
];

/**
 * Entries for what is told anew: listed while there is room, else counted, each thing once however many checks tell of it.
 * What further checks say of what is there already is one entry of words.
 */
export function listSymptoms(
  view: GraphView,
  {
    incident,
    told,
    signals,
  }: {
    readonly incident: Incident;
    readonly told: readonly Told[];
    /** All that are kept: some are part of this incident already and were only counted. */
    readonly signals: ReadonlyMap<string, KeptSignal>;
  },
): readonly IncidentAction[] {
  const listed = new Set(incident.symptoms.map(({ ref }) => ref));
  const unlisted = onceEach(told).filter(({ symptom }) => !listed.has(symptom.ref));
  const room = Math.max(0, MOST_SYMPTOMS - listed.size);
  const added = unlisted.slice(0, room);
  const actions = added.map(({ symptom }): IncidentAction => ({ kind: "add_symptom", symptom }));
  if (unlisted.length <= room)
    return [...actions, ...sayFurther(incident.id, { told, news: unlisted, signals })];
  const known = new Set([
    ...listed,
    ...added.map(({ symptom }) => symptom.ref),
    ...incident.healthy,
  ]);
  const counted = new Set(refsOf(view, { id: incident.id, signals }));
  const others = new Set([...unlisted.map(({ symptom }) => symptom.ref), ...counted]);
  const count = [...others].filter((ref) => !known.has(ref)).length;
  // Old signals are forgotten at some time: what they told stays told.
  if (count > (incident.unlisted ?? 0)) actions.push({ kind: "count_unlisted", count });
  const news = unlisted.filter((one) => added.includes(one) || !counted.has(one.symptom.ref));
  return [...actions, ...sayFurther(incident.id, { told, news, signals })];
}

const MOST_SAID = 5;

/** What nothing of is listed or counted, though it is told to be broken: another check of the same thing, or the same again. */
export function sayFurther(
  id: string,
  {
    told,
    news,
    signals,
  }: {
    readonly told: readonly Told[];
    /** Of these, what is listed or counted. */
    readonly news: readonly Told[];
    readonly signals: ReadonlyMap<string, KeptSignal>;
  },
): readonly IncidentAction[] {
  const keys = new Set(told.map(({ key }) => key));
  const said = new Set(news.map(({ key }) => key));
  const further = [...keys].flatMap((key) => (said.has(key) ? [] : (signals.get(key) ?? [])));
  if (further.length === 0) return [];
  const open = [...signals].filter(
    ([key, { incident, isOver }]) => !isOver && (incident === id || keys.has(key)),
  ).length;
  const more = further.length > MOST_SAID ? ` and ${further.length - MOST_SAID} more` : "";
  const text = `broken as well: ${further.slice(0, MOST_SAID).map(sayTold).join(", ")}${more}; ${open} told to be broken`;
  return [{ kind: "note", text }];
}

const sayTold = ({ check, refs, seen }: KeptSignal): string =>
  `${shortText(check)} of ${shortText(refs[0] ?? "")}${seen === check ? "" : `: ${shortText(seen)}`}`;

const refsOf = (
  view: GraphView,
  { id, signals }: { readonly id: string; readonly signals: ReadonlyMap<string, KeptSignal> },
): readonly string[] =>
  [...signals.values()].flatMap((signal) =>
    signal.incident === id ? [(placeSignal(view, signal) ?? strangeOf(signal)).ref] : [],
  );
