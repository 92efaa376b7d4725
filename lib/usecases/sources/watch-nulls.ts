import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { type Column, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetClaim, LineageBatch, StoredClaim } from "#lib/model/claim.ts";

/** A column in which nothing but nulls was seen, and what that does to those who read it. */
export interface OnlyNulls {
  readonly asset: { readonly namespace: string; readonly name: string };
  readonly column: string;
  /** False: it is declared not null all the same. */
  readonly nullable: boolean;
  readonly rows?: number;
  /** ISO 8601. */
  readonly observedAt?: string;
  /** Dashboards, jobs and reports that are not proved unaffected, heaviest first. */
  readonly consumers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly owner?: string;
    readonly verdict: AssetVerdict["verdict"];
    readonly certainty: AssetVerdict["certainty"];
    readonly points: number | null;
  }[];
}

interface Seen {
  readonly claim: AssetClaim;
  readonly column: Column;
}

/**
 * Columns that held only nulls in what was observed now, and of which nobody had seen that before: nothing fails, no
 * declaration is broken, and whoever reads them publishes something else. Only those are told that a consumer notices.
 * Costs nothing where nothing new was seen.
 */
export function watchNulls({
  before,
  fresh,
  all,
}: {
  /** What sources said until now. */
  readonly before: readonly AssetClaim[];
  /** Batches of the sources that were read. */
  readonly fresh: readonly LineageBatch[];
  readonly all: readonly LineageBatch[];
}): readonly OnlyNulls[] {
  const seen = findNewNulls(before, fresh);
  if (seen.length === 0) return [];
  const graph = mergeClaims(all.flatMap(asStored), 0);
  const snapshot = buildSnapshot(graph);
  return seen
    .flatMap(({ claim, column }): OnlyNulls[] => {
      const { namespace, name } = claim;
      const answer = assessChanges({
        snapshot,
        graph,
        changes: [
          {
            kind: "became_mostly_null",
            asset: { namespace, name },
            column: column.name,
            nullShare: 1,
            // What was seen is the change: it must not count as what was there before it.
            effects: ["NULLS"],
          },
        ],
      });
      const consumers = isChangeError(answer) ? [] : answer.verdicts.filter(isNoticed);
      if (consumers.length === 0) return [];
      const known = graph.assets
        .get(claim.asset)
        ?.columns.find((one) => one.name.toLowerCase() === column.name.toLowerCase());
      return [
        {
          asset: { namespace, name },
          column: column.name,
          nullable: known?.nullable !== false,
          ...(column.profile?.rows === undefined ? {} : { rows: column.profile.rows }),
          ...(column.profile?.observedAt ? { observedAt: column.profile.observedAt } : {}),
          consumers: consumers.map(toConsumer),
        },
      ];
    })
    .sort((a, b) => heaviest(b) - heaviest(a));
}

const heaviest = ({ consumers }: OnlyNulls): number => consumers[0]?.points ?? 0;

const isNoticed = ({ asset, verdict }: AssetVerdict): boolean =>
  isConsumerKind(asset.kind) && verdict !== "unaffected";

const toConsumer = ({ asset, verdict, certainty, points }: AssetVerdict) => ({
  name: asset.name,
  kind: asset.kind,
  ...(asset.owner === undefined ? {} : { owner: asset.owner }),
  verdict,
  certainty,
  points,
});

const isOnlyNulls = ({ profile }: Column): boolean =>
  profile?.nullShare === 1 && (profile.rows ?? 1) > 0;

const keyOf = (claim: AssetClaim, column: Column): string =>
  `${claim.asset}\u0000${column.name.toLowerCase()}`;

function findNewNulls(before: readonly AssetClaim[], fresh: readonly LineageBatch[]): Seen[] {
  const found = new Map<string, Seen>();
  for (const { claims } of fresh) {
    for (const claim of claims) {
      for (const column of claim.columns ?? [])
        if (isOnlyNulls(column)) found.set(keyOf(claim, column), { claim, column });
    }
  }
  if (found.size === 0) return [];
  for (const claim of before) {
    for (const column of claim.columns ?? [])
      if (isOnlyNulls(column)) found.delete(keyOf(claim, column));
  }
  return [...found.values()];
}

const asStored = (batch: LineageBatch): StoredClaim[] =>
  batch.claims.map((claim) => ({
    source: batch.source,
    claim,
    version: 0,
    firstSeen: batch.at,
    lastSeen: batch.at,
  }));
