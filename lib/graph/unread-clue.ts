import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { type AssetQuery, READS_NOT_KNOWN } from "#lib/model/claim.ts";
import type { MergedAsset } from "./merged-graph.ts";

/**
 * What an asset's queries say of tables that are read and not known. `true`: there are such, whatever else is in the
 * graph. Otherwise, of a consumer, the tables of each query that names any: where none of a query's is in the graph, it is
 * not known what the query reads.
 */
export type UnreadClue = true | readonly (readonly AssetId[])[];

const known = new WeakMap<MergedAsset, UnreadClue>();

export const unreadClueOf = (asset: MergedAsset): UnreadClue => known.get(asset) ?? findClue(asset);

/** For an asset from a file, which has its queries read only when somebody needs them. */
export function rememberUnread(asset: MergedAsset, clue: UnreadClue): void {
  known.set(asset, clue);
}

function findClue(asset: MergedAsset): UnreadClue {
  const { queries, attributes } = asset;
  if (attributes.extra?.[READS_NOT_KNOWN] === true || queries.some(callsUnseen)) return true;
  if (!isConsumerKind(asset.kind)) return [];
  const tables = queries.map((query) => ({ query, read: tablesOf(query, asset) }));
  const isHidden = tables.some(
    ({ query, read }) => read.length === 0 && (query.plan === undefined || hidesReads(query)),
  );
  return isHidden || tables.flatMap(({ read }) => (read.length > 0 ? [[...new Set(read)]] : []));
}

function tablesOf({ plan, name }: AssetQuery, { edges }: MergedAsset): readonly AssetId[] {
  const inputs = plan?.relations.flatMap((relation) => relation.inputs) ?? [];
  const planned = inputs.flatMap((input) => ("asset" in input ? [input.asset] : []));
  return planned.length > 0
    ? planned
    : edges.flatMap((edge) => (edge.query === name ? [edge.from.asset] : []));
}

const callsUnseen = ({ problems }: AssetQuery): boolean =>
  (problems ?? []).some(({ code }) => code === "reads-not-known");

/** A query without tables reads none for certain, unless a part of it was not understood. */
const hidesReads = ({ reads, problems }: AssetQuery): boolean =>
  (reads ?? []).length > 0 ||
  (problems ?? []).some(({ code }) => code === "sql-not-understood" || code === "unresolved-name");
