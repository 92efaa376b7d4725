import type { Showing } from "../observation.ts";
import { readErrorText } from "../read-error-text.ts";

/**
 * How the thing shows that a check could not even read: not there, where the engine says so of the table or of the column
 * that was checked, else it fails.
 */
export function showsByError(message: string, column?: string): Showing {
  const names = readErrorText(message);
  if (names === undefined) return "fails";
  const wanted = column?.toLowerCase();
  const isGone = names.gone.some(
    (name) => names.tables.includes(name) || lastPart(name) === wanted,
  );
  return isGone ? "gone" : "fails";
}

const lastPart = (name: string): string => (name.split(".").at(-1) ?? name).toLowerCase();
