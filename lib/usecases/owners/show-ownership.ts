import { isConsumerKind } from "#lib/model/asset.ts";
import type { OwnershipPage, OwnershipRow } from "#lib/view/page-answers.ts";
import { reachAssets } from "../ask/reach-columns.ts";
import { toAssetLink } from "../graph/graph-neighbours.ts";
import type { GraphView } from "../graph/graph-view.ts";

/** Counting consumers walks the graph for each row; a mesh larger than this is listed without counts. */
const COUNTED_ASSETS = 5_000;

/** Every asset with who answers for it, by name; and the names of domains and owners that are in use. */
export function showOwnership(view: GraphView): OwnershipPage {
  const { graph, asOf } = view;
  const domains = new Set<string>();
  const owners = new Set<string>();
  const isCounted = graph.assets.size <= COUNTED_ASSETS;
  const rows: OwnershipRow[] = [];
  for (const asset of graph.assets.values()) {
    const { domain, owner, tierGuessed } = asset.attributes;
    if (domain !== undefined) domains.add(domain);
    if (owner !== undefined) owners.add(owner);
    rows.push({
      ...toAssetLink(asset, 0),
      namespace: asset.namespace,
      tierGuessed: tierGuessed === true,
      consumers: isCounted ? countConsumers(view, asset.id) : 0,
    });
  }
  rows.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  return { rows, domains: [...domains].sort(), owners: [...owners].sort(), asOf };
}

function countConsumers({ graph, snapshot }: GraphView, asset: OwnershipRow["id"]): number {
  let count = 0;
  for (const id of reachAssets(snapshot, { asset })) {
    const reached = graph.assets.get(id);
    if (reached && isConsumerKind(reached.kind) && !reached.attributes.partOf) count++;
  }
  return count;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
