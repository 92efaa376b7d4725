import type { Replayed } from "#lib/incidents/past/replay.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type BoardPage, showBoard } from "#lib/view/board.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { showGate } from "../reviews/show-gate.ts";
import { listPast } from "./keep-past.ts";
import { listRecords } from "./manage-incidents.ts";
import { type ReplayInput, replayIncident } from "./replay-past.ts";

/** Would the gate have stopped each of the imported incidents? The oldest first. */
export async function replayPast(
  store: LineageStore,
  { view, policy }: ReplayInput,
): Promise<Result<readonly Replayed[], Failure>> {
  const past = await listPast(store);
  if (!past.ok) return past;
  return ok(past.value.map((one) => replayIncident({ view, policy }, one)));
}

/** How it was before, how it is since, what the gate stopped and would have stopped. `now`: ISO 8601. */
export async function readBoard(
  store: LineageStore,
  { view, now }: { readonly view: GraphView; readonly now: string },
): Promise<Result<BoardPage, Failure>> {
  const past = await listPast(store);
  if (!past.ok) return past;
  const kept = await listRecords(store);
  if (!kept.ok) return kept;
  const replayed = past.value.map((one) => replayIncident({ view, policy: DEFAULT_GATE }, one));
  const gate = await showGate(store, { now });
  return gate.ok
    ? ok(showBoard({ past: past.value, replayed, kept: kept.value, gate: gate.value }))
    : gate;
}
