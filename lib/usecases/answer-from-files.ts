import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { ImpactAnswer, ImpactRequest, ImpactResult } from "./answer-impact.ts";
import { answerImpact } from "./answer-impact.ts";
import type { AssembledGraph } from "./assemble-graph.ts";
import { assembleGraph } from "./assemble-graph.ts";
import type { Failure } from "./failure.ts";
import type { GraphView } from "./graph-view.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readChanges } from "./read-changes.ts";

export interface FilesAnswer {
  readonly answer: ImpactAnswer;
  readonly problems: readonly Problem[];
}

/**
 * Assesses the graph of files, without any store. Without changes in the request the files' own are taken: those of a
 * graph file together, those of a file of scenarios one answer for each scenario.
 */
export async function answerFromFiles(options: {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly names?: NamesConfig;
  readonly request: ImpactRequest & { readonly now: string };
}): Promise<Result<FilesAnswer, Failure>> {
  const { paths, cwd, names, request } = options;
  const assembled = await assembleGraph({
    paths,
    cwd,
    parser: await loadSqlParser(),
    now: request.now,
    ...(names ? { names } : {}),
  });
  const { graph, problems } = assembled;
  if (graph.assets.size === 0) {
    const [first] = paths;
    return err({
      code: "not-recognised",
      message: `no asset was found in ${first ?? "the files"}`,
      problems,
    });
  }
  const view = {
    graph,
    snapshot: buildSnapshot(graph),
    asOf: { version: graph.version, at: request.now },
  };
  const answer =
    request.changes.length > 0
      ? answerImpact(view, request)
      : answerOwnChanges({ view, assembled, request });
  return answer.ok ? ok({ answer: answer.value, problems }) : answer;
}

function answerOwnChanges({
  view,
  assembled,
  request,
}: {
  readonly view: GraphView;
  readonly assembled: AssembledGraph;
  readonly request: ImpactRequest;
}): Result<ImpactAnswer, Failure> {
  const { changeSets } = assembled;
  if (changeSets.length === 0) {
    return err({
      code: "bad-usage",
      message: "nothing to judge: the files bring no changes of their own",
      next: "give REF (orders.amount) or --changes FILE",
    });
  }
  const results: ImpactResult[] = [];
  for (const { file, scenario, changes } of changeSets) {
    const read = readChanges(changes, scenario === undefined ? file : `${file}, ${scenario}`);
    if (!read.ok) return read;
    const answer = answerImpact(view, { ...request, changes: read.value });
    if (!answer.ok) return answer;
    results.push(...("results" in answer.value ? answer.value.results : [answer.value]));
  }
  const isPlain =
    changeSets.length === 1 && changeSets[0]?.scenario === undefined && request.each !== true;
  const [only] = results;
  return ok(isPlain && only ? only : { results });
}
