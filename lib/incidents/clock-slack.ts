/** Clocks of producers disagree by minutes: one thing came before another only by more than this. Hours. */
export const CLOCK_SLACK_HOURS = 0.25;
