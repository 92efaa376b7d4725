import {
  type AssetAttributes,
  type AssetKind,
  type Column,
  isConsumerKind,
} from "#lib/model/asset.ts";
import { type AssetId, assetId, shortNameOf } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";

/** An asset as tests write it down. */
export interface AssetNote {
  readonly kind?: AssetKind;
  readonly attributes?: AssetAttributes;
  /** Absent: open, it has the columns that its edges name. */
  readonly columns?: readonly (string | Column)[];
  readonly queries?: readonly AssetQuery[];
}

const NAMESPACE = "test";

/** A query for such notes: what is not said is of no account. */
export const queryOf = (parts: Partial<AssetQuery> = {}): AssetQuery => ({
  name: "q",
  sql: "",
  dialect: "duckdb",
  reads: [],
  basis: "",
  provenance: {},
  ...parts,
});

export const idOf = (name: string): AssetId => assetId(NAMESPACE, name);

/**
 * A small graph in writing, for tests: `graphOf("orders.id -IDENTITY> mart.id -MEASURE> board.n; mart -EXISTS> check")`.
 * Names before the last dot are assets where they are declared in `notes` or stand before exactly one dot.
 */
export function graphOf(
  text: string,
  notes: Readonly<Record<string, AssetNote>> = {},
): MergedGraph {
  const edges: Edge[] = [];
  for (const chain of text.split(/[;\n]/)) {
    const parts = chain.trim().split(/\s*-([A-Z_]*)>\s*/);
    for (let at = 0; at + 2 < parts.length; at += 2) {
      edges.push({
        from: endOf(parts[at] ?? "", notes),
        to: endOf(parts[at + 2] ?? "", notes),
        use: (parts[at + 1] || "IDENTITY") as Use,
        provenance: { file: "graph", line: edges.length + 1 },
      });
    }
  }
  const ids = new Set<AssetId>([
    ...Object.keys(notes).map(idOf),
    ...edges.flatMap((edge) => [edge.from.asset, edge.to.asset]),
  ]);
  const named = new Map([...Object.keys(notes)].map((name) => [idOf(name), name]));
  return {
    version: 1,
    assets: new Map(
      [...ids].map((id) => [
        id,
        assetOf(
          id,
          named.get(id) ?? decodeURIComponent(id.slice(NAMESPACE.length + 1)),
          notes,
          edges,
        ),
      ]),
    ),
  };
}

function endOf(text: string, notes: Readonly<Record<string, AssetNote>>): Edge["from"] {
  if (text in notes) return { asset: idOf(text) };
  const cut = text.indexOf(".");
  return cut < 0
    ? { asset: idOf(text) }
    : { asset: idOf(text.slice(0, cut)), column: text.slice(cut + 1) };
}

function assetOf(
  id: AssetId,
  name: string,
  notes: Readonly<Record<string, AssetNote>>,
  edges: readonly Edge[],
): MergedAsset {
  const note = notes[name] ?? {};
  const kind = note.kind ?? "table";
  return {
    id,
    namespace: NAMESPACE,
    name,
    shortName: shortNameOf(name),
    kind,
    attributes: note.attributes ?? (isConsumerKind(kind) ? {} : { materialization: "table" }),
    columns: (note.columns ?? []).map((column) =>
      typeof column === "string" ? { name: column } : column,
    ),
    columnsComplete: note.columns !== undefined,
    edges: edges.filter((edge) => edge.to.asset === id),
    queries: note.queries ?? [],
    aliases: [],
    sources: [],
    placeholder: false,
  };
}
