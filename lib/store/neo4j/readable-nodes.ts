import { type AssetId, columnId } from "#lib/model/asset-id.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import { storageKey } from "../storage-key.ts";

/** A claim that the graph for people shall show, with the number that its node and its relationships carry. */
export interface NumberedClaim {
  readonly id: number;
  readonly claim: AssetClaim;
  readonly domain: string | undefined;
}

export interface ColumnNode {
  readonly asset: AssetNode;
  readonly key: string;
  readonly name: string;
  type: string | null;
  /** Neo4j's own id of the node, once it is known. */
  id: string | undefined;
}

export interface AssetNode {
  readonly asset: AssetId;
  readonly key: string;
  id: string | undefined;
  /** Made here, so that none of its columns existed before. */
  isNew: boolean;
  readonly columns: Map<string, ColumnNode>;
}

/** What has to be in the graph before the edges of a round of claims can be. */
export interface RoundNodes {
  /** The assets that the round's claims are about, each with its claims. */
  readonly about: ReadonlyMap<AssetNode, readonly NumberedClaim[]>;
  /** Assets that were not met before. */
  readonly assets: readonly AssetNode[];
  /** Columns that were not met before, or have gained a type. */
  readonly columns: readonly ColumnNode[];
}

/**
 * The nodes that one run of showing has met, each as one object that edges point at: what was found or made once is not
 * looked up again.
 */
export class ReadableNodes {
  readonly #assets = new Map<AssetId, AssetNode>();
  #newAssets: AssetNode[] = [];
  #columns = new Set<ColumnNode>();

  asset(asset: AssetId): AssetNode {
    let node = this.#assets.get(asset);
    if (node === undefined) {
      const key = storageKey(asset);
      node = { asset, key, id: undefined, isNew: false, columns: new Map() };
      this.#assets.set(asset, node);
      this.#newAssets.push(node);
    }
    return node;
  }

  column(asset: AssetId, name: string, type?: string): ColumnNode {
    const owner = this.asset(asset);
    let node = owner.columns.get(name);
    if (node === undefined) {
      const key = storageKey(columnId(asset, name));
      node = { asset: owner, key, name, type: type ?? null, id: undefined };
      owner.columns.set(name, node);
      this.#columns.add(node);
    } else if (type !== undefined && node.type === null) {
      node.type = type;
      this.#columns.add(node);
    }
    return node;
  }

  /** Meets all that the claims name; gives what is not known to be in the graph as it should be. */
  collect(claims: readonly NumberedClaim[]): RoundNodes {
    const about = new Map<AssetNode, NumberedClaim[]>();
    for (const numbered of claims) {
      const asset = this.asset(numbered.claim.asset);
      const known = about.get(asset);
      if (known === undefined) about.set(asset, [numbered]);
      else known.push(numbered);
      this.#collect(numbered.claim);
    }
    const nodes = { about, assets: this.#newAssets, columns: [...this.#columns] };
    this.#newAssets = [];
    this.#columns = new Set();
    return nodes;
  }

  #collect(claim: AssetClaim): void {
    for (const { name, type } of claim.columns ?? []) this.column(claim.asset, name, type);
    if (claim.attributes.partOf !== undefined) this.asset(claim.attributes.partOf);
    for (const { from, to, via } of claim.edges) {
      if (to.asset !== claim.asset) continue;
      if (from.column === undefined) this.asset(from.asset);
      else this.column(from.asset, from.column);
      if (to.column !== undefined) this.column(to.asset, to.column);
      if (via !== undefined) this.asset(via);
    }
  }
}
