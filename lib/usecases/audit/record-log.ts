import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore, StoreRecord } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

/** An entry of an append-only record. */
export interface LogEntry {
  /** From 1 on, without gaps. */
  readonly seq: number;
  readonly action: { readonly kind: string };
}

/** How records that are the sum of their entries are kept: incidents, reviews. */
export interface RecordLog<Entry extends LogEntry, State> {
  readonly collection: string;
  /** Of the ids: `INC` of `INC-7`. */
  readonly prefix: string;
  /** What one of them is called. */
  readonly noun: string;
  /** What is said when too many are made at once. */
  readonly crowded: string;
  readonly fold: (
    id: string,
    events: readonly Entry[],
  ) => Result<State, { readonly message: string }>;
}

/** A record with everything that was written into it. */
export interface Logged<Entry extends LogEntry, State> {
  readonly state: State;
  readonly events: readonly Entry[];
}

/** Two who make one at the same moment want the same number: the second takes the next. */
const NUMBER_TRIES = 20;
const APPEND_TRIES = 5;

/** A new record with its first entry, under the next number. */
export async function startRecord<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  store: LineageStore,
  first: Entry,
): Promise<Result<Logged<Entry, State>, Failure>> {
  for (let attempt = 0; attempt < NUMBER_TRIES; attempt++) {
    const id = await nextId(log, store, attempt);
    if (!id.ok) return id;
    const put = await store.putRecord(log.collection, id.value, { events: [first] }, 0);
    if (put.ok) return readRecord(log, put.value);
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: log.crowded });
}

interface Finding<Entry extends LogEntry, State> {
  readonly store: LineageStore;
  readonly first: Entry;
  readonly isSame: (state: State) => boolean;
}

/** The record that is the same thing already, by its id, or a new one. Two who make the same at one moment get one. */
export async function findOrStart<Entry extends LogEntry, State extends { readonly id: string }>(
  log: RecordLog<Entry, State>,
  { store, first, isSame }: Finding<Entry, State>,
): Promise<Result<{ readonly found: string } | { readonly made: Logged<Entry, State> }, Failure>> {
  for (let attempt = 0; attempt < NUMBER_TRIES; attempt++) {
    const known = await listStates(log, store);
    if (!known.ok) return known;
    const same = known.value.find(isSame);
    if (same !== undefined) return ok({ found: same.id });
    // Always the next number: who makes the same meets at it, and looks again.
    const numbers = known.value.map(({ id }) => Number(id.replace(`${log.prefix}-`, "")));
    const id = `${log.prefix}-${Math.max(0, ...numbers.filter(Number.isInteger)) + 1}`;
    const put = await store.putRecord(log.collection, id, { events: [first] }, 0);
    if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
    if (!put.ok) continue;
    const made = readRecord(log, put.value);
    return made.ok ? ok({ made: made.value }) : made;
  }
  return err({ code: "conflict", message: log.crowded });
}

async function nextId<Entry extends LogEntry, State>(
  { collection, prefix }: RecordLog<Entry, State>,
  store: LineageStore,
  attempt: number,
): Promise<Result<string, Failure>> {
  const records = await store.listRecords(collection);
  if (!records.ok) return err(failureOfStore(records.error));
  const numbers = records.value.map(({ key }) => Number(key.replace(`${prefix}-`, "")));
  const highest = Math.max(0, ...numbers.filter(Number.isInteger));
  return ok(`${prefix}-${highest + 1 + attempt}`);
}

/** What all records add up to, in no order. */
export async function listStates<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  store: LineageStore,
): Promise<Result<State[], Failure>> {
  const all = await listLogged(log, store);
  return all.ok ? ok(all.value.map(({ state }) => state)) : all;
}

/** All records with everything that was written into them, in no order. */
export async function listLogged<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  store: LineageStore,
): Promise<Result<Logged<Entry, State>[], Failure>> {
  const records = await store.listRecords(log.collection);
  if (!records.ok) return err(failureOfStore(records.error));
  const all: Logged<Entry, State>[] = [];
  for (const record of records.value) {
    const read = readRecord(log, record);
    if (!read.ok) return read;
    all.push(read.value);
  }
  return ok(all);
}

export async function getLogged<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  store: LineageStore,
  id: string,
): Promise<Result<Logged<Entry, State>, Failure>> {
  const found = await getRevision(log, store, id);
  return found.ok ? ok(found.value.logged) : found;
}

async function getRevision<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  store: LineageStore,
  id: string,
): Promise<Result<{ readonly logged: Logged<Entry, State>; readonly revision: number }, Failure>> {
  const record = await store.getRecord(log.collection, id);
  if (!record.ok) return err(failureOfStore(record.error));
  if (record.value === undefined)
    return err({ code: "not-found", message: `there is no ${log.noun} ${id}` });
  const { revision } = record.value;
  const read = readRecord(log, record.value);
  return read.ok ? ok({ logged: read.value, revision }) : read;
}

function readRecord<Entry extends LogEntry, State>(
  { fold }: RecordLog<Entry, State>,
  { key, body }: StoreRecord,
): Result<Logged<Entry, State>, Failure> {
  const { events } = body as { readonly events: readonly Entry[] };
  const folded = fold(key, events);
  return folded.ok
    ? ok({ state: folded.value, events })
    : err({ code: "internal", message: `${key} cannot be read: ${folded.error.message}` });
}

export interface Appending<Entry extends LogEntry, State> {
  readonly store: LineageStore;
  readonly id: string;
  /** The last entry that was seen; with others since, that is a conflict: somebody decided on what they saw. */
  readonly ifSeq?: number | undefined;
  /** The record with what is to be written, or why it cannot be; asked again when somebody wrote in between. */
  readonly add: (logged: Logged<Entry, State>) => Result<Logged<Entry, State>, Failure>;
}

/** Writes into a record. Entries of others that came in between are no conflict: what is added is checked against them. */
export async function appendToRecord<Entry extends LogEntry, State>(
  log: RecordLog<Entry, State>,
  { store, id, ifSeq, add }: Appending<Entry, State>,
): Promise<Result<Logged<Entry, State>, Failure>> {
  for (let attempt = 0; attempt < APPEND_TRIES; attempt++) {
    const found = await getRevision(log, store, id);
    if (!found.ok) return found;
    const { logged, revision } = found.value;
    if (ifSeq !== undefined && ifSeq !== logged.events.at(-1)?.seq)
      return err(overtaken(logged.events.slice(ifSeq)));
    const added = add(logged);
    if (!added.ok) return added;
    const { events } = added.value;
    const put = await store.putRecord(log.collection, id, { events }, revision);
    if (put.ok) return added;
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: "others write into it at this moment; try again" });
}

function overtaken(since: readonly LogEntry[]): Failure {
  const said = since.map(({ action }) => action.kind);
  return {
    code: "conflict",
    message: `${said.length} entries were made since: ${said.join(", ")}`,
    next: "look at them, then say it again",
  };
}
