import {
  asList,
  asRecord,
  asText,
  countLevels,
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

/** What whoever reads many events has at hand. */
export interface EventCheck {
  /** How many lists and records are nested in the event; counted here where it is absent. */
  readonly levels?: number | undefined;
  /** Makes one and the same object of each name. */
  readonly readName?: NameReader;
}

/** Names as a reader of many events has them: see `createNameReader`. */
export type NameReader = (record: LooseRecord | undefined) => AssetName | undefined;

/**
 * Accepts what carries a time and names what it speaks of, in whatever state the rest is; refuses what does not.
 * `producer` and `schemaURL` are required by the specification and missing in hand-written events: they are not insisted on.
 */
export function checkEvent(
  value: unknown,
  { levels, readName: nameOf = readName }: EventCheck = {},
): Result<OpenLineageEvent, EventRefusal> {
  const event = asRecord(value);
  if (event === undefined) return refuse("an event is a JSON object");
  if ((levels ?? countLevels(event, MAX_DEPTH)) > MAX_DEPTH) {
    return err({
      code: "too-large",
      message: `the event is nested deeper than ${MAX_DEPTH} levels`,
    });
  }
  const time = parseEventTime(asText(event["eventTime"]) ?? "");
  if (time === undefined) {
    return refuse(`\`eventTime\` must be an ISO 8601 time, not ${shown(event["eventTime"])}`);
  }
  const base = { time, producer: asText(event["producer"]) ?? "", nameOf };
  if (event["run"] !== undefined) return checkRunEvent(event, base);
  if (event["job"] !== undefined) return checkJobEvent(event, base);
  if (event["dataset"] !== undefined) return checkDatasetEvent(event, base);
  return refuse("an event has a `run` with its `job`, a `job`, or a `dataset`");
}

interface EventBase {
  readonly time: EventTime;
  readonly producer: string;
  readonly nameOf: NameReader;
}

function checkRunEvent(
  event: LooseRecord,
  { time, producer, nameOf }: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const run = asRecord(event["run"]);
  const runId = asText(run?.["runId"]);
  if (runId === undefined) return refuse("`run.runId` is missing");
  const job = readJob(event["job"], nameOf);
  if (job === undefined) return refuse(`\`job.namespace\` and \`job.name\` ${MISSING}`);
  const complaints: string[] = [];
  const state = readState(event["eventType"], complaints);
  return ok({
    kind: "run",
    time,
    producer,
    runId,
    ...(state === undefined ? {} : { state }),
    runFacets: readFacets(run?.["facets"], { where: "run.facets", complaints }),
    job: { name: job.name, facets: readFacets(job.facets, { where: "job.facets", complaints }) },
    inputs: readDatasets(event["inputs"], { where: "inputs", complaints, nameOf }),
    outputs: readDatasets(event["outputs"], { where: "outputs", complaints, nameOf }),
    complaints,
  });
}

function checkJobEvent(
  event: LooseRecord,
  { time, producer, nameOf }: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const job = readJob(event["job"], nameOf);
  if (job === undefined) return refuse(`\`job.namespace\` and \`job.name\` ${MISSING}`);
  if (asText(event["eventType"]) !== undefined)
    return refuse("an event with an `eventType` needs a `run` with its `runId`");
  const complaints: string[] = [];
  return ok({
    kind: "job",
    time,
    producer,
    runFacets: {},
    job: { name: job.name, facets: readFacets(job.facets, { where: "job.facets", complaints }) },
    inputs: readDatasets(event["inputs"], { where: "inputs", complaints, nameOf }),
    outputs: readDatasets(event["outputs"], { where: "outputs", complaints, nameOf }),
    complaints,
  });
}

function checkDatasetEvent(
  event: LooseRecord,
  { time, producer, nameOf }: EventBase,
): Result<OpenLineageEvent, EventRefusal> {
  const complaints: string[] = [];
  const dataset = readDataset(event["dataset"], { where: "dataset", complaints, nameOf });
  if (dataset === undefined) return refuse(`\`dataset.namespace\` and \`dataset.name\` ${MISSING}`);
  return ok({
    kind: "dataset",
    time,
    producer,
    runFacets: {},
    inputs: [],
    outputs: [],
    dataset,
    complaints,
  });
}

function readJob(
  value: unknown,
  nameOf: NameReader,
): { readonly name: AssetName; readonly facets: unknown } | undefined {
  const job = asRecord(value);
  const name = nameOf(job);
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

interface NamedPlace extends Place {
  readonly nameOf: NameReader;
  /** In the list that `where` is. */
  readonly index?: number;
}

function readDatasets(value: unknown, place: NamedPlace): readonly EventDataset[] {
  if (value === undefined || value === null) return [];
  const list = asList(value);
  if (list === undefined) {
    place.complaints.push(`\`${place.where}\` is not a list`);
    return [];
  }
  const datasets: EventDataset[] = [];
  for (const [index, item] of list.entries()) {
    const dataset = readDataset(item, { ...place, index });
    if (dataset !== undefined) datasets.push(dataset);
    else
      place.complaints.push(
        `\`${place.where}[${index}]\` has no namespace and name, or longer ones than ${MAX_NAME} characters`,
      );
  }
  return datasets;
}

function readDataset(
  value: unknown,
  { where, index, complaints, nameOf }: NamedPlace,
): EventDataset | undefined {
  const dataset = asRecord(value);
  const name = nameOf(dataset);
  if (dataset === undefined || name === undefined) return undefined;
  const read = (facets: unknown, key: string): LooseRecord => {
    if (facets === undefined || facets === null) return NO_FACETS;
    const place = index === undefined ? where : `${where}[${index}]`;
    return readFacets(facets, { where: `${place}.${key}`, complaints });
  };
  return {
    name,
    facets: read(dataset["facets"], "facets"),
    useFacets: read(dataset["inputFacets"] ?? dataset["outputFacets"], "inputFacets"),
  };
}

/** Of most inputs nothing is told but their names. */
export const NO_FACETS: LooseRecord = Object.freeze({});

function readFacets(value: unknown, place: Place): LooseRecord {
  if (value === undefined || value === null) return NO_FACETS;
  const facets = asRecord(value);
  if (facets === undefined) place.complaints.push(`\`${place.where}\` is not an object`);
  return facets ?? NO_FACETS;
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
