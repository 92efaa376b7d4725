import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Column } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { ageOfData } from "../age-of-data.ts";
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
  /** The columns that the contract names, and how many of them are seen to be as it promises. */
  readonly columns?: {
    readonly state: Keeping;
    readonly promised: number;
    readonly observed: number;
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
  const columns = columnsOf(asset);
  if (freshness === undefined && completeness === undefined && !isBound) return [];
  return [
    {
      asset: asset.id,
      name: asset.shortName,
      ...(domain === undefined ? {} : { domain }),
      ...(contract === undefined ? {} : { product: contract.id }),
      ...(freshness === undefined ? {} : { freshness }),
      ...(completeness === undefined ? {} : { completeness }),
      ...(columns === undefined ? {} : { columns }),
      violations: isBound ? [...brokenColumns(asset), ...violations] : [],
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
  const { hours: ageHours, atLeast = 0 } = ageOfData(lastRun, now);
  if (ageHours === undefined)
    return { state: atLeast > promisedHours ? "broken" : "unknown", promisedHours };
  return { state: ageHours <= promisedHours ? "kept" : "broken", promisedHours, ageHours };
}

/** Of the columns that a contract in force names, how many anything but the contract says to be as it promises. */
function columnsOf({ columns, attributes: { contract } }: MergedAsset): PromiseStatus["columns"] {
  if (contract?.status !== "active" || contract.columns === undefined) return undefined;
  const { columns: promised, absent = [], unproven = [] } = contract;
  const open = new Set([...unproven, ...absent].map((name) => name.toLowerCase()));
  for (const column of columns) if (isCounted(column)) open.delete(column.name.toLowerCase());
  const state = absent.length > 0 ? "broken" : open.size > 0 ? "unknown" : "kept";
  return { state, promised: promised.length, observed: promised.length - open.size };
}

/** A profile answers what the contract says of nulls, and of values that repeat. */
const isCounted = ({ nullable, unique, profile }: Column): boolean =>
  profile !== undefined &&
  (nullable !== false || profile.nullShare !== undefined) &&
  (unique !== true || (profile.distinct !== undefined && profile.rows !== undefined));

/** What contracts name and is not there, and what repeats though it must not. */
const brokenColumns = ({ columns, attributes: { contract } }: MergedAsset): readonly string[] => [
  ...(contract?.absent ?? []).map((name) => `${name}: the table has no such column`),
  ...columns.flatMap(({ name, unique, profile }) => {
    const { distinct, rows, nullShare = 0 } = profile ?? {};
    if (unique !== true || distinct === undefined || rows === undefined) return [];
    const filled = Math.round(rows * (1 - nullShare));
    return distinct < filled ? [`${name}: ${filled} values are ${distinct} different ones`] : [];
  }),
];

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

/** Broken where one part of it is; unknown where one is, or where nothing is promised that could be observed. */
export function keepingOf({
  freshness,
  completeness,
  columns,
  violations,
}: PromiseStatus): Keeping {
  const states = [freshness, completeness, columns].flatMap((part) => part?.state ?? []);
  if (violations.length > 0 || states.includes("broken")) return "broken";
  return states.length === 0 || states.includes("unknown") ? "unknown" : "kept";
}
