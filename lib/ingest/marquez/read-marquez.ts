import { asRecord, asText, type LooseRecord, ownValue, textsIn } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { Answers } from "./gather-answers.ts";
import {
  keyOf,
  listOf,
  type MarquezDataset,
  type MarquezJob,
  nameOf,
  timeOf,
} from "./marquez-record.ts";

/** An OpenLineage event, to be read as all others are. */
export interface MarquezEvent {
  readonly value: unknown;
  readonly provenance: Provenance;
}

/**
 * What a Marquez keeps, told again as the OpenLineage events that it was told: answers of its addresses for datasets,
 * jobs, lineage and column lineage, in any number of files. Every column edge that it stores is in them; the facets that
 * it kept say more of an edge than its own list does, and are taken where they are there.
 */
export function readMarquez(files: readonly SourceFile[]): {
  readonly events: readonly MarquezEvent[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const answers = new Answers();
  for (const file of files) {
    const parsed = parseJsonText(file.path, file.text);
    if (!parsed.ok) problems.push(parsed.error);
    else if (!answers.add(parsed.value, { file: file.path })) problems.push(notMarquez(file));
  }
  return { events: eventsOf(answers), problems };
}

const notMarquez = ({ path }: SourceFile): Problem => ({
  code: "wrong-shape",
  message: "an entry is neither datasets, jobs nor lineage of Marquez",
  next: "Save an answer of /api/v1/namespaces/NAMESPACE/datasets, …/jobs, /lineage or /column-lineage; the rest is kept.",
  file: path,
  severity: "warning",
});

/** Marquez knows when things were; where an answer leaves it out, nothing later is undone by it. */
const LONG_AGO = "1970-01-01T00:00:00Z";

function eventsOf(answers: Answers): readonly MarquezEvent[] {
  const datasets = [...answers.datasets.values()].filter(
    ({ record }) => record["deleted"] !== true && record["isDeleted"] !== true,
  );
  const jobs = [...answers.jobs.values()];
  const writers = writersOf(jobs);
  const lineage = new Map(datasets.map((one) => [keyOf(one.name), lineageOf(one)]));
  const toldBy = new Map(
    datasets.map(({ name }) => [
      keyOf(name),
      writerOf(lineage.get(keyOf(name)), writers.get(keyOf(name)) ?? []),
    ]),
  );
  return [
    ...datasets.map((dataset) => {
      const key = keyOf(dataset.name);
      return datasetEvent(dataset, toldBy.get(key) === undefined ? lineage.get(key) : undefined);
    }),
    ...jobs.flatMap((job) =>
      jobEvents(job, (key) => (toldBy.get(key) === job ? lineage.get(key) : undefined)),
    ),
  ];
}

function writersOf(jobs: readonly MarquezJob[]): ReadonlyMap<string, readonly MarquezJob[]> {
  const writers = new Map<string, MarquezJob[]>();
  for (const job of jobs) {
    for (const key of job.outputs.keys()) {
      const list = writers.get(key);
      if (list) list.push(job);
      else writers.set(key, [job]);
    }
  }
  return writers;
}

/** Marquez does not say which job a column's lineage is of: the one that reads all of its sources. */
function writerOf(
  facet: LineageFacet | undefined,
  writers: readonly MarquezJob[],
): MarquezJob | undefined {
  if (facet === undefined) return undefined;
  const fitting = writers.filter(({ inputs }) =>
    [...facet.sources].every((key) => inputs.has(key)),
  );
  return fitting.length === 1 ? fitting[0] : writers.length === 1 ? writers[0] : undefined;
}

interface LineageFacet {
  readonly value: LooseRecord;
  /** Keys of the datasets that columns are made from. */
  readonly sources: ReadonlySet<string>;
}

/** The facet as it was sent, and every edge of Marquez's own that it does not name. */
function lineageOf({ record, columns }: MarquezDataset): LineageFacet | undefined {
  const sent = asRecord(ownValue(asRecord(record["facets"]), "columnLineage"));
  const fields = new Map<string, LooseRecord[]>();
  const types = new Map<string, unknown>();
  for (const [field, entry] of Object.entries(asRecord(sent?.["fields"]) ?? {}))
    fields.set(field, [...listOf(asRecord(entry), "inputFields")]);
  const sources = new Set<string>();
  for (const { field, inputs } of columns) {
    const known = fields.get(field) ?? [];
    fields.set(field, known);
    // The word that OpenLineage had before its list of transformations.
    types.set(field, inputs[0]?.["transformationType"]);
    const told = new Set(known.map(inputKey));
    for (const input of inputs) {
      const { namespace, dataset, field: from } = input;
      const { transformations } = input;
      const made = { namespace, name: dataset, field: from, transformations };
      if (!told.has(inputKey(made))) known.push(made);
      told.add(inputKey(made));
    }
  }
  for (const input of [...fields.values()].flat()) {
    const name = nameOf(input);
    if (name !== undefined) sources.add(keyOf(name));
  }
  if (fields.size === 0 && sent === undefined) return undefined;
  return { value: { ...sent, fields: fieldRecords(fields, { sent, types }) }, sources };
}

const inputKey = ({ namespace, name, field }: LooseRecord): string =>
  JSON.stringify([namespace, name, field]);

function fieldRecords(
  fields: ReadonlyMap<string, readonly LooseRecord[]>,
  {
    sent,
    types,
  }: { readonly sent: LooseRecord | undefined; readonly types: ReadonlyMap<string, unknown> },
): LooseRecord {
  const before = asRecord(sent?.["fields"]);
  return Object.fromEntries(
    [...fields].map(([field, inputFields]) => {
      const entry = asRecord(ownValue(before, field)) ?? { transformationType: types.get(field) };
      return [field, { ...entry, inputFields }];
    }),
  );
}

function datasetEvent(dataset: MarquezDataset, lineage: LineageFacet | undefined): MarquezEvent {
  const { name, record, provenance } = dataset;
  return {
    value: {
      eventTime: timeOf(record["updatedAt"]) ?? timeOf(record["createdAt"]) ?? LONG_AGO,
      dataset: { ...name, facets: facetsOf(record, lineage) },
    },
    provenance,
  };
}

function facetsOf(record: LooseRecord, lineage: LineageFacet | undefined): LooseRecord {
  const sent = { ...asRecord(record["facets"]) };
  delete sent["columnLineage"];
  const description = asText(record["description"]);
  const fields = listOf(record, "fields");
  const tags = [
    ...textsIn(record["tags"]).map((key) => ({ key, value: "true" })),
    ...fields.flatMap(({ name, tags: own }) =>
      textsIn(own).map((key) => ({ key, value: "true", field: name })),
    ),
  ];
  return {
    ...(tags.length === 0 ? {} : { tags: { tags } }),
    ...(description === undefined ? {} : { documentation: { description } }),
    ...(fields.length === 0 ? {} : { schema: { fields: fields.map(fieldOf) } }),
    ...sent,
    ...(lineage === undefined ? {} : { columnLineage: lineage.value }),
  };
}

const fieldOf = ({ name, type, description }: LooseRecord): LooseRecord => ({
  name,
  ...(asText(type) === undefined ? {} : { type }),
  ...(asText(description) === undefined ? {} : { description }),
});

/** A job with what it moves, and how its last run ended. */
function jobEvents(
  job: MarquezJob,
  lineageTo: (key: string) => LineageFacet | undefined,
): readonly MarquezEvent[] {
  const { name, record, provenance, inputs, outputs } = job;
  const updated = timeOf(record["updatedAt"]) ?? timeOf(record["createdAt"]) ?? LONG_AGO;
  const description = asText(record["description"]);
  const facets = {
    ...(description === undefined ? {} : { documentation: { description } }),
    ...asRecord(record["facets"]),
  };
  const moves = {
    eventTime: updated,
    job: { ...name, facets },
    inputs: endsOf(inputs),
    outputs: endsOf(outputs).map((end) => {
      const lineage = lineageTo(keyOf(end));
      return lineage === undefined ? end : { ...end, facets: { columnLineage: lineage.value } };
    }),
  };
  const run = runEvent(name, asRecord(record["latestRun"]));
  return [{ value: moves, provenance }, ...(run === undefined ? [] : [{ value: run, provenance }])];
}

const endsOf = (ends: ReadonlyMap<string, AssetName>): readonly AssetName[] =>
  [...ends].sort(([a], [b]) => compareText(a, b)).map(([, name]) => name);

const STATES: Readonly<Record<string, string>> = makeTable({
  NEW: "START",
  RUNNING: "RUNNING",
  COMPLETED: "COMPLETE",
  FAILED: "FAIL",
  ABORTED: "ABORT",
});

function runEvent(job: AssetName, run: LooseRecord | undefined): LooseRecord | undefined {
  const runId = asText(run?.["id"]);
  const eventType = STATES[asText(run?.["state"]) ?? ""];
  const eventTime =
    timeOf(run?.["endedAt"]) ?? timeOf(run?.["startedAt"]) ?? timeOf(run?.["updatedAt"]);
  if (runId === undefined || eventType === undefined || eventTime === undefined) return undefined;
  return { eventType, eventTime, run: { runId, facets: asRecord(run?.["facets"]) ?? {} }, job };
}
