import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentEvent } from "#lib/incidents/incident-action.ts";
import { hoursBetween, toRepair } from "#lib/incidents/incident-times.ts";
import { type Spread, spreadOf } from "#lib/incidents/ledger/spread.ts";
import { guessKind, isSchemaKind } from "#lib/incidents/past/guess-cause.ts";
import type { PastIncident } from "#lib/incidents/past/past-incident.ts";
import type { Replayed } from "#lib/incidents/past/replay.ts";
import type { GateSummary } from "#lib/review/gate-page.ts";

/** Incidents of one time, as a board wants to see them. */
export interface BoardSide {
  readonly incidents: number;
  /** Incidents in which readers and data disagreed about columns, and those of which the cause is known at all. */
  readonly schemaMismatches: number;
  readonly causeKnown: number;
  readonly perMonth?: number;
  /** Hours. */
  readonly timeToCause?: Spread;
  readonly timeToRepair?: Spread;
}

export interface BoardPage {
  /** What was imported: how it was before. */
  readonly before: BoardSide;
  /** What was kept here. */
  readonly since: BoardSide;
  readonly replay: {
    readonly stopped: number;
    readonly shown: number;
    readonly notStopped: number;
    readonly unknown: number;
    /** Newest first. */
    readonly incidents: readonly Replayed[];
  };
  /** Of those since, whose change was reviewed or shown before it was deployed. */
  readonly toldBefore: number;
  /** What the gate's log says of changes: absent without a run. */
  readonly gate?: BoardGate;
}

/** Changes that were stopped before they were deployed, beside those that were deployed and broke something. */
export interface BoardGate {
  /** ISO 8601: since when. */
  readonly since: string;
  readonly changes: number;
  readonly stopped: number;
  /** Where the policy only observes. */
  readonly wouldHaveStopped: number;
  /** Incidents in that time whose cause is a change of a schema. */
  readonly deployed: number;
  /** Of what did harm or would have, the share that was stopped, 0 to 1; absent where there was neither. */
  readonly stoppedShare?: number;
}

export interface BoardInput {
  readonly past: readonly PastIncident[];
  readonly replayed: readonly Replayed[];
  readonly kept: readonly {
    readonly incident: Incident;
    readonly events: readonly IncidentEvent[];
  }[];
  /** Runs of the gate since a time (ISO 8601), as counted. */
  readonly gate?: {
    readonly since: string;
    readonly summary: Pick<GateSummary, "changes" | "stopped" | "wouldHaveStopped">;
  };
}

const SHOWN = 200;

export function showBoard({ past, replayed, kept, gate }: BoardInput): BoardPage {
  const real = kept.filter(
    ({ incident: { state, closing } }) => state !== "closed" || closing === undefined,
  );
  const count = (outcome: Replayed["outcome"]): number =>
    replayed.filter((one) => one.outcome === outcome).length;
  return {
    before: sideOfPast(past),
    since: sideOfKept(real),
    replay: {
      stopped: count("stopped"),
      shown: count("shown"),
      notStopped: count("not_stopped"),
      unknown: count("unknown"),
      incidents: [...replayed].sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1)).slice(0, SHOWN),
    },
    toldBefore: real.filter(({ incident: { links } }) => links.some(({ to }) => to === "review"))
      .length,
    ...(gate === undefined || gate.summary.changes === 0 ? {} : { gate: gateOf(gate, real) }),
  };
}

function gateOf(
  { since, summary }: NonNullable<BoardInput["gate"]>,
  real: BoardInput["kept"],
): BoardGate {
  const { changes, stopped, wouldHaveStopped } = summary;
  const deployed = real.filter(({ incident: { openedAt, cause } }) => {
    const kind = cause?.change?.change?.kind;
    return openedAt >= since && kind !== undefined && isSchemaKind(kind);
  }).length;
  const all = stopped + deployed;
  return {
    since,
    changes,
    stopped,
    wouldHaveStopped,
    deployed,
    ...(all === 0 ? {} : { stoppedShare: stopped / all }),
  };
}

function sideOfPast(past: readonly PastIncident[]): BoardSide {
  const kinds = past.flatMap((one) => guessKind(one) ?? []);
  return {
    incidents: past.length,
    schemaMismatches: kinds.filter(isSchemaKind).length,
    causeKnown: kinds.length,
    ...monthly(past.map(({ openedAt }) => openedAt)),
    ...spread(
      "timeToCause",
      past.map(({ openedAt, causeKnownAt }) => hoursBetween(openedAt, causeKnownAt)),
    ),
    ...spread(
      "timeToRepair",
      past.map(({ openedAt, resolvedAt }) => hoursBetween(openedAt, resolvedAt)),
    ),
  };
}

function sideOfKept(kept: BoardInput["kept"]): BoardSide {
  const kinds = kept.flatMap(({ incident }) => incident.cause?.change?.change?.kind ?? []);
  const causeAt = ({ events }: BoardInput["kept"][number]): string | undefined =>
    events.find(({ action }) => action.kind === "pick_suspect")?.at;
  return {
    incidents: kept.length,
    schemaMismatches: kinds.filter(isSchemaKind).length,
    causeKnown: kinds.length,
    ...monthly(kept.map(({ incident }) => incident.openedAt)),
    ...spread(
      "timeToCause",
      kept.map((one) => hoursBetween(one.incident.openedAt, causeAt(one))),
    ),
    ...spread(
      "timeToRepair",
      kept.map(({ incident }) => toRepair(incident)),
    ),
  };
}

function spread(
  name: "timeToCause" | "timeToRepair",
  values: readonly (number | undefined)[],
): Partial<BoardSide> {
  const found = spreadOf(values.flatMap((value) => value ?? []));
  return found === undefined ? {} : { [name]: found };
}

const HOURS_A_MONTH = 730;

/** Over at least a month, or a single night would look like thirty. */
function monthly(opened: readonly string[]): Partial<BoardSide> {
  const at = opened.flatMap((one) => hoursSinceEpoch(one) ?? []);
  if (at.length === 0) return {};
  const months = Math.max(1, (Math.max(...at) - Math.min(...at)) / HOURS_A_MONTH);
  return { perMonth: at.length / months };
}
