import {
  type KeptSignal,
  mergeSignal,
  type Signal,
  signalKey,
} from "#lib/incidents/signals/signal.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

/** Signals are kept in so many records: a flood of ten thousand costs as many writes, not ten thousand. */
const SHARDS = 32;
const COLLECTION = "signals";
/** Of each record: what is over is forgotten first, then what was not told for longest. */
const MOST_IN_SHARD = 2_000;
const TRIES = 8;

type Shard = Readonly<Record<string, KeptSignal>>;

const shardOf = (key: string): string => String(Number.parseInt(key.slice(0, 4), 16) % SHARDS);

/** Adds what was told to what is known; the same again only counts. Gives how many there were that nobody knew. */
export async function keepSignals(
  store: LineageStore,
  signals: readonly Signal[],
): Promise<Result<number, Failure>> {
  const shards = new Map<string, Signal[]>();
  for (const signal of signals) {
    const shard = shardOf(signalKey(signal));
    const list = shards.get(shard);
    if (list === undefined) shards.set(shard, [signal]);
    else list.push(signal);
  }
  let fresh = 0;
  for (const [shard, told] of shards) {
    let added = 0;
    const written = await changeShard(store, shard, (known) => {
      added = 0;
      const next = new Map(Object.entries(known));
      for (const signal of told) {
        const key = signalKey(signal);
        const before = next.get(key);
        const after = mergeSignal(before, signal);
        if (after === undefined) continue;
        if (before === undefined || before.incident !== after.incident) added++;
        next.set(key, after);
      }
      return Object.fromEntries(limit([...next]));
    });
    if (!written.ok) return written;
    fresh += added;
  }
  return ok(fresh);
}

function limit(entries: [string, KeptSignal][]): [string, KeptSignal][] {
  if (entries.length <= MOST_IN_SHARD) return entries;
  return entries
    .sort(([, a], [, b]) => Number(a.isOver) - Number(b.isOver) || (a.lastAt < b.lastAt ? 1 : -1))
    .slice(0, MOST_IN_SHARD);
}

/** All that are kept, by key. */
export async function listSignals(
  store: LineageStore,
): Promise<Result<ReadonlyMap<string, KeptSignal>, Failure>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  return ok(
    new Map(
      records.value.flatMap(({ body }) =>
        Object.entries((body as { readonly signals: Shard }).signals),
      ),
    ),
  );
}

/** Which incident signals are part of, and which of them it has heard to be over. */
export async function markSignals(
  store: LineageStore,
  marks: ReadonlyMap<string, Pick<KeptSignal, "incident" | "isClosed">>,
): Promise<Result<void, Failure>> {
  const shards = new Map<string, string[]>();
  for (const key of marks.keys()) {
    const shard = shardOf(key);
    shards.set(shard, [...(shards.get(shard) ?? []), key]);
  }
  for (const [shard, keys] of shards) {
    const written = await changeShard(store, shard, (known) => {
      const next = { ...known };
      for (const key of keys) {
        const signal = next[key];
        if (signal !== undefined) next[key] = { ...signal, ...marks.get(key) };
      }
      return next;
    });
    if (!written.ok) return written;
  }
  return ok(undefined);
}

async function changeShard(
  store: LineageStore,
  shard: string,
  change: (known: Shard) => Shard,
): Promise<Result<void, Failure>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const record = await store.getRecord(COLLECTION, shard);
    if (!record.ok) return err(failureOfStore(record.error));
    const known = (record.value?.body as { readonly signals: Shard } | undefined)?.signals ?? {};
    const next = change(known);
    if (JSON.stringify(next) === JSON.stringify(known)) return ok(undefined);
    const revision = record.value?.revision ?? 0;
    const put = await store.putRecord(COLLECTION, shard, { signals: next }, revision);
    if (put.ok) return ok(undefined);
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: "too much is told of the same things at this moment" });
}
