import { assembleSnapshot } from "#lib/graph/assemble-snapshot.ts";
import { type EdgeUse, rowCodeNumber, type Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

/** Column edges between assets as typed arrays: a graph too large to be written as objects. */
export interface ColumnEdges {
  readonly version: number;
  /** Ordered. */
  readonly assetIds: readonly AssetId[];
  /** Columns of asset `a` are `columnStart[a]` to `columnStart[a + 1] - 1`. */
  readonly columnStart: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index into `uses`. */
  readonly use: Uint16Array;
  readonly uses: readonly EdgeUse[];
  /** What assets are, in bits of `TRAIT`; absent: tables. */
  readonly traits?: Uint32Array;
}

/** A snapshot straight from column edges. Every asset that feeds another counts as read row by row. O(V + E). */
export function snapshotOfColumnEdges(edges: ColumnEdges): Snapshot {
  const assetCount = edges.assetIds.length;
  const columnCount = edges.columnStart[assetCount] ?? 0;
  const assetOf = new Int32Array(columnCount);
  for (let asset = 0; asset < assetCount; asset++) {
    assetOf.fill(asset, edges.columnStart[asset], edges.columnStart[asset + 1]);
  }
  return assembleSnapshot({
    version: edges.version,
    assetIds: edges.assetIds,
    labels: [],
    columnNames: [],
    columnRelation: assetOf,
    types: [""],
    uses: edges.uses,
    notes: { length: 0, startOf: () => 0, at: () => undefined },
    owner: Int32Array.from({ length: assetCount }, (_, asset) => asset),
    traits: edges.traits ?? new Uint32Array(assetCount),
    columnStart: edges.columnStart,
    columnType: new Uint16Array(columnCount),
    columnTraits: new Uint8Array(columnCount),
    edges: {
      source: edges.from,
      target: edges.to,
      use: edges.use,
      note: new Int32Array(edges.from.length).fill(-1),
    },
    reads: {
      source: new Int32Array(0),
      target: new Int32Array(0),
      use: new Uint16Array(0),
      note: new Int32Array(0),
    },
    pairs: pairsOf(edges, assetOf),
  });
}

/** Which asset reads which, each pair once: sorted as one number, so without a map of millions. */
function pairsOf(edges: ColumnEdges, assetOf: Int32Array) {
  const count = edges.assetIds.length;
  const keys = new Float64Array(edges.from.length);
  for (let edge = 0; edge < keys.length; edge++) {
    keys[edge] =
      (assetOf[edges.from[edge] ?? 0] ?? 0) * count + (assetOf[edges.to[edge] ?? 0] ?? 0);
  }
  keys.sort();
  let size = 0;
  for (let at = 0; at < keys.length; at++) {
    if (at === 0 || keys[at] !== keys[at - 1]) keys[size++] = keys[at] ?? 0;
  }
  const pairs = keys.subarray(0, size);
  return {
    source: Int32Array.from(pairs, (key) => Math.floor(key / count)),
    target: Int32Array.from(pairs, (key) => key % count),
    rows: new Uint8Array(size).fill(rowCodeNumber("each")),
  };
}
