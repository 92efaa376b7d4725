import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { Removals } from "#lib/incidents/ledger/read-ledger.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Review } from "#lib/review/review.ts";

/** Something that was found to have changed. */
export interface FoundChange {
  /** ISO 8601. */
  readonly at: string;
  readonly asset: AssetId;
  readonly changes: readonly Pick<ChangeInput, "kind" | "column">[];
}

const TAKES_AWAY: ReadonlySet<string> = new Set([
  "drop_column",
  "rename_column",
  "table_dropped_or_renamed",
]);

/**
 * Of each domain, the columns and tables that were found to be gone, and how many of them went on or after the date that a review of
 * their removal had announced before. What was announced for no date, or afterwards, was not agreed.
 */
export function countRemovals(
  graph: MergedGraph,
  {
    found,
    reviews,
  }: { readonly found: readonly FoundChange[]; readonly reviews: readonly Review[] },
): ReadonlyMap<string, Removals> {
  const agreed = agreedDates(graph, reviews);
  const counted = new Map<string, Removals>();
  for (const { at, asset, changes } of found) {
    const domain = graph.assets.get(asset)?.attributes.domain;
    if (domain === undefined) continue;
    for (const { kind, column } of changes) {
      if (!TAKES_AWAY.has(kind)) continue;
      const dates = agreed.get(keyOf(asset, column)) ?? [];
      const isInTime = dates.some(
        ({ date, announcedAt }) => announcedAt < at && date <= at.slice(0, 10),
      );
      const { all = 0, inTime = 0 } = counted.get(domain) ?? {};
      counted.set(domain, { all: all + 1, inTime: inTime + (isInTime ? 1 : 0) });
    }
  }
  return counted;
}

const keyOf = (asset: string, column: unknown): string =>
  JSON.stringify([asset, typeof column === "string" ? column.toLowerCase() : ""]);

type Sunset = NonNullable<Review["sunset"]>;

function agreedDates(
  graph: MergedGraph,
  reviews: readonly Review[],
): ReadonlyMap<string, readonly Sunset[]> {
  const dates = new Map<string, Sunset[]>();
  for (const { sunset, state, content } of reviews) {
    if (sunset === undefined || state === "abandoned") continue;
    for (const change of content.changes) {
      const asset = findAssetByName(graph, change.asset);
      if (!asset.ok || !TAKES_AWAY.has(change.kind)) continue;
      const key = keyOf(asset.value.id, change.column);
      dates.set(key, [...(dates.get(key) ?? []), sunset]);
    }
  }
  return dates;
}

/** Owners that agreed, in a review that the incident links, before the change was deployed. */
export function agreedOwners(
  { links, stamps, openedAt }: Incident,
  reviews: readonly Review[],
): ReadonlySet<string> {
  const deployed = stamps.deployed ?? stamps.first_bad_run ?? openedAt;
  const linked = reviews.filter(({ id }) =>
    links.some(({ to, href }) => to === "review" && href.split("/").includes(id)),
  );
  return new Set(
    linked.flatMap(({ asks }) =>
      asks.flatMap(({ owner, signOff }) =>
        owner !== undefined && signOff?.answer === "agree" && signOff.at < deployed ? [owner] : [],
      ),
    ),
  );
}
