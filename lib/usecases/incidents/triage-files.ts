import type { LoggedChange } from "#lib/incidents/suspect.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { viewOf } from "../ask/answer-from-files.ts";
import type { Failure } from "../failure.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { type ChangeLog, readChangeLog } from "../history/read-change-log.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readPaths } from "../sources/read-paths.ts";
import { type TriageAnswer, type TriageRequest, triageIncident } from "./triage-incident.ts";
import { withErrors } from "./triage-with-log.ts";

export interface FilesTriage {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly names?: NamesConfig;
  readonly request: TriageRequest;
  /** A changes file, parsed: the log of what happened. */
  readonly log?: { readonly value: unknown; readonly where: string };
}

/** Suspects on the graph of files, without any store: what the files say happened is the log. */
export async function triageFiles({
  paths,
  cwd,
  names,
  request,
  log,
}: FilesTriage): Promise<
  Result<{ readonly answer: TriageAnswer; readonly problems: readonly Problem[] }, Failure>
> {
  const parser = await loadSqlParser();
  const read = await readPaths({ paths, cwd, parser, now: request.now });
  const assembled = await assembleSources({ parser, ...(names ? { names } : {}) }, read);
  const view = viewOf(assembled, request);
  if (!view.ok) {
    if (view.error.code !== "not-recognised") return view;
    return err({ ...view.error, message: `no asset was found in ${paths.join(", ")}` });
  }
  const changes: LoggedChange[] = [...(request.changes ?? [])];
  const logs = [
    ...read.changeSets.map(({ raw, changes: own, file }) => ({
      value: { ...raw, changes: own },
      where: file,
    })),
    ...(log === undefined ? [] : [log]),
  ];
  const errors: ChangeLog["errors"][number][] = [];
  for (const one of logs) {
    const entries = readChangeLog(view.value, one, request.now);
    if (!entries.ok) return entries;
    changes.push(...entries.value.entries);
    errors.push(...entries.value.errors);
  }
  const answer = withErrors(triageIncident(view.value, { ...request, changes }), errors);
  return answer.ok ? ok({ answer: answer.value, problems: assembled.problems }) : answer;
}
