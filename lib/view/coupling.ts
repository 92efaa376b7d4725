import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { type AssetKind, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AsOfStamp } from "./blast-answer.ts";
import { orderByFlow } from "./order-by-flow.ts";

/** A column of one domain that another domain reads. */
export interface ReadColumn {
  readonly asset: AssetId;
  readonly shortName: string;
  /** Absent: the asset is read as a whole, or it is not known which columns. */
  readonly column?: string;
  /** Assets of the reading domain that read it. */
  readonly readers: number;
  readonly underContract: boolean;
}

/** What the domain `by` reads of the domain `of`. */
export interface Coupling {
  readonly of: string;
  readonly by: string;
  /** The most read first. */
  readonly columns: readonly ReadColumn[];
  readonly underContract: number;
  /** Assets of the reading domain that read, by kind. */
  readonly readers: readonly {
    readonly asset: AssetId;
    readonly shortName: string;
    readonly kind: AssetKind;
  }[];
  readonly consumers: number;
  /** Of the readers those of tier 1. */
  readonly tierOne: number;
}

export interface DomainCouplings {
  /** In the order of the data's flow, as far as there is one. */
  readonly domains: readonly string[];
  readonly couplings: readonly Coupling[];
  /** Assets that belong to no domain: what they read or are read by is not counted. */
  readonly withoutDomain: number;
  readonly asOf: AsOfStamp;
}

/** Who reads whom over the borders of domains, counted in columns and in readers. O(edges). */
export function showCoupling(graph: MergedGraph, asOf: AsOfStamp): DomainCouplings {
  const found = new Map<string, Gathered>();
  const domains = new Set<string>();
  let withoutDomain = 0;
  for (const reader of graph.assets.values()) {
    const by = reader.attributes.domain;
    if (by === undefined) withoutDomain++;
    else {
      domains.add(by);
      gatherReads(graph, reader, by, found);
    }
  }
  const couplings = [...found.values()].map(finish);
  const flows = couplings.map(({ of, by, columns }) => ({ of, by, weight: columns.length }));
  const ordered = orderByFlow([...domains], flows);
  const place = new Map(ordered.map((domain, at) => [domain, at]));
  couplings.sort(
    (a, b) =>
      (place.get(a.of) ?? 0) - (place.get(b.of) ?? 0) ||
      (place.get(a.by) ?? 0) - (place.get(b.by) ?? 0),
  );
  return { domains: ordered, couplings, withoutDomain, asOf };
}

interface Gathered {
  readonly of: string;
  readonly by: string;
  readonly columns: Map<
    string,
    { readonly column: Omit<ReadColumn, "readers">; readonly readers: Set<AssetId> }
  >;
  readonly readers: Map<AssetId, MergedAsset>;
}

function gatherReads(
  graph: MergedGraph,
  reader: MergedAsset,
  by: string,
  found: Map<string, Gathered>,
): void {
  for (const { from } of reader.edges) {
    const source = graph.assets.get(from.asset);
    const of = source?.attributes.domain;
    if (source === undefined || of === undefined || of === by) continue;
    const key = JSON.stringify([of, by]);
    const coupling = found.get(key) ?? { of, by, columns: new Map(), readers: new Map() };
    found.set(key, coupling);
    coupling.readers.set(reader.id, reader);
    const name = JSON.stringify([source.id, from.column ?? null]);
    const read = coupling.columns.get(name) ?? {
      column: describeColumn(source, from.column),
      readers: new Set(),
    };
    coupling.columns.set(name, read);
    read.readers.add(reader.id);
  }
}

function describeColumn(
  { id, shortName, attributes: { contract } }: MergedAsset,
  column: string | undefined,
): Omit<ReadColumn, "readers"> {
  const lower = column?.toLowerCase();
  const isNamed =
    contract?.columns === undefined ||
    (lower !== undefined && contract.columns.some((name) => name.toLowerCase() === lower));
  return {
    asset: id,
    shortName,
    ...(column === undefined ? {} : { column }),
    underContract: contract?.status === "active" && isNamed,
  };
}

function finish({ of, by, columns, readers }: Gathered): Coupling {
  const read = [...columns.values()].map(({ column, readers: own }) => ({
    ...column,
    readers: own.size,
  }));
  read.sort(
    (a, b) =>
      b.readers - a.readers ||
      compareText(a.shortName, b.shortName) ||
      compareText(a.column ?? "", b.column ?? ""),
  );
  const all = [...readers.values()];
  return {
    of,
    by,
    columns: read,
    underContract: read.filter(({ underContract }) => underContract).length,
    readers: all
      .map(({ id, shortName, kind }) => ({ asset: id, shortName, kind }))
      .sort((a, b) => compareText(a.shortName, b.shortName)),
    consumers: all.filter(({ kind }) => isConsumerKind(kind)).length,
    tierOne: all.filter(({ attributes }) => attributes.tier === 1).length,
  };
}
