import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { isToCome } from "#lib/incidents/clock-slack.ts";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import {
  addSeen,
  type SeenTable,
  seeTable,
  watchHistory,
} from "#lib/incidents/signals/watch-history.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

const COLLECTION = "seen-tables";
/** Tables that are written down in one look; the rest waits for the next. */
const MOST_AT_ONCE = 2_000;

/** Writes down what was observed of tables, and says which are not what they were. */
export interface HistoryKeeper {
  readonly look: (
    store: LineageStore,
    graph: MergedGraph,
    /** ISO 8601: what was seen in a time to come waits, or it would be newer than all that is seen until then. */
    now: string,
  ) => Promise<Result<readonly Signal[], Failure>>;
}

interface Kept {
  readonly points: readonly SeenTable[];
  readonly revision: number;
}

/** An asset that no commit touched is the same object as before: it is looked at once. */
export function createHistoryKeeper(): HistoryKeeper {
  const looked = new WeakSet<MergedAsset>();
  return {
    look: async (store, graph, now) => {
      const fresh: [MergedAsset, SeenTable][] = [];
      for (const asset of graph.assets.values()) {
        if (looked.has(asset)) continue;
        const seen = seeTable(asset);
        if (seen === undefined) looked.add(asset);
        else if (!isToCome(seen.at, now)) fresh.push([asset, seen]);
        if (fresh.length >= MOST_AT_ONCE) break;
      }
      const signals: Signal[] = [];
      for (const [asset, seen] of fresh) {
        const kept = await keepSeen(store, asset, seen);
        if (!kept.ok) return kept;
        looked.add(asset);
        signals.push(...kept.value);
      }
      return ok(signals);
    },
  };
}

/** What another server wrote in between is as good: it has seen the same. */
async function keepSeen(
  store: LineageStore,
  asset: MergedAsset,
  seen: SeenTable,
): Promise<Result<readonly Signal[], Failure>> {
  const known = await readKept(store, asset);
  if (!known.ok) return known;
  const { points, revision } = known.value;
  const after = addSeen(points, seen);
  if (after === points) return ok([]);
  const put = await store.putRecord(COLLECTION, asset.id, { points: after }, revision);
  if (put.ok) return ok(watchHistory(asset, after));
  return put.error.code === "conflict" ? ok([]) : err(failureOfStore(put.error));
}

async function readKept(store: LineageStore, { id }: MergedAsset): Promise<Result<Kept, Failure>> {
  const record = await store.getRecord(COLLECTION, id);
  if (!record.ok) return err(failureOfStore(record.error));
  const { points = [] } = (record.value?.body ?? {}) as { readonly points?: readonly SeenTable[] };
  return ok({ points, revision: record.value?.revision ?? 0 });
}
