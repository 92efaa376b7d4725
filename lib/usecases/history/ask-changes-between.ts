import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { BetweenState, ChangesBetween } from "#lib/view/changes-between.ts";
import { findSimilarNames } from "../ask/find-similar-names.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { diffGraphs } from "./diff-graphs.ts";

export interface BetweenRequest {
  /** A version or a time. */
  readonly from: string;
  /** Absent: now. */
  readonly to?: string;
  readonly domain?: string;
  /** Most assets that are listed. */
  readonly limit?: number;
}

export const MOST_BETWEEN = 5_000;
const STANDARD_LIMIT = 500;

/** What changed between two moments of a store. `viewAt` gives the graph as it was, without an argument as it is. */
export async function askChangesBetween(
  viewAt: (at?: string) => Promise<Result<GraphView, Failure>>,
  { from, to, domain, limit = STANDARD_LIMIT }: BetweenRequest,
): Promise<Result<ChangesBetween, Failure>> {
  const before = await viewAt(from);
  if (!before.ok) return before;
  const after = await viewAt(to);
  if (!after.ok) return after;
  if (before.value.asOf.version > after.value.asOf.version)
    return err({
      code: "bad-usage",
      message: `${from} is after ${to ?? "now"}`,
      next: "give the earlier of the two first",
    });
  const domains = domainsOf(before.value, after.value);
  if (domain !== undefined && !domains.has(domain))
    return err({
      code: "bad-usage",
      message: `no asset belongs to a domain "${domain}"`,
      candidates: findSimilarNames(domain, domains),
    });
  const all = diffGraphs(before.value.graph, after.value.graph).filter(
    (asset) => domain === undefined || asset.domain === domain,
  );
  const counts: Record<BetweenState, number> = { new: 0, stale: 0, back: 0, gone: 0, changed: 0 };
  for (const { state } of all) counts[state] += 1;
  const assets = all.slice(0, Math.min(limit, MOST_BETWEEN));
  return ok({
    from: before.value.asOf,
    to: after.value.asOf,
    counts,
    assets,
    more: all.length - assets.length,
  });
}

function domainsOf(...views: readonly GraphView[]): ReadonlySet<string> {
  const domains = new Set<string>();
  for (const { graph } of views)
    for (const { attributes } of graph.assets.values())
      if (attributes.domain !== undefined) domains.add(attributes.domain);
  return domains;
}
