import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { PROBLEMS_COLLECTION, type SourceProblems } from "#lib/store/source-problems.ts";
import type { IdentityPage } from "#lib/view/identity-page.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { listDecisions } from "./confirmed-names.ts";
import { suggestIdentities } from "./suggest-identities.ts";

/** The same for a running server. */
export async function askIdentity(workspace: Workspace): Promise<Result<IdentityPage, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const store = await workspace.store();
  return store.ok ? showIdentity(store.value, view.value.graph) : store;
}

const SHOWN = 200;
const EXAMPLES = 20;

/** What may be one, what was decided, and what is ambiguous. */
export async function showIdentity(
  store: LineageStore,
  graph: MergedGraph,
): Promise<Result<IdentityPage, Failure>> {
  const decisions = await listDecisions(store);
  if (!decisions.ok) return err(failureOfStore(decisions.error));
  const said = await store.listRecords(PROBLEMS_COLLECTION);
  if (!said.ok) return err(failureOfStore(said.error));
  const ambiguous = said.value
    .flatMap(({ body }): readonly Problem[] => (body as SourceProblems).problems)
    .filter(({ code }) => code === "ambiguous-name");
  const { suggestions, tooCommon } = suggestIdentities(graph, decisions.value);
  return ok({
    suggestions: suggestions.slice(0, SHOWN),
    more: Math.max(0, suggestions.length - SHOWN),
    tooCommon,
    decisions: decisions.value,
    ambiguous: {
      count: ambiguous.length,
      examples: [...new Set(ambiguous.map(({ message }) => message))].slice(0, EXAMPLES),
    },
  });
}
