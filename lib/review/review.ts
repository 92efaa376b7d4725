import type { Tier } from "#lib/model/asset.ts";
import type {
  ReviewContent,
  ReviewOrigin,
  ReviewPolicy,
  ReviewState,
  SignOffAnswer,
} from "./review-action.ts";

/** What all entries of a review add up to. */
export interface Review {
  readonly id: string;
  readonly title: string;
  readonly state: ReviewState;
  readonly proposedAt: string;
  readonly proposedBy: string;
  /** As it stands now. */
  readonly content: ReviewContent;
  /** As it stood at the proposal; never changed. */
  readonly proposal: ReviewContent;
  readonly policy: ReviewPolicy;
  /** By affected owner, in the order of names; what nobody owns comes last, without `owner`. */
  readonly asks: readonly Ask[];
  /** The date, and when the first one was announced: the window counts from there. */
  readonly sunset?: { readonly date: string; readonly announcedAt: string };
  readonly endedFor?: string;
  readonly origin?: ReviewOrigin;
  /** Who was told again, oldest first. */
  readonly reminders: readonly Reminder[];
  /** Readers that do not hold up the removal any more. */
  readonly writtenOff: readonly WrittenOff[];
  /** Number of the last entry. */
  readonly seq: number;
}

export interface Reminder {
  readonly owner: string;
  /** What of it still read then; empty: its answer was missing. */
  readonly readers: readonly string[];
  readonly at: string;
}

export interface WrittenOff {
  readonly reader: string;
  readonly approver: string;
  readonly reason: string;
  readonly at: string;
}

/** What is asked of an owner team. */
export interface Ask {
  /** Absent: nobody owns these assets. */
  readonly owner?: string;
  /** The best one among its affected assets. */
  readonly tier?: Tier;
  readonly assets: readonly string[];
  readonly domains: readonly string[];
  /** Fingerprint of what happens to it: an edit that leaves this alone leaves its answer alone. */
  readonly verdictKey: string;
  /** Since when the present question stands: the proposal, or the edit that changed its verdict. */
  readonly since: string;
  readonly signOff?: SignOff;
  /** Answers to what the change was before, oldest first. */
  readonly voided: readonly SignOff[];
}

export interface SignOff {
  readonly answer: SignOffAnswer;
  /** `silence`: nobody answered, and the policy takes that for yes. `decided`: by the role, in the team's stead. */
  readonly by: "team" | "silence" | "decided";
  readonly actor: string;
  readonly at: string;
  /** The content that it was given for. */
  readonly hash: string;
  readonly seq: number;
  readonly reason?: string;
  readonly approver?: string;
  readonly role?: string;
}

/** Why an action cannot be taken now. */
export interface ReviewProblem {
  /** `changed`: decided on something that is not so any more. `not-affected`: has no say in it. */
  readonly code: "not-open" | "not-allowed" | "changed" | "not-affected";
  readonly message: string;
  readonly next?: string;
}
