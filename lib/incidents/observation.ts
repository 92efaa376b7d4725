import type { Finding } from "./finding.ts";

/**
 * How a symptom shows itself, where somebody knows. `gone`: an engine said that the column or table is not there; `unfit`: that a
 * value of the column does not fit a type.
 */
export const SHOWINGS = ["fails", "wrong", "stale", "gone", "unfit"] as const;
export type Showing = (typeof SHOWINGS)[number];

/** A symptom that is an error or a measured age, and not somebody's opinion of values. */
export const isError = ({ isBroken, shows }: Pick<Observation, "isBroken" | "shows">): boolean =>
  isBroken && shows !== undefined && shows !== "wrong";

/** Something that was looked at: broken (a symptom) or seen to be healthy. */
export interface Observation {
  /** As people or machines named it. */
  readonly ref: string;
  /** The asset's number in the snapshot. */
  readonly relation: number;
  /** The column's number, where only one column was looked at. */
  readonly column?: number;
  readonly isBroken: boolean;
  readonly shows?: Showing;
  /** What the check that failed found, where its kind is known. */
  readonly found?: Finding;
  /** ISO 8601: since when it is broken. */
  readonly since?: string;
  /** What its own message gives as the reason: what explains one of these explains it, whatever the graph foresees. */
  readonly reasons?: readonly ToldReason[];
}

/** What an engine did not find, or could not cast, where the failure is told. */
export interface ToldReason {
  readonly relation: number;
  readonly column?: number;
  readonly shows: "gone" | "unfit";
}
