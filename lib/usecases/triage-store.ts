import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { describeHistory } from "./describe-history.ts";
import type { Failure } from "./failure.ts";
import { loadGraphView } from "./load-graph-view.ts";
import { logOfHistory, readChangeLog } from "./read-change-log.ts";
import { type TriageAnswer, type TriageRequest, triageIncident } from "./triage-incident.ts";

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
  if (view.value.graph.assets.size === 0) {
    return err({
      code: "bad-usage",
      message: `${store.label} is empty`,
      next: "fill it with `faultline ingest PATH`, or ask files with --from PATH",
    });
  }
  const history = await describeHistory(store, { claims: view.value.graph.assets.size });
  if (!history.ok) return history;
  const known = log === undefined ? undefined : readChangeLog(view.value, log.value, log.where);
  if (known?.ok === false) return known;
  const remembered = logOfHistory(history.value).filter(
    (change) => (change.at ?? "") <= request.now,
  );
  return triageIncident(view.value, {
    ...request,
    changes: [...(request.changes ?? []), ...(known?.value ?? []), ...remembered],
  });
}
