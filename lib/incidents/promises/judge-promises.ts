import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { watchGraph } from "../signals/watch-graph.ts";

/** Kept, broken, or nobody knows: what was not observed is not kept. */
export type Keeping = "kept" | "broken" | "unknown";

/** What is promised of one asset, and whether it is so now. */
export interface PromiseStatus {
  readonly asset: AssetId;
  readonly name: string;
  readonly domain?: string;
  /** The contract's id: the data product. */
  readonly product?: string;
  readonly freshness?: {
    readonly state: Keeping;
    readonly promisedHours: number;
    readonly ageHours?: number;
  };
  readonly completeness?: {
    readonly state: Keeping;
    readonly promised: number;
    readonly observed?: number;
  };
  /** What the contract says and the data does not keep, in words. */
  readonly violations: readonly string[];
  /** Share of the time in which all of it is to be kept. */
  readonly target: number;
}

/** Judged, not measured: where a contract names no share of the time, one hour in a hundred may be lost. */
const USUAL_TARGET = 0.99;

/** Of every asset that promises something, whether it is kept at a time (ISO 8601). */
export function judgePromises(graph: MergedGraph, now: string): readonly PromiseStatus[] {
  const violations = new Map<string, string[]>();
  for (const signal of watchGraph(graph, now)) {
    const id = signal.refs[0];
    if (signal.isOver || signal.check === "freshness" || id === undefined) continue;
    const words = signal.column === undefined ? signal.seen : `${signal.column}: ${signal.seen}`;
    violations.set(id, [...(violations.get(id) ?? []), words]);
  }
  return [...graph.assets.values()].flatMap((asset) =>
    judgeAsset(asset, { now, violations: violations.get(asset.id) ?? [] }),
  );
}

function judgeAsset(
  asset: MergedAsset,
  { now, violations }: { readonly now: string; readonly violations: readonly string[] },
): PromiseStatus[] {
  const { sla, contract, domain } = asset.attributes;
  const isBound = contract?.status === "active";
  const freshness = freshnessOf(asset, now);
  const completeness = completenessOf(asset);
  if (freshness === undefined && completeness === undefined && !isBound) return [];
  return [
    {
      asset: asset.id,
      name: asset.shortName,
      ...(domain === undefined ? {} : { domain }),
      ...(contract === undefined ? {} : { product: contract.id }),
      ...(freshness === undefined ? {} : { freshness }),
      ...(completeness === undefined ? {} : { completeness }),
      violations: isBound ? violations : [],
      target: sla?.target ?? USUAL_TARGET,
    },
  ];
}

function freshnessOf(
  { attributes: { sla, lastRun } }: MergedAsset,
  now: string,
): PromiseStatus["freshness"] {
  const promisedHours = sla?.freshnessHours;
  if (promisedHours === undefined) return undefined;
  const came = lastRun?.state === "ok" ? hoursSinceEpoch(lastRun.at) : undefined;
  const ageHours = came === undefined ? undefined : Math.max(0, (hoursSinceEpoch(now) ?? 0) - came);
  if (ageHours === undefined) return { state: "unknown", promisedHours };
  return { state: ageHours <= promisedHours ? "kept" : "broken", promisedHours, ageHours };
}

/** The emptiest of the columns that the contract names: a full key says nothing of an empty amount. */
function completenessOf({
  columns,
  attributes: { sla, contract },
}: MergedAsset): PromiseStatus["completeness"] {
  const promised = sla?.completeness;
  if (promised === undefined) return undefined;
  const named = contract?.columns?.map((name) => name.toLowerCase());
  const seen = columns
    .filter(({ name }) => named === undefined || named.includes(name.toLowerCase()))
    .flatMap(({ profile }) => profile?.nullShare ?? []);
  if (seen.length === 0) return { state: "unknown", promised };
  const observed = 1 - Math.max(...seen);
  return { state: observed >= promised ? "kept" : "broken", promised, observed };
}

/** Broken where one of them is; unknown where none is known to be kept. */
export function keepingOf({ freshness, completeness, violations }: PromiseStatus): Keeping {
  const states = [freshness?.state, completeness?.state];
  if (violations.length > 0 || states.includes("broken")) return "broken";
  if (states.includes("unknown")) return "unknown";
  return "kept";
}
