import type { Replayed } from "#lib/incidents/past/replay.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type BoardPage, showBoard } from "#lib/view/board.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
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

/** How it was before, how it is since, and what the gate would have stopped. */
export async function readBoard(
  store: LineageStore,
  view: GraphView,
): Promise<Result<BoardPage, Failure>> {
  const past = await listPast(store);
  if (!past.ok) return past;
  const kept = await listRecords(store);
  if (!kept.ok) return kept;
  const replayed = past.value.map((one) => replayIncident({ view, policy: DEFAULT_GATE }, one));
  return ok(showBoard({ past: past.value, replayed, kept: kept.value }));
}
