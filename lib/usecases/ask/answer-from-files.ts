import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Failure } from "../failure.ts";
import type { AssembledGraph } from "../graph/assemble-graph.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { answerWithTwins } from "../identity/answer-with-twins.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readPaths } from "../sources/read-paths.ts";
import type { SourcesRead } from "../sources/read-sources.ts";
import type { ChangeSet } from "../sources/source-readers.ts";
import { answerVerified } from "../verify/answer-verified.ts";
import type { ImpactAnswer, ImpactRequest, ImpactResult } from "./answer-impact.ts";
import { readChanges } from "./read-changes.ts";

export interface FilesAnswer {
  readonly answer: ImpactAnswer;
  readonly problems: readonly Problem[];
}

interface FilesRequest {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly names?: NamesConfig;
  readonly request: ImpactRequest & { readonly now: string };
}

/**
 * Assesses the graph of files, without any store. Without changes in the request the files' own are taken: those of a
 * graph file together, those of a file of scenarios one answer for each scenario.
 */
export async function answerFromFiles(
  options: FilesRequest,
): Promise<Result<FilesAnswer, Failure>> {
  const { paths, cwd, names, request } = options;
  const parser = await loadSqlParser();
  const read = await readPaths({ paths, cwd, parser, now: request.now });
  const assemble = (sources: SourcesRead): Promise<AssembledGraph> =>
    assembleSources({ parser, ...(names ? { names } : {}) }, sources);
  const answered =
    request.changes.length > 0
      ? await answerAsked(await assemble(read), request)
      : await answerOwnChanges({ read, assemble, request });
  if (answered.ok || answered.error.code !== "not-recognised") return answered;
  return err({ ...answered.error, message: `no asset was found in ${paths.join(", ")}` });
}

type Question = FilesRequest["request"];

/** The graph of files, ready to be asked; a failure when they hold no asset at all. */
export function viewOf(
  { graph, problems }: AssembledGraph,
  { now }: { readonly now: string },
): Result<GraphView, Failure> {
  if (graph.assets.size === 0) {
    return err({ code: "not-recognised", message: "no asset was found", problems });
  }
  const asOf = { version: graph.version, at: now };
  return ok({ graph, snapshot: buildSnapshot(graph), asOf });
}

async function answerAsked(
  assembled: AssembledGraph,
  request: Question,
): Promise<Result<FilesAnswer, Failure>> {
  const view = viewOf(assembled, request);
  if (!view.ok) return view;
  const answer = await answerVerified(view.value, request);
  if (!answer.ok) return answer;
  const { graph, problems } = assembled;
  return ok({ answer: await answerWithTwins(answer.value, { graph, store: undefined }), problems });
}

interface OwnChanges {
  readonly read: SourcesRead;
  readonly assemble: (sources: SourcesRead) => Promise<AssembledGraph>;
  readonly request: Question;
}

async function answerOwnChanges({
  read,
  assemble,
  request,
}: OwnChanges): Promise<Result<FilesAnswer, Failure>> {
  const { changeSets } = read;
  const [first, second] = changeSets;
  if (!first) {
    const view = viewOf(await assemble(read), request);
    return view.ok ? noChanges() : view;
  }
  const results: ImpactResult[] = [];
  const problems = new Map<string, Problem>();
  for (const set of changeSets) {
    const assembled = await assemble(onlyScenario(read, set));
    for (const problem of assembled.problems) problems.set(JSON.stringify(problem), problem);
    const answered = await answerSet(assembled, { set, request });
    if (!answered.ok) return answered;
    results.push(...answered.value);
  }
  const isPlain = second === undefined && first.scenario === undefined && request.each !== true;
  const [only] = results;
  return ok({ answer: isPlain && only ? only : { results }, problems: [...problems.values()] });
}

const noChanges = (): Result<never, Failure> =>
  err({
    code: "bad-usage",
    message: "nothing to judge: the files bring no changes of their own",
    next: "give REF (orders.amount) or --changes FILE",
  });

async function answerSet(
  assembled: AssembledGraph,
  { set, request }: { readonly set: ChangeSet; readonly request: Question },
): Promise<Result<readonly ImpactResult[], Failure>> {
  const where = set.scenario === undefined ? set.file : `${set.file}, ${set.scenario}`;
  const changes = readChanges(set.changes, where);
  if (!changes.ok) return changes;
  const view = viewOf(assembled, request);
  if (!view.ok) return view;
  const answer = await answerVerified(view.value, { ...request, changes: changes.value });
  if (!answer.ok) return answer;
  const { graph } = assembled;
  const whole = await answerWithTwins(answer.value, { graph, store: undefined });
  return ok("results" in whole ? whole.results : [whole]);
}

/** Scenarios are worlds of their own: a query of one must not find the tables of another, which bear the same names. */
function onlyScenario(read: SourcesRead, set: ChangeSet): SourcesRead {
  if (set.scenario === undefined) return read;
  const others = new Set(
    read.changeSets.map(({ scenario }) => scenario).filter((name) => name !== set.scenario),
  );
  return {
    ...read,
    sources: read.sources.map((source) => ({
      ...source,
      facts: source.facts.filter(({ name }) => !others.has(name.namespace)),
    })),
  };
}
