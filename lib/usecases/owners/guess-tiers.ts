import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { guessTier } from "#lib/ingest/owners/guess-tier.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Tier } from "#lib/model/asset.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { attributeClaim } from "./attribute-claim.ts";

/** Guesses are a source of their own: seen as such wherever sources are shown, and below whatever anybody says. */
export const GUESSES_SOURCE: SourceInfo = {
  id: "guessed-tiers",
  kind: "manual",
  label: "Guessed tiers",
};

/** Guesses the tiers of all assets in the store of which nobody says one. Gives how many were guessed. */
export async function guessTiers(options: {
  readonly store: LineageStore;
  /** ISO 8601. */
  readonly now: string;
}): Promise<Result<number, Failure>> {
  const { store, now } = options;
  const stored = await store.claims();
  if (!stored.ok) return err(failureOfStore(stored.error));
  const others = stored.value.filter(({ source }) => source.id !== GUESSES_SOURCE.id);
  const guesses = guessTiersOf(mergeClaims(others, 0));
  const provenance = { event: "guessed by kind, usage and consumers" };
  const claims = [...guesses].map(([asset, tier]) =>
    attributeClaim(asset, { attributes: { tier, tierGuessed: true }, provenance }),
  );
  const batch = { source: GUESSES_SOURCE, at: now, claims, complete: true, problems: [] };
  const applied = await store.apply(batch);
  return applied.ok ? ok(claims.length) : err(failureOfStore(applied.error));
}

/** A tier for each asset that has none said. A chart is worth what its dashboard is worth. */
export function guessTiersOf(graph: MergedGraph): ReadonlyMap<MergedAsset, Tier> {
  const reach = countConsumers(graph);
  const guesses = new Map<MergedAsset, Tier>();
  const guessOf = ({ id, kind, attributes }: MergedAsset): Tier =>
    guessTier({ kind, attributes, consumers: reach.get(id) ?? 0 }).tier;
  for (const asset of graph.assets.values()) {
    if (isSaid(asset)) continue;
    const { partOf } = asset.attributes;
    const whole = (partOf === undefined ? undefined : graph.assets.get(partOf)) ?? asset;
    guesses.set(asset, isSaid(whole) ? (whole.attributes.tier ?? 4) : guessOf(whole));
  }
  return guesses;
}

const isSaid = ({ attributes: { tier, tierGuessed } }: MergedAsset): boolean =>
  tier !== undefined && tierGuessed !== true;

/** More consumers than this change no guess. */
const ENOUGH = 25;

/**
 * How many consumers each asset reaches, up to `ENOUGH`. Walked upwards from each consumer; what has enough already is
 * not passed again, nor what lies above it, so that no edge is walked more than `ENOUGH` times.
 */
function countConsumers(graph: MergedGraph): ReadonlyMap<AssetId, number> {
  const counts = new Map<AssetId, number>();
  for (const [whole, parts] of consumersWithParts(graph)) {
    for (const id of walkUp(graph, { parts, counts })) {
      if (id !== whole) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

function walkUp(
  graph: MergedGraph,
  {
    parts,
    counts,
  }: { readonly parts: readonly AssetId[]; readonly counts: ReadonlyMap<AssetId, number> },
): ReadonlySet<AssetId> {
  const seen = new Set<AssetId>(parts);
  // A set is walked in the order of adding, what is added on the way included.
  for (const id of seen) {
    for (const { from } of graph.assets.get(id)?.edges ?? []) {
      if ((counts.get(from.asset) ?? 0) < ENOUGH) seen.add(from.asset);
    }
  }
  return seen;
}

/** Consumers as people count them: a dashboard with its charts is one. */
function consumersWithParts(graph: MergedGraph): ReadonlyMap<AssetId, readonly AssetId[]> {
  const wholes = new Map<AssetId, AssetId[]>();
  for (const { id, kind, attributes } of graph.assets.values()) {
    if (!isConsumerKind(kind)) continue;
    const { partOf } = attributes;
    const whole = partOf !== undefined && graph.assets.has(partOf) ? partOf : id;
    const parts = wholes.get(whole);
    if (parts) parts.push(id);
    else wholes.set(whole, [id]);
  }
  return wholes;
}
