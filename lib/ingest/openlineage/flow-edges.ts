import { asRecord, asText, compareText, ownValue } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EdgeFact, FactEnd, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type ColumnLineage, type LineageStep, sourcesOf } from "./column-lineage.ts";
import { facetsOf } from "./dataset-attributes.ts";
import { columnNames, complainer } from "./dataset-columns.ts";
import { settleDatasetName, tablePathOf } from "./dataset-name.ts";
import {
  type DatasetState,
  type Gathered,
  type JobState,
  type LineageSighting,
  nameKey,
} from "./gather-events.ts";
import { jobQuery } from "./job-query.ts";
import { numberNames, withoutRepeated } from "./name-book.ts";
import { columnOfField } from "./read-schema.ts";

/** What one job (or a dataset event) moves into the dataset. */
export interface Flow {
  readonly edges: readonly EdgeFact[];
  readonly query?: QueryFact;
  /** Columns that the lineage says are written. */
  readonly outputs: readonly string[];
}

/** One flow for each job that writes the dataset, in the order of the jobs' names. */
export function flowsInto(
  state: DatasetState,
  gathered: Gathered,
  problems: Problem[],
): readonly Flow[] {
  const senders = [...state.lineage.values()].map((sighting) => sighting.jobKey);
  const jobKeys = [...new Set([...state.writers, ...senders])].sort(compareText);
  return jobKeys.map((jobKey) => {
    const job = gathered.jobs.get(jobKey);
    const lineage = lineageFrom(state, jobKey, problems);
    const flow = { state, job, gathered, lineage, problems };
    const query =
      job === undefined || lineage?.hasTransformations === true ? undefined : queryOf(state, job);
    return {
      edges: [...stepEdges(flow), ...(job === undefined ? [] : unexplainedEdges({ ...flow, job }))],
      outputs: lineage?.outputs ?? [],
      ...(query === undefined ? {} : { query }),
    };
  });
}

interface PlacedLineage extends Omit<ColumnLineage, "steps"> {
  readonly sent: readonly LineageSighting[];
}

function lineageFrom(
  state: DatasetState,
  jobKey: string,
  problems: Problem[],
): PlacedLineage | undefined {
  const sent = [...state.lineage.values()].filter((sighting) => sighting.jobKey === jobKey);
  for (const { complaints, provenance } of sent) {
    for (const complaint of complaints) complainer({ state, problems }, provenance)(complaint);
  }
  const read = sent.filter(({ lineage }) => lineage.steps.length > 0 || lineage.outputs.length > 0);
  if (read.length === 0) return undefined;
  return {
    sent: read,
    outputs: [...new Set(read.flatMap(({ lineage }) => lineage.outputs))],
    hasTransformations: read.some(({ lineage }) => lineage.hasTransformations),
  };
}

/** Two facets of one job may say the same edge. */
export function distinctEdges(edges: readonly EdgeFact[]): readonly EdgeFact[] {
  const numberOf = numberNames();
  return withoutRepeated(edges, ({ from, toColumn, use, via }) => {
    const flow = `${numberOf(from.name)}\n${via === undefined ? "" : numberOf(via)}`;
    return `${use}\n${toColumn ?? ""}\n${from.column ?? ""}\n${flow}`;
  });
}

interface FlowInput {
  readonly state: DatasetState;
  readonly job: JobState | undefined;
  readonly gathered: Gathered;
  readonly lineage: PlacedLineage | undefined;
  readonly problems: Problem[];
}

function stepEdges(flow: FlowInput): readonly EdgeFact[] {
  const { state, job, gathered, lineage, problems } = flow;
  const edges: EdgeFact[] = [];
  const loops = new Set<Provenance>();
  const lookUp = sourceFinder(gathered, job);
  for (const { lineage: sent, provenance } of lineage?.sent ?? []) {
    for (const step of sent.steps) {
      const source = lookUp(step.from);
      if (step.fromJob !== true && source.key === state.key) loops.add(provenance);
      else if (source.isInner) edges.push(...inputsUnknown(flow, provenance));
      else edges.push(stepEdge(flow, { step, source, provenance }));
    }
  }
  for (const provenance of loops) problems.push(selfLoop(state, job, provenance));
  return edges;
}

interface StepSource {
  readonly key: string;
  readonly dataset: DatasetState | undefined;
  /** No dataset: what the job's own SQL calls so inside. */
  readonly isInner: boolean;
  readonly end: FactEnd;
}

interface PlacedStep {
  readonly step: LineageStep;
  readonly source: StepSource;
  readonly provenance: Provenance;
}

/** What the steps of one flow call their sources. A wide table has thousands of steps from a few of them. */
function sourceFinder(
  { datasets }: Gathered,
  job: JobState | undefined,
): (name: AssetName) => StepSource {
  const known = new Map<AssetName, StepSource>();
  return (sent) => {
    let source = known.get(sent);
    if (source === undefined) {
      const name = settleDatasetName(sent);
      const key = nameKey(name);
      const dataset = datasets.get(key);
      source = {
        key,
        dataset,
        isInner: dataset === undefined && isInnerName(sent.name, job),
        end: dataset === undefined ? endCalled(name, tablePathOf(name, {})) : datasetEnd(dataset),
      };
      known.set(sent, source);
    }
    return source;
  };
}

function stepEdge({ state, job }: FlowInput, { step, source, provenance }: PlacedStep): EdgeFact {
  const { toColumn, use, cap, expression } = step;
  const edge: Mutable<EdgeFact> = { from: stepEnd(step, source), use, provenance };
  if (toColumn !== undefined) edge.toColumn = columnOfField(toColumn, columnNames(state));
  if (cap !== undefined) edge.cap = cap;
  if (expression !== undefined) edge.expression = expression;
  if (job !== undefined) edge.via = job.name;
  return edge;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * dbt-ol takes the name of a CTE or of a table function for a dataset now and then. What stands behind it is read from
 * the job's inputs, in a way that is not told.
 */
function isInnerName(name: string, job: JobState | undefined): boolean {
  const sql = asText(ownValue(asRecord(job?.facets.get("sql")?.value), "query"));
  if (sql === undefined || !/^\w{1,128}$/.test(name)) return false;
  const opens = `["\`]?\\s{0,9}(?:\\([^()]{0,300}\\)\\s{0,9})?(?:as\\s{1,9}(?:not\\s{1,9})?(?:materialized\\s{0,9})?|as)?\\(`;
  return new RegExp(`\\b${name}${opens}`, "i").test(sql);
}

function inputsUnknown(
  { job, gathered, state }: FlowInput,
  provenance: Provenance,
): readonly EdgeFact[] {
  if (job === undefined) return [];
  return [...job.inputs.keys()].sort(compareText).flatMap((key) => {
    const source = gathered.datasets.get(key);
    if (source === undefined || key === state.key) return [];
    return [{ from: datasetEnd(source), use: "UNKNOWN" as const, via: job.name, provenance }];
  });
}

function stepEnd({ from, field, fromJob }: LineageStep, { dataset, end }: StepSource): FactEnd {
  if (fromJob === true) return { name: from };
  if (field === undefined) return end;
  return withColumn(
    end,
    dataset === undefined ? field : columnOfField(field, columnNames(dataset)),
  );
}

/** A dataset as the end of an edge, called as its fact is. */
export function datasetEnd(state: DatasetState, column?: string): FactEnd {
  let end = knownEnds.get(state);
  if (end === undefined) {
    end = endCalled(state.name, tablePathOf(state.name, facetsOf(state)));
    knownEnds.set(state, end);
  }
  return column === undefined ? end : withColumn(end, column);
}

const knownEnds = new WeakMap<DatasetState, FactEnd>();

const endCalled = (name: AssetName, path: readonly string[] | undefined): FactEnd =>
  path === undefined ? { name } : { name, path };

const withColumn = ({ name, path }: FactEnd, column: string): FactEnd =>
  path === undefined ? { name, column } : { name, path, column };

/**
 * What the job reads and no lineage of its outputs accounts for: read in a way that is not told, a lost edge otherwise.
 * Where this output has no lineage of its own, that is everything.
 */
function unexplainedEdges(flow: FlowInput & { readonly job: JobState }): readonly EdgeFact[] {
  const { state, job, gathered, lineage, problems } = flow;
  const explained = lineage === undefined ? new Set<string>() : explainedBy(job, gathered);
  const edges: EdgeFact[] = [];
  for (const key of [...job.inputs.keys()].sort(compareText)) {
    const source = gathered.datasets.get(key);
    if (source === undefined || explained.has(key)) continue;
    const provenance = job.inputs.get(key) ?? job.provenance;
    if (key === state.key) {
      if (lineage === undefined) problems.push(selfLoop(state, job, provenance));
      continue;
    }
    edges.push({ from: datasetEnd(source), use: "UNKNOWN", via: job.name, provenance });
  }
  return edges;
}

function explainedBy(job: JobState, gathered: Gathered): ReadonlySet<string> {
  const explained = new Set<string>();
  for (const key of job.outputs.keys()) {
    for (const { jobKey, lineage } of gathered.datasets.get(key)?.lineage.values() ?? []) {
      if (jobKey !== job.key) continue;
      for (const name of sourcesOf(lineage)) explained.add(nameKey(settleDatasetName(name)));
    }
  }
  return explained;
}

function selfLoop(state: DatasetState, job: JobState | undefined, provenance: Provenance): Problem {
  return {
    code: "self-loop",
    message: `${job?.name.name ?? "an event"} reads and writes ${state.name.name}: edges from the dataset to itself are left out`,
    ...(provenance.file === undefined ? {} : { file: provenance.file }),
    ...(provenance.line === undefined ? {} : { line: provenance.line }),
    severity: "info",
  };
}

/** The job's SQL, where it says more of this output than the event does. With several outputs it is not known which is meant. */
function queryOf(state: DatasetState, job: JobState): QueryFact | undefined {
  if (job.outputs.size !== 1) return undefined;
  return jobQuery(job, {
    namespace: state.name.namespace,
    path: tablePathOf(state.name, facetsOf(state)),
  });
}
