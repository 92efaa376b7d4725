import { type Incident, listPublished } from "#lib/incidents/incident.ts";
import { nameOfRef, nameSome, STATE_WORDS, sayClosing } from "./incident-words.ts";
import { sayTime } from "./stamp-words.ts";

/**
 * What those who use the data are told: what not to trust, since when, what is being done and by whom. Plain text for a
 * chat or a mail; it says only what the incident knows.
 */
export function draftStatus(incident: Incident): string {
  const { id, title, severity, state, closing, duplicateOf, roles } = incident;
  const why = closing === undefined ? "" : `, ${sayClosing({ closing, duplicateOf })}`;
  return [
    `${id}, ${severity}: ${title}`,
    `Status: ${STATE_WORDS[state]}${why}.`,
    ...trustLines(incident),
    ...causeLines(incident),
    ...workLines(incident),
    roles.lead === undefined ? "Nobody leads it yet." : `Lead: ${roles.lead}.`,
  ].join("\n");
}

const ENDED: ReadonlySet<Incident["state"]> = new Set(["repaired", "learned", "closed"]);

function trustLines({ symptoms, stamps, state }: Incident): readonly string[] {
  const names = nameSome(symptoms.map(({ ref }) => nameOfRef(ref)));
  const since = stamps.first_bad_run ?? stamps.detected;
  const wrong = since === undefined ? [] : [`Wrong since ${sayTime(since)}.`];
  if (state === "closed") return [];
  if (ENDED.has(state))
    return [
      ...wrong,
      ...(stamps.repaired === undefined ? [] : [`Repaired ${sayTime(stamps.repaired)}.`]),
    ];
  if (stamps.mitigated !== undefined)
    return [...wrong, `Nothing wrong is served since ${sayTime(stamps.mitigated)}.`];
  return [...wrong, ...(names === "" ? [] : [`Do not rely on: ${names}.`])];
}

function causeLines({ cause, state }: Incident): readonly string[] {
  if (state === "closed") return [];
  if (cause === undefined) return ["The cause is not known yet."];
  const name = `${nameOfRef(cause.asset)}${cause.column === undefined ? "" : `.${cause.column}`}`;
  const agreed = cause.confirmedByLead && cause.confirmedByCauseSide;
  return [agreed ? `Cause: ${name}.` : `Suspected cause, not confirmed by both sides: ${name}.`];
}

function workLines({ published, repair, state }: Incident): readonly string[] {
  if (ENDED.has(state)) return [];
  const out = listPublished(published);
  const back = out.filter(({ isDone }) => !isDone).length;
  const fill = repair.filter(({ isDone }) => !isDone).length;
  const parts = [
    ...(fill === 0 ? [] : [`${fill} of ${repair.length} to fill again`]),
    ...(back === 0 ? [] : [`${back} of ${out.length} that went out to take back`]),
  ];
  return parts.length === 0 ? [] : [`Still to do: ${parts.join(", ")}.`];
}
