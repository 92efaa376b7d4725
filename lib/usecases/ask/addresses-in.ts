import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { findByAddress, isAddress, type KnownAddress, knownAddress } from "./search-address.ts";

/** Assets that open at an address, where, and their places among all assets of the graph: side by side. */
export interface AddressedAssets {
  readonly assets: readonly MergedAsset[];
  readonly positions: readonly number[];
  readonly addresses: readonly KnownAddress[];
}

const OF_ASSET = new WeakMap<MergedAsset, KnownAddress>();
const OF_GRAPH = new WeakMap<MergedGraph, AddressedAssets>();

/** Where an asset opens: read once for an asset, however many versions it lasts. */
function addressOf(asset: MergedAsset): KnownAddress | undefined {
  const { url } = asset.attributes;
  if (url === undefined || url === "") return undefined;
  const known = OF_ASSET.get(asset) ?? knownAddress(url);
  OF_ASSET.set(asset, known);
  return known;
}

/** Every asset of a version that has an address. */
export function addressesIn(graph: MergedGraph): AddressedAssets {
  const kept = OF_GRAPH.get(graph);
  if (kept !== undefined) return kept;
  const assets: MergedAsset[] = [];
  const positions: number[] = [];
  const addresses: KnownAddress[] = [];
  let position = 0;
  for (const asset of graph.assets.values()) {
    const address = addressOf(asset);
    if (address !== undefined) {
      assets.push(asset);
      positions.push(position);
      addresses.push(address);
    }
    position++;
  }
  const made = { assets, positions, addresses };
  OF_GRAPH.set(graph, made);
  return made;
}

/** People paste what stands in the address bar. Of several pages that it may be, none is taken. */
export function assetAtAddress(graph: MergedGraph, url: string): AssetId | undefined {
  if (!isAddress(url)) return undefined;
  const { assets, addresses } = addressesIn(graph);
  const found = findByAddress(addresses, url);
  const best = Math.max(...found.map(({ score }) => score));
  const [only, other] = found.filter(({ score }) => score === best);
  return only === undefined || other !== undefined ? undefined : assets[only.at]?.id;
}
