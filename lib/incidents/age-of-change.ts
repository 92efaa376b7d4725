import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { LoggedChange } from "./suspect.ts";

/** Hours, at least 0; nothing where the change has no time that can be read. */
export function ageOf({ at }: LoggedChange, now: string): number | undefined {
  const then = at === undefined ? undefined : hoursSinceEpoch(at);
  const here = hoursSinceEpoch(now);
  return then === undefined || here === undefined ? undefined : Math.max(0, here - then);
}
