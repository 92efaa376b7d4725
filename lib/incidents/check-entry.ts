import type { Incident, IncidentProblem } from "./incident.ts";
import type { IncidentAction, IncidentEvent, IncidentState } from "./incident-action.ts";

type Kind = IncidentAction["kind"];
type ActionOf<K extends Kind> = Extract<IncidentAction, { readonly kind: K }>;
type Problem = IncidentProblem | undefined;

/** Where an incident may go from each state. What has ended can be opened again. */
const NEXT: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  reported: ["triaged", "mitigating", "closed"],
  triaged: ["mitigating", "repaired", "reported", "closed"],
  mitigating: ["repaired", "triaged", "closed"],
  repaired: ["learned", "mitigating", "closed"],
  learned: ["repaired"],
  closed: ["reported", "triaged"],
};

/** Why an entry cannot be made now. What was written before stands, whatever would be refused today. */
export function checkEntry(incident: Incident, event: IncidentEvent): Problem {
  const check = CHECKS[event.action.kind] as
    | ((incident: Incident, action: IncidentAction, event: IncidentEvent) => Problem)
    | undefined;
  return check?.(incident, event.action, event);
}

const CHECKS: {
  readonly [K in Kind]?: (incident: Incident, action: ActionOf<K>, event: IncidentEvent) => Problem;
} = {
  open: ({ id }) => refuse("taken", `${id} is open already`),
  pick_suspect: ({ state }) => (state === "learned" ? learned : undefined),
  reject_suspect: ({ state, cause }, { asset }) =>
    state === "learned" && cause?.asset === asset ? learned : undefined,
  confirm_cause: ({ cause }) => (cause === undefined ? notPicked : undefined),
  dispute_cause: ({ cause }) => {
    if (cause === undefined) return notPicked;
    return cause.dispute !== undefined && cause.dispute.decided === undefined
      ? refuse("taken", `${cause.dispute.domain} disputes it already`)
      : undefined;
  },
  decide_dispute: ({ cause }) =>
    cause?.dispute === undefined || cause.dispute.decided !== undefined
      ? refuse("not-allowed", "nothing is disputed")
      : undefined,
  take_role: checkRole,
  acknowledge: (incident, { domain }) => checkAffected(incident, domain),
  set_state: checkState,
  stamp: (_incident, { time }, { at }) =>
    time > at ? refuse("not-allowed", `${time} has not come yet`) : undefined,
  finish_published: ({ published }, { item }) =>
    published[item] === undefined
      ? refuse("unknown-item", `nothing that went out has the number ${item}`)
      : undefined,
  finish_repair: ({ repair }, { asset }) =>
    repair.some((step) => step.asset === asset)
      ? undefined
      : refuse("unknown-item", `${asset} is not in the repair plan`),
};

function refuse(code: IncidentProblem["code"], message: string, next?: string): IncidentProblem {
  return next === undefined ? { code, message } : { code, message, next };
}

const notPicked = refuse("not-allowed", "no suspect is picked yet", "pick one first");

/** What was learned was learned of one cause: with another, it is not learned yet. */
const learned = refuse(
  "not-allowed",
  "what was learned here was learned of its cause",
  "set it back to repaired first",
);

function checkAffected({ affected }: Incident, domain: string): Problem {
  return affected.some((one) => one.domain === domain)
    ? undefined
    : refuse("not-allowed", `${domain} is not affected`);
}

/** One lead at a time: somebody who takes over says from whom, so that two cannot lead without knowing it. */
function checkRole(
  incident: Incident,
  { role, who, domain, relieves }: ActionOf<"take_role">,
): Problem {
  if (role === "contact") {
    return domain === undefined
      ? refuse("not-allowed", "a contact is one of a domain", "say of which affected domain")
      : checkAffected(incident, domain);
  }
  const holder = incident.roles[role];
  return holder === undefined || holder === who || holder === relieves
    ? undefined
    : refuse(
        "taken",
        `${holder} has the role ${role.replaceAll("_", " ")}`,
        `to relieve them, say so: relieves ${holder}`,
      );
}

function checkState(incident: Incident, action: ActionOf<"set_state">): Problem {
  const { state } = action;
  if (state !== incident.state && !NEXT[incident.state].includes(state))
    return refuse(
      "not-allowed",
      `an incident that is ${incident.state} does not become ${state}`,
      `it may become ${NEXT[incident.state].join(", ")}`,
    );
  // Said once more, it stays what it is; why it was closed can be corrected.
  if (state === incident.state && state !== "closed") return undefined;
  if (state === "repaired") return openTasks(incident) ?? unknownReach(incident, action);
  if (state === "closed") return checkClosing(action);
  return state === "learned" ? checkLearned(incident, action) : undefined;
}

function openTasks({ published, repair }: Incident): Problem {
  const open = [
    ...published
      .filter(({ isDone, isObsolete }) => !isDone && isObsolete !== true)
      .map(({ asset, task }) => `${task} ${asset}`),
    ...repair.filter(({ isDone }) => !isDone).map(({ name }) => `fill ${name} again`),
  ];
  if (open.length === 0) return undefined;
  return refuse(
    "not-allowed",
    `${open.length === 1 ? "1 task is" : `${open.length} tasks are`} open: ${open.join(", ")}`,
    open.length === 1 ? "finish it first" : "finish them first",
  );
}

/** No task follows from a cause whose reach nobody knows: that nothing is open says nothing. */
function unknownReach({ cause }: Incident, { reason }: ActionOf<"set_state">): Problem {
  return cause?.reach === "unknown" && reason === undefined
    ? refuse(
        "not-allowed",
        "whom the cause reaches is not known, so nobody planned what to fill again",
        "say as the reason how it was checked",
      )
    : undefined;
}

function checkClosing({ closing, duplicateOf }: ActionOf<"set_state">): Problem {
  if (closing === undefined)
    return refuse(
      "not-allowed",
      "closing needs a reason",
      "say expected, false_positive or duplicate",
    );
  return closing === "duplicate" && duplicateOf === undefined
    ? refuse("not-allowed", "of which incident is it a duplicate?", "name the other incident")
    : undefined;
}

function checkLearned(incident: Incident, { reason }: ActionOf<"set_state">): Problem {
  const { cause } = incident;
  const agreed = cause?.confirmedByLead === true && cause.confirmedByCauseSide;
  if (!agreed && reason === undefined)
    return refuse(
      "not-allowed",
      "the cause is not agreed by both sides",
      "have it confirmed, or say as the reason why it stays open",
    );
  return openTasks(incident);
}
