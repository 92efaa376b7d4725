import { asList, asRecord, asText, type LooseRecord, ownValue } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { JobState } from "./gather-events.ts";

const MOST_TASKS = 100;

export interface AirflowTask {
  /** `load.staging`: the group that the task stands in, with those around it. */
  readonly taskGroup?: string;
  /** `SQLExecuteQueryOperator` */
  readonly operator?: string;
  /** Tasks of the same DAG, as jobs. */
  readonly waitsFor?: readonly AssetName[];
  readonly starts?: readonly AssetName[];
  /** Of a whole DAG's last run: its tasks that failed. */
  readonly failedTasks?: readonly string[];
}

/** What Airflow's provider says of a task beside its data, in a facet of its own. */
export function airflowTask({ runFacets, name: { namespace } }: JobState): AirflowTask {
  if (!runFacets.has("airflow") && !runFacets.has("airflowState")) return {};
  const facet = asRecord(runFacets.get("airflow")?.value);
  const states = asRecord(ownValue(asRecord(runFacets.get("airflowState")?.value), "tasksState"));
  const task = asRecord(ownValue(facet, "task"));
  const dag = asText(ownValue(asRecord(ownValue(facet, "dag")), "dag_id"));
  const jobs = (key: string): readonly AssetName[] =>
    dag === undefined
      ? []
      : namesIn(ownValue(task, key)).map((id) => ({ namespace, name: `${dag}.${id}` }));
  const failed = Object.entries(states ?? {})
    .filter(([, state]) => state === "failed" || state === "upstream_failed")
    .map(([id]) => id)
    .slice(0, MOST_TASKS);
  return presentIn({
    taskGroup: asText(ownValue(asRecord(ownValue(task, "task_group")), "group_id")),
    operator: asText(ownValue(task, "operator_class")),
    waitsFor: jobs("upstream_task_ids"),
    starts: jobs("downstream_task_ids"),
    failedTasks: failed,
  });
}

/** The provider sends lists of names as Python prints them: `"['load.clean', 'load.check']"`. */
function namesIn(value: unknown): readonly string[] {
  const listed =
    asList(value)?.flatMap((one) => asText(one) ?? []) ??
    [...(asText(value) ?? "").matchAll(/['"]([^'"]{1,250})['"]/g)].map(([, id = ""]) => id);
  return listed.slice(0, MOST_TASKS);
}

const presentIn = (all: LooseRecord): AirflowTask =>
  Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && asList(value)?.length !== 0),
  );
