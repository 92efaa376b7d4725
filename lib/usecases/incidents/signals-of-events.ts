import { readEventSignals } from "#lib/incidents/signals/read-event-signals.ts";
import { type Signal, signalKey } from "#lib/incidents/signals/signal.ts";
import { watchVolumes } from "#lib/incidents/signals/watch-volumes.ts";
import type { OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { BatchRecord } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { allRuns, type JobRuns } from "../history/keep-runs.ts";
import { keepSignals, listSignals } from "./keep-signals.ts";

export interface TakenEvents {
  readonly sources: readonly { readonly events: readonly OpenLineageEvent[] }[];
  /** What was kept of the runs of those jobs that the events tell of: see `JobRuns`. */
  readonly runs: readonly BatchRecord[];
}

/** Another server may have been told of what this one hears to be over. */
const READ_AGAIN_MS = 20_000;

export interface SignalKeeper {
  readonly add: (store: LineageStore, taken: TakenEvents) => Promise<Result<void, Failure>>;
}

/** Keeps what events tell to be broken. Most runs come through and most checks hold, which is news only where they had not. */
export function createSignalKeeper(): SignalKeeper {
  let firing: Set<string> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    add: async (store, { sources, runs }) => {
      const signals = [
        ...sources.flatMap(({ events }) => events.flatMap(readEventSignals)),
        ...runs.flatMap(({ body }) => {
          const own = body as unknown as JobRuns;
          return watchVolumes(own.job, allRuns(own));
        }),
      ];
      if (firing === undefined || performance.now() - readAt > READ_AGAIN_MS) {
        readAt = performance.now();
        const known = await listSignals(store);
        if (!known.ok) return known;
        firing = new Set([...known.value].flatMap(([key, { isOver }]) => (isOver ? [] : [key])));
      }
      const news = newsOf(signals, firing);
      if (news.length === 0) return ok(undefined);
      const kept = await keepSignals(store, news);
      if (!kept.ok) firing = undefined;
      return kept.ok ? ok(undefined) : kept;
    },
  };
}

/** What is broken, and what is over of it. Remembers which are. */
function newsOf(signals: readonly Signal[], firing: Set<string>): readonly Signal[] {
  return [...signals]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .filter((signal) => {
      const key = signalKey(signal);
      const wasFiring = firing.has(key);
      if (signal.isOver) firing.delete(key);
      else firing.add(key);
      return wasFiring || !signal.isOver;
    });
}
