import { isToCome } from "../clock-slack.ts";
import type { Signal } from "./signal.ts";

/**
 * Signals of which none lies in a time to come: what a wrong clock says is taken as told now (ISO 8601), or it would be newer
 * than all that is told until then. With what is to be said of it.
 */
export function takeAsNow(
  signals: readonly Signal[],
  now: string,
): { readonly signals: readonly Signal[]; readonly problems: readonly string[] } {
  const ahead = signals.find(({ at }) => isToCome(at, now));
  if (ahead === undefined) return { signals, problems: [] };
  return {
    signals: signals.map((one) => (isToCome(one.at, now) ? { ...one, at: now } : one)),
    problems: [`the time ${ahead.at} is to come: taken as now`],
  };
}
