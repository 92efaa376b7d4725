import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { type AssetKind, DATASET_KINDS } from "#lib/model/asset.ts";
import type { Published, RepairStep } from "./incident-action.ts";

export interface RepairInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  /** The blast radius of the cause. */
  readonly verdicts: readonly AssetVerdict[];
  /** ISO 8601: the first run that wrote wrong data; absent: not known. */
  readonly firstBadRun?: string | undefined;
  /** ISO 8601: from when on nothing wrong was served; absent: not yet. */
  readonly mitigated?: string | undefined;
}

/** What keeps data and got wrong, stale or lost data: each after everything that it reads. Views fill themselves. */
export function planRepair({ snapshot, graph, verdicts, firstBadRun }: RepairInput): RepairStep[] {
  const steps = verdicts.flatMap(({ asset, verdict }) => {
    const known = graph.assets.get(asset.id);
    if (known === undefined || verdict === "unaffected") return [];
    const { materialization, owner } = known.attributes;
    const keeps =
      DATASET_KINDS.has(known.kind) &&
      known.kind !== "view" &&
      materialization !== "view" &&
      materialization !== "ephemeral";
    if (!keeps) return [];
    const rank = snapshot.rank[findAsset(snapshot, asset.id)] ?? 0;
    const step: RepairStep = {
      asset: asset.id,
      name: asset.name,
      ...(owner === undefined ? {} : { owner }),
      ...(firstBadRun === undefined ? {} : { since: firstBadRun }),
    };
    return [{ rank, step }];
  });
  return steps.sort((a, b) => a.rank - b.rank).map(({ step }) => step);
}

const TASKS: Partial<Record<AssetKind, Pick<Published, "what" | "task">>> = {
  ml_model: { what: "a model was trained", task: "retrain" },
  ml_job: { what: "a model was trained or scored", task: "retrain" },
  report: { what: "an edition was sent", task: "reissue" },
  application: { what: "an export was pushed", task: "correct" },
};

/**
 * What left the house between the first bad run and the mitigation. Something of which no run is known may have gone
 * out as well: it is listed, with words that say so.
 */
export function findPublished({
  graph,
  verdicts,
  firstBadRun,
  mitigated,
}: RepairInput): Published[] {
  return verdicts.flatMap(({ asset, verdict }): Published[] => {
    const task = TASKS[asset.kind];
    if (task === undefined || verdict !== "breaks_silently") return [];
    const run = graph.assets.get(asset.id)?.attributes.lastRun;
    const isOutside =
      run !== undefined &&
      ((firstBadRun !== undefined && run.at < firstBadRun) ||
        (mitigated !== undefined && run.at > mitigated) ||
        run.state === "failed");
    if (isOutside) return [];
    const what = run === undefined ? `perhaps ${task.what}: no run of it is known` : task.what;
    return [
      {
        asset: asset.id,
        what,
        task: task.task,
        ...(asset.owner === undefined ? {} : { owner: asset.owner }),
        ...(run === undefined ? {} : { at: run.at }),
      },
    ];
  });
}
