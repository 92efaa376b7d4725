import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { buildBlastGraph } from "#lib/view/build-blast-graph.ts";
import type {
  AssetPage,
  HistoryEntry,
  HomePage,
  SearchAnswer,
  SourcesPage,
} from "#lib/view/page-answers.ts";
import type { ReadServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { failEmpty } from "../graph/fail-empty.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { readAsOf } from "../graph/load-graph-view.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import type { Workspace } from "../graph/workspace.ts";
import {
  type ChangesAnswer,
  type ChangesRequest,
  listDetected,
} from "../history/judge-detected.ts";
import { readHistory } from "../history/read-history.ts";
import { answerWithTwins } from "../identity/answer-with-twins.ts";
import { readPasted } from "../incidents/read-pasted.ts";
import type { TriageAnswer, TriageRequest } from "../incidents/triage-incident.ts";
import { triageWithLog } from "../incidents/triage-with-log.ts";
import type { ImpactAnswer, ImpactRequest, ImpactResult } from "./answer-impact.ts";
import { answerImpact } from "./answer-impact.ts";
import { reachAssets } from "./reach-columns.ts";
import type { SearchIndex } from "./search-assets.ts";
import { buildSearchIndex, listFound, searchAssets } from "./search-assets.ts";
import { showAsset } from "./show-asset.ts";
import { showHome } from "./show-home.ts";
import { showSources } from "./show-sources.ts";
import { findOne } from "./split-reference.ts";

const INDEXES = new WeakMap<GraphView["graph"], SearchIndex>();

const SHOWN_HITS = 20;

/** Names that hold the query, best first. */
export async function askSearch(
  workspace: Workspace,
  { query, limit }: { readonly query: string; readonly limit?: number },
): Promise<Result<SearchAnswer, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const { graph, snapshot } = view.value;
  const index = INDEXES.get(graph) ?? buildSearchIndex(graph);
  INDEXES.set(graph, index);
  const reachedBy = (asset: MergedAsset, column?: string): number =>
    reachAssets(snapshot, { asset: asset.id, ...(column === undefined ? {} : { column }) }).length;
  const options = { limit: limit ?? SHOWN_HITS, reachedBy };
  const text = readPasted(graph, query);
  if (text?.isError === true) return ok(listFound(index, { query, text, options }));
  const named = searchAssets(index, query, options);
  const isNamed = named.hits.length > 0 && named.meant === undefined;
  // What is typed is mostly the beginning of a name: only where nothing is called so is it read as a line of chat.
  return ok(
    isNamed || text === undefined || text.found.length === 0
      ? named
      : listFound(index, { query, text, options }),
  );
}

export async function askImpact(
  workspace: Workspace,
  request: ImpactRequest & { readonly at?: string },
): Promise<Result<ImpactAnswer, Failure>> {
  const { at, ...question } = request;
  const view = at === undefined ? await workspace.view() : await workspace.viewAt(at);
  if (!view.ok) return view;
  const answer = answerImpact(view.value, question);
  return answer.ok ? ok(await withTwins(workspace, view.value, answer.value)) : answer;
}

async function withTwins(
  workspace: Workspace,
  { graph }: GraphView,
  answer: ImpactAnswer,
): Promise<ImpactAnswer> {
  const store = await workspace.store();
  return answerWithTwins(answer, { graph, store: store.ok ? store.value : undefined });
}

/** The blast radius with the part of the graph that it speaks of: what the screen draws. */
export async function askBlast(
  workspace: Workspace,
  request: ImpactRequest & { readonly at?: string },
): Promise<Result<BlastAnswer, Failure>> {
  const { at, ...question } = request;
  const view = at === undefined ? await workspace.view() : await workspace.viewAt(at);
  if (!view.ok) return view;
  const answer = answerImpact(view.value, { ...question, each: false });
  if (!answer.ok) return answer;
  const assessment = (await withTwins(workspace, view.value, answer.value)) as ImpactResult;
  if (isChangeError(assessment)) return { ok: false, error: assessment.error };
  const { graph, snapshot, asOf } = view.value;
  return ok({
    assessment,
    graph: buildBlastGraph({ assessment, graph, snapshot }),
    coverage: measureCoverage(graph),
    asOf,
  });
}

/** Who may have caused what is broken; what the store remembers of changes is part of the log. */
export async function askTriage(
  workspace: Workspace,
  request: Omit<TriageRequest, "changes"> & {
    readonly at?: string;
    readonly log?: { readonly value: unknown; readonly where: string };
  },
): Promise<Result<TriageAnswer, Failure>> {
  const { at, log, ...question } = request;
  const view = at === undefined ? await workspace.view() : await workspace.viewAt(at);
  if (!view.ok) return view;
  if (at !== undefined && view.value.graph.assets.size === 0) {
    const store = await workspace.store();
    return store.ok ? failEmpty(store.value, at) : store;
  }
  const now = timeOf(at) ?? request.now;
  const history = await recentHistory(workspace, view.value);
  return triageWithLog(view.value, { request: { ...question, now }, log, history });
}

/** The time that `at` says, where it is one and not a version. */
function timeOf(at: string | undefined): string | undefined {
  const moment = at === undefined ? undefined : readAsOf(at);
  return moment?.ok && "time" in moment.value ? moment.value.time : undefined;
}

export async function askAsset(
  workspace: Workspace,
  name: string,
): Promise<Result<AssetPage, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  return showAsset(view.value, { name, history: await recentHistory(workspace, view.value) });
}

export async function askSources(
  workspace: Workspace,
  config: ReadServerConfig,
): Promise<Result<SourcesPage, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const store = await workspace.store();
  return showSources(view.value, {
    store: store.ok ? store.value : undefined,
    config: await config(),
  });
}

export async function askHome(
  workspace: Workspace,
  options: { readonly demoFolder?: string },
): Promise<Result<HomePage, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const store = await workspace.store();
  const history = await recentHistory(workspace, view.value);
  return showHome(view.value, { store: store.ok ? store.value : undefined, history, ...options });
}

const HISTORIES = new WeakMap<GraphView["graph"], Promise<readonly HistoryEntry[]>>();

/** Read once for a version. While the store is away there is none to show, and the page says how old it is. */
function recentHistory(workspace: Workspace, view: GraphView): Promise<readonly HistoryEntry[]> {
  const kept = HISTORIES.get(view.graph);
  if (kept) return kept;
  const reading = historyOf(workspace, view).then((history) => {
    if (!history) HISTORIES.delete(view.graph);
    return history ?? [];
  });
  HISTORIES.set(view.graph, reading);
  return reading;
}

async function historyOf(
  workspace: Workspace,
  { graph }: GraphView,
): Promise<readonly HistoryEntry[] | undefined> {
  const store = await workspace.store();
  const history = store.ok ? await readHistory(store.value, graph) : store;
  return history.ok ? history.value : undefined;
}

/** Detected changes, newest first, each with what it breaks. */
export async function askChanges(
  workspace: Workspace,
  request: ChangesRequest,
): Promise<Result<ChangesAnswer, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  if (request.asset === undefined) return listDetected(store.value, request);
  const view = await workspace.view();
  if (!view.ok) return view;
  const found = findOne(view.value.graph, request.asset);
  return found.ok ? listDetected(store.value, { ...request, asset: found.value.id }) : found;
}
