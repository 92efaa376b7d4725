import type { Verdict } from "#lib/impact/assessment.ts";
import type { Certainty, ChangeInput } from "#lib/impact/change.ts";
import type { Tier } from "#lib/model/asset.ts";

export const REVIEW_STATES = [
  "proposed",
  "expanded",
  "migrating",
  "ready",
  "removed",
  "abandoned",
] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export const SIGN_OFFS = ["agree", "object", "ask_for_time"] as const;
export type SignOffAnswer = (typeof SIGN_OFFS)[number];

/** What a change does to an asset that is not its own, as it was judged for this content of the change. */
export interface ReviewedVerdict {
  readonly asset: string;
  readonly name: string;
  readonly owner?: string;
  readonly domain?: string;
  readonly tier?: Tier;
  readonly verdict: Verdict;
  readonly certainty: Certainty | null;
  /** A consumer is what people and models look at; the rest lies between it and the change. Absent: reviews of before did not say. */
  readonly role?: "consumer" | "between";
  /** ISO 8601: since when no source tells of the asset any more. */
  readonly staleSince?: string;
  /** Number of the change in `changes`, from 0, that it follows from. Absent: reviews of before did not say. */
  readonly cause?: number;
}

/** Who still reads what the change takes away. */
export interface ReaderCount {
  /** Names of the assets that read it at first hand, in order. */
  readonly names: readonly string[];
  /** Owner by name, of those that have one. */
  readonly owners?: Readonly<Record<string, string>>;
  /** Since when no source tells of them any more, by name, ISO 8601: of those that still count as they were last told. */
  readonly unsaid?: Readonly<Record<string, string>>;
  /** Why they cannot be counted: then nobody can say that there are none. */
  readonly notCounted?: string;
}

/** What a change is at one moment: its content and what that did to others on one version of the graph. */
export interface ReviewContent {
  readonly changes: readonly ChangeInput[];
  /** Sign-offs are for this: of `changes`, and once it was judged again of what they do as well. */
  readonly hash: string;
  /** Of `changes` alone, where it was judged again. */
  readonly changesHash?: string;
  readonly graphVersion: string;
  /** False: something that it reaches is known by table only, or not at all. */
  readonly complete: boolean;
  readonly verdicts: readonly ReviewedVerdict[];
  readonly readers: ReaderCount;
  /** Absent: nobody compared two states, somebody named the change. */
  readonly found?: readonly FoundDifference[];
  /** What changes, as it stood when this was judged. */
  readonly tables?: readonly TableDifference[];
}

/** A table beside what is to become of it. */
export interface TableDifference {
  readonly name: string;
  readonly dialect?: string;
  /** It is made by a query: that is edited, and not the table. */
  readonly isBuilt: boolean;
  /** Those that change, and those beside them. */
  readonly columns: readonly ColumnDifference[];
  /** Columns that are not listed. */
  readonly more: number;
}

export interface ColumnDifference {
  readonly name: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly description?: string;
  readonly mark: "stays" | "goes" | "comes" | "changes";
  /** Number of the change in `changes`, from 0, that marks it. */
  readonly change?: number;
}

/** How a difference was found, as people read it: what was there, what is to come, and where it stands. */
export interface FoundDifference {
  readonly target: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly evidence: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/** What made a review: a check in a pull request, somebody at the blast screen, or a change that events told of. */
export interface ReviewOrigin {
  readonly kind: "check" | "person" | "detected";
  /** The same pull request, branch or detected change: it has one open review, which a further proposal edits. */
  readonly key?: string;
  /** An address for people. */
  readonly link?: string;
}

/** The rules of a review, kept with it: a policy that changes later does not change what was agreed under this one. */
export interface ReviewPolicy {
  readonly version: string;
  /** Days between the announcement of a removal and the removal, by tier. */
  readonly windowDays: Readonly<Record<Tier, number>>;
  /** Absent: silence never counts. */
  readonly silence?: { readonly afterDays: number; readonly tiers: readonly Tier[] };
  /** Working days after which an objection or an open sign-off is decided by the role. */
  readonly escalateAfter: number;
  readonly decidingRole: string;
  /** Absent: a change goes out at any hour. */
  readonly lastHours?: LastHours;
}

/** Hours before days off in which a change that may break something silently needs somebody on call. */
export interface LastHours {
  readonly hours: number;
  /** Minutes after midnight at which a working day ends. */
  readonly endsAt: number;
  /** Minutes that clocks here are ahead of UTC. */
  readonly utcOffset: number;
  /** Up to this tier. */
  readonly tier: Tier;
  /** `2026-12-24`: days off beside Saturday and Sunday. */
  readonly daysOff: readonly string[];
}

/** What somebody, or a machine, does with a review. Everything that is known of it is the sum of these. */
export type ReviewAction =
  | {
      readonly kind: "propose";
      readonly title: string;
      readonly content: ReviewContent;
      readonly policy: ReviewPolicy;
      readonly origin?: ReviewOrigin;
    }
  | {
      readonly kind: "edit";
      readonly content: ReviewContent;
      readonly reason?: string;
      /** Absent: it keeps the one that it had. */
      readonly title?: string;
    }
  | {
      /** The same changes on a later graph: what appeared since has owners who are asked as well. */
      readonly kind: "judge_again";
      readonly content: ReviewContent;
    }
  | {
      readonly kind: "sign";
      readonly owner: string;
      readonly answer: SignOffAnswer;
      /** Of the content that was read. */
      readonly hash: string;
      readonly reason?: string;
      /** The person who answers for it; needed to agree for tier 1. */
      readonly approver?: string;
      /** Of a team that has answered already: the number of that entry. */
      readonly replaces?: number;
    }
  | { readonly kind: "count_silence"; readonly owner: string }
  | {
      readonly kind: "decide";
      /** Absent: for what nobody owns. */
      readonly owner?: string;
      readonly role: string;
      readonly answer: "agree" | "object";
      readonly reason: string;
    }
  | { readonly kind: "set_sunset"; readonly date: string }
  | {
      readonly kind: "set_state";
      readonly state: ReviewState;
      readonly reason?: string;
      /** As counted when the entry was made. */
      readonly readers?: ReaderCount;
      /** Who is there when it goes wrong; needed shortly before days off, where the policy says so. */
      readonly onCall?: string;
    }
  | {
      /** An owner is told again: that an answer is missing, or that it still reads what goes. */
      readonly kind: "remind";
      readonly owner: string;
      /** What of it still reads; empty: it is asked for its answer. */
      readonly readers: readonly string[];
    }
  | {
      /** A reader that nobody looks after does not hold up the removal any more. */
      readonly kind: "write_off";
      readonly reader: string;
      readonly approver: string;
      readonly reason: string;
      /** As counted when the entry was made. */
      readonly readers?: ReaderCount;
    }
  | { readonly kind: "note"; readonly text: string; readonly link?: string };

/** An action with who did it and when; the list of them is append-only. */
export interface ReviewEvent {
  /** From 1 on, without gaps. */
  readonly seq: number;
  /** ISO 8601, by the clock of the server. */
  readonly at: string;
  readonly actor: string;
  readonly isMachine?: true;
  readonly action: ReviewAction;
}
