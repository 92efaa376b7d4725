import { findAssetByName, isAssetName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { joinRelationName, splitRelationName } from "#lib/ingest/relation-name.ts";
import type { Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";

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
  // An ambiguous name is a name too: its error lists whom it may mean.
  if (isAssetName(graph, reference)) return { asset: reference };
  for (let cut = reference.lastIndexOf("."); cut > 0; cut = reference.lastIndexOf(".", cut - 1)) {
    const asset = reference.slice(0, cut);
    if (isAssetName(graph, asset)) return { asset, column: reference.slice(cut + 1) };
  }
  const spelled = /["`[]/.test(reference) ? splitQuoted(graph, reference) : undefined;
  if (spelled !== undefined) return spelled;
  const last = reference.lastIndexOf(".");
  if (last <= 0) return { asset: reference };
  return { asset: reference.slice(0, last), column: reference.slice(last + 1) };
}

/** `"My S"."T.1"."A b"`: as SQL writes it, with quotes that are no part of the names. */
function splitQuoted(graph: MergedGraph, reference: string): SplitReference | undefined {
  const parts = splitRelationName(reference);
  for (let cut = parts.length; cut > 0; cut--) {
    const asset = joinRelationName(parts.slice(0, cut));
    if (!isAssetName(graph, asset)) continue;
    return cut === parts.length ? { asset } : { asset, column: parts.slice(cut).join(".") };
  }
  return undefined;
}

/** The one asset that an id or a tail of a name means. */
export const findOne = (graph: MergedGraph, name: string): Result<MergedAsset, Failure> =>
  findAssetByName(graph, name);
