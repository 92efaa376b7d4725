import type { Story } from "#lib/view/page-answers.ts";

/** What the server has for the blast screen. */
export type BlastOutcome =
  | {
      readonly state: "empty";
      readonly stories: readonly Pick<Story, "id" | "title" | "summary" | "href">[];
      /** Nothing has been read into the store. */
      readonly nothingRead: boolean;
    }
  /** `packed` is the text of `packAnswer`. */
  | { readonly state: "answered"; readonly packed: string }
  | { readonly state: "failed"; readonly problem: BlastProblem };

export interface BlastProblem {
  readonly code: string;
  readonly message: string;
  /** Nothing has been read into the store, so no name can be known. */
  readonly nothingRead: boolean;
  /** What to do about it. */
  readonly next?: string;
  /** Names that may have been meant, with the address that asks about each. */
  readonly candidates: readonly { readonly name: string; readonly href: string }[];
}
