import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetQueries } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { findOne } from "./split-reference.ts";

/** The SQL that an asset consists of, as it was written; none where no source gave any. */
export async function askQueries(
  workspace: Workspace,
  name: string,
): Promise<Result<AssetQueries, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const found = findOne(view.value.graph, name);
  if (!found.ok) return found;
  const queries = found.value.queries.map(({ name: query, sql, dialect, plan, provenance }) => ({
    name: query,
    sql,
    dialect,
    understood: plan !== undefined,
    provenance,
  }));
  return ok({ queries });
}
