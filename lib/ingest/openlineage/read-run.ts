import { asNumber, asRecord, asText, ownValue, withoutUndefined } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { type EventDataset, type OpenLineageEvent, readName } from "./check-event.ts";
import { millisecondsBetween } from "./event-time.ts";

/** Rows and bytes that a run read from or wrote to a dataset, as far as it said. */
export interface RunVolume {
  readonly namespace: string;
  readonly name: string;
  readonly rows?: number;
  readonly bytes?: number;
}

/** What the events of one run say of it. Times are ISO 8601 in UTC, durations milliseconds. */
export interface RunRecord {
  readonly runId: string;
  readonly state: "running" | "ok" | "failed" | "aborted" | "unknown";
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  /** Of the newest event. */
  readonly at: string;
  readonly parent?: { readonly runId?: string; readonly job?: AssetName };
  readonly error?: string;
  readonly inputs?: readonly RunVolume[];
  readonly outputs?: readonly RunVolume[];
}

const MAX_ERROR = 1_000;
const STATES = {
  START: "running",
  RUNNING: "running",
  COMPLETE: "ok",
  FAIL: "failed",
  ABORT: "aborted",
} as const;

/** What one event says of its run; undefined for events that have none. */
export function readRun(event: OpenLineageEvent): RunRecord | undefined {
  const { runId, state, time, runFacets } = event;
  if (runId === undefined) return undefined;
  const parent = asRecord(ownValue(runFacets, "parent"));
  const job = readName(asRecord(ownValue(parent, "job")));
  const parentRun = asText(ownValue(asRecord(ownValue(parent, "run")), "runId"));
  const known = state === undefined || state === "OTHER" ? "unknown" : STATES[state];
  return withoutUndefined({
    runId,
    state: known,
    // A scheduler's nominal time is when the run was due, not when it began.
    startedAt: state === "START" ? time.iso : undefined,
    endedAt: known === "ok" || known === "failed" || known === "aborted" ? time.iso : undefined,
    at: time.iso,
    parent:
      job === undefined && parentRun === undefined
        ? undefined
        : withoutUndefined({ runId: parentRun, job }),
    error: asText(ownValue(asRecord(ownValue(runFacets, "errorMessage")), "message"))?.slice(
      0,
      MAX_ERROR,
    ),
    inputs: volumes(event.inputs, "inputStatistics"),
    outputs: volumes(event.outputs, "outputStatistics"),
  });
}

function volumes(
  datasets: readonly EventDataset[],
  facet: string,
): readonly RunVolume[] | undefined {
  const told = datasets.flatMap(({ name, facets, useFacets }) => {
    const statistics = asRecord(ownValue(useFacets, facet) ?? ownValue(facets, facet));
    const rows = asNumber(ownValue(statistics, "rowCount"));
    const bytes = asNumber(ownValue(statistics, "size"));
    return rows === undefined && bytes === undefined
      ? []
      : [withoutUndefined({ ...name, rows, bytes })];
  });
  return told.length === 0 ? undefined : told;
}

/**
 * Two accounts of one run as one, whichever came first: an end stands over a start, what one leaves out the other says,
 * and of two ends the later one holds.
 */
export function mergeRuns(a: RunRecord, b: RunRecord): RunRecord {
  const [first, last] = a.at <= b.at ? [a, b] : [b, a];
  const ended = last.endedAt === undefined && first.endedAt !== undefined ? first : last;
  const state = ended.state === "unknown" ? first.state : ended.state;
  const startedAt = earlier(first.startedAt, last.startedAt);
  const { endedAt } = ended;
  const took =
    startedAt === undefined || endedAt === undefined
      ? undefined
      : Math.max(0, millisecondsBetween(startedAt, endedAt));
  return withoutUndefined({
    ...first,
    ...last,
    state,
    startedAt,
    endedAt,
    durationMs: took,
    inputs: last.inputs ?? first.inputs,
    outputs: last.outputs ?? first.outputs,
  });
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
