import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";

/** Clocks of producers disagree by minutes: one thing came before another only by more than this. Hours. */
export const CLOCK_SLACK_HOURS = 0.25;

/** Whether a time (ISO 8601) is further ahead of now than clocks disagree: then nobody knows when it was. */
export const isToCome = (time: string, now: string): boolean =>
  (hoursSinceEpoch(time) ?? 0) - (hoursSinceEpoch(now) ?? 0) > CLOCK_SLACK_HOURS;
