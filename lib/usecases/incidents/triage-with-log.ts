import { ok, type Result } from "#lib/kit/result.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { logOfHistory, readChangeLog } from "../history/read-change-log.ts";
import { type TriageAnswer, type TriageRequest, triageIncident } from "./triage-incident.ts";

/** Suspects, where a store's history is part of the log of what changed: over HTTP and on the command line. */
export function triageWithLog(
  view: GraphView,
  {
    request,
    log,
    history,
  }: {
    readonly request: TriageRequest;
    /** A changes file, parsed: what is known beside what the store remembers. */
    readonly log?: { readonly value: unknown; readonly where: string } | undefined;
    readonly history: readonly HistoryEntry[];
  },
): Result<TriageAnswer, Failure> {
  const said = log === undefined ? undefined : readChangeLog(view, log, request.now);
  if (said?.ok === false) return said;
  const remembered = logOfHistory(history).filter(({ at }) => (at ?? "") <= request.now);
  const changes = [...(request.changes ?? []), ...(said?.value.entries ?? []), ...remembered];
  return withErrors(triageIncident(view, { ...request, changes }), said?.value.errors ?? []);
}

/** What of a log could not be looked at stands beside what could not be found of what is broken. */
export function withErrors(
  answer: Result<TriageAnswer, Failure>,
  errors: NonNullable<TriageAnswer["errors"]>,
): Result<TriageAnswer, Failure> {
  if (!answer.ok || errors.length === 0) return answer;
  return ok({ ...answer.value, errors: [...(answer.value.errors ?? []), ...errors] });
}
