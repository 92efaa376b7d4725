import type { RefilledColumn } from "#lib/model/refilled-columns.ts";

/** What the history says of a column that kept its name and not its values. */
export const sayRefilled = (by: RefilledColumn["by"]): string =>
  by === "nulls"
    ? "is another field now, and holds null in the rows that were there"
    : "is another field now, with other values in the rows that were there";
