import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import type { Column } from "#lib/model/asset.ts";
import { ageOfData } from "../age-of-data.ts";
import type { Signal } from "./signal.ts";

const TOLD_BY = "Faultline";

/**
 * What the graph itself shows to be broken at a time (ISO 8601): data older than its service level promises, nulls where none
 * may be, tables under a contract that were seen empty. Of what nothing is known, nothing is said.
 */
export function watchGraph(graph: MergedGraph, now: string): readonly Signal[] {
  return [...graph.assets.values()].flatMap((asset) => [
    ...lateness(asset, now),
    ...emptiness(asset, now),
    ...asset.columns.flatMap((column) => nullsIn(asset, column, now)),
  ]);
}

/** A run that failed did not bring anything, and tells that by itself: the data is as old as what came before. */
function lateness({ id, attributes: { sla, lastRun } }: MergedAsset, now: string): Signal[] {
  const promised = sla?.freshnessHours;
  const { hours: age } = ageOfData(lastRun, now);
  if (promised === undefined || age === undefined) return [];
  const isOver = age <= promised;
  const came = (hoursSinceEpoch(now) ?? 0) - age;
  return [
    {
      refs: [id],
      check: "freshness",
      shows: "stale",
      isOver,
      at: isOver ? now : isoOf(came + promised),
      seen: isOver
        ? "fresh again"
        : `${Math.round(age * 10) / 10} h old; ${promised} h are promised`,
      toldBy: TOLD_BY,
    },
  ];
}

function emptiness({ id, attributes: { rows, contract } }: MergedAsset, now: string): Signal[] {
  if (rows === undefined || contract?.status !== "active") return [];
  const seen = rows === 0 ? "has no rows, and is under contract" : "has rows";
  return [
    { refs: [id], check: "rows", shows: "wrong", isOver: rows > 0, at: now, seen, toldBy: TOLD_BY },
  ];
}

function nullsIn({ id }: MergedAsset, { name, nullable, profile }: Column, now: string): Signal[] {
  if (nullable !== false || profile?.nullShare === undefined) return [];
  const share = profile.nullShare;
  return [
    {
      refs: [id],
      column: name,
      check: "not null",
      shows: "wrong",
      isOver: share === 0,
      at: profile.observedAt ?? now,
      seen: share === 0 ? "no nulls" : `${percent(share)} nulls where none may be`,
      toldBy: TOLD_BY,
    },
  ];
}

const percent = (share: number): string =>
  share < 0.01 ? "less than 1%" : `${Math.round(share * 100)}%`;

const isoOf = (hours: number): string => `${utcStamp(Math.round(hours * 3600))}.000Z`;
