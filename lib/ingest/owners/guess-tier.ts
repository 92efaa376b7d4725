import type { AssetAttributes, AssetKind, Tier } from "#lib/model/asset.ts";

export interface TierEvidence {
  readonly kind: AssetKind;
  readonly attributes: AssetAttributes;
  /** Dashboards, reports, models and the like that it reaches. */
  readonly consumers: number;
}

const BY_KIND: Readonly<Partial<Record<AssetKind, Tier>>> = {
  report: 2,
  application: 2,
  ml_model: 2,
  dashboard: 3,
  ml_job: 3,
  metric: 3,
  feature_view: 3,
};

/**
 * The tier of an asset of which no source says one: judged by what it is, how much it is used and how many consumers
 * hang on it. Always marked as guessed, and gives way to any statement.
 */
export function guessTier({ kind, attributes, consumers }: TierEvidence): {
  readonly tier: Tier;
  readonly tierGuessed: true;
} {
  let tier: number = BY_KIND[kind] ?? 4;
  if (attributes.sla?.driver === "regulatory") tier = 1;
  tier = Math.min(tier, tierByUse(attributes), tierByConsumers(consumers));
  if (attributes.contract?.status === "active") tier = Math.min(tier, 2);
  return { tier: tier as Tier, tierGuessed: true };
}

function tierByUse({ usage }: AssetAttributes): number {
  const users = usage?.users30d ?? 0;
  const views = usage?.views30d ?? 0;
  if (users >= 100 || views >= 2000) return 1;
  if (users >= 25 || views >= 400) return 2;
  return users >= 5 || views >= 50 ? 3 : 4;
}

function tierByConsumers(consumers: number): number {
  if (consumers >= 25) return 1;
  if (consumers >= 8) return 2;
  return consumers >= 2 ? 3 : 4;
}
