import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Incident, IncidentProblem } from "./incident.ts";
import type { IncidentAction, IncidentEvent, IncidentState, Stamp } from "./incident-action.ts";

type Kind = IncidentAction["kind"];
type ActionOf<K extends Kind> = Extract<IncidentAction, { readonly kind: K }>;
type Changed = Result<Partial<Incident>, IncidentProblem>;

/** Where an incident may go from each state. What has ended can be opened again. */
const NEXT: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  reported: ["triaged", "mitigating", "closed"],
  triaged: ["mitigating", "repaired", "reported", "closed"],
  mitigating: ["repaired", "triaged", "closed"],
  repaired: ["learned", "mitigating", "closed"],
  learned: ["repaired"],
  closed: ["reported", "triaged"],
};

/** What an entry changes, or why it cannot be made now. */
export function changeIncident(
  incident: Incident,
  action: IncidentAction,
  event: IncidentEvent,
): Changed {
  const change = CHANGES[action.kind] as (
    incident: Incident,
    action: IncidentAction,
    event: IncidentEvent,
  ) => Changed;
  return change(incident, action, event);
}

const CHANGES: {
  readonly [K in Kind]: (incident: Incident, action: ActionOf<K>, event: IncidentEvent) => Changed;
} = {
  open: ({ id }) => refuse("taken", `${id} is open already`),
  add_symptom: ({ symptoms }, { symptom }) =>
    ok({ symptoms: [...symptoms.filter(({ ref }) => ref !== symptom.ref), symptom] }),
  count_unlisted: (_incident, { count }) => ok({ unlisted: count }),
  see_healthy: ({ healthy, symptoms }, { ref }) =>
    ok({
      healthy: [...new Set([...healthy, ref])],
      symptoms: symptoms.filter((symptom) => symptom.ref !== ref),
    }),
  affect: ({ affected }, action) => ok({ affected: mergeByAsset(affected, action.affected) }),
  pick_suspect: (_incident, { kind, ...cause }) =>
    ok({ cause: { ...cause, confirmedByLead: false, confirmedByCauseSide: false } }),
  suspect: (_incident, { suspected }) => ok({ suspected }),
  reject_suspect: ({ rejected, cause }, { asset, reason }) =>
    ok({
      rejected: [...rejected.filter((one) => one.asset !== asset), { asset, reason }],
      ...(cause?.asset === asset ? { cause: undefined } : {}),
    }),
  confirm_cause: ({ cause }, { side }) =>
    cause === undefined
      ? refuse("not-allowed", "no suspect is picked yet", "pick one first")
      : ok({
          cause: {
            ...cause,
            ...(side === "lead" ? { confirmedByLead: true } : { confirmedByCauseSide: true }),
          },
        }),
  dispute_cause: ({ cause }, { domain, reason }, { at }) =>
    cause === undefined
      ? refuse("not-allowed", "no suspect is picked yet", "pick one first")
      : cause.dispute !== undefined && cause.dispute.decided === undefined
        ? refuse("taken", `${cause.dispute.domain} disputes it already`)
        : ok({ cause: { ...cause, dispute: { at, domain, reason } } }),
  decide_dispute: ({ cause }, { kind: _, ...decision }, { at }) =>
    cause?.dispute === undefined || cause.dispute.decided !== undefined
      ? refuse("not-allowed", "nothing is disputed")
      : ok({
          cause: {
            ...cause,
            dispute: { ...cause.dispute, decided: { at, ...decision } },
            confirmedByLead: decision.stands,
            confirmedByCauseSide: decision.stands,
          },
        }),
  take_role: takeRole,
  acknowledge: acknowledge,
  tell: ({ told }, { owner }, { at }) => ok({ told: { ...told, [owner]: told[owner] ?? at } }),
  set_state: setState,
  set_severity: (_incident, { severity }) => ok({ severity }),
  stamp: setStamp,
  publish: ({ published }, action) => {
    const isKnown = published.some(({ asset }) => asset === action.published.asset);
    return ok(isKnown ? {} : { published: [...published, { ...action.published, isDone: false }] });
  },
  finish_published: ({ published }, { item }) =>
    published[item] === undefined
      ? refuse("unknown-item", `nothing that went out has the number ${item}`)
      : ok({
          published: published.map((one, at) => (at === item ? { ...one, isDone: true } : one)),
        }),
  plan_repair: ({ repair }, { steps }) => {
    const done = new Set(repair.flatMap((step) => (step.isDone ? [step.asset] : [])));
    return ok({ repair: steps.map((step) => ({ ...step, isDone: done.has(step.asset) })) });
  },
  finish_repair: ({ repair }, { asset }) =>
    repair.some((step) => step.asset === asset)
      ? ok({
          repair: repair.map((step) => (step.asset === asset ? { ...step, isDone: true } : step)),
        })
      : refuse("unknown-item", `${asset} is not in the repair plan`),
  note: () => ok({}),
  status: (_incident, { text }) => ok({ status: text }),
  link: ({ links }, { to, href }) =>
    ok({ links: [...links.filter((one) => one.href !== href), { to, href }] }),
};

function refuse(code: IncidentProblem["code"], message: string, next?: string): Changed {
  return err(next === undefined ? { code, message } : { code, message, next });
}

function mergeByAsset<T extends { readonly asset: string }>(
  before: readonly T[],
  added: readonly T[],
): readonly T[] {
  return [...new Map([...before, ...added].map((one) => [one.asset, one])).values()];
}

/** One lead at a time: somebody who takes over says from whom, so that two cannot lead without knowing it. */
function takeRole(
  incident: Incident,
  { role, who, domain, relieves }: ActionOf<"take_role">,
): Changed {
  if (role === "contact") {
    if (domain === undefined || !domainsOf(incident).has(domain))
      return refuse("not-allowed", `${domain ?? "no domain"} is not affected`);
    return ok({ contacts: { ...incident.contacts, [domain]: who } });
  }
  const holder = incident.roles[role];
  if (holder !== undefined && holder !== who && holder !== relieves) {
    return refuse(
      "taken",
      `${holder} has the role ${role.replaceAll("_", " ")}`,
      `to relieve them, say so: relieves ${holder}`,
    );
  }
  return ok({ roles: { ...incident.roles, [role]: who } });
}

const domainsOf = ({ affected }: Incident): ReadonlySet<string> =>
  new Set(affected.flatMap(({ domain }) => domain ?? []));

/** By each affected domain once; the first of all is the time stamp. */
function acknowledge(
  incident: Incident,
  { domain }: ActionOf<"acknowledge">,
  { at, actor }: IncidentEvent,
): Changed {
  if (!domainsOf(incident).has(domain)) return refuse("not-allowed", `${domain} is not affected`);
  if (incident.acknowledged[domain] !== undefined) return ok({});
  return ok({
    acknowledged: { ...incident.acknowledged, [domain]: { at, actor } },
    stamps: { ...incident.stamps, acknowledged: incident.stamps.acknowledged ?? at },
  });
}

function setState(
  incident: Incident,
  { state, closing, duplicateOf, reason }: ActionOf<"set_state">,
  { at }: IncidentEvent,
): Changed {
  if (state === incident.state) return ok({});
  if (!NEXT[incident.state].includes(state))
    return refuse(
      "not-allowed",
      `an incident that is ${incident.state} does not become ${state}`,
      `it may become ${NEXT[incident.state].join(", ")}`,
    );
  const problem = whatIsMissing(incident, { state, closing, duplicateOf, reason });
  if (problem !== undefined) return err(problem);
  const stamp = STAMP_OF[state];
  return ok({
    state,
    // What is opened again is no longer expected, nor a duplicate.
    closing: state === "closed" ? closing : undefined,
    duplicateOf: closing === "duplicate" ? duplicateOf : undefined,
    ...(stamp === undefined
      ? {}
      : { stamps: { ...incident.stamps, [stamp]: incident.stamps[stamp] ?? at } }),
  });
}

/** Reaching a state sets its stamp, where nobody has set a better time. */
const STAMP_OF: Partial<Record<IncidentState, Stamp>> = { repaired: "repaired" };

function whatIsMissing(
  { published, repair, cause }: Incident,
  {
    state,
    closing,
    duplicateOf,
    reason,
  }: Pick<ActionOf<"set_state">, "state"> & {
    readonly closing: ActionOf<"set_state">["closing"] | undefined;
    readonly duplicateOf: string | undefined;
    readonly reason: string | undefined;
  },
): IncidentProblem | undefined {
  const missing = (message: string, next: string): IncidentProblem => ({
    code: "not-allowed",
    message,
    next,
  });
  if (state === "repaired") {
    const open = [
      ...published.filter(({ isDone }) => !isDone).map(({ asset, task }) => `${task} ${asset}`),
      ...repair.filter(({ isDone }) => !isDone).map(({ name }) => `fill ${name} again`),
    ];
    if (open.length > 0)
      return missing(
        `${open.length === 1 ? "1 task is" : `${open.length} tasks are`} open: ${open.join(", ")}`,
        open.length === 1 ? "finish it first" : "finish them first",
      );
  }
  if (state === "closed" && closing === undefined)
    return missing("closing needs a reason", "say expected, false_positive or duplicate");
  if (closing === "duplicate" && duplicateOf === undefined)
    return missing("of which incident is it a duplicate?", "name the other incident");
  const agreed = cause?.confirmedByLead === true && cause.confirmedByCauseSide;
  if (state === "learned" && !agreed && reason === undefined)
    return missing(
      "the cause is not agreed by both sides",
      "have it confirmed, or say as the reason why it stays open",
    );
  return undefined;
}

/** By hand, because somebody knows better than the clock. Times before one another in the order of the stamps. */
function setStamp(
  { stamps }: Incident,
  { stamp, time }: ActionOf<"stamp">,
  { at }: IncidentEvent,
): Changed {
  if (time > at) return refuse("not-allowed", `${time} has not come yet`);
  return ok({ stamps: { ...stamps, [stamp]: time } });
}
