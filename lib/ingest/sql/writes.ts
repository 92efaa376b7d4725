/** What a statement writes. */
export interface Writes {
  readonly path: readonly string[];
  readonly kind: "table" | "view" | "insert" | "merge" | "update" | "delete";
}
