import { textsIn } from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { factLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact, FactEnd, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { checkEvent, type OpenLineageEvent } from "./check-event.ts";
import { datasetFact } from "./dataset-fact.ts";
import { datasetKindOf } from "./dataset-name.ts";
import { exposureFacts } from "./dbt-exposures.ts";
import { type Gathered, gatherEvents, nameKey } from "./gather-events.ts";
import { isAssetJob, jobFact } from "./job-fact.ts";
import { takeOverRenamed } from "./merge-event-facts.ts";
import { createNameReader } from "./name-book.ts";
import { orderEvents } from "./order-events.ts";
import { type PlacedEvent, readEvent } from "./read-event.ts";
import { type RawEvent, readEventFile } from "./read-event-file.ts";
import { sayNotExtracted } from "./run-facets.ts";

/** Events as files hold them: see `readEventLines` for the forms. */
export function readOpenLineageFiles(files: readonly SourceFile[]): ReadResult {
  const reader = createEventReader();
  const problems: Problem[] = [];
  for (const file of files) for (const one of readEventFile(file, reader.add)) problems.push(one);
  const read = reader.finish();
  return { facts: read.facts, problems: [...problems, ...read.problems] };
}

/**
 * OpenLineage events (specification 2-0-2) as facts: a dataset for each one named, with edges from what it is made of, and
 * a job for each that does something. Order and repetition of the events do not matter. An event that cannot be accepted
 * is a problem; the others are read.
 */
export function readOpenLineageEvents(events: Iterable<RawEvent>): ReadResult {
  const reader = createEventReader();
  for (const event of events) reader.add(event);
  return reader.finish();
}

/** Takes events one by one; of each it keeps what is needed, so that a long file is not in memory as JSON. */
export interface EventReader {
  readonly add: (event: RawEvent) => void;
  readonly finish: () => ReadResult;
}

/** `hear` is told of each event that was accepted, whole and in the order of the files. */
export function createEventReader(hear?: (event: OpenLineageEvent) => void): EventReader {
  const problems: Problem[] = [];
  const placed: PlacedEvent[] = [];
  const readName = createNameReader();
  return {
    add: ({ value, levels, provenance }) => {
      const checked = checkEvent(value, { levels, readName });
      if (checked.ok) {
        hear?.(checked.value);
        placed.push(readEvent(checked.value, { readName, provenance }));
      } else
        problems.push({
          ...checked.error,
          ...placeOf(provenance),
          next: "Look at what sends this event; sending it again does not help.",
          severity: "error",
        });
    },
    finish: () => {
      const ordered = orderEvents(placed);
      for (const { event, provenance } of ordered) {
        for (const message of event.complaints) problems.push(shapeProblem(message, provenance));
      }
      const gathered = gatherEvents(ordered);
      const facts = factsOf(gathered, problems);
      return { facts: takeOverRenamed(facts, facts), problems };
    },
  };
}

function factsOf(gathered: Gathered, problems: Problem[]): readonly AssetFact[] {
  const facts = new Map<string, AssetFact>();
  const add = (key: string, fact: AssetFact): void => {
    if (!facts.has(key)) facts.set(key, fact);
  };
  for (const state of gathered.datasets.values()) {
    add(state.key, datasetFact(state, gathered, problems));
    for (const exposure of exposureFacts(state)) addExposure(facts, exposure);
  }
  for (const job of gathered.jobs.values()) {
    const missing = sayNotExtracted(job);
    if (missing !== undefined)
      problems.push({ ...notExtracted(missing), ...placeOf(job.provenance) });
    const skipped = isAssetJob(job);
    if (skipped.ok) add(`job\n${job.key}`, jobFact(job, gathered));
    else if (skipped.error !== "")
      problems.push({ ...infoProblem(skipped.error), ...placeOf(job.provenance) });
  }
  const jobKeys = new Set(gathered.jobs.keys());
  for (const fact of namedOnlyInLineage(facts, jobKeys)) add(nameKey(fact.name), fact);
  return [...facts.entries()].sort(([a], [b]) => compareText(a, b)).map(([, fact]) => fact);
}

/** An exposure reads several datasets, and each of them names it. */
function addExposure(facts: Map<string, AssetFact>, fact: AssetFact): void {
  const key = `exposure\n${fact.name.namespace}\n${fact.name.name}`;
  const known = facts.get(key);
  const edges = [...(known?.edges ?? []), ...fact.edges].sort((a, b) =>
    compareText(a.from.name.name, b.from.name.name),
  );
  facts.set(key, { ...(known ?? fact), edges });
}

/** dbt-ol leaves seeds out of a job's inputs and names them in the lineage of columns: they exist all the same. */
function namedOnlyInLineage(
  facts: ReadonlyMap<string, AssetFact>,
  jobs: ReadonlySet<string>,
): readonly AssetFact[] {
  const named = new Map<string, AssetFact>();
  const asked = new Set<AssetName>();
  const ask = ({ name, path }: FactEnd, provenance: Provenance): void => {
    if (asked.has(name)) return;
    asked.add(name);
    const key = nameKey(name);
    if (facts.has(key) || jobs.has(key) || named.has(key)) return;
    named.set(key, {
      name,
      ...(path === undefined ? {} : { path }),
      kind: datasetKindOf(name, {}),
      attributes: {},
      edges: [],
      queries: [],
      provenance,
      placeholder: true,
    });
  };
  for (const fact of facts.values()) {
    const lanes = factLanes(fact);
    if (lanes === undefined) for (const { from, provenance } of fact.edges) ask(from, provenance);
    else
      for (const [at, end] of lanes.ends.entries())
        ask(end, lanes.firstPlace[at] ?? fact.provenance);
  }
  return [...named.values()];
}

const labels = new Map<string, string>();
const MOST_LABELS = 1_000;

/** Where events come from, for the id of a source: `spark` of `…/tree/1.53.0/integration/spark`. */
export function producerLabel(value: unknown): string {
  const producer =
    typeof value === "object" && value !== null && "producer" in value
      ? textsIn([value.producer])[0]
      : undefined;
  const text = producer ?? "";
  const known = labels.get(text);
  if (known !== undefined) return known;
  if (labels.size >= MOST_LABELS) labels.clear();
  const label = labelOf(text);
  labels.set(text, label);
  return label;
}

function labelOf(producer: string): string {
  const parts =
    producer
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
      .split(/[?#]/)[0]
      ?.split("/") ?? [];
  const known = parts.indexOf("integration");
  if (known >= 0 && parts[known + 1] !== undefined) return parts[known + 1] ?? "unknown";
  const kept = parts.filter(
    (part) => part !== "" && part !== "tree" && part !== "blob" && !/^v?\d+([.-]\d+)*/.test(part),
  );
  return kept.join("/").slice(0, 80) || "unknown";
}

const placeOf = (provenance: PlacedEvent["provenance"]): Pick<Problem, "file" | "line"> => ({
  ...(provenance.file === undefined ? {} : { file: provenance.file }),
  ...(provenance.line === undefined ? {} : { line: provenance.line }),
});

export function shapeProblem(message: string, provenance: PlacedEvent["provenance"]): Problem {
  return {
    code: "wrong-shape",
    message:
      provenance.file === undefined && provenance.event !== undefined
        ? `${message} (${provenance.event})`
        : message,
    next: "The rest of the event was kept; compare the facet with the OpenLineage specification.",
    ...placeOf(provenance),
    severity: "warning",
  };
}

const notExtracted = (message: string): Problem => ({
  code: "sql-not-understood",
  message,
  next: "What it reads and writes may be more than is shown; see the client's log.",
  severity: "warning",
});

const infoProblem = (message: string): Problem => ({
  code: "not-recognised",
  message,
  severity: "info",
});
