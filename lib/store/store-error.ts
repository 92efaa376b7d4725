/** What can go wrong with a store, in words for people and a code for programs. Nothing is half-written in any of them. */
export interface StoreError {
  readonly code:
    | "unreachable"
    | "refused"
    | "conflict"
    | "corrupt"
    | "no-space"
    | "newer-format"
    | "failed";
  readonly message: string;
  /** What to do about it. */
  readonly next?: string;
}
