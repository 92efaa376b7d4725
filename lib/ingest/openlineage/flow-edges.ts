import { asRecord, asText, ownValue } from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EdgeLanes, EdgeSaid } from "#lib/model/edge-lanes.ts";
import type { FactEnd, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { ColumnLineage } from "./column-lineage.ts";
import { facetsOf } from "./dataset-attributes.ts";
import { columnNames, complainer, ownColumns } from "./dataset-columns.ts";
import { settleDatasetName, tablePathOf } from "./dataset-name.ts";
import { EdgeLists } from "./edge-lists.ts";
import type { ColumnSet } from "./found-out.ts";
import {
  type DatasetState,
  type Gathered,
  type JobState,
  type LineageSighting,
  nameKey,
} from "./gather-events.ts";
import { jobQuery } from "./job-query.ts";
import { numberNames } from "./name-book.ts";
import { columnOfField } from "./read-schema.ts";
import type { LineageSteps } from "./step-lists.ts";
import { findUntold, type UntoldColumns } from "./untold-columns.ts";

/** What one job (or a dataset event) moves into the dataset, beside its edges. */
export interface Flow {
  readonly query?: QueryFact;
  /** Columns that the lineage says are written. */
  readonly outputs: readonly string[];
}

/** One flow for each job that writes the dataset, in the order of the jobs' names, and the edges of all of them. */
export function flowsInto(
  state: DatasetState,
  gathered: Gathered,
  problems: Problem[],
): { readonly flows: readonly Flow[]; readonly edges: EdgeLanes } {
  const senders = [...state.lineage.values()].map((sighting) => sighting.jobKey);
  const jobKeys = [...new Set([...state.writers, ...senders])].sort(compareText);
  const edges = new EdgeLists();
  let direct: EdgeLanes | undefined;
  const flows = jobKeys.map((jobKey): Flow => {
    const job = gathered.jobs.get(jobKey);
    const lineage = lineageFrom(state, jobKey, problems);
    const flow: FlowInput = { state, job, gathered, lineage, problems, edges };
    const query =
      job === undefined || lineage?.hasTransformations === true ? undefined : queryOf(state, job);
    const untold = untoldOf(flow);
    direct = jobKeys.length === 1 && untold.length === 0 ? directLanes(flow) : undefined;
    if (direct === undefined) addStepEdges(flow);
    for (const one of untold) addUntoldEdges(flow, one);
    if (job !== undefined) addUnexplained({ ...flow, job });
    // What the lineage leaves open stands beside it: then all are listed anew.
    if (direct !== undefined && !edges.isEmpty) {
      edges.clear();
      direct = undefined;
      addStepEdges(flow);
      if (job !== undefined) addUnexplained({ ...flow, job, problems: [] });
    }
    return { outputs: lineage?.outputs ?? [], ...(query === undefined ? {} : { query }) };
  });
  return { flows, edges: direct ?? edges.finish() };
}

/**
 * The lists of a facet as they stand, where it is the only one, its columns are called as the schemas have them, and it
 * reads neither the dataset itself nor names that are no datasets: so it is nearly always.
 */
function directLanes(flow: FlowInput): EdgeLanes | undefined {
  const { state, job, lineage } = flow;
  const [only, ...others] = lineage?.sent ?? [];
  if (only === undefined || others.length > 0) return undefined;
  const { steps } = only.lineage;
  const sources = placeSources(flow, steps);
  const ends: FactEnd[] = [];
  for (const source of sources) {
    if (source.kind !== "edge") return undefined;
    ends.push(source.end);
  }
  if (nameOneTwice(ends)) return undefined;
  const own = columnNames(state);
  const isAsCalled = steps.source.every((source, step) => {
    const [field, column] = [steps.field[step], steps.toColumn[step]];
    const from = sources[source];
    const columns = from?.kind === "edge" ? from.columns : undefined;
    return (
      (field === undefined || columnIn(columns, field) === field) &&
      (column === undefined || columnIn(own, column) === column)
    );
  });
  if (!isAsCalled) return undefined;
  return {
    ends,
    firstPlace: ends.map(() => only.provenance),
    end: steps.source,
    fromColumn: steps.field,
    toColumn: steps.toColumn,
    said: steps.said,
    via: { all: job?.name },
    provenance: { all: only.provenance },
  };
}

/** Among so few, looking at each is quicker than numbering them. */
const FEW = 8;

function nameOneTwice(ends: readonly FactEnd[]): boolean {
  if (ends.length <= FEW)
    return ends.some(({ name }, at) =>
      ends.some((other, before) => before < at && isSameName(other.name, name)),
    );
  return new Set(ends.map(({ name }) => name).map(numberNames())).size < ends.length;
}

const isSameName = (a: AssetName, b: AssetName): boolean =>
  a === b || (a.name === b.name && a.namespace === b.namespace);

interface PlacedLineage extends Omit<ColumnLineage, "steps" | "told"> {
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
  const read = sent.filter(
    ({ lineage }) => lineage.steps.source.length > 0 || lineage.outputs.length > 0,
  );
  if (read.length === 0) return undefined;
  return {
    sent: read,
    outputs: outputsOf(read),
    hasTransformations: read.some(({ lineage }) => lineage.hasTransformations),
  };
}

function outputsOf(read: readonly LineageSighting[]): readonly string[] {
  const [only, second] = read;
  return only !== undefined && second === undefined
    ? only.lineage.outputs
    : [...new Set(read.flatMap(({ lineage }) => lineage.outputs))];
}

interface FlowInput {
  readonly state: DatasetState;
  readonly job: JobState | undefined;
  readonly gathered: Gathered;
  readonly lineage: PlacedLineage | undefined;
  readonly problems: Problem[];
  /** Are added to. */
  readonly edges: EdgeLists;
}

function addStepEdges(flow: FlowInput): void {
  const { state, job, lineage, problems } = flow;
  const loops = new Set<Provenance>();
  for (const { lineage: sent, provenance } of lineage?.sent ?? []) {
    const { steps } = sent;
    flow.edges.begin();
    const sources = placeSources(flow, steps);
    for (let step = 0; step < steps.source.length; step++) {
      const source = sources[steps.source[step] ?? 0];
      if (source?.kind === "loop") loops.add(provenance);
      else if (source?.kind === "inner") addInputsUnknown(flow, provenance);
      else if (source !== undefined) addStepEdge(flow, { steps, step, source, provenance });
    }
  }
  for (const provenance of loops) problems.push(selfLoop(state, job, provenance));
}

/** What a step's source comes to for this dataset. */
type PlacedSource =
  | { readonly kind: "edge"; readonly end: FactEnd; readonly columns?: ColumnSet }
  /** The dataset itself. */
  | { readonly kind: "loop" }
  /** No dataset: what the job's own SQL calls so inside. */
  | { readonly kind: "inner" };

const untoldOf = ({ state, lineage }: FlowInput): readonly UntoldColumns[] => {
  const own = columnNames(state);
  return lineage === undefined
    ? []
    : findUntold({
        sent: lineage.sent,
        schema: ownColumns(state),
        columnOf: (field) => columnOfField(field, own),
      });
};

/** A column without told inputs may be made of anything that the statement reads. */
function addUntoldEdges(flow: FlowInput, { sighting, columns }: UntoldColumns): void {
  const { provenance, lineage } = sighting;
  const via = flow.job?.name;
  flow.edges.begin();
  for (const source of placeSources(flow, lineage.steps)) {
    if (source.kind !== "edge") continue;
    for (const toColumn of columns)
      flow.edges.add({ end: source.end, toColumn, said: UNTOLD, via, provenance });
  }
}

interface PlacedStep {
  readonly steps: LineageSteps;
  readonly step: number;
  readonly source: Extract<PlacedSource, { kind: "edge" }>;
  readonly provenance: Provenance;
}

function addStepEdge(
  { state, job, edges }: FlowInput,
  { steps, step, source, provenance }: PlacedStep,
): void {
  const field = steps.field[step];
  const column = steps.toColumn[step];
  const fromColumn = field === undefined ? field : columnIn(source.columns, field);
  const toColumn = column === undefined ? column : columnIn(columnNames(state), column);
  if (fromColumn !== field || toColumn !== column) edges.mayRepeat();
  const said = steps.said[step] ?? UNKNOWN;
  edges.add({ end: source.end, fromColumn, toColumn, said, via: job?.name, provenance });
}

const columnIn = (columns: ColumnSet | undefined, field: string): string =>
  columns === undefined ? field : columnOfField(field, columns);

const UNKNOWN: EdgeSaid = { use: "UNKNOWN" };
const UNTOLD: EdgeSaid = { use: "UNKNOWN", cap: "possible" };

/** What the steps of one facet call their sources. A wide table has thousands of steps from a few of them. */
const placeSources = (
  { state, job, gathered }: FlowInput,
  { sources }: LineageSteps,
): readonly PlacedSource[] =>
  sources.map(({ name: sent, isJob }): PlacedSource => {
    if (isJob) return { kind: "edge", end: { name: sent } };
    const dataset = datasetCalled(sent, gathered);
    if (dataset === state) return { kind: "loop" };
    if (dataset !== undefined)
      return { kind: "edge", end: datasetEnd(dataset), columns: columnNames(dataset) };
    if (isInnerName(sent.name, job)) return { kind: "inner" };
    const name = settleDatasetName(sent);
    return { kind: "edge", end: endCalled(name, tablePathOf(name, {})) };
  });

const datasetCalled = (sent: AssetName, { byName, datasets }: Gathered): DatasetState | undefined =>
  byName.get(sent) ?? datasets.get(nameKey(settleDatasetName(sent)));

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

function addInputsUnknown(
  { job, gathered, state, edges }: FlowInput,
  provenance: Provenance,
): void {
  if (job === undefined) return;
  edges.mayRepeat();
  for (const key of [...job.inputs.keys()].sort(compareText)) {
    const source = gathered.datasets.get(key);
    if (source === undefined || key === state.key) continue;
    edges.add({ end: datasetEnd(source), said: UNKNOWN, via: job.name, provenance });
  }
}

/** A dataset as the end of an edge, called as its fact is. */
export function datasetEnd(state: DatasetState): FactEnd {
  state.found.end ??= endCalled(state.name, tablePathOf(state.name, facetsOf(state)));
  return state.found.end;
}

const endCalled = (name: AssetName, path: readonly string[] | undefined): FactEnd =>
  path === undefined ? { name } : { name, path };

/**
 * What the job reads and no lineage of its outputs accounts for: read in a way that is not told, a lost edge otherwise.
 * Where this output has no lineage of its own, that is everything.
 */
function addUnexplained(flow: FlowInput & { readonly job: JobState }): void {
  const { state, job, gathered, lineage, problems, edges } = flow;
  const explained = lineage === undefined ? new Set<string>() : explainedBy(job, gathered);
  edges.begin();
  for (const key of [...job.inputs.keys()].sort(compareText)) {
    const source = gathered.datasets.get(key);
    if (source === undefined || explained.has(key)) continue;
    const provenance = job.inputs.get(key) ?? job.provenance;
    if (key === state.key) {
      if (lineage === undefined) problems.push(selfLoop(state, job, provenance));
      continue;
    }
    edges.add({ end: datasetEnd(source), said: UNKNOWN, via: job.name, provenance });
  }
}

function explainedBy(job: JobState, gathered: Gathered): ReadonlySet<string> {
  const explained = new Set<string>();
  for (const key of job.outputs.keys()) {
    for (const { jobKey, lineage } of gathered.datasets.get(key)?.lineage.values() ?? []) {
      if (jobKey !== job.key) continue;
      for (const { name } of lineage.steps.sources) {
        const dataset = datasetCalled(name, gathered);
        if (dataset !== undefined) explained.add(dataset.key);
      }
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
