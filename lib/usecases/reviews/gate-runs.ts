import { randomBytes } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { GateMonth } from "#lib/review/gate-page.ts";
import type { GateMiss, GateRun, LoggedFinding, MissEntry } from "#lib/review/gate-run.ts";
import { monthOf, summariseMonths } from "#lib/review/summarise-gate.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

const RUNS = "gate-runs";
const MISSES = "gate-misses";
const MONTHS = "gate-months";
/** Up to which month runs were folded, so that most runs need not look. */
const FOLDED = "gate-folded";

/** Keeps one run of the gate; nothing of it is ever changed. `keepDays`: months that lie further back become counts. */
export async function recordGateRun(
  store: LineageStore,
  { run, keepDays }: { readonly run: GateRun; readonly keepDays: number },
): Promise<Result<GateRun, Failure>> {
  const key = `${run.at}-${randomBytes(4).toString("hex")}`;
  const put = await store.putRecord(RUNS, key, run, 0);
  if (!put.ok) return err(failureOfStore(put.error));
  const folded = await foldOldRuns(store, { now: run.at, keepDays });
  return folded.ok ? ok(run) : folded;
}

const DAY = 86_400_000;

/**
 * Runs of months that ended more than `keepDays` ago are counted by month and forgotten. The counts are written before the
 * first run goes, and never again: a process that ends between the two leaves runs that the next one only deletes.
 */
async function foldOldRuns(
  store: LineageStore,
  { now, keepDays }: { readonly now: string; readonly keepDays: number },
): Promise<Result<undefined, Failure>> {
  // The month of the first moment that is kept is kept as a whole.
  const kept = monthOf(new Date(Date.parse(now) - keepDays * DAY).toISOString());
  const folded = await store.getRecord(FOLDED, "to");
  if (!folded.ok) return err(failureOfStore(folded.error));
  const before = (folded.value?.body as { readonly month?: string } | undefined)?.month ?? "";
  if (before >= kept) return ok(undefined);
  const records = await store.listRecords(RUNS);
  if (!records.ok) return err(failureOfStore(records.error));
  const old = records.value.filter(({ body }) => monthOf((body as GateRun).at) < kept);
  const misses = await listGateMisses(store);
  if (!misses.ok) return misses;
  const months = summariseMonths(
    old.map(({ body }) => body as GateRun),
    misses.value,
  );
  for (const month of months) {
    const put = await store.putRecord(MONTHS, month.month, month, 0);
    if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  for (const { key } of old) {
    const gone = await store.deleteRecord(RUNS, key);
    if (!gone.ok) return err(failureOfStore(gone.error));
  }
  const done = await store.putRecord(FOLDED, "to", { month: kept }, folded.value?.revision ?? 0);
  // Another process was faster: it has folded the same runs.
  if (done.ok || done.error.code === "conflict") return ok(undefined);
  return err(failureOfStore(done.error));
}

/** The counts of months whose runs are no longer kept. */
export async function listFoldedMonths(
  store: LineageStore,
): Promise<Result<readonly GateMonth[], Failure>> {
  const records = await store.listRecords(MONTHS);
  if (!records.ok) return err(failureOfStore(records.error));
  return ok(records.value.map(({ body }) => body as GateMonth));
}

/** The runs since a time (ISO 8601; absent: all), the oldest first. */
export async function listGateRuns(
  store: LineageStore,
  since = "",
): Promise<Result<readonly GateRun[], Failure>> {
  const records = await store.listRecords(RUNS);
  if (!records.ok) return err(failureOfStore(records.error));
  const runs = records.value.map(({ body }) => body as GateRun).filter(({ at }) => at >= since);
  return ok(runs.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));
}

/** All findings that somebody judged, the one that was judged last first. */
export async function listGateMisses(
  store: LineageStore,
): Promise<Result<readonly GateMiss[], Failure>> {
  const records = await store.listRecords(MISSES);
  if (!records.ok) return err(failureOfStore(records.error));
  const lastWord = ({ entries }: GateMiss): string => entries.at(-1)?.at ?? "";
  return ok(
    records.value
      .map(({ body }) => body as GateMiss)
      .sort((a, b) => (lastWord(a) < lastWord(b) ? 1 : -1)),
  );
}

export interface JudgedFinding {
  readonly fingerprint: string;
  readonly says: MissEntry["says"];
  readonly because: string;
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
  /** Where it was seen, if that was in no run that is kept. */
  readonly finding?: LoggedFinding;
}

const TRIES = 5;

/**
 * One more word on a finding. A finding that nothing kept here has ever said is refused: a fingerprint with a wrong digit
 * would be believed. To say that it is right needs somebody who said that it is wrong.
 */
export async function judgeFinding(
  store: LineageStore,
  { fingerprint, says, because, actor, at, finding }: JudgedFinding,
): Promise<Result<GateMiss, Failure>> {
  const entry: MissEntry = { at, actor, says, because };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known = await store.getRecord(MISSES, fingerprint);
    if (!known.ok) return err(failureOfStore(known.error));
    const before = known.value?.body as GateMiss | undefined;
    if (before === undefined && says === "right")
      return err({ code: "not-found", message: `nobody has judged ${fingerprint} wrong` });
    const logged = await findLogged(store, fingerprint);
    if (!logged.ok) return logged;
    const seen = before?.finding ?? finding ?? logged.value;
    if (seen === undefined)
      return err({
        code: "not-found",
        message: `no run of the gate that is kept here has the finding ${fingerprint}`,
        next: "its fingerprint stands in the answer of `faultline check --format json`, and under each finding as text",
      });
    const miss: GateMiss = {
      fingerprint,
      finding: seen,
      entries: [...(before?.entries ?? []), entry],
    };
    const put = await store.putRecord(MISSES, fingerprint, miss, known.value?.revision ?? 0);
    if (put.ok) return ok(miss);
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: "others write of it at this moment; try again" });
}

/** As the newest run has it that holds it. */
async function findLogged(
  store: LineageStore,
  fingerprint: string,
): Promise<Result<LoggedFinding | undefined, Failure>> {
  const runs = await listGateRuns(store);
  if (!runs.ok) return runs;
  for (const { findings } of [...runs.value].reverse()) {
    const found = findings.find((one) => one.fingerprint === fingerprint);
    if (found) return ok(found);
  }
  return ok(undefined);
}
