import { asRecord, asText, ownValue, withoutUndefined } from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { AssetAttributes, AssetKind } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import { DESCRIBED_AT } from "../described-at.ts";
import { descriptionOf, nonEmpty, readOwners, readTags } from "./dataset-attributes.ts";
import { datasetEnd } from "./flow-edges.ts";
import type { Gathered, JobState } from "./gather-events.ts";
import { firstWord, jobQuery } from "./job-query.ts";
import { aboutItsRuns } from "./run-facets.ts";

/**
 * Jobs that are no assets. Tests tell of the tables that they test (reason: empty text). Spark looks at the footers of
 * the files before it reads them, and reports that as a job of its own: only the list of paths is its input, never the rows.
 */
export function isAssetJob(job: JobState): Result<true, string> {
  const type = jobTypeOf(job);
  if (type.jobType === "TEST" && job.outputs.size === 0) return err("");
  const looksAtFooters =
    type.integration === "SPARK" &&
    type.jobType === "RDD_JOB" &&
    job.name.name.endsWith(".map_partitions_parallel_collection");
  if (looksAtFooters && job.outputs.size === 0) {
    return err(`${job.name.name}: Spark reads the schema from file footers here; no rows are read`);
  }
  return ok(true);
}

/**
 * A job. With outputs it is named on the edges between datasets; without, it is the end of the lineage: a consumer that
 * reads its inputs, and how is not known unless its SQL says so.
 */
export function jobFact(job: JobState, gathered: Gathered): AssetFact {
  const edges = job.outputs.size > 0 ? [] : inputEdges(job, gathered);
  const query = job.outputs.size > 0 ? undefined : selectOf(job, gathered);
  return {
    name: job.name,
    kind: jobKindOf(job, gathered),
    attributes: jobAttributes(job),
    edges,
    queries: query === undefined ? [] : [query],
    provenance: job.provenance,
  };
}

function inputEdges(job: JobState, gathered: Gathered): readonly EdgeFact[] {
  return [...job.inputs.keys()].sort(compareText).flatMap((key) => {
    const source = gathered.datasets.get(key);
    if (source === undefined) return [];
    return [
      {
        from: datasetEnd(source),
        use: "UNKNOWN" as const,
        provenance: job.inputs.get(key) ?? job.provenance,
      },
    ];
  });
}

const READ_ONLY = new Set(["select", "with", "from"]);

/** A statement that only reads. One that writes belongs to an output that another event will name. */
function selectOf(job: JobState, gathered: Gathered): QueryFact | undefined {
  const input = gathered.datasets.get([...job.inputs.keys()].sort(compareText)[0] ?? "");
  const end = input === undefined ? undefined : datasetEnd(input);
  const query = jobQuery(job, {
    namespace: end?.name.namespace ?? job.name.namespace,
    path: end?.path,
  });
  return query !== undefined && READ_ONLY.has(firstWord(query.sql)) ? query : undefined;
}

function jobTypeOf(job: JobState): { readonly jobType: string; readonly integration: string } {
  const facet = asRecord(job.facets.get("jobType")?.value);
  return {
    jobType: asText(facet?.["jobType"])?.toUpperCase() ?? "",
    integration: asText(facet?.["integration"])?.toUpperCase() ?? "",
  };
}

const ML_TYPES = new Set([
  "TRAINING",
  "TRAIN",
  "MODEL_TRAINING",
  "ML_TRAINING",
  "ML_JOB",
  "ML",
  "INFERENCE",
  "SCORING",
]);
const ML_INTEGRATIONS = new Set([
  "MLFLOW",
  "SAGEMAKER",
  "VERTEX_AI",
  "VERTEXAI",
  "KUBEFLOW",
  "FEAST",
  "TENSORFLOW",
]);
const SHOWN_TYPES: Readonly<Record<string, AssetKind>> = makeTable({
  DASHBOARD: "dashboard",
  CHART: "chart",
  REPORT: "report",
});
const ML_NAME = /(?:^|[._\-/ ])(?:re)?train(?:ing)?(?:$|[._\-/ ])/i;

/** A job is more than a job only where its source says so: type, integration, a tag, a model as its output, or its very name. */
function jobKindOf(job: JobState, gathered: Gathered): AssetKind {
  const { jobType, integration } = jobTypeOf(job);
  const shown = SHOWN_TYPES[jobType];
  if (shown !== undefined) return shown;
  const isTagged = tagsOf(job).some((tag) =>
    /^(?:kind|type|category|workload):ml(?:[_-]job)?$|^ml[_-]job$/i.test(tag),
  );
  if (ML_TYPES.has(jobType) || ML_INTEGRATIONS.has(integration) || isTagged) return "ml_job";
  const writesModel = [...job.outputs.keys()].some((key) => {
    const facet = asRecord(gathered.datasets.get(key)?.own.get("datasetType")?.value);
    return asText(facet?.["datasetType"])?.toUpperCase() === "MODEL";
  });
  if (writesModel) return "ml_job";
  return job.outputs.size === 0 && job.inputs.size > 0 && ML_NAME.test(job.name.name)
    ? "ml_job"
    : "job";
}

function tagsOf(job: JobState): readonly string[] {
  const ofJob = readTags(job.facets.get("tags")?.value).attributes.tags ?? [];
  return [...ofJob, ...(readTags(job.runFacets.get("tags")?.value).attributes.tags ?? [])];
}

function jobAttributes(job: JobState): AssetAttributes {
  const facets = Object.fromEntries(
    [...job.facets].map(([name, sighting]) => [name, sighting.value]),
  );
  const owners = readOwners(facets["ownership"]);
  const tags = readTags(facets["tags"]).attributes;
  const type = asRecord(facets["jobType"]);
  const failed = job.lastRun?.state === "failed";
  return withoutUndefined({
    ...tags,
    owner: owners[0] ?? tags.owner,
    description: descriptionOf(facets),
    url: asText(ownValue(asRecord(facets["sourceCodeLocation"]), "url")),
    lastRun: job.lastRun,
    extra: nonEmpty({
      owners: owners.length > 1 ? owners : undefined,
      jobType: asText(type?.["jobType"]),
      integration: asText(type?.["integration"]),
      processingType: asText(type?.["processingType"]),
      outputs: job.outputs.size > 0 ? job.outputs.size : undefined,
      ...aboutItsRuns(job),
      [DESCRIBED_AT]: job.describedAt,
      dbtNode: asText(ownValue(asRecord(facets["dbt_node"]), "unique_id")),
      error: failed
        ? asText(ownValue(asRecord(job.runFacets.get("errorMessage")?.value), "message"))?.slice(
            0,
            300,
          )
        : undefined,
    }),
  });
}
