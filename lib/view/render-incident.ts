import { type Incident, listPublished } from "#lib/incidents/incident.ts";
import type { IncidentEvent } from "#lib/incidents/incident-action.ts";
import type { IncidentTimes } from "#lib/incidents/incident-times.ts";
import { escapeMarkdown as plain } from "./escape-markdown.ts";
import { nameOfRef, STAMP_WORDS, sayEntry, sayHours, TASK_WORDS } from "./incident-words.ts";
import { SHOWING_WORDS } from "./showing-words.ts";
import { sayTime } from "./stamp-words.ts";
import { draftStatus } from "./status-text.ts";

export interface IncidentDocument {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
  readonly times: IncidentTimes;
}

/** The whole record for a page, a ticket or a review: what is shown on the screen, in its order. */
export function renderIncident({ incident, events, times }: IncidentDocument): string {
  const [, ...status] = draftStatus(incident).split("\n");
  return [
    `# ${incident.id}, ${incident.severity}: ${plain(incident.title)}`,
    "",
    ...status.map((line) => `${plain(line)}  `),
    ...section("Told last", incident.status === undefined ? [] : [plain(incident.status)]),
    ...section("Time stamps, UTC", [...stampLines(incident), ...timeLines(times)]),
    ...section("Broken", symptomLines(incident)),
    ...section(
      "Seen right",
      incident.healthy.map((ref) => `- ${plain(nameOfRef(ref))}`),
    ),
    ...section("Affected domains", domainLines(incident)),
    ...section("Went out while wrong", publishedLines(incident)),
    ...section("To fill again, in this order", repairLines(incident)),
    ...section(
      "Looked at and rejected",
      incident.rejected.map(
        ({ asset, reason }) => `- ${plain(nameOfRef(asset))}: ${plain(reason)}`,
      ),
    ),
    ...section("Timeline", events.map(eventLine)),
    "",
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];

const box = (isDone: boolean): string => (isDone ? "- [x]" : "- [ ]");

const ownerOf = (owner: string | undefined): string =>
  owner === undefined ? "" : `, ${plain(owner)}`;

function stampLines({ stamps }: Incident): readonly string[] {
  return (Object.keys(STAMP_WORDS) as (keyof typeof STAMP_WORDS)[]).map((stamp) => {
    const at = stamps[stamp];
    return `- ${STAMP_WORDS[stamp]}: ${at === undefined ? "not known" : sayTime(at)}`;
  });
}

function timeLines({ toDetect, exposure, toMitigate, toRepair }: IncidentTimes): readonly string[] {
  const all = [
    ["to detect", toDetect],
    ["exposed", exposure],
    ["to mitigate", toMitigate],
    ["to repair", toRepair],
  ] as const;
  return all.flatMap(([words, hours]) =>
    hours === undefined ? [] : [`- ${sayHours(hours)} ${words}`],
  );
}

const symptomLines = ({ symptoms, unlisted }: Incident): readonly string[] => [
  ...symptoms.map(({ ref, shows, seen, since, toldBy }) => {
    const said = [
      shows === undefined ? undefined : SHOWING_WORDS[shows].text,
      seen,
      since === undefined ? undefined : `since ${sayTime(since)}`,
      toldBy === undefined ? undefined : `told by ${toldBy}`,
    ].filter((part) => part !== undefined);
    const name = plain(nameOfRef(ref));
    return said.length === 0 ? `- ${name}` : `- ${name}: ${plain(said.join(", "))}`;
  }),
  ...(unlisted === undefined ? [] : [`- ${unlisted} more, counted and not listed`]),
];

function domainLines({ affected, acknowledged }: Incident): readonly string[] {
  const domains = [...new Set(affected.flatMap(({ domain }) => domain ?? []))].sort();
  return domains.map((domain) => {
    const seen = acknowledged[domain];
    return `- ${plain(domain)}: ${seen === undefined ? "has not seen it" : `seen ${sayTime(seen.at)} by ${plain(seen.actor)}`}`;
  });
}

const publishedLines = ({ published }: Incident): readonly string[] =>
  listPublished(published).map(
    ({ asset, what, task, owner, isDone }) =>
      `${box(isDone)} ${plain(nameOfRef(asset))}: ${plain(what)}; ${TASK_WORDS[task]}${ownerOf(owner)}`,
  );

const repairLines = ({ repair }: Incident): readonly string[] =>
  repair.map(({ name, owner, isDone }) => `${box(isDone)} ${plain(name)}${ownerOf(owner)}`);

const eventLine = (event: IncidentEvent): string =>
  `- ${sayTime(event.at)}: **${plain(event.actor)}** ${plain(sayEntry(event))}`;
