import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { HistoryEntry, HomePage } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import { riskiestSoon } from "./find-riskiest.ts";
import { listStories } from "./list-stories.ts";
import { listSources } from "./show-sources.ts";

const SHOWN_CHANGES = 12;

export async function showHome(
  view: GraphView,
  options: {
    readonly store: LineageStore | undefined;
    readonly history: readonly HistoryEntry[];
    /** Where the demo's stories are; absent: none are offered. */
    readonly demoFolder?: string;
  },
): Promise<Result<HomePage, Failure>> {
  const { graph, asOf } = view;
  const { demoFolder, history, store } = options;
  const riskiest = riskiestSoon(view);
  return ok({
    stories: demoFolder === undefined ? [] : await listStories(view, demoFolder),
    changed: history.slice(0, SHOWN_CHANGES),
    sources: await listSources(graph, store),
    coverage: measureCoverage(graph),
    riskiest: riskiest ?? [],
    ...(riskiest === undefined ? { isRiskiestOpen: true } : {}),
    empty: graph.assets.size === 0,
    asOf,
  });
}
