import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { AssetAttributes } from "#lib/model/asset.ts";
import { isToCome } from "./clock-slack.ts";

/** How old data is, in hours, or how old at least; empty where nobody knows. */
export interface AgeOfData {
  readonly hours?: number;
  readonly atLeast?: number;
}

/**
 * As old as the last run that came through; where only one that failed is known, at least as old as the failure, which
 * brought nothing. What ended in a time to come says nothing.
 */
export function ageOfData(lastRun: AssetAttributes["lastRun"], now: string): AgeOfData {
  if (lastRun === undefined) return {};
  const { at, state, okAt = state === "ok" ? at : undefined } = lastRun;
  if (okAt !== undefined) return isToCome(okAt, now) ? {} : { hours: hoursBetween(okAt, now) };
  return state === "failed" && !isToCome(at, now) ? { atLeast: hoursBetween(at, now) } : {};
}

const hoursBetween = (from: string, to: string): number =>
  Math.max(0, (hoursSinceEpoch(to) ?? 0) - (hoursSinceEpoch(from) ?? 0));
