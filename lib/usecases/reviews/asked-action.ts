import type { Review } from "#lib/review/review.ts";
import type { ReviewAction } from "#lib/review/review-action.ts";
import type { RequestedChange } from "../ask/read-changes.ts";

/** What somebody asks to have written; what the graph says about it is added where it is written. */
export type AskedAction =
  | Exclude<
      ReviewAction,
      { readonly kind: "propose" | "edit" | "judge_again" | "set_state" | "write_off" }
    >
  | {
      readonly kind: "edit";
      readonly changes: readonly RequestedChange[];
      readonly reason?: string;
    }
  | { readonly kind: "judge_again" }
  | {
      readonly kind: "set_state";
      readonly state: Review["state"];
      readonly reason?: string;
      readonly onCall?: string;
    }
  | {
      readonly kind: "write_off";
      readonly reader: string;
      readonly approver: string;
      readonly reason: string;
    };
