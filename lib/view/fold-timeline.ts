import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import { nameOfRef, nameSome, sayEntry } from "./incident-words.ts";

/** Entries that stand as one line of a timeline. */
export interface TimelineLine {
  /** In the order given; never empty. */
  readonly events: readonly IncidentEvent[];
  readonly text: string;
}

/** Entries that carry a state, a time or a person's word stand alone, whoever made them. */
const FOLDED: ReadonlySet<IncidentAction["kind"]> = new Set([
  "add_symptom",
  "count_unlisted",
  "affect",
  "tell",
]);
/** Fewer are read as quickly as their sum. */
const FEWEST = 3;

/** What one machine enters within one minute is one line: a flood of alerts does not hide what people did. */
export function foldTimeline(events: readonly IncidentEvent[]): readonly TimelineLine[] {
  const lines: TimelineLine[] = [];
  let run: IncidentEvent[] = [];
  const end = (): void => {
    if (run.length >= FEWEST) lines.push({ events: run, text: sayRun(run) });
    else lines.push(...run.map(alone));
    run = [];
  };
  for (const event of events) {
    const [first] = run;
    if (first !== undefined && !(isFolded(event) && isOfOneMoment(first, event))) end();
    if (isFolded(event)) run.push(event);
    else lines.push(alone(event));
  }
  end();
  return lines;
}

const alone = (event: IncidentEvent): TimelineLine => ({ events: [event], text: sayEntry(event) });

const isFolded = ({ isMachine, action }: IncidentEvent): boolean =>
  isMachine === true && FOLDED.has(action.kind);

const isOfOneMoment = (one: IncidentEvent, other: IncidentEvent): boolean =>
  one.actor === other.actor && one.at.slice(0, 16) === other.at.slice(0, 16);

/** Of counts, which are of all so far, the last one holds. */
function sayRun(events: readonly IncidentEvent[]): string {
  const broken = events.flatMap(({ action }) =>
    action.kind === "add_symptom" ? [nameOfRef(action.symptom.ref)] : [],
  );
  const affected = new Set(
    events.flatMap(({ action }) =>
      action.kind === "affect" ? action.affected.map(({ asset }) => asset) : [],
    ),
  );
  const told = events.flatMap(({ action }) => (action.kind === "tell" ? [action.owner] : []));
  const counted = [...events]
    .sort((a, b) => b.seq - a.seq)
    .find(({ action }) => action.kind === "count_unlisted");
  return [
    ...(broken.length === 0
      ? []
      : [`adds that ${nameSome(broken)} ${broken.length === 1 ? "is" : "are"} broken`]),
    ...(affected.size === 0
      ? []
      : [`finds ${affected.size} ${affected.size === 1 ? "asset" : "assets"} affected`]),
    ...(told.length === 0 ? [] : [`tells ${nameSome([...new Set(told)])}`]),
    ...(counted === undefined ? [] : [sayEntry(counted)]),
  ].join("; ");
}
