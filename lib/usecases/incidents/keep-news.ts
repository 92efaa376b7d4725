import { type Signal, signalKey } from "#lib/incidents/signals/signal.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { keepSignals, listSignals } from "./keep-signals.ts";

/**
 * Keeps what files tell to be broken, or to be over. They are read again and again, and what is known already changes
 * nothing; nor does an end without a beginning, which is what most files are full of.
 */
export async function keepNews(
  store: LineageStore,
  signals: readonly Signal[],
): Promise<Result<void, Failure>> {
  if (signals.length === 0) return ok(undefined);
  const known = await listSignals(store);
  if (!known.ok) return known;
  if (known.value.size === 0 && signals.every(({ isOver }) => isOver)) return ok(undefined);
  const firing = new Set<string>();
  const news = [...signals].sort(byTime).filter((signal) => {
    const key = signalKey(signal);
    const before = known.value.get(key);
    if (before !== undefined && before.lastAt >= signal.at) return false;
    if (!signal.isOver) firing.add(key);
    return !signal.isOver || before !== undefined || firing.has(key);
  });
  if (news.length === 0) return ok(undefined);
  const kept = await keepSignals(store, news);
  return kept.ok ? ok(undefined) : kept;
}

const byTime = (a: Signal, b: Signal): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
