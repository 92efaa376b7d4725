import { writeCsvRow } from "#lib/kit/csv-row.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { GatePage } from "#lib/review/gate-page.ts";
import { type GateMiss, isWrong } from "#lib/review/gate-run.ts";
import { listStopped, summariseGate, summariseMonths } from "#lib/review/summarise-gate.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { listFoldedMonths, listGateMisses, listGateRuns } from "./gate-runs.ts";

const SHOWN_RUNS = 100;
const SHOWN_CHANGES = 50;
const DAY = 86_400_000;
export const GATE_DAYS = 90;
const MOST_DAYS = 3650;

/** How far back somebody asks to look. */
export function readGateDays(text: string): Result<number, Failure> {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return ok(days);
  return err({
    code: "bad-usage",
    message: `"days": ${text} is not a number of days from 1 to ${MOST_DAYS}`,
  });
}

export async function showGate(
  store: LineageStore,
  { now, days = GATE_DAYS }: { readonly now: string; readonly days?: number },
): Promise<Result<GatePage, Failure>> {
  const since = new Date(Date.parse(now) - days * DAY).toISOString();
  const all = await listGateRuns(store);
  if (!all.ok) return all;
  const misses = await listGateMisses(store);
  if (!misses.ok) return misses;
  const folded = await listFoldedMonths(store);
  if (!folded.ok) return folded;
  const runs = all.value.filter(({ at }) => at >= since);
  const newest = [...runs].reverse();
  const stopped = listStopped(runs);
  const living = summariseMonths(all.value, misses.value);
  const known = new Set(folded.value.map(({ month }) => month));
  const older = [...folded.value].sort((a, b) => (a.month < b.month ? 1 : -1));
  return ok({
    since,
    summary: summariseGate(runs, misses.value),
    months: [...living.filter(({ month }) => !known.has(month)), ...older],
    stopped: stopped.slice(0, SHOWN_CHANGES),
    moreStopped: Math.max(0, stopped.length - SHOWN_CHANGES),
    runs: newest.slice(0, SHOWN_RUNS),
    moreRuns: Math.max(0, newest.length - SHOWN_RUNS),
    misses: misses.value,
  });
}

const COLUMNS = [
  "fingerprint",
  "judged",
  "at",
  "by",
  "because",
  "change",
  "changed",
  "asset",
  "domain",
  "owner",
  "tier",
  "verdict",
  "certainty",
] as const;

/** One row a finding, by the last word on it. */
export function renderMissesCsv(misses: readonly GateMiss[]): string {
  const rows = misses.map((miss) => {
    const { fingerprint, finding, entries } = miss;
    const { change, name, domain, owner, tier, verdict, certainty } = finding;
    const last = entries.at(-1);
    return writeCsvRow([
      fingerprint,
      isWrong(miss) ? "wrong" : "right",
      last?.at,
      last?.actor,
      last?.because,
      change.kind,
      change.column === undefined ? change.asset : `${change.asset}.${change.column}`,
      name,
      domain,
      owner,
      tier,
      verdict,
      certainty,
    ]);
  });
  return [COLUMNS.join(","), ...rows].join("\r\n").concat("\r\n");
}
