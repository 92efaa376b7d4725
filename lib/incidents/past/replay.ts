import type { ChangeKind } from "#lib/impact/change.ts";

/** What the gate would have made of the change that caused an incident, on the graph as it is. */
export type ReplayOutcome =
  /** A pull request with that change would have been stopped. */
  | "stopped"
  /** It would have been shown, and let through. */
  | "shown"
  | "not_stopped"
  /** Nothing can be said. */
  | "unknown";

export interface Replayed {
  readonly id: string;
  readonly title: string;
  readonly openedAt: string;
  readonly outcome: ReplayOutcome;
  /** One sentence: by what it is stopped, or why not. */
  readonly why: string;
  readonly kind?: ChangeKind;
  /** The changed asset, by id, and the column. */
  readonly asset?: string;
  readonly column?: string;
  /** The kind or the place was read out of the text, not said by the export. */
  readonly isGuessed: boolean;
}
