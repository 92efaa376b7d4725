/** How a symptom shows itself, where somebody knows. */
export type Showing = "fails" | "wrong" | "stale";

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
  /** ISO 8601: since when it is broken. */
  readonly since?: string;
}
