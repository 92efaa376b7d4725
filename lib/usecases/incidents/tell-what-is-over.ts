import type { KeptSignal } from "#lib/incidents/signals/signal.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { markSignals } from "./keep-signals.ts";
import { appendAll, type IncidentHand } from "./manage-incidents.ts";

/** It is over, and the incident that it is part of has not heard so. */
export const isToBeClosed = ({ incident, isOver, isClosed }: KeptSignal): boolean =>
  incident !== undefined && isOver && isClosed !== true;

/** One entry for all that is over since the last pass; nobody is told twice. */
export async function tellWhatIsOver(
  hand: IncidentHand,
  signals: ReadonlyMap<string, KeptSignal>,
): Promise<Result<void, Failure>> {
  const over = new Map<string, [string, KeptSignal][]>();
  for (const [key, signal] of signals) {
    const { incident } = signal;
    if (incident === undefined || !isToBeClosed(signal)) continue;
    over.set(incident, [...(over.get(incident) ?? []), [key, signal]]);
  }
  for (const [id, members] of over) {
    const open = [...signals.values()].filter((one) => one.incident === id && !one.isOver).length;
    const names = [...new Set(members.map(([, { check, refs }]) => `${check} of ${refs[0]}`))];
    const listed = names.slice(0, 5).join(", ");
    const further = names.length > 5 ? ` and ${names.length - 5} more` : "";
    const text = `over: ${listed}${further}; ${open === 0 ? "nothing is told to be broken any more" : `${open} still told to be broken`}`;
    const appended = await appendAll(hand, { id, actions: [{ kind: "note", text }] });
    if (!appended.ok && appended.error.code !== "not-found") return appended;
    const marks = new Map(members.map(([key]) => [key, { isClosed: true as const }]));
    const marked = await markSignals(hand.store, marks);
    if (!marked.ok) return marked;
  }
  return ok(undefined);
}
