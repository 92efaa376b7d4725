import { consumersWithoutLineage } from "#lib/graph/known-reads.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { HomePage } from "#lib/view/page-answers.ts";
import type { WideColumn } from "../ask/find-riskiest.ts";
import { riskiestColumns, widestColumns } from "../ask/find-riskiest.ts";
import { findOne, splitReference } from "../ask/split-reference.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { NextStep } from "./what-next.ts";
import { whatNext } from "./what-next.ts";

/** What is known after a first ingest, where it ends, and what to connect next; `faultline init --format json`. */
export interface Known {
  readonly assets: number;
  readonly columns: number;
  readonly consumers: number;
  /** By name. */
  readonly domains: readonly string[];
  /** Share of the reads that are known to the column, 0 to 1, and what it is a share of. */
  readonly columnShare: number;
  readonly reads: number;
  /** Names that are read and that nothing which was read owns up to. */
  readonly unresolved: number;
  readonly withoutOwner: number;
  readonly guessedTiers: number;
  /** Consumers that nothing is known to feed, by name. */
  readonly withoutLineage: readonly string[];
  /** At most ten. */
  readonly riskiest: HomePage["riskiest"];
  /** Instead, where no consumer is known: the ten columns that most assets hang on. */
  readonly widest?: readonly WideColumn[];
  /** The riskiest column, by the shortest name that means it alone: `orders.amount`. */
  readonly example?: string;
  /** At most three. */
  readonly next: readonly NextStep[];
}

export function describeKnown(view: GraphView, problems: readonly Problem[]): Known {
  const { graph } = view;
  const { coverage, columnShare, next } = whatNext(graph, problems);
  const assets = [...graph.assets.values()];
  const riskiest = riskiestColumns(view);
  const widest = riskiest.length === 0 ? widestColumns(view) : [];
  const risk = riskiest[0] ?? widest[0];
  const domains = new Set(assets.flatMap(({ attributes }) => attributes.domain ?? []));
  return {
    assets: coverage.assets,
    columns: coverage.columns,
    consumers: coverage.consumers,
    domains: [...domains].sort(),
    columnShare,
    reads: coverage.columnReads + coverage.tableReads,
    unresolved: coverage.unresolved,
    withoutOwner: assets.filter(({ attributes }) => attributes.owner === undefined).length,
    guessedTiers: assets.filter(({ attributes }) => attributes.tierGuessed === true).length,
    withoutLineage: consumersWithoutLineage(graph).map(({ name }) => name),
    riskiest,
    ...(widest.length === 0 ? {} : { widest }),
    ...(risk === undefined ? {} : { example: shortestReference(view, risk) }),
    next,
  };
}

function shortestReference(
  { graph }: GraphView,
  { asset: id, column }: { readonly asset: string; readonly column: string },
): string {
  const asset = graph.assets.get(id as AssetId);
  const name = asset?.name ?? id;
  const cuts = [...name.matchAll(/\./g)].map(({ index }) => name.slice(index + 1));
  const means = (tail: string): boolean => {
    const reference = splitReference(graph, `${tail}.${column}`);
    const found = findOne(graph, reference.asset);
    return reference.column === column && found.ok && found.value.id === id;
  };
  return `${cuts.reverse().find(means) ?? name}.${column}`;
}
