import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { airflowTask } from "./airflow-task.ts";
import { readName } from "./check-event.ts";
import type { JobState } from "./gather-events.ts";

const MOST_DEPENDENCIES = 100;

/** What runs say of a job beside its data: what it waits for and starts, what it is a part of, and what ran it. */
export function aboutItsRuns(job: JobState): LooseRecord {
  const { runFacets, facets } = job;
  if (runFacets.size === 0 && !facets.has("sourceCode")) return {};
  const facet = (name: string) => asRecord(runFacets.get(name)?.value);
  const parent = facet("parent");
  const dependencies = facet("jobDependencies");
  const dbtRun = facet("dbt_run");
  return withoutUndefined({
    ...airflowTask(job),
    parent: jobIn(parent),
    root: jobIn(asRecord(ownValue(parent, "root"))),
    ...told(dependencies),
    engine: named(facet("processing_engine")),
    dbtVersion: asText(facet("dbt_version")?.["version"]),
    dbtProject: asText(dbtRun?.["project_name"]),
    sourceLanguage: asText(asRecord(facets.get("sourceCode")?.value)?.["language"]),
  });
}

const told = (dependencies: LooseRecord | undefined) =>
  withoutUndefined({
    waitsFor: jobsIn(dependencies, "upstream"),
    starts: jobsIn(dependencies, "downstream"),
  });

const jobIn = (holder: LooseRecord | undefined) => readName(asRecord(ownValue(holder, "job")));

/** Control flow, not data: a late job makes these late, and no column of theirs hangs on it. */
function jobsIn(facet: LooseRecord | undefined, key: "upstream" | "downstream") {
  const jobs = recordsIn(ownValue(facet, key))
    .slice(0, MOST_DEPENDENCIES)
    .flatMap((one) => jobIn(one) ?? []);
  return jobs.length === 0 ? undefined : jobs;
}

function named(facet: LooseRecord | undefined): string | undefined {
  const name = asText(facet?.["name"]);
  return name === undefined
    ? undefined
    : [name, asText(facet?.["version"])].filter(Boolean).join(" ");
}

const MOST_WORDS = 200;

/** The client says itself that it could not extract all: what is missing then is not known to be absent. */
export function sayNotExtracted({ runFacets, name }: JobState): string | undefined {
  const facet = asRecord(runFacets.get("extractionError")?.value);
  const failed = asNumber(ownValue(facet, "failedTasks")) ?? 0;
  const errors = recordsIn(ownValue(facet, "errors"));
  if (failed === 0 && errors.length === 0) return undefined;
  const [first] = errors;
  const reason = asText(first?.["errorMessage"])?.slice(0, MOST_WORDS);
  const total = asNumber(ownValue(facet, "totalTasks"));
  const parts = total === undefined ? `${failed}` : `${failed} of ${total}`;
  return `${name.name}: its client could not extract the lineage of ${parts} parts${reason === undefined ? "" : `: ${reason}`}`;
}
