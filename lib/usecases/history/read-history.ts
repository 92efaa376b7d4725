import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import { addDetected, describeHistory } from "./describe-history.ts";
import { listDetected } from "./judge-detected.ts";

const DETECTED_IN_HISTORY = 500;

/** What a store remembers of changes, newest first: what its versions show and what events told of. */
export async function readHistory(
  store: LineageStore,
  graph: MergedGraph,
): Promise<Result<readonly HistoryEntry[], Failure>> {
  const claims = [...graph.assets.values()].reduce((sum, { sources }) => sum + sources.length, 0);
  const history = await describeHistory(store, { claims });
  if (!history.ok) return history;
  const detected = await listDetected(store, { limit: DETECTED_IN_HISTORY });
  return detected.ok
    ? ok(addDetected(history.value, { detected: detected.value.changes, graph }))
    : detected;
}
