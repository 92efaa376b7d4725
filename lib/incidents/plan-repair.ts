import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { type AssetAttributes, type AssetKind, DATASET_KINDS } from "#lib/model/asset.ts";
import type { Published, RepairStep } from "./incident-action.ts";

export interface RepairInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  /** The blast radius of the cause. */
  readonly verdicts: readonly AssetVerdict[];
  /** ISO 8601: the first run that wrote wrong data; absent: not known. */
  readonly firstBadRun?: string | undefined;
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

type Task = Pick<Published, "task"> & { readonly one: string; readonly many: string };

const TASKS: Partial<Record<AssetKind, Task>> = {
  ml_model: { one: "a model was trained", many: "models were trained", task: "retrain" },
  ml_job: {
    one: "a model was trained or scored",
    many: "models were trained or scored",
    task: "retrain",
  },
  report: { one: "an edition was sent", many: "editions were sent", task: "reissue" },
  application: { one: "an export was pushed", many: "exports were pushed", task: "correct" },
};

/** A run of which something is known: when it ended (ISO 8601), and how. */
export interface PastRun {
  readonly at: string;
  readonly state: "running" | "ok" | "failed" | "aborted" | "unknown";
}

export interface PublishedInput {
  readonly graph: MergedGraph;
  /** The blast radius of the cause. */
  readonly verdicts: readonly AssetVerdict[];
  /** ISO 8601: before that nothing was wrong; absent: not known. */
  readonly wrongSince?: string | undefined;
  /** ISO 8601: from when on nothing wrong was served; absent: not yet. */
  readonly mitigated?: string | undefined;
  /** By asset id: the last runs, without gaps. */
  readonly runs?: ReadonlyMap<string, readonly PastRun[]>;
}

/** Whether it is one of the things that leave the house: trained, sent or pushed. */
export const isPublishing = (kind: AssetKind): boolean => TASKS[kind] !== undefined;

/**
 * What left the house while it was wrong. Something of which the runs of that time are not known may have gone out as well, and
 * what is not known to be right may have been wrong: both are listed, with words that say so.
 */
export function findPublished(input: PublishedInput): Published[] {
  return input.verdicts.flatMap(({ asset, verdict }): Published[] => {
    const task = TASKS[asset.kind];
    if (task === undefined || (verdict !== "breaks_silently" && verdict !== "unknown")) return [];
    const sent = sentMeanwhile(input, asset.id);
    if (sent === "nothing") return [];
    const perhapsWrong = verdict === "unknown" ? ", perhaps wrong" : "";
    return [
      {
        asset: asset.id,
        what: `${sayThings(task, sent)}${perhapsWrong}${sent.why === undefined ? "" : `: ${sent.why}`}`,
        task: task.task,
        ...(asset.owner === undefined ? {} : { owner: asset.owner }),
        ...(sent.first === undefined ? {} : { at: sent.first }),
      },
    ];
  });
}

interface Sent {
  readonly count: number;
  /** ISO 8601. */
  readonly first?: string;
  /** Nobody knows whether anything was sent, for this reason. */
  readonly why?: string;
}

const sayThings = ({ one, many }: Task, { count, why }: Sent): string =>
  why === undefined ? (count === 1 ? one : `${count} ${many}`) : `perhaps ${one}`;

function sentMeanwhile(
  { graph, runs, wrongSince, mitigated }: PublishedInput,
  id: AssetVerdict["asset"]["id"],
): Sent | "nothing" {
  const listed = runs?.get(id) ?? [];
  const all = withLast(listed, runsOf(graph.assets.get(id)?.attributes.lastRun));
  const through = inOrder(all.flatMap(({ at, state }) => (state === "ok" ? [at] : [])));
  const from = wrongSince === undefined ? undefined : hoursSinceEpoch(wrongSince);
  const to = mitigated === undefined ? undefined : hoursSinceEpoch(mitigated);
  const isBefore = (at: string): boolean => from !== undefined && (hoursSinceEpoch(at) ?? 0) < from;
  const meanwhile = through.filter(
    (at) => !isBefore(at) && (to === undefined || (hoursSinceEpoch(at) ?? 0) <= to),
  );
  // Since when is not known: of what it sent, the newest was wrong for certain.
  const known = from === undefined ? meanwhile.slice(-1) : meanwhile;
  const [first] = known;
  if (first !== undefined) return { count: known.length, first };
  if (all.length === 0) return { count: 0, why: "no run of it is known" };
  return isCovered({ all, listed, isBefore })
    ? "nothing"
    : { count: 0, why: "its runs of that time are not known" };
}

/** Whether no run since then can have come through without being known. */
function isCovered({
  all,
  listed,
  isBefore,
}: {
  readonly all: readonly PastRun[];
  readonly listed: readonly PastRun[];
  readonly isBefore: (at: string) => boolean;
}): boolean {
  const newest = inOrder(all.map(({ at }) => at)).at(-1);
  if (newest !== undefined && isBefore(newest)) return true;
  if (all.some(({ at, state }) => state === "running" && !isBefore(at))) return false;
  if (listed.some(({ at }) => isBefore(at))) return true;
  // What came through last is told with a run that failed: between the two nothing did.
  const last = all.find(({ at }) => at === newest);
  return last?.state === "failed" && all.some(({ at, state }) => state === "ok" && isBefore(at));
}

/** The graph tells the last run as well: of those that are listed only what is later is one more. */
function withLast(listed: readonly PastRun[], last: readonly PastRun[]): readonly PastRun[] {
  const newest = inOrder(listed.map(({ at }) => at)).at(-1);
  const isListed = ({ at }: PastRun): boolean =>
    newest !== undefined && (hoursSinceEpoch(at) ?? 0) <= (hoursSinceEpoch(newest) ?? 0);
  return [...listed, ...last.filter((run) => !isListed(run))];
}

const inOrder = (times: readonly string[]): readonly string[] =>
  [...new Set(times)].sort((a, b) => (hoursSinceEpoch(a) ?? 0) - (hoursSinceEpoch(b) ?? 0));

const runsOf = (lastRun: AssetAttributes["lastRun"]): readonly PastRun[] =>
  lastRun === undefined
    ? []
    : [
        { at: lastRun.at, state: lastRun.state },
        ...(lastRun.okAt === undefined ? [] : [{ at: lastRun.okAt, state: "ok" as const }]),
      ];
