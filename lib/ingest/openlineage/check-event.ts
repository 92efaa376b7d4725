import {
  asList,
  asRecord,
  asText,
  isDeeperThan,
  type LooseRecord,
} from "#lib/ingest/loose-value.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { ProblemCode } from "#lib/model/problem.ts";
import { type EventTime, parseEventTime } from "./event-time.ts";

export type RunState = "START" | "RUNNING" | "COMPLETE" | "ABORT" | "FAIL" | "OTHER";

/** A dataset as an event names it; facets as they came. */
export interface EventDataset {
  readonly name: AssetName;
  readonly facets: LooseRecord;
  /** `inputFacets` or `outputFacets`. */
  readonly useFacets: LooseRecord;
}

/** An OpenLineage event (specification 2-0-2) with its three forms in one. */
export interface OpenLineageEvent {
  readonly kind: "run" | "job" | "dataset";
  readonly time: EventTime;
  readonly producer: string;
  /** Absent: a job event, a dataset event, or a run event that did not say. */
  readonly state?: RunState;
  readonly runId?: string;
  readonly runFacets: LooseRecord;
  readonly job?: { readonly name: AssetName; readonly facets: LooseRecord };
  readonly inputs: readonly EventDataset[];
  readonly outputs: readonly EventDataset[];
  /** Of a dataset event. */
  readonly dataset?: EventDataset;
  /** What was not as the specification says, and could be left out without losing the rest. */
  readonly complaints: readonly string[];
}

/** Why an event can never be accepted: sending it again does not help. */
export interface EventRefusal {
  readonly code: ProblemCode;
  readonly message: string;
}

const MAX_DEPTH = 100;
const STATES = new Set<string>(["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]);

/**
 * Accepts what carries a time and names what it speaks of, in whatever state the rest is; refuses what does not.
 * `producer` and `schemaURL` are required by the specification and missing in hand-written events: they are not insisted on.
 */
export function checkEvent(value: unknown): Result<OpenLineageEvent, EventRefusal> {
  const event = asRecord(value);
  if (event === undefined) return refuse("an event is a JSON object");
  if (isDeeperThan(event, MAX_DEPTH)) {
    return err({
      code: "too-large",
      message: `the event is nested deeper than ${MAX_DEPTH} levels`,
    });
  }
  const time = parseEventTime(asText(event["eventTime"]) ?? "");
  if (time === undefined) {
    return refuse(`\`eventTime\` must be an ISO 8601 time, not ${shown(event["eventTime"])}`);
  }
  const base = { time, producer: asText(event["producer"]) ?? "" };
  if (event["run"] !== undefined) return checkRunEvent(event, base);
  if (event["job"] !== undefined) return checkJobEvent(event, base);
  if (event["dataset"] !== undefined) return checkDatasetEvent(event, base);
  return refuse("an event has a `run` with its `job`, a `job`, or a `dataset`");
}

interface EventBase {
  readonly time: EventTime;
  readonly producer: string;
}

function checkRunEvent(
  event: LooseRecord,
  base: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const run = asRecord(event["run"]);
  const runId = asText(run?.["runId"]);
  if (runId === undefined) return refuse("`run.runId` is missing");
  const job = readJob(event["job"]);
  if (job === undefined) return refuse(`\`job.namespace\` and \`job.name\` ${MISSING}`);
  const complaints: string[] = [];
  const state = readState(event["eventType"], complaints);
  return ok({
    kind: "run",
    ...base,
    runId,
    ...(state === undefined ? {} : { state }),
    runFacets: readFacets(run?.["facets"], { where: "run.facets", complaints }),
    job: { name: job.name, facets: readFacets(job.facets, { where: "job.facets", complaints }) },
    inputs: readDatasets(event["inputs"], { where: "inputs", complaints }),
    outputs: readDatasets(event["outputs"], { where: "outputs", complaints }),
    complaints,
  });
}

function checkJobEvent(
  event: LooseRecord,
  base: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const job = readJob(event["job"]);
  if (job === undefined) return refuse(`\`job.namespace\` and \`job.name\` ${MISSING}`);
  if (asText(event["eventType"]) !== undefined)
    return refuse("an event with an `eventType` needs a `run` with its `runId`");
  const complaints: string[] = [];
  return ok({
    kind: "job",
    ...base,
    runFacets: {},
    job: { name: job.name, facets: readFacets(job.facets, { where: "job.facets", complaints }) },
    inputs: readDatasets(event["inputs"], { where: "inputs", complaints }),
    outputs: readDatasets(event["outputs"], { where: "outputs", complaints }),
    complaints,
  });
}

function checkDatasetEvent(
  event: LooseRecord,
  base: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const complaints: string[] = [];
  const dataset = readDataset(event["dataset"], { where: "dataset", complaints });
  if (dataset === undefined) return refuse(`\`dataset.namespace\` and \`dataset.name\` ${MISSING}`);
  return ok({
    kind: "dataset",
    ...base,
    runFacets: {},
    inputs: [],
    outputs: [],
    dataset,
    complaints,
  });
}

function readJob(
  value: unknown,
): { readonly name: AssetName; readonly facets: unknown } | undefined {
  const job = asRecord(value);
  const name = readName(job);
  return name === undefined ? undefined : { name, facets: job?.["facets"] };
}

function readState(value: unknown, complaints: string[]): RunState | undefined {
  if (value === undefined || value === null) return undefined;
  const state = typeof value === "string" ? value.toUpperCase() : "";
  if (STATES.has(state)) return state as RunState;
  complaints.push(
    `\`eventType\` ${shown(value)} is not a state of a run; the run's state is left as it was`,
  );
  return "OTHER";
}

interface Place {
  readonly where: string;
  readonly complaints: string[];
}

function readDatasets(value: unknown, place: Place): readonly EventDataset[] {
  if (value === undefined || value === null) return [];
  const list = asList(value);
  if (list === undefined) {
    place.complaints.push(`\`${place.where}\` is not a list`);
    return [];
  }
  return list.flatMap((item, index) => {
    const here = { ...place, where: `${place.where}[${index}]` };
    const dataset = readDataset(item, here);
    if (dataset === undefined)
      place.complaints.push(
        `\`${here.where}\` has no namespace and name, or longer ones than ${MAX_NAME} characters`,
      );
    return dataset ?? [];
  });
}

function readDataset(value: unknown, place: Place): EventDataset | undefined {
  const dataset = asRecord(value);
  const name = readName(dataset);
  if (name === undefined) return undefined;
  return {
    name,
    facets: readFacets(dataset?.["facets"], { ...place, where: `${place.where}.facets` }),
    useFacets: readFacets(dataset?.["inputFacets"] ?? dataset?.["outputFacets"], {
      ...place,
      where: `${place.where}.inputFacets`,
    }),
  };
}

function readFacets(value: unknown, place: Place): LooseRecord {
  if (value === undefined || value === null) return {};
  const facets = asRecord(value);
  if (facets === undefined) place.complaints.push(`\`${place.where}\` is not an object`);
  return facets ?? {};
}

/** Real names stay far below; work on names may grow with the square of their length. */
const MAX_NAME = 8192;
const MISSING = `are missing, or longer than ${MAX_NAME} characters`;

export function readName(record: LooseRecord | undefined): AssetName | undefined {
  const namespace = asText(record?.["namespace"]);
  const name = asText(record?.["name"]);
  if (namespace === undefined || name === undefined) return undefined;
  return namespace.length > MAX_NAME || name.length > MAX_NAME ? undefined : { namespace, name };
}

const refuse = (message: string): Result<never, EventRefusal> =>
  err({ code: "wrong-shape", message });

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text =
    typeof value === "string"
      ? `\`${value}\``
      : `a value of type ${value === null ? "null" : typeof value}`;
  return text.slice(0, 80);
}
