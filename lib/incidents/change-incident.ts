import type { Incident, IncidentCause, KeptPublished } from "./incident.ts";
import type {
  IncidentAction,
  IncidentEvent,
  IncidentState,
  Published,
  ReportedSymptom,
  Stamp,
} from "./incident-action.ts";

type Kind = IncidentAction["kind"];
type ActionOf<K extends Kind> = Extract<IncidentAction, { readonly kind: K }>;
type Changed = Partial<Incident>;

/**
 * What an entry changes. Every entry that was ever written is read by this: one that would be refused today changes what it
 * can, and nothing else.
 */
export function changeIncident(incident: Incident, event: IncidentEvent): Changed {
  const change = CHANGES[event.action.kind] as (
    incident: Incident,
    action: IncidentAction,
    event: IncidentEvent,
  ) => Changed;
  return change(incident, event.action, event);
}

const CHANGES: {
  readonly [K in Kind]: (incident: Incident, action: ActionOf<K>, event: IncidentEvent) => Changed;
} = {
  open: () => ({}),
  add_symptom: addSymptom,
  count_unlisted: (_incident, { count }) => ({ unlisted: count }),
  see_healthy: ({ healthy, symptoms }, { ref, alike = [] }) => ({
    healthy: [...new Set([...healthy, ref])],
    symptoms: symptoms.filter((symptom) => symptom.ref !== ref && !alike.includes(symptom.ref)),
  }),
  affect: ({ affected }, action) => ({ affected: mergeByAsset(affected, action.affected) }),
  pick_suspect: pickSuspect,
  suspect: (_incident, { suspected }) => ({ suspected }),
  reject_suspect: (incident, { asset, reason }) => ({
    rejected: [...incident.rejected.filter((one) => one.asset !== asset), { asset, reason }],
    ...(incident.cause?.asset === asset ? { ...withoutPlan(incident), cause: undefined } : {}),
  }),
  confirm_cause: ({ cause }, { side }) =>
    cause === undefined
      ? {}
      : {
          cause: {
            ...cause,
            ...(side === "lead" ? { confirmedByLead: true } : { confirmedByCauseSide: true }),
          },
        },
  dispute_cause: ({ cause }, { domain, reason }, { at }) =>
    cause === undefined ? {} : { cause: { ...cause, dispute: { at, domain, reason } } },
  decide_dispute: ({ cause }, { kind: _, ...decision }, { at }) =>
    cause?.dispute === undefined
      ? {}
      : {
          cause: {
            ...cause,
            dispute: { ...cause.dispute, decided: { at, ...decision } },
            confirmedByLead: decision.stands,
            confirmedByCauseSide: decision.stands,
          },
        },
  take_role: ({ contacts, roles }, { role, who, domain }) => {
    if (role !== "contact") return { roles: { ...roles, [role]: who } };
    return domain === undefined ? {} : { contacts: { ...contacts, [domain]: who } };
  },
  acknowledge: acknowledge,
  tell: ({ told }, { owner }, { at }) => ({ told: { ...told, [owner]: told[owner] ?? at } }),
  set_state: setState,
  set_severity: (_incident, { severity }) => ({ severity }),
  // By hand, because somebody knows better than the clock.
  stamp: ({ stamps }, { stamp, time }) => ({ stamps: { ...stamps, [stamp]: time } }),
  publish,
  finish_published: ({ published }, { item }) => ({
    published: published.map((one, at) => (at === item ? { ...one, isDone: true } : one)),
  }),
  plan_repair: planRepair,
  finish_repair: ({ repair }, { asset }) => ({
    repair: repair.map((step) => (step.asset === asset ? { ...step, isDone: true } : step)),
  }),
  note: () => ({}),
  status: (_incident, { text }) => ({ status: text }),
  link: ({ links }, { to, href }) => ({
    links: [...links.filter((one) => one.href !== href), { to, href }],
  }),
};

function mergeByAsset<T extends { readonly asset: string }>(
  before: readonly T[],
  added: readonly T[],
): readonly T[] {
  return [...new Map([...before, ...added].map((one) => [one.asset, one])).values()];
}

/** Told again, of the same thing or by another of its names, both words stay: they may be two faults. */
function addSymptom(
  { symptoms, healthy }: Incident,
  { symptom, alike = [] }: ActionOf<"add_symptom">,
): Changed {
  const isSame = (ref: string): boolean => ref === symptom.ref || alike.includes(ref);
  const known = symptoms.find(({ ref }) => isSame(ref));
  return {
    symptoms:
      known === undefined
        ? [...symptoms, symptom]
        : [...symptoms.filter((one) => one !== known), mergeSymptoms(known, symptom)],
    healthy: healthy.filter((ref) => !isSame(ref)),
  };
}

function mergeSymptoms(before: ReportedSymptom, told: ReportedSymptom): ReportedSymptom {
  const isOneFault = told.shows === undefined || told.shows === before.shows;
  const found = told.found ?? (isOneFault ? before.found : undefined);
  const seen = joinWords(before.seen, told.seen);
  const since = [before.since, told.since].flatMap((time) => time ?? []).sort()[0];
  const { found: _, ...said } = before;
  return {
    ...said,
    ...told,
    ref: before.ref,
    ...(found === undefined ? {} : { found }),
    ...(seen === undefined ? {} : { seen }),
    ...(since === undefined ? {} : { since }),
  };
}

/** The timeline keeps every word; a list of them is to be read at a glance. */
const MOST_WORDS = 1_000;

function joinWords(before: string | undefined, told: string | undefined): string | undefined {
  if (before === undefined || told === undefined) return told ?? before;
  if (before.split("; ").includes(told)) return before;
  const both = `${before}; ${told}`;
  return both.length > MOST_WORDS ? told : both;
}

/**
 * The same cause again is the same: what was confirmed or disputed of it holds. What was disputed before somebody picked another
 * one is disputed still when it is picked again.
 */
function pickSuspect(
  incident: Incident,
  { kind: _, ...picked }: ActionOf<"pick_suspect">,
): Changed {
  const { cause: before, rejected } = incident;
  const disputes = disputesOf(incident);
  const isSame = before?.asset === picked.asset && before.column === picked.column;
  const change = picked.change ?? (isSame ? before.change : undefined);
  const isAsConfirmed = isSame && sameJson(change, before.change);
  const dispute = disputes[picked.asset];
  const cause: IncidentCause = {
    ...picked,
    ...(change === undefined ? {} : { change }),
    confirmedByLead: isAsConfirmed && before.confirmedByLead,
    confirmedByCauseSide: isAsConfirmed && before.confirmedByCauseSide,
    ...(dispute === undefined ? {} : { dispute }),
  };
  return {
    cause,
    ...(Object.keys(disputes).length === 0 ? {} : { disputes }),
    rejected: rejected.filter(({ asset }) => asset !== picked.asset),
    ...(isSame ? {} : withoutPlan(incident)),
  };
}

const sameJson = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const disputesOf = ({ disputes, cause }: Incident): NonNullable<Incident["disputes"]> => ({
  ...disputes,
  ...(cause?.dispute === undefined ? {} : { [cause.asset]: cause.dispute }),
});

/** Without the open tasks that follow from a cause which is none any more. What was done, was done; what people listed, stays. */
function withoutPlan(incident: Incident): Changed {
  const disputes = disputesOf(incident);
  return {
    ...(Object.keys(disputes).length === 0 ? {} : { disputes }),
    repair: incident.repair.filter(({ isDone }) => isDone),
    published: incident.published.map((one) =>
      one.isFound === true && !one.isDone ? { ...one, isObsolete: true } : one,
    ),
  };
}

/** By each affected domain once; the first of all is the time stamp. */
function acknowledge(
  incident: Incident,
  { domain }: ActionOf<"acknowledge">,
  { at, actor }: IncidentEvent,
): Changed {
  if (incident.acknowledged[domain] !== undefined) return {};
  return {
    acknowledged: { ...incident.acknowledged, [domain]: { at, actor } },
    stamps: { ...incident.stamps, acknowledged: incident.stamps.acknowledged ?? at },
  };
}

const ENDED: ReadonlySet<IncidentState> = new Set(["repaired", "learned", "closed"]);

/** Reaching a state sets its stamp, where nobody has set a better time. What is opened again was not repaired then. */
function setState(
  incident: Incident,
  { state, closing, duplicateOf }: ActionOf<"set_state">,
  { at }: IncidentEvent,
): Changed {
  if (state === incident.state && (state !== "closed" || closing === undefined)) return {};
  const { repaired, ...others } = incident.stamps;
  const isReopened = ENDED.has(incident.state) && !ENDED.has(state);
  const stamp: Stamp | undefined = state === "repaired" ? "repaired" : undefined;
  return {
    state,
    // What is opened again is no longer expected, nor a duplicate.
    closing: state === "closed" ? closing : undefined,
    duplicateOf: closing === "duplicate" ? duplicateOf : undefined,
    ...(isReopened ? { stamps: others } : {}),
    ...(stamp === undefined ? {} : { stamps: { ...incident.stamps, repaired: repaired ?? at } }),
  };
}

/**
 * Two editions of one report are two things. Entries from before things had numbers of their own listed an asset once, and
 * the numbers in what follows them go by that.
 */
function publish(
  { published }: Incident,
  action: ActionOf<"publish">,
  { isMachine }: IncidentEvent,
): Changed {
  const same = published.findIndex((one) =>
    action.item === undefined
      ? one.asset === action.published.asset
      : isSameThing(one, action.published),
  );
  if (same < 0) return { published: [...published, asKept(action.published, isMachine)] };
  return { published: published.map((one, at) => (at === same ? asTask(one) : one)) };
}

/** What the product found for the cause, as of now: what it found before and does not find any more is no task. */
function planRepair(
  { repair, published }: Incident,
  { steps, published: found }: ActionOf<"plan_repair">,
): Changed {
  const done = new Set(repair.flatMap((step) => (step.isDone ? [step.asset] : [])));
  return {
    repair: steps.map((step) => ({ ...step, isDone: done.has(step.asset) })),
    ...(found === undefined ? {} : { published: replaceFound(published, found) }),
  };
}

function replaceFound(
  published: readonly KeptPublished[],
  found: readonly Published[],
): readonly KeptPublished[] {
  const kept = published.map((one) => {
    if (found.some((thing) => isSameThing(one, thing))) return asTask(one);
    return one.isFound === true && !one.isDone ? { ...one, isObsolete: true as const } : one;
  });
  const added = found.filter((thing) => !published.some((one) => isSameThing(one, thing)));
  return [...kept, ...added.map((thing) => asKept(thing, true))];
}

const isSameThing = (one: Published, other: Published): boolean =>
  one.asset === other.asset &&
  one.what === other.what &&
  one.task === other.task &&
  one.at === other.at;

const asKept = (published: Published, isFound: true | undefined): KeptPublished => ({
  ...published,
  isDone: false,
  ...(isFound === true ? { isFound } : {}),
});

function asTask({ isObsolete: _, ...thing }: KeptPublished): KeptPublished {
  return thing;
}
