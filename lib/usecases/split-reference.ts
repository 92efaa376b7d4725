import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";

export interface SplitReference {
  readonly asset: string;
  readonly column?: string;
}

/**
 * What a person means by `checkout.orders.amount`: an asset where one answers to the whole of it, else a column of the
 * asset that the part before a dot names, the longest such part first. Where nothing fits, the last dot decides, so that
 * the error speaks of the likelier half.
 */
export function splitReference(graph: MergedGraph, reference: string): SplitReference {
  if (findByTail(graph, reference).length > 0) return { asset: reference };
  for (let cut = reference.lastIndexOf("."); cut > 0; cut = reference.lastIndexOf(".", cut - 1)) {
    const asset = reference.slice(0, cut);
    if (findByTail(graph, asset).length > 0) return { asset, column: reference.slice(cut + 1) };
  }
  const last = reference.lastIndexOf(".");
  if (last <= 0) return { asset: reference };
  return { asset: reference.slice(0, last), column: reference.slice(last + 1) };
}

/** Assets whose name ends in `tail` at a separator, letter case aside. In the order of the graph. */
export function findByTail(graph: MergedGraph, tail: string): readonly MergedAsset[] {
  const folded = tail.toLowerCase();
  const found: MergedAsset[] = [];
  for (const asset of graph.assets.values()) {
    const isMeant =
      endsWithName(asset.name, folded) || asset.aliases.some((name) => endsWithName(name, folded));
    if (isMeant) found.push(asset);
  }
  return found;
}

function endsWithName(name: string, foldedTail: string): boolean {
  if (name.length < foldedTail.length) return false;
  const folded = name.toLowerCase();
  if (!folded.endsWith(foldedTail)) return false;
  const before = folded[folded.length - foldedTail.length - 1];
  return before === undefined || before === "." || before === "/";
}
