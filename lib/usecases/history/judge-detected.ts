import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore, StoreRecord } from "#lib/store/lineage-store.ts";
import { answerImpact, type ImpactResult } from "../ask/answer-impact.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import type { Workspace } from "../graph/workspace.ts";
import { CHANGES_COLLECTION, type DetectedChange } from "./detect-changes.ts";

/** What a detected change breaks, judged on the graph as it was before the change. */
export interface DetectedJudgement {
  /** ISO 8601. */
  readonly at: string;
  readonly graphVersion: string;
  readonly complete: boolean;
  /** Of all that the change reaches. */
  readonly counts: Readonly<Record<string, number>>;
  /** Those that it harms or may harm, worst first. */
  readonly affected: readonly Assessment["verdicts"][number][];
  readonly notify: Assessment["notify"];
}

/** A record of the collection `changes`. */
export interface ChangeRecord extends Omit<DetectedChange, "key"> {
  /** The version of the store that the change made. */
  readonly version: number;
  readonly judgement?: DetectedJudgement;
  /** Why it could not be judged. */
  readonly notJudged?: string;
}

/** What is asked of a workspace. */
type Asked = Pick<Workspace, "store" | "view" | "viewAt">;

const MOST_AFFECTED = 50;

/** Judges every detected change that is not judged yet, also those that an earlier process left. Gives how many. */
export async function judgeDetected(
  workspace: Asked,
  now: () => Date,
): Promise<Result<number, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const records = await store.value.listRecords(CHANGES_COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  const open = records.value.filter((record) => isOpen(record.body as ChangeRecord));
  for (const record of open) {
    const body = record.body as ChangeRecord;
    const view = await viewBefore(workspace, body.version);
    if (!view.ok) return view;
    const judged = { ...body, ...judge(view.value, body, now().toISOString()) };
    const put = await store.value.putRecord(
      CHANGES_COLLECTION,
      record.key,
      judged,
      record.revision,
    );
    // Another process has judged it in the meantime.
    if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return ok(open.length);
}

/** The same where no server keeps a graph in memory. */
export const judgeInStore = (
  store: LineageStore,
  now: () => Date,
): Promise<Result<number, Failure>> =>
  judgeDetected(
    {
      store: async () => ok(store),
      view: () => loadGraphView(store),
      viewAt: (at) => loadGraphView(store, at),
    },
    now,
  );

const isOpen = ({ judgement, notJudged }: ChangeRecord): boolean =>
  judgement === undefined && notJudged === undefined;

/** A reader of a column that is gone is found in the graph that still has it. */
async function viewBefore(workspace: Asked, version: number): Promise<Result<GraphView, Failure>> {
  const view = await workspace.view();
  if (view.ok && view.value.graph.version === version - 1) return view;
  return workspace.viewAt(String(version - 1));
}

function judge(
  view: GraphView,
  { changes }: ChangeRecord,
  at: string,
): Pick<ChangeRecord, "judgement" | "notJudged"> {
  const answer = answerImpact(view, { changes, now: at });
  if (!answer.ok) return { notJudged: answer.error.message };
  // Without `each` there is one assessment.
  const result = answer.value as ImpactResult;
  return isChangeError(result)
    ? { notJudged: result.error.message }
    : { judgement: summarise(result, at) };
}

function summarise(
  { graphVersion, complete, verdicts, notify }: Assessment,
  at: string,
): DetectedJudgement {
  const counts: Record<string, number> = {};
  for (const { verdict } of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  const affected = verdicts
    .filter(({ verdict }) => verdict !== "unaffected")
    .slice(0, MOST_AFFECTED);
  return { at, graphVersion, complete, counts, affected, notify };
}

export interface ChangesRequest {
  /** An id of an asset. */
  readonly asset?: string;
  /** ISO 8601: only what was detected then or later. */
  readonly since?: string;
  readonly limit: number;
}

export interface ChangesAnswer {
  readonly changes: readonly (ChangeRecord & { readonly id: string })[];
  /** How many there are beyond the limit. */
  readonly more: number;
}

/** Detected changes, newest first. */
export async function listDetected(
  store: LineageStore,
  { asset, since, limit }: ChangesRequest,
): Promise<Result<ChangesAnswer, Failure>> {
  const records = await store.listRecords(CHANGES_COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  const fitting = records.value
    .map(toAnswer)
    .filter((change) => asset === undefined || change.asset === asset)
    .filter((change) => since === undefined || change.at >= since)
    .reverse();
  return ok({ changes: fitting.slice(0, limit), more: Math.max(0, fitting.length - limit) });
}

const toAnswer = ({ key, body }: StoreRecord): ChangesAnswer["changes"][number] => ({
  id: key,
  ...(body as ChangeRecord),
});
