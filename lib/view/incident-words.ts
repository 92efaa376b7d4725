import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type {
  ClosingReason,
  IncidentAction,
  IncidentEvent,
  IncidentState,
  Published,
  Role,
  Stamp,
} from "#lib/incidents/incident-action.ts";
import { assetNameOf, parseAssetId } from "#lib/model/asset-id.ts";
import { SHOWING_WORDS } from "./showing-words.ts";
import { sayTime } from "./stamp-words.ts";

export const STATE_WORDS: Readonly<Record<IncidentState, string>> = {
  reported: "reported",
  triaged: "triaged",
  mitigating: "being mitigated",
  repaired: "repaired",
  learned: "learned from",
  closed: "closed",
};

export const CLOSING_WORDS: Readonly<Record<ClosingReason, string>> = {
  expected: "it was expected",
  false_positive: "nothing was wrong",
  duplicate: "a duplicate",
};

/** Why it was closed: `a duplicate of INC-7`. */
export const sayClosing = ({
  closing,
  duplicateOf,
}: {
  readonly closing: ClosingReason;
  readonly duplicateOf?: string | undefined;
}): string =>
  duplicateOf === undefined
    ? CLOSING_WORDS[closing]
    : `${CLOSING_WORDS[closing]} of ${duplicateOf}`;

export const STAMP_WORDS: Readonly<Record<Stamp, string>> = {
  deployed: "deployed",
  first_bad_run: "first bad run",
  detected: "detected",
  acknowledged: "first acknowledged",
  mitigated: "mitigated",
  repaired: "repaired",
};

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  lead: "lead",
  cause_side: "cause side",
  communications: "communications",
  contact: "contact",
};

export const TASK_WORDS: Readonly<Record<Published["task"], string>> = {
  retrain: "train again",
  roll_back: "roll back",
  reissue: "send again, corrected",
  correct: "correct where it went",
};

/** The last part of an asset's name, from its id or from whatever people wrote. */
export function nameOfRef(ref: string): string {
  const id = parseAssetId(ref);
  return id === undefined ? ref : assetNameOf(id).name;
}

type Kind = IncidentAction["kind"];
type Sentence<K extends Kind> = (
  action: Extract<IncidentAction, { readonly kind: K }>,
  event: Pick<IncidentEvent, "at">,
) => string;

const many = (count: number, one: string, more: string): string =>
  `${count} ${count === 1 ? one : more}`;

const NAMED = 6;

/** The first names, and how many more there are: a sentence stays one. */
export function nameSome(names: readonly string[]): string {
  const shown = names.length <= NAMED + 1 ? names : names.slice(0, NAMED);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}

const SENTENCES: { readonly [K in Kind]: Sentence<K> } = {
  open: ({ symptoms }) => `reports ${nameSome(symptoms.map(({ ref }) => nameOfRef(ref)))}`,
  add_symptom: ({ symptom: { ref, shows, seen } }) => {
    const how = [
      ...(shows === undefined ? [] : [SHOWING_WORDS[shows].text]),
      ...(seen === undefined ? [] : [seen]),
    ];
    return `adds that ${nameOfRef(ref)} is broken${how.length === 0 ? "" : `: ${how.join(", ")}`}`;
  },
  count_unlisted: ({ count }) =>
    `counts ${many(count, "more thing that is", "more things that are")} told to be broken, beyond those that are listed`,
  see_healthy: ({ ref }) => `sees that ${nameOfRef(ref)} is right`,
  affect: ({ affected }) => `finds ${many(affected.length, "asset", "assets")} affected`,
  pick_suspect: ({ asset, column }) =>
    `takes ${nameOfRef(asset)}${column === undefined ? "" : `.${column}`} for the cause`,
  suspect: ({ suspected: { name, column, fault } }) =>
    `holds ${column === undefined ? name : `${name}.${column}`} for the cause: ${fault}`,
  reject_suspect: ({ asset, reason }) => `rejects ${nameOfRef(asset)}: ${reason}`,
  confirm_cause: ({ side }) =>
    side === "lead" ? "confirms the cause as the lead" : "confirms the cause on the causing side",
  dispute_cause: ({ domain, reason }) => `${domain} disputes the cause: ${reason}`,
  decide_dispute: ({ role, stands, reason }) =>
    `${role} decides that the cause ${stands ? "stands" : "does not stand"}: ${reason}`,
  take_role: ({ role, who, domain, relieves }) =>
    `${ROLE_WORDS[role]}${domain === undefined ? "" : ` for ${domain}`}: ${who}${relieves === undefined ? "" : `, relieving ${relieves}`}`,
  acknowledge: ({ domain }) => `${domain} has seen it`,
  tell: ({ owner }) => `tells ${owner}`,
  set_state: ({ state, closing, duplicateOf, reason }) =>
    [
      STATE_WORDS[state],
      ...(closing === undefined ? [] : [sayClosing({ closing, duplicateOf })]),
      ...(reason === undefined ? [] : [reason]),
    ].join(": "),
  set_severity: ({ severity }) => `makes it ${severity}`,
  stamp: ({ stamp, time }, { at }) => `${STAMP_WORDS[stamp]} at ${sayClock(time, at)}`,
  publish: ({ published }) => `${nameOfRef(published.asset)}: ${published.what}`,
  finish_published: () => "has taken back what went out",
  plan_repair: ({ steps, published = [] }) =>
    [
      steps.length === 0
        ? "finds no table to fill again"
        : `plans to fill ${many(steps.length, "table", "tables")} again`,
      ...(published.length === 0
        ? []
        : [
            `finds that it went out: ${nameSome(published.map(({ asset, what }) => `${nameOfRef(asset)} (${what})`))}`,
          ]),
    ].join("; "),
  finish_repair: ({ asset }) => `has filled ${nameOfRef(asset)} again`,
  note: ({ text }) => text,
  status: ({ text }) => `tells everybody: ${text}`,
  link: ({ to }) => `links a ${to}`,
};

/** What an entry of a timeline says, behind the name of who made it. */
export function sayEntry({ action, at }: IncidentEvent): string {
  const say = SENTENCES[action.kind] as (
    action: IncidentAction,
    event: Pick<IncidentEvent, "at">,
  ) => string;
  return say(action, { at });
}

/**
 * `06:31` of an ISO 8601 time, as it is written; with the day where one is given that it is not on: `16 Nov 23:05`, and all
 * of it where it is of another year.
 */
export function sayClock(iso: string, day?: string): string {
  const clock = iso.slice(11, 16);
  if (day !== undefined && iso.slice(0, 4) !== day.slice(0, 4)) return sayTime(iso);
  return day === undefined || iso.slice(0, 10) === day.slice(0, 10)
    ? clock
    : `${sayTime(iso).split(" ", 2).join(" ")} ${clock}`;
}

/** `4 h 11 m`, `21 m`, `3 d 2 h` of hours. */
export function sayHours(hours: number): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${minutes} m`;
  const whole = Math.floor(minutes / 60);
  if (whole < 48) return minutes % 60 === 0 ? `${whole} h` : `${whole} h ${minutes % 60} m`;
  return whole % 24 === 0 ? `${whole / 24} d` : `${Math.floor(whole / 24)} d ${whole % 24} h`;
}

/** Hours from one ISO 8601 time to another; 0 where one of them cannot be read. */
export function hoursFrom(from: string, to: string): number {
  const start = hoursSinceEpoch(from);
  const end = hoursSinceEpoch(to);
  return start === undefined || end === undefined ? 0 : Math.max(0, end - start);
}
