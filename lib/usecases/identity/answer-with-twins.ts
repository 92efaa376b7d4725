import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";
import type { ImpactAnswer, ImpactResult } from "../ask/answer-impact.ts";
import { listDecisions } from "./confirmed-names.ts";
import { findTwins } from "./find-twins.ts";

/**
 * The answer with what is most likely part of it under another name; it is not complete then. Without a store, or while it
 * is away, nobody has decided anything.
 */
export async function answerWithTwins(
  answer: ImpactAnswer,
  { graph, store }: { readonly graph: MergedGraph; readonly store: LineageStore | undefined },
): Promise<ImpactAnswer> {
  const suspected = addTwins(answer, { graph, decisions: [] });
  if (suspected === answer || store === undefined) return suspected;
  const decisions = await listDecisions(store);
  return decisions.ok && decisions.value.length > 0
    ? addTwins(answer, { graph, decisions: decisions.value })
    : suspected;
}

interface Known {
  readonly graph: MergedGraph;
  readonly decisions: readonly IdentityDecision[];
}

function addTwins(answer: ImpactAnswer, known: Known): ImpactAnswer {
  const add = (result: ImpactResult): ImpactResult =>
    isChangeError(result) ? result : withTwins(result, known);
  if (!("results" in answer)) return add(answer);
  const results = answer.results.map(add);
  return results.every((result, at) => result === answer.results[at]) ? answer : { results };
}

/** The assessment itself where nothing is suspected. */
export function withTwins(assessment: Assessment, { graph, decisions }: Known): Assessment {
  // A description harms nobody, under whatever name.
  const changed = assessment.changes
    .filter(({ classifiedAs }) => classifiedAs !== "description_only")
    .map(({ asset }) => assetId(asset.namespace, asset.name));
  const hit = assessment.verdicts
    .filter(({ verdict }) => verdict !== "unaffected")
    .sort((a, b) => a.hops - b.hops)
    .map(({ asset }) => asset.id);
  const answered = assessment.verdicts.map(({ asset }) => asset.id);
  const reached = [...new Set<AssetId>([...changed, ...hit])];
  const found = findTwins(graph, { reached, answered, decisions });
  return found.length === 0
    ? assessment
    : { ...assessment, complete: false, suspectedTwins: found };
}
