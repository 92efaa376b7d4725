import { writeCsvRow } from "#lib/kit/csv-row.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { type GateMiss, isWrong } from "#lib/review/gate-run.ts";
import { type GatePage, summariseGate } from "#lib/review/summarise-gate.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { listGateMisses, listGateRuns } from "./gate-runs.ts";

const SHOWN_RUNS = 100;
const DAY = 86_400_000;
export const GATE_DAYS = 90;

export async function showGate(
  store: LineageStore,
  { now, days = GATE_DAYS }: { readonly now: string; readonly days?: number },
): Promise<Result<GatePage, Failure>> {
  const since = new Date(Date.parse(now) - days * DAY).toISOString();
  const runs = await listGateRuns(store, since);
  if (!runs.ok) return runs;
  const misses = await listGateMisses(store);
  if (!misses.ok) return misses;
  const newest = [...runs.value].reverse();
  return ok({
    since,
    summary: summariseGate(runs.value, misses.value),
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
