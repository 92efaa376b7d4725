import { type AssetId, assetNameOf, columnId } from "#lib/model/asset-id.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import { storageKey } from "../storage-key.ts";
import { whole } from "./neo4j-access.ts";

/** A claim that is to be written, with the number that its node and its relationships carry. */
export interface NumberedClaim {
  readonly id: number;
  readonly claim: AssetClaim;
  readonly domain: string | undefined;
}

export interface AssetRow {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

export interface ColumnRow {
  readonly key: string;
  readonly name: string;
  readonly type: string | null;
}

/**
 * A claim's edges between columns of the chunk, by their places in `nodes`; one list for each field, because a map for
 * each edge costs more to send and to read than the edge to write.
 */
export interface ColumnEdges {
  readonly claim: unknown;
  readonly from: unknown[];
  readonly to: unknown[];
  readonly use: string[];
  readonly expression: (string | null)[];
}

export interface LinkRow {
  readonly from: string;
  readonly to: string;
  readonly claim: unknown;
}

/** What a chunk of claims means to people who ask in Cypher: nodes each once, edges by kind. */
export interface ReadableRows {
  readonly assets: readonly AssetRow[];
  /** By the key of their asset. */
  readonly columns: ReadonlyMap<string, readonly ColumnRow[]>;
  /** From a column to a column. */
  readonly derives: readonly ColumnEdges[];
  /** Whole assets at one end or both. */
  readonly wholeDerives: readonly AssetEdgeRow[];
  readonly influences: readonly AssetEdgeRow[];
  readonly reads: readonly LinkRow[];
  readonly writes: readonly LinkRow[];
  readonly owns: readonly LinkRow[];
  readonly domains: readonly LinkRow[];
  readonly parts: readonly LinkRow[];
  /** Keys of the columns in the order that `derives` counts by. */
  readonly nodes: readonly string[];
}

export interface AssetEdgeRow {
  readonly from: string;
  readonly to: string;
  readonly fromColumn: boolean;
  readonly use: string;
  readonly expression: string | null;
  readonly claim: unknown;
}

export function buildReadableRows(claims: readonly NumberedClaim[]): ReadableRows {
  const builder = new RowsBuilder();
  for (const claim of claims) builder.add(claim);
  return builder.build();
}

class RowsBuilder {
  readonly #assets = new Map<string, AssetRow>();
  readonly #assetKeys = new Map<AssetId, string>();
  readonly #columns = new Map<string, Map<string, ColumnRow>>();
  readonly #nodes: string[] = [];
  readonly #places = new Map<string, Map<string, number>>();
  readonly #derives: ColumnEdges[] = [];
  readonly #wholeDerives: AssetEdgeRow[] = [];
  readonly #influences: AssetEdgeRow[] = [];
  readonly #links = {
    reads: [] as LinkRow[],
    writes: [] as LinkRow[],
    owns: [] as LinkRow[],
    domains: [] as LinkRow[],
    parts: [] as LinkRow[],
  };

  add({ id, claim, domain }: NumberedClaim): void {
    const asset = this.#asset(claim.asset);
    const number = whole(id);
    for (const column of claim.columns ?? []) this.#column(claim.asset, column);
    const { owner, partOf } = claim.attributes;
    if (owner !== undefined)
      this.#links.owns.push({ from: storageKey(owner), to: asset, claim: number });
    if (domain !== undefined)
      this.#links.domains.push({ from: asset, to: storageKey(domain), claim: number });
    if (partOf !== undefined)
      this.#links.parts.push({ from: asset, to: this.#asset(partOf), claim: number });
    this.#addEdges(claim, asset, number);
  }

  build(): ReadableRows {
    const columns = new Map([...this.#columns].map(([asset, rows]) => [asset, [...rows.values()]]));
    return {
      assets: [...this.#assets.values()],
      columns,
      derives: this.#derives,
      wholeDerives: this.#wholeDerives,
      influences: this.#influences,
      ...this.#links,
      nodes: this.#nodes,
    };
  }

  #addEdges(claim: AssetClaim, asset: string, number: unknown): void {
    const read = new Set<AssetId>();
    const moved = new Map<AssetId, Set<AssetId>>();
    const derives: ColumnEdges = { claim: number, from: [], to: [], use: [], expression: [] };
    for (const edge of claim.edges) {
      if (edge.to.asset !== claim.asset) continue;
      if (edge.from.asset !== claim.asset) read.add(edge.from.asset);
      if (edge.via !== undefined) addTo(moved, edge.via, edge.from.asset);
      if (edge.from.column !== undefined && edge.to.column !== undefined) {
        derives.from.push(whole(this.#place(edge.from.asset, edge.from.column)));
        derives.to.push(whole(this.#place(claim.asset, edge.to.column)));
        derives.use.push(edge.use);
        derives.expression.push(edge.expression ?? null);
        continue;
      }
      const row: AssetEdgeRow = {
        from: this.#end(edge.from.asset, edge.from.column),
        to: this.#end(claim.asset, edge.to.column),
        fromColumn: edge.from.column !== undefined,
        use: edge.use,
        expression: edge.expression ?? null,
        claim: number,
      };
      (edge.to.column === undefined ? this.#influences : this.#wholeDerives).push(row);
    }
    if (derives.from.length > 0) this.#derives.push(derives);
    for (const from of read)
      this.#links.reads.push({ from: asset, to: this.#asset(from), claim: number });
    for (const [job, inputs] of moved) this.#addJob({ job, inputs, asset, number });
  }

  #addJob(move: {
    job: AssetId;
    inputs: ReadonlySet<AssetId>;
    asset: string;
    number: unknown;
  }): void {
    const job = this.#asset(move.job);
    this.#links.writes.push({ from: job, to: move.asset, claim: move.number });
    for (const input of move.inputs) {
      this.#links.reads.push({ from: job, to: this.#asset(input), claim: move.number });
    }
  }

  #end(asset: AssetId, column: string | undefined): string {
    return column === undefined ? this.#asset(asset) : this.#column(asset, { name: column });
  }

  #place(asset: AssetId, column: string): number {
    let places = this.#places.get(asset);
    if (places === undefined) {
      places = new Map();
      this.#places.set(asset, places);
    }
    let place = places.get(column);
    if (place === undefined) {
      place = this.#nodes.push(this.#column(asset, { name: column })) - 1;
      places.set(column, place);
    }
    return place;
  }

  #asset(asset: AssetId): string {
    let key = this.#assetKeys.get(asset);
    if (key === undefined) {
      key = storageKey(asset);
      this.#assetKeys.set(asset, key);
      const { namespace, name } = assetNameOf(asset);
      this.#assets.set(key, { key, namespace, name: storageKey(name) });
    }
    return key;
  }

  #column(asset: AssetId, column: { readonly name: string; readonly type?: string }): string {
    const assetKey = this.#asset(asset);
    let columns = this.#columns.get(assetKey);
    if (columns === undefined) {
      columns = new Map();
      this.#columns.set(assetKey, columns);
    }
    const known = columns.get(column.name);
    if (known !== undefined && (known.type !== null || column.type === undefined)) return known.key;
    const key = known?.key ?? storageKey(columnId(asset, column.name));
    columns.set(column.name, { key, name: column.name, type: column.type ?? null });
    return key;
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}
