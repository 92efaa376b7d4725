import type { Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { failEmpty } from "../graph/fail-empty.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { readHistory } from "../history/read-history.ts";
import type { TriageAnswer, TriageRequest } from "./triage-incident.ts";
import { triageWithLog } from "./triage-with-log.ts";

export interface StoreTriage {
  readonly request: TriageRequest;
  /** A version or a time: the graph as it was. */
  readonly at?: string | undefined;
  /** A changes file, parsed: what is known beside what the store remembers. */
  readonly log?: { readonly value: unknown; readonly where: string } | undefined;
}

/** Suspects on a store's graph; its own history is the log of what changed. */
export async function triageStore(
  store: LineageStore,
  { request, at, log }: StoreTriage,
): Promise<Result<TriageAnswer, Failure>> {
  const view = await loadGraphView(store, at);
  if (!view.ok) return view;
  if (view.value.graph.assets.size === 0) return failEmpty(store, at);
  const history = await readHistory(store, view.value.graph);
  return history.ok ? triageWithLog(view.value, { request, log, history: history.value }) : history;
}
