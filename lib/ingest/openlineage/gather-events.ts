import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { type EventDataset, type OpenLineageEvent, readName } from "./check-event.ts";
import { type ColumnLineage, lineageSources } from "./column-lineage.ts";
import { settleDatasetName } from "./dataset-name.ts";
import type { FoundOut } from "./found-out.ts";
import { type PlacedEvent, readFacet, type SentLineage } from "./read-event.ts";
import { withLastGood } from "./run-end.ts";

/** A facet as last seen, and where. */
export interface Sighting {
  readonly value: unknown;
  readonly provenance: Provenance;
}

export interface LineageSighting {
  /** Empty: a dataset event. */
  readonly jobKey: string;
  readonly lineage: ColumnLineage;
  /** What was wrong in the facet, and left out. */
  readonly complaints: readonly string[];
  readonly provenance: Provenance;
}

export interface RunEnd {
  readonly at: string;
  readonly state: "ok" | "failed" | "running";
}

/** All that a heap of events says of one dataset. */
export interface DatasetState {
  readonly key: string;
  readonly name: AssetName;
  /** The names as sent, by key, where they differ from `name`. */
  sent: ReadonlyMap<string, AssetName>;
  /** By who writes it or describes it: these facets speak for the dataset. */
  own: ReadonlyMap<string, Sighting>;
  /** By who reads it: a reader may know only the columns that it reads. */
  seen: ReadonlyMap<string, Sighting>;
  /** Every schema that a reader reported, oldest first. */
  seenSchemas: readonly Sighting[];
  /**
   * The lineage facets as last sent, one for each job and set of sources: Spark gives two inserts into one table from
   * different places the same job name, and the second does not undo the first.
   */
  lineage: ReadonlyMap<string, LineageSighting>;
  /** Test results, by the job that sent them. */
  assertions: ReadonlyMap<string, Sighting>;
  writers: ReadonlySet<string>;
  owned: boolean;
  provenance: Provenance;
  lastRun?: RunEnd | undefined;
  /** ISO 8601: the newest event that tells of it without a run. */
  describedAt?: string | undefined;
  /** What was found out of all of it, once the events are added up. */
  readonly found: FoundOut;
}

export interface JobState {
  readonly key: string;
  readonly name: AssetName;
  facets: ReadonlyMap<string, Sighting>;
  runFacets: ReadonlyMap<string, Sighting>;
  inputs: ReadonlyMap<string, Provenance>;
  outputs: ReadonlyMap<string, Provenance>;
  provenance: Provenance;
  lastRun?: RunEnd | undefined;
  /** ISO 8601: the newest event that tells of it without a run. */
  describedAt?: string | undefined;
}

export interface Gathered {
  readonly datasets: ReadonlyMap<string, DatasetState>;
  /** By the names that events call them: one reader's names are one object each. */
  readonly byName: ReadonlyMap<AssetName, DatasetState>;
  readonly jobs: ReadonlyMap<string, JobState>;
}

export const nameKey = (name: AssetName): string => `${name.namespace}\n${name.name}`;

/**
 * Adds events up, oldest first: each brings what it knows, a facet replaces the earlier one of its name, and what an
 * event does not mention stays as it was. A run's START, RUNNING and COMPLETE therefore say together what none says alone.
 */
export function gatherEvents(events: readonly PlacedEvent[]): Gathered {
  const heap: Heap = { datasets: new Map(), byName: new Map(), jobs: new Map() };
  for (const placed of events) {
    if (placed.event.dataset !== undefined) {
      addOutput(heap, { dataset: placed.event.dataset, jobKey: "", placed });
    }
    if (placed.event.job !== undefined) addJobEvent(heap, placed, placed.event.job);
  }
  return heap;
}

interface Heap {
  readonly datasets: Map<string, DatasetState>;
  readonly byName: Map<AssetName, DatasetState>;
  readonly jobs: Map<string, JobState>;
}

function addJobEvent(
  heap: Heap,
  placed: PlacedEvent,
  named: { readonly name: AssetName; readonly facets: LooseRecord },
): void {
  const { event, provenance } = placed;
  const job = jobState(heap, named.name, provenance);
  job.provenance = provenance;
  job.facets = addFacets(job.facets, named.facets, provenance);
  job.runFacets = addFacets(job.runFacets, event.runFacets, provenance);
  const ended = endOf(event);
  job.lastRun = laterEnd(job.lastRun, ended);
  noteDescription(job, event);
  for (const dataset of event.inputs)
    job.inputs = put(job.inputs, addInput(heap, { dataset, jobKey: job.key, placed }), provenance);
  for (const dataset of event.outputs)
    job.outputs = put(
      job.outputs,
      addOutput(heap, { dataset, jobKey: job.key, placed }),
      provenance,
    );
  addExplicitEntries(heap, { job, placed });
}

interface Mention {
  readonly dataset: EventDataset;
  /** Of an output, where it is not the dataset itself that has the facets. */
  readonly sent?: readonly SentLineage[];
  readonly jobKey: string;
  readonly placed: PlacedEvent;
}

function addInput(heap: Heap, { dataset, jobKey, placed }: Mention): string {
  const state = datasetState(heap, dataset.name, placed.provenance);
  const facets = { ...dataset.facets, ...dataset.useFacets };
  state.seen = addFacets(state.seen, facets, placed.provenance);
  const schema = ownValue(facets, "schema");
  if (schema !== undefined) addSchema(state, { value: schema, provenance: placed.provenance });
  addAssertions(state, { facets, jobKey, provenance: placed.provenance });
  return state.key;
}

function addOutput(heap: Heap, { dataset, jobKey, placed, ...own }: Mention): string {
  const { event, provenance } = placed;
  const state = datasetState(heap, dataset.name, provenance);
  state.owned = true;
  state.provenance = provenance;
  if (jobKey !== "") addWriter(state, jobKey);
  const facets = { ...dataset.facets, ...dataset.useFacets };
  state.own = addFacets(state.own, facets, provenance);
  for (const sent of own.sent ?? placed.lineage.get(dataset) ?? [])
    addLineage(state, { sent, jobKey, provenance });
  addAssertions(state, { facets, jobKey, provenance });
  const ended = endOf(event);
  state.lastRun = laterEnd(state.lastRun, ended);
  noteDescription(state, event);
  const facet = asRecord(facets["lifecycleStateChange"]);
  const at = event.time.iso;
  if (stateOf(facet) === "DROP")
    state.own = put(state.own, "lifecycleStateChange", { value: { ...facet, at }, provenance });
  noteRename(heap, { renamed: state, facet, at, provenance });
  return state.key;
}

/** Events come oldest first. */
function noteDescription(state: DatasetState | JobState, event: OpenLineageEvent): void {
  if (event.runId === undefined) state.describedAt = event.time.iso;
}

interface Rename {
  readonly renamed: DatasetState;
  readonly facet: LooseRecord | undefined;
  readonly at: string;
  readonly provenance: Provenance;
}

const stateOf = (facet: LooseRecord | undefined): string | undefined =>
  asText(facet?.["lifecycleStateChange"])?.toUpperCase();

/** The old name keeps its readers, and they must hear of it: what it was renamed to is noted there too. */
function noteRename(heap: Heap, { renamed, facet, at, provenance }: Rename): void {
  const previous = readName(asRecord(facet?.["previousIdentifier"]));
  if (previous === undefined || stateOf(facet) !== "RENAME") return;
  const old = datasetState(heap, previous, provenance);
  if (old === renamed) return;
  const value = { lifecycleStateChange: "RENAMED_AWAY", renamedTo: renamed.name, at };
  old.own = put(old.own, "lifecycleStateChange", { value, provenance });
}

interface LineageMention {
  readonly sent: SentLineage;
  readonly jobKey: string;
  readonly provenance: Provenance;
}

function addLineage(state: DatasetState, { sent, jobKey, provenance }: LineageMention): void {
  const { facet, lineage, complaints } = sent;
  const key = [facet, jobKey, ...lineageSources(lineage)].join("\n");
  state.lineage = put(state.lineage, key, { jobKey, lineage, complaints, provenance });
}

interface AssertionFacets {
  readonly facets: LooseRecord;
  readonly jobKey: string;
  readonly provenance: Provenance;
}

function addAssertions(state: DatasetState, { facets, jobKey, provenance }: AssertionFacets): void {
  const value = ownValue(facets, "dataQualityAssertions");
  if (isPresent(value)) state.assertions = put(state.assertions, jobKey, { value, provenance });
}

/** The job facet `lineage` (1-0-0) states edges on its own: targets are datasets, this job, or another one. */
function addExplicitEntries(
  heap: Heap,
  { job, placed }: { readonly job: JobState; readonly placed: PlacedEvent },
): void {
  for (const entry of recordsIn(
    ownValue(asRecord(placed.event.job?.facets["lineage"]), "entries"),
  )) {
    const target = readName(entry);
    if (asText(entry["type"])?.toUpperCase() === "JOB") {
      const reader = target === undefined ? job : jobState(heap, target, placed.provenance);
      addEntryInputs(heap, { reader, inputs: entry["inputs"], placed });
    } else if (target !== undefined) {
      const dataset = { name: target, facets: {}, useFacets: {} };
      const sent = readFacet("lineage", { value: entry, readName });
      const key = addOutput(heap, { dataset, sent, jobKey: job.key, placed });
      job.outputs = put(job.outputs, key, placed.provenance);
    }
  }
}

interface EntryInputs {
  readonly reader: JobState;
  readonly inputs: unknown;
  readonly placed: PlacedEvent;
}

function addEntryInputs(heap: Heap, { reader, inputs, placed }: EntryInputs): void {
  for (const input of asList(inputs) ?? []) {
    const record = asRecord(input);
    const name = readName(record);
    if (name === undefined || asText(record?.["type"])?.toUpperCase() === "JOB") continue;
    const { key } = datasetState(heap, name, placed.provenance);
    reader.inputs = put(reader.inputs, key, placed.provenance);
  }
}

function datasetState(heap: Heap, sent: AssetName, provenance: Provenance): DatasetState {
  const known = heap.byName.get(sent);
  if (known !== undefined) return known;
  const name = settleDatasetName(sent);
  const key = nameKey(name);
  let state = heap.datasets.get(key);
  if (state === undefined) {
    state = {
      key,
      name,
      sent: NONE,
      own: NONE,
      seen: NONE,
      seenSchemas: NO_SCHEMAS,
      lineage: NONE,
      assertions: NONE,
      writers: NOBODY,
      owned: false,
      provenance,
      found: {},
    };
    heap.datasets.set(key, state);
  }
  heap.byName.set(sent, state);
  if (name !== sent) state.sent = put(state.sent, nameKey(sent), sent);
  return state;
}

function jobState(heap: Heap, name: AssetName, provenance: Provenance): JobState {
  const key = nameKey(name);
  let state = heap.jobs.get(key);
  if (state === undefined) {
    state = {
      key,
      name,
      facets: NONE,
      runFacets: NONE,
      inputs: NONE,
      outputs: NONE,
      provenance,
    };
    heap.jobs.set(key, state);
  }
  return state;
}

/** Most of what an event can say it does not say: a map for each of it would be most of the memory. */
const NONE: ReadonlyMap<string, never> = new Map<string, never>();
const NOBODY: ReadonlySet<string> = new Set<string>();
const NO_SCHEMAS: readonly Sighting[] = [];

/** Adds to a map that is made with its first entry. */
function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  if (map === NONE) return new Map([[key, value]]);
  return (map as Map<string, V>).set(key, value);
}

function addSchema(state: DatasetState, sighting: Sighting): void {
  if (state.seenSchemas === NO_SCHEMAS) state.seenSchemas = [sighting];
  else (state.seenSchemas as Sighting[]).push(sighting);
}

function addWriter(state: DatasetState, jobKey: string): void {
  if (state.writers === NOBODY) state.writers = new Set([jobKey]);
  else (state.writers as Set<string>).add(jobKey);
}

/** A facet that is null or `_deleted` is taken back; one that is absent is not spoken of. */
function addFacets(
  known: ReadonlyMap<string, Sighting>,
  facets: LooseRecord,
  provenance: Provenance,
): ReadonlyMap<string, Sighting> {
  let into = known;
  for (const [name, value] of Object.entries(facets)) {
    if (asRecord(value)?.["_deleted"] === true) {
      if (into.has(name)) (into as Map<string, Sighting>).delete(name);
    } else if (isPresent(value)) into = put(into, name, { value, provenance });
  }
  return into;
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** How the last run ended is known until the next one has ended. */
const laterEnd = (known: RunEnd | undefined, end: RunEnd | undefined): RunEnd | undefined =>
  end === undefined || (known !== undefined && known.state !== "running" && end.state === "running")
    ? known
    : withLastGood(end, known);

function endOf(event: OpenLineageEvent): RunEnd | undefined {
  const at = event.time.iso;
  if (event.state === "COMPLETE") return { at, state: "ok" };
  if (event.state === "FAIL" || event.state === "ABORT") return { at, state: "failed" };
  if (event.state === "START" || event.state === "RUNNING") return { at, state: "running" };
  return undefined;
}
